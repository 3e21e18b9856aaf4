"""The plan as a producer reads it: the clock on the wall, each reason once, the total last."""

import copy
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from project import Project

from swav.cli import main
from swav.config import Config, laid_over
from swav.reel.workflow import read_reel
from swav.render.catalogue import MODELS, imagined
from swav.render.hardware import Gpu, read_hardware
from swav.render.speeds import UNKNOWN, speed_of
from swav.review.forecast import Crew
from swav.review.plan import plan
from swav.review.plan_words import common_sentences, duration, moment, total, work

FRIDAY = datetime(2026, 11, 27, 11, 50)
SMI = """#!/bin/sh
case "$1" in
  --query-gpu=*) for card in 0 1 2 3; do
    echo "$card, GPU-a$card, NVIDIA RTX A6000, 49140, 48600, 8.6"
  done;;
esac
"""
FILM = {
    "title": "A film",
    "size": "1280x720",
    "engine": "wan2.2",
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "prompt": "dark water, one lantern moving", "duration": 5},
        {"id": "b", "prompt": "a quiet deck, gulls", "narration": "Steel never sleeps.", "duration": "auto"},
        {"id": "c", "prompt": "a crane in the rain", "duration": 8},
        {"id": "d", "card": {"title": "The end"}, "duration": 2},
    ],
}


@pytest.fixture
def film(tmp_path, monkeypatch):
    """A project without weights on a machine with four cards that a stub of nvidia-smi shows."""
    monkeypatch.chdir(tmp_path)
    program = tmp_path / "bin/nvidia-smi"
    program.parent.mkdir()
    program.write_text(SMI)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3")
    monkeypatch.setattr("swav.render.hardware.free_host_bytes", lambda: 128 * 10**9)
    Path("config.yaml").write_text("storyboard: film.yaml\n")
    Path("film.yaml").write_text(yaml.safe_dump(FILM))
    return tmp_path


