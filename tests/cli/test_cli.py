"""The swav command: looking, checking and starting, without building anything."""

import json
import re

import pytest
import yaml
from project import Project

BOARD = {
    "title": "Command line",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "music": {"engine": "none"},
    "shots": [
        {
            "id": "a",
            "prompt": 'a shop with a sign saying "OPEN" at night, slow push in, neon light',
            "narration": "Good evening.",
        },
        {"id": "b", "card": {"title": "The end"}, "duration": 1},
    ],
}


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path / "reel", BOARD, {})


def files(project: Project) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in project.folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_plan_is_one_table_and_writes_no_take(project):
    shown = project.swav("plan")
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"^a +prompt +animatic +~1\.\d\d s +pending +not made yet", shown.stdout, re.MULTILINE)
    assert re.search(r"^b +card +card +1.00 s +pending +not made yet", shown.stdout, re.MULTILINE)
    assert "~ a lasts as long as a line that is not spoken yet" in shown.stdout
    assert shown.stdout.splitlines()[-1] == "2 of 2 takes are pending; no GPU time."
    assert "1 line to speak, 2 segments and transitions to encode, the reel to join." in shown.stdout
    assert not (project.folder / "build" / "takes").exists()


def test_plan_and_the_dry_run_agree(project):
    pending = {shot["shot"] for shot in project.plan()["shots"] if shot["state"] == "pending"}
    assert {job.split()[1] for job in project.pending() if job.startswith("draw")} == pending


def test_check_says_every_fault_in_one_line_and_changes_nothing(project):
    project.board["shots"][0]["promt"] = "x"
    project.board["shots"][1]["duration"] = -1
    project.save()
    before = files(project)
    checked = project.swav("check", "board.yaml")
    assert checked.returncode == 1 and checked.stderr == ""
    lines = checked.stdout.splitlines()
    assert len(lines) == 2
    assert all(re.fullmatch(r"board\.yaml:\d+:\d+: shots\[\d\] \(\w\)\.\w+: .+; .+", line) for line in lines)
    faults = json.loads(project.swav("check", "--json", "board.yaml").stdout)["faults"]
    assert [(fault["field"], fault["line"]) for fault in faults] == [
        ("shots[0] (a).promt", int(lines[0].split(":")[1])),
        ("shots[1] (b).duration", int(lines[1].split(":")[1])),
    ]
    built = project.snakemake("final.mp4")
    assert built.returncode == 1 and "Traceback" not in built.stderr
    assert all(line in built.stderr for line in lines)
    assert {name: data for name, data in files(project).items() if ".snakemake" not in name} == before


def test_prompts_shows_what_was_taken_out(project):
    shown = project.swav("prompts")
    assert 'offered as an overlay: - text: "OPEN"' in shown.stdout
    made = json.loads(project.swav("prompts", "--json", "a").stdout)
    assert made[0]["lettering"] == ["OPEN"] and "OPEN" not in made[0]["prompt"]


def test_new_starts_a_storyboard_that_builds(project):
    made = project.swav("new", "film.yaml", "--title", 'My: "first" film')
    assert made.returncode == 0, made.stderr
    board = yaml.safe_load((project.folder / "film.yaml").read_text())
    assert board["title"] == 'My: "first" film'
    assert project.swav("check", "film.yaml").returncode == 0
    before = (project.folder / "film.yaml").read_bytes()
    again = project.swav("new", "film.yaml")
    assert again.returncode == 1 and "nothing was written" in again.stderr
    assert (project.folder / "film.yaml").read_bytes() == before


def test_schema_is_json_schema(project):
    schema = json.loads(project.swav("schema").stdout)
    assert schema["$schema"].endswith("2020-12/schema") and "shots" in schema["properties"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "--config", "engin=auto"], "--config:1:1: engin: "),
        (["plan", "--config", "engine"], "KEY=VALUE is needed"),
        (["plan", "--config", "storyboard=none.yaml"], "none.yaml:1:1: file: "),
        (["check", "none.yaml"], "none.yaml:1:1: file: "),
    ],
)
def test_what_cannot_be_is_one_sentence(project, arguments, said):
    done = project.swav(*arguments)
    text = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in text
    assert len(text.strip().splitlines()) == 1 and said in text


