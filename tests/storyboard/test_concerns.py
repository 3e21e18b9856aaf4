"""A fault of one shot keeps no other from being made; what a shot uses itself does. The film is strict."""

from pathlib import Path

import pytest
from test_bad_input import ENGINES, ONE_SHOT, SAMPLES, TWO_SHOTS, table

from swav.errors import InputError
from swav.storyboard import Reach, load
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot

ANOTHER = "- id: other\n  card: {title: Two}\n"


def faults(reel: Path, *only: str, **more) -> list[str]:
    """The fields of all faults that stop the shots ``only``, or the film."""
    try:
        load(reel, samples=SAMPLES, engines=ENGINES, asked=lambda shots: only, **more)
    except InputError as error:
        return [fault.field for fault in error.faults]
    return []


@pytest.mark.parametrize("case", table("shots"))
def test_a_fault_in_the_entry_of_a_shot_stops_that_shot_and_the_film(case, tmp_path):
    reel = tmp_path / "reel.yaml"
    adds = "".join(f"  {line}\n" for line in case["adds"].splitlines())
    reel.write_text(f"title: T\nshots:\n{ANOTHER}- id: a1\n  prompt: a quiet sea\n{adds}")
    film = faults(reel)
    unreadable = "file" in film
    entry = [field for field in film if field.startswith("shots[1]")]
    assert film and (unreadable or entry)
    assert faults(reel, "other") == (film if unreadable else [field for field in film if field not in entry])
    assert faults(reel, "a1") == film


UNFIT = ("5", "[5]", "[{}]", "{}", "[{file: []}]", "[x, 5, {}, [[]]]", "{text: {}}")


@pytest.mark.parametrize("key", [field.alias or name for name, field in Shot.model_fields.items()])
def test_whatever_stands_under_a_key_of_a_shot_another_shot_is_made(key, tmp_path):
    reel, picture = tmp_path / "reel.yaml", "" if key == "prompt" else "  prompt: sea\n"
    for value in UNFIT:
        reel.write_text(f"title: T\nshots:\n{ANOTHER}- {key}: {value}\n{picture}")
        assert faults(reel, "other") == [], value


@pytest.mark.parametrize("key", [field.alias or name for name, field in Storyboard.model_fields.items()])
def test_whatever_stands_above_the_shots_faults_of_shots_are_said_with_it(key, tmp_path):
    reel = tmp_path / "reel.yaml"
    for value in UNFIT:
        shots = "" if key == "shots" else f"shots:\n{ANOTHER}- {{id: bare}}\n"
        reel.write_text(
            f"title: T\n{key}: {value}\n{shots}" if key != "title" else f"title: {value}\n{shots}"
        )
        assert ("shots[1] (bare)" in faults(reel)) == (key != "shots"), value


@pytest.mark.parametrize("case", table("footage-lists"))
def test_a_fault_in_the_row_of_a_shot_stops_that_shot_and_the_film(case, tmp_path):
    reel, media = tmp_path / "reel.yaml", tmp_path / "media.csv"
    reel.write_text(TWO_SHOTS + ANOTHER)
    media.write_text(case["text"])
    (tmp_path / "sea.mov").touch()
    film, found = faults(reel), {shot: faults(reel, shot) for shot in ("a1", "a2", "other")}
    assert film and len(found["other"]) <= min(len(found["a1"]), len(found["a2"])) <= len(film)
    assert {*found["a1"], *found["a2"]} == {*film}, "each fault stops somebody"
    if "header" in film:
        assert found["other"] == film, "nothing is known of any row"


ABOVE = {
    "music: {engine: organ}": (),
    "music: {level: loud}": (),
    "voice: {engine: nobody}": ("speaks", "sings"),
    "voice: {reference: gone.wav, engine: xtts}": ("speaks", "sings"),
    "voices: {ann: {engine: nobody}}": ("sings",),
    "voices: {ann: {speed: 9}}": ("sings",),
    "loras: [gone.safetensors]": ("rendered",),
    "engine: nobody": ("rendered",),
    "media: gone.csv": ("speaks", "sings", "rendered", "other"),
    "fps: fast": ("speaks", "sings", "rendered", "other"),
    "colour: teal": ("speaks", "sings", "rendered", "other"),
}
"""What stands above the shots, and whom its fault stops."""


@pytest.mark.parametrize(("line", "stopped"), ABOVE.items(), ids=ABOVE)
def test_what_stands_above_the_shots_stops_those_that_use_it(line, stopped, tmp_path):
    reel = tmp_path / "reel.yaml"
    named = "" if line.startswith("voices") else "voices: {ann: {speed: 1.1}}\n"
    reel.write_text(
        f"title: T\n{line}\n{named}shots:\n"
        "- {id: speaks, card: {title: One}, narration: A line.}\n"
        "- {id: sings, card: {title: One}, narration: {text: A line., voice: ann}}\n"
        "- {id: rendered, prompt: a quiet sea}\n"
        "- {id: own, prompt: a quiet sea, engine: wan2.2, loras: []}\n" + ANOTHER
    )
    everyone = ("speaks", "sings", "rendered", "own", "other")
    stopped = everyone if "other" in stopped else stopped
    assert faults(reel)
    assert tuple(shot for shot in everyone if faults(reel, shot)) == stopped


def test_a_file_out_of_reach_stops_the_shot_that_names_it(tmp_path):
    reel = tmp_path / "project" / "reel.yaml"
    reel.parent.mkdir()
    (tmp_path / "private.png").touch()
    reel.write_text(f"{ONE_SHOT}- {{id: a2, still: ../private.png}}\n{ANOTHER}")
    reach = Reach((reel.parent,))
    assert faults(reel, reach=reach) == faults(reel, "a2", "other", reach=reach) == ["shots[1] (a2).still"]
    assert faults(reel, "other", reach=reach) == []


def test_a_row_is_read_though_the_row_of_another_shot_is_wrong(tmp_path):
    reel, media = tmp_path / "reel.yaml", tmp_path / "media.csv"
    reel.write_text(TWO_SHOTS)
    media.write_text("shot,file,in\na1,sea.mov,soon\na2,sea.mov,2\n")
    (tmp_path / "sea.mov").touch()
    loaded = load(reel, asked=lambda shots: ["a2"])
    assert loaded.board.shots[1].footage.file == "sea.mov"
    passed = [str(notice) for notice in loaded.notices]
    assert len(passed) == 1 and passed[0].startswith(f"{media}:2:12: in: the film has a fault here, passed")


def test_a_storyboard_that_cannot_be_read_stops_every_shot_in_one_sentence(tmp_path):
    reel = tmp_path / "reel.yaml"
    reel.write_text(f"{ONE_SHOT}- {{id: a2, card: [}}\n{ANOTHER}")
    assert faults(reel, "other") == ["file"]