@pytest.fixture
def swav(film, monkeypatch, capsys):
    """Run the command in this process: its exit status, what it says, and its faults."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["swav", *words])
        try:
            main()
        except SystemExit as end:
            said = capsys.readouterr()
            return int(end.code or 0), said.out, said.err
        raise AssertionError("the command did not end")

    return run


def planned(crew: Crew, *words: str):
    reel = read_reel(Config.read(laid_over({"storyboard": "film.yaml"}, words)))
    return plan(reel.cut, crew=crew, before=None)


def four_cards(per_render: int = 4) -> Crew:
    return Crew(4, per_render, read_hardware(["0", "1", "2", "3"]))


def test_hours_are_those_of_the_clock_and_card_hours_come_second(film):
    found = planned(four_cards())
    minutes = [shot.minutes for shot in found.shots]
    assert minutes[3] == 0 and all(minutes[:3]) and minutes[2] > 1.5 * minutes[0]
    assert found.minutes == pytest.approx(sum(minutes), abs=0.1)
    assert found.gpu_minutes == pytest.approx(4 * found.minutes, rel=0.01)
    assert [shot.engine for shot in found.shots] == ["wan2.2", "wan2.2", "wan2.2", "card"]
    said = total(found, FRIDAY)
    assert re.fullmatch(
        r"4 of 4 takes are pending; (\d+ min|\d\.\d h) on 4 x RTX A6000, ready by \d\d:\d\d if started now.*",
        said,
    )
    assert common_sentences(found) == ["4 shots: not made yet"]


@pytest.mark.parametrize("cards", [4, 1])
def test_the_best_of_four_is_foretold_for_cards_that_are_not_here(film, cards):
    """Without weights the animatic stands in here; elsewhere four takes are begun and one is ended."""
    crew = Crew(cards, cards, imagined(f"{cards} x RTX A6000", 128))
    one = planned(crew).shots[0].minutes
    told = FILM["shots"][0], {"takes": 4, "look_at": 13}
    Path("film.yaml").write_text(yaml.safe_dump({**FILM, "shots": [told[0] | told[1], *FILM["shots"][1:]]}))
    best = planned(crew)
    assert 1.8 * one < best.shots[0].minutes < 2.1 * one and best.shots[2].minutes > one
    Path("film.yaml").write_text(yaml.safe_dump({**FILM, "shots": [told[0] | told[1] | {"take": 2}]}))
    assert planned(crew).shots[0].minutes == pytest.approx(one)


def test_one_card_a_render_is_offered_where_it_is_done_sooner(film):
    """Three renders on four cards: two cards each leave none waiting for long; three of one card do."""
    shots = [{**FILM["shots"][0], "id": f"s{number}"} for number in range(8)]
    Path("film.yaml").write_text(yaml.safe_dump({**FILM, "shots": shots}))
    together, apart = planned(four_cards()), planned(four_cards(1))
    assert apart.minutes < together.minutes and together.faster == (1, apart.minutes)
    assert total(together, FRIDAY).endswith(f"; with gpus_per_render: 1: {duration(apart.minutes)}.")
    assert apart.faster is None
    assert apart.shots[0].minutes > 3 * together.shots[0].minutes


def test_a_line_that_is_not_spoken_is_estimated_and_hides_no_total(film):
    found = planned(four_cards())
    assert [shot.estimated for shot in found.shots] == [False, True, False, False]
    assert 1.5 < found.shots[1].seconds < 3.5 and not found.unknown


def test_other_cards_are_forecast_and_the_total_is_the_last_line(swav):
    status, said, _ = swav("plan", "film.yaml", "--cards", "2 x RTX 4090", "--host-memory", "128")
    lines = said.splitlines()
    assert status == 0 and " on 2 x RTX 4090" in lines[-1] and "if started now" in lines[-1]
    assert lines[-2].startswith("1 line to speak")
    assert sum("not made yet" in line for line in lines) == 1
    assert any(
        "longer than the 5.1 s that wan2.2 was trained on, so that motion may repeat: c" in line
        for line in lines
    )


def test_what_stands_in_here_is_rendered_on_cards_that_are_not_here(swav, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    here = read_reel(Config.read({"storyboard": "film.yaml"})).cut
    for file in (*(shot.clip for shot in here.shots), *here.pieces(), here.reel):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes(b"made")
    status, said, _ = swav("plan", "--cards", "4 x RTX A6000", "--host-memory", "128")
    lines = said.splitlines()
    assert status == 0 and "3 shots: animatic stands in here" in lines
    assert lines[-2].startswith("1 line to speak, 3 segments and transitions to encode, the reel to join")
    assert "takes are pending" in lines[-1] and " on 4 x RTX A6000" in lines[-1]
    placements = [line for line in lines if "GB free on each card" in line]
    assert len(placements) == 1, "shots of several lengths, placed alike"


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ((0, 0, True), "the reel is there"),
        ((1, 0, False), "1 line to speak, the reel to join"),
        ((0, 2, False), "2 segments and transitions to encode, the reel to join"),
    ],
)
def test_what_is_left_to_do_is_named_and_nothing_else(film, missing, said):
    lines, pieces, ready = missing
    found = replace(planned(four_cards()), lines_missing=lines, pieces_missing=pieces, reel_ready=ready)
    assert work(replace(found, stays=0)) == f"{said}."
    assert work(replace(found, stays=1)) == f"{said}; 1 file of the earlier film stays."


def test_without_cards_the_forecast_is_named(swav, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    status, said, _ = swav("plan", "--gpus", "4")
    assert status == 0 and 'swav plan --cards "4 x RTX A6000"' in said
    assert "3 shots: animatic stands in for wan2.2: no weights in models/wan22" in said
    assert said.splitlines()[-1] == "4 of 4 takes are pending; no GPU time."
    status, _, fault = swav("models", "place", "--gpus", "4")
    assert status == 1 and fault.startswith("swav: this machine has no GPU that may be used")
    assert "--cards" in fault and "gpus_per_render" not in fault


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("4 x GTX 1080", "no card 'GTX 1080' is known; did you mean RTX 5080? known are RTX 3090, "),
        ("A100", "'A100' may be more than one card; write A100 40GB or A100 80GB"),
        ("0 x H100", 'write how many of which, such as "4 x RTX A6000"'),
        ("100 x H100", "forecasts are made for up to 64 cards"),
        ("", 'write how many of which, such as "4 x RTX A6000"'),
    ],
)
def test_cards_that_nobody_sells_are_refused_with_those_that_are_known(swav, words, sentence):
    for command in (["plan"], ["models", "place"]):
        status, _, fault = swav(*command, "--cards", words)
        assert (status, fault.count("\n")) == (1, 1) and sentence in fault and len(fault) < 300


@pytest.mark.parametrize(
    "words", ["4 x RTX A6000", "4x a6000", "4 × NVIDIA RTX A6000", "2 x A6000 + 2 x A6000", "4 rtxa6000"]
)
def test_a_card_has_many_spellings(words):
    assert [card.name for card in imagined(words).cards] == ["NVIDIA RTX A6000"] * 4


def test_every_card_that_can_be_forecast_has_a_speed():
    for model in MODELS:
        assert speed_of(Gpu(f"NVIDIA {model.name}", 0, 0, model.capability)) is not UNKNOWN
        assert [card.name for card in imagined(model.name).cards] == [f"NVIDIA {model.name}"]


def test_a_placement_elsewhere_has_its_share_of_the_host(swav):
    status, said, _ = swav("models", "place", "--cards", "4 x RTX A6000", "--host-memory", "128")
    lines = said.splitlines()
    assert (
        status == 0 and lines[0].startswith("4 x NVIDIA RTX A6000") and lines[1] == "host memory, 128 GB free"
    )
    apart, alone = Crew(4, 1, imagined("4 x RTX A6000", 128)), Crew(1, 1, imagined("RTX A6000", 128))
    minutes = [planned(crew).shots[0].minutes for crew in (apart, alone)]
    assert minutes[0] > minutes[1] + 0.5, "both experts in host memory four times over are more than there is"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0.5, "30 s"),
        (27.2, "27 min"),
        (95, "1.6 h"),
        (26 * 60, "26 h"),
        (22.5 * 60, "22.5 h"),
        (6480, "4.5 days"),
    ],
)
def test_durations_have_two_or_three_digits(minutes, said):
    assert duration(minutes) == said


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.51, "12:25"),
        (4.1, "16:00"),
        (26, "Saturday 14:00"),
        (24 * 8, "Saturday 5 December 12:00"),
        (12.1, "Saturday 00:00"),
    ],
)
def test_a_moment_is_named_as_people_do_and_never_too_early(hours, said):
    assert moment(FRIDAY + timedelta(hours=hours), FRIDAY) == said


# --- a film that is there

REEL = {
    "title": "A reel",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "card": {"title": "First"}, "duration": 1},
        {"id": "b", "prompt": "a quiet deck, gulls", "narration": "Steel never sleeps.", "duration": "auto"},
        {
            "id": "c",
            "card": {"title": "Last"},
            "duration": 1,
            "overlay": [{"text": "Cochin", "style": "caption"}],
        },
    ],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    made = Project(tmp_path_factory.mktemp("built") / "reel", REEL)
    made.build("--cores", "2")
    return made


@pytest.fixture
def project(built):
    built.board = copy.deepcopy(REEL)
    return built


def states(project: Project) -> dict[str, str]:
    return {shot["shot"]: f"{shot['state']} {shot['why']}".strip() for shot in project.plan()["shots"]}


@pytest.mark.parametrize("edit", ["transition before it", "order"])
def test_a_shot_that_follows_its_line_keeps_its_take(project, edit):
    if edit == "order":
        project.board["shots"].reverse()
    project.shot("a")["transition"] = "fade" if edit != "order" else "cut"
    assert states(project)["b"] == "ready"
    assert not [job for job in project.pending() if job.startswith(("draw", "render", "speak"))]


def test_edits_that_make_no_take_are_said_too(project):
    project.shot("c")["overlay"][0]["text"] = "Kochi"
    project.shot("b")["narration"] = "Steel rarely sleeps."
    found = project.plan()
    assert [(edit["shot"], edit["words"]) for edit in found["edits"]] == [
        ("b", "line: never -> rarely"),
        ("c", "lettering: Cochin -> Kochi"),
    ]
    said = project.swav("plan").stdout
    assert re.search(r"^b +line: never -> rarely", said, re.MULTILINE)
    assert re.search(r"^1 line to speak, .*; \d+ files of the earlier film stay\.$", said, re.MULTILINE)


def test_everything_ready_is_one_line(project):
    project.save()
    assert project.swav("plan").stdout.splitlines()[-1] == "Everything is ready; nothing is pending."


def test_a_take_of_another_seed_is_never_forgotten(project):
    project.shot("b")["seed"] = 5
    project.save()
    found = json.loads(project.swav("takes", "b", "--json").stdout)
    assert [(take["number"], take["seed"], take["made"]) for take in found] == [
        (1, 5, False),
        (None, 0, True),
    ]
    assert found[1]["since"] == ["seed 0 -> 5"] and "gulls" in found[1]["recipe"]["prompt"]
    shown = project.swav("takes", "b", "board.yaml").stdout
    assert "since: seed 0 -> 5" in shown and "earlier" in shown


@pytest.mark.parametrize("command", [["check"], ["plan"], ["report"], ["prompts"], ["takes", "a"], ["gc"]])
def test_no_letter_ends_a_command(project, command, monkeypatch):
    project.shot("a")["card"]["title"] = "समुद्र की आवाज़"
    project.board["title"] = "समुद्र"
    project.save()
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    for words in ([*command], [*command, "--json"]):
        done = project.swav(*words)
        assert done.returncode == 0 and done.stderr == "", done.stderr
    assert "समुद्र" in json.dumps(json.loads(done.stdout), ensure_ascii=False) or command != ["plan"]