def test_overrides_are_merged_group_by_group_as_snakemake_does():
    from swav.config import laid_over, merged

    before, after = {"loudness": {"integrated": -16, "true_peak": -1}}, {"integrated": -23, "true_peak": -1}
    assert merged(before, {"loudness": {"integrated": -23}}) == {"loudness": after}
    assert laid_over(before, ["loudness={integrated: -23}"]) == {"loudness": after | {"integrated": "-23"}}


def test_outside_a_project_it_says_where_to_go(project):
    (project.folder / "config.yaml").unlink()
    done = project.swav("plan")
    assert done.returncode == 1 and "change to the project's folder" in done.stderr


def test_missing_footage_is_said_and_its_prompt_used(project):
    (project.folder / "media.csv").write_text(
        "shot,company,file,in,out,credit\na,Acme,acme.mov,0,2,Acme Ltd\n"
    )
    project.board["media"] = "media.csv"
    project.save()
    done = project.snakemake("-n", "final.mp4")
    assert "acme.mov is not there; its prompt is used" in done.stderr
    assert "acme.mov is not there" in project.swav("plan").stdout
    assert project.plan()["notices"][0]["line"] == 2


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["plan", "--config", "a=1", "b=2"], ["plan", "--config", "a=1", "--config", "b=2"]),
        (["plan", "-C", "a=1", "film.yaml"], ["plan", "-C", "a=1", "film.yaml"]),
        (["plan", "--config", "a=1", "--json", "b=2"], ["plan", "--config", "a=1", "--json", "b=2"]),
        (["plan", "film.yaml", "--gpus", "2"], ["plan", "film.yaml", "--gpus", "2"]),
    ],
)
def test_config_takes_several_words_as_snakemakes_does(typed, read):
    from swav.cli.options import spread

    assert spread(typed) == read


@pytest.mark.parametrize("word", ["2026_11_26", "007", "1e3", "yes", "0x10", "1.50", "#1"])
def test_what_was_typed_is_what_is_meant(word):
    from swav.config import laid_over

    assert laid_over({"build": "build"}, [f"build={word}"])["build"] == word


def test_both_commands_build_where_they_were_told(project):
    project.save()
    assert project.swav("plan", "--config", "engine=animatic", "build=007", "--json").returncode == 0
    done = project.snakemake("-n", "final.mp4", "--config", "build=007", "engine=animatic")
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((project.folder / "007/cuts").iterdir()) and not (project.folder / "7").exists()


def test_every_command_takes_a_storyboard_and_it_says_its_version(project):
    project.board["title"] = "Another film"
    (project.folder / "other.yaml").write_text(yaml.safe_dump(project.board))
    for words in (["plan", "other.yaml"], ["report", "other.yaml"], ["prompts", "other.yaml", "a"]):
        done = project.swav(*words)
        assert done.returncode == 0, done.stderr
        assert words[0] == "prompts" or "Another film" in done.stdout
    assert re.fullmatch(r"swav \d+\.\d+\.\d+\S*\n", project.swav("--version").stdout)


def test_a_row_for_a_shot_that_was_cut_is_a_notice(project):
    (project.folder / "media.csv").write_text("shot,file\nr009,sea.mov\na,there.mov\n")
    project.board["media"] = "media.csv"
    project.save()
    checked = project.swav("check", "board.yaml")
    assert checked.returncode == 0, checked.stdout
    assert (
        "media.csv:2:1: shot: the storyboard has no shot 'r009', so the row is passed over" in checked.stdout
    )


def test_words_that_went_and_came_are_marked_where_there_is_no_colour(project):
    shown = project.swav("prompts", "a").stdout
    assert re.search(r"\[-.*OPEN.*-\]", shown, re.DOTALL)
