"""What an edit rebuilds, job by job, and that final.mp4 then shows it: the cases of docs/staleness.md."""

import copy
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from places import REPOSITORY
from project import Project
from waiting import PATIENCE, wait_for

BOARD = {
    "title": "Staleness",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "voice": {"engine": "piper"},
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "prompt": "a grey cat by the sea, slow push in, soft light", "duration": 1},
        {"id": "b", "prompt": "a brown dog on a hill, slow push in, soft light", "duration": 1},
        {"id": "c", "prompt": "a white horse in a field, slow push in, soft light", "duration": 1},
    ],
}
EDITED = "a red wolf on a hill, slow push in, soft light"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    """A project that is built: three renders of the stub engine, a fade between the first two."""
    board = copy.deepcopy(BOARD)
    board["shots"][0]["transition"] = {"type": "fade", "duration": 0.25}
    project = Project(tmp_path_factory.mktemp("built") / "reel", board, {"cards": 4, "gpus_per_render": 4})
    project.give_weights()
    project.build("--resources", "gpu=4")
    assert len(project.renders()) == 3
    return project


@pytest.fixture
def project(built, tmp_path) -> Project:
    """A copy of the built project, to be spoilt."""
    return built.copied(tmp_path / "reel")


def colours(project: Project) -> list[tuple[int, int, int]]:
    """The mean colour of the middle of each third of final.mp4."""
    import av

    with av.open(str(project.folder / "final.mp4")) as reel:
        frames = [frame.to_ndarray(format="rgb24") for frame in reel.decode(video=0)]
    picks = [frames[int(len(frames) * part)] for part in (0.1, 0.55, 0.9)]
    return [tuple(int(value) for value in pick.reshape(-1, 3).mean(axis=0).round()) for pick in picks]


def dates(folder: Path, order: int) -> None:
    """Give every file a date of its own, in path order (1) or against it (-1)."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())[::order]
    for age, path in enumerate(files):
        os.utime(path, (1_700_000_000 + age, 1_700_000_000 + age))


REBUILT_B = ["admit", "deliver", "join", "judge b", "render b", "segment b", "transition a"]


def test_nothing_changed(project):
    assert project.pending() == []


def test_one_prompt_edited_then_reverted(project):
    before = colours(project)
    project.shot("b")["prompt"] = EDITED
    assert project.pending() == REBUILT_B
    assert project.build("--resources", "gpu=4") == REBUILT_B
    after = colours(project)
    assert after[1] != before[1] and after[0] == before[0] and after[2] == before[2]
    assert project.pending() == []
    project.shot("b")["prompt"] = BOARD["shots"][1]["prompt"]
    assert project.build("--resources", "gpu=4") == ["deliver"]
    assert colours(project) == before
    assert len(project.renders()) == 4


def test_reverted_before_building(project):
    project.shot("b")["prompt"] = EDITED
    assert project.pending() == REBUILT_B
    project.shot("b")["prompt"] = BOARD["shots"][1]["prompt"]
    assert project.pending() == []


def test_comments_and_the_order_of_keys_mean_nothing(project):
    for shot in project.board["shots"]:
        shot.update({key: shot.pop(key) for key in sorted(shot, reverse=True)})
    project.save()
    board = project.folder / "board.yaml"
    board.write_text("# a comment\n" + board.read_text())
    assert project.snakemake("-n", "final.mp4").stdout.count("rule ") == 0


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("metadata", ["kept", "deleted"])
def test_a_copied_folder_with_other_dates(project, order, metadata):
    if metadata == "deleted":
        shutil.rmtree(project.folder / ".snakemake")
    dates(project.folder, order)
    assert jobs_without_saving(project) == []


def test_a_folder_from_a_clock_that_is_ahead(project):
    """Everything that was built is dated in a month: an edit makes what it should, and ends."""
    later = time.time() + 30 * 86400
    for file in project.folder.rglob("*"):
        os.utime(file, (later, later), follow_symlinks=False)
    assert jobs_without_saving(project) == []
    project.shot("b")["prompt"] = EDITED
    assert project.build("--resources", "gpu=4") == REBUILT_B
    assert project.pending() == []


def test_a_deleted_snakemake_folder_hides_no_edit(project):
    shutil.rmtree(project.folder / ".snakemake")
    assert project.pending() == []
    project.shot("b")["prompt"] = EDITED
    assert project.pending() == REBUILT_B


def test_old_outputs_copied_over_an_edit(project, built):
    project.shot("b")["prompt"] = EDITED
    project.build("--resources", "gpu=4")
    shutil.rmtree(project.folder / ".snakemake")
    shutil.copy(built.folder / "final.mp4", project.folder / "final.mp4")
    later = time.time() + 3600
    os.utime(project.folder / "final.mp4", (later, later))
    assert project.build("--resources", "gpu=4") == ["deliver"]
    assert colours(project) != colours(built)


def test_a_failed_render_keeps_the_old_reel_and_stays_pending(project):
    before, old = colours(project), (project.folder / "final.mp4").read_bytes()
    project.shot("b")["prompt"] = EDITED
    project.save()
    (project.folder / "fail.txt").write_text("b")
    failed = project.snakemake("final.mp4", "--resources", "gpu=4")
    assert failed.returncode == 1
    assert "b: the stub was told to fail; remove fail.txt" in failed.stderr + failed.stdout
    assert (project.folder / "final.mp4").read_bytes() == old
    assert project.pending() == REBUILT_B
    shutil.rmtree(project.folder / ".snakemake")
    assert project.pending() == REBUILT_B
    (project.folder / "fail.txt").unlink()
    assert project.build("--resources", "gpu=4") == REBUILT_B
    assert colours(project) != before


def test_one_failure_does_not_stop_the_others(project):
    for shot in project.board["shots"]:
        shot["seed"] = 9
    project.save()
    (project.folder / "fail.txt").write_text("b")
    assert project.snakemake("final.mp4", "--resources", "gpu=4").returncode == 1
    assert [job for job in project.pending() if job.startswith("render")] == ["render b"]


def test_two_shots_swapped(project):
    shots = project.board["shots"]
    shots[1], shots[2] = shots[2], shots[1]
    assert project.build() == ["admit", "deliver", "join", "segment b", "segment c", "transition a"]
    assert len(project.renders()) == 3


def test_a_shot_removed(project):
    del project.board["shots"][2]
    assert project.build() == ["admit", "deliver", "join", "lay_stems", "mix"]


def test_a_shot_renamed_is_not_rendered_again(project):
    project.shot("b")["id"] = "b2"
    assert project.pending() == ["admit", "deliver", "join", "judge b2", "segment b2"]
    project.build()
    assert len(project.renders()) == 3


def test_a_shot_made_longer_renders_itself_alone(project):
    project.shot("c")["duration"] = 1.5
    assert project.pending() == [
        "admit",
        "deliver",
        "join",
        "judge c",
        "lay_stems",
        "mix",
        "render c",
        "segment c",
    ]


def test_a_default_of_the_reel_changes_every_shot(project):
    project.board["steps"] = 8
    assert [job for job in project.pending() if "render" in job] == ["render a", "render b", "render c"]


@pytest.mark.parametrize(
    ("field", "value", "jobs"),
    [
        (
            "overlay",
            [{"text": "Hello", "style": "caption"}],
            ["admit", "deliver", "join", "segment b", "set_lettering b", "transition a"],
        ),
        (
            "narration",
            "A dog on a hill.",
            ["admit", "caption", "deliver", "join", "lay_stems", "listen", "mix", "speak b"],
        ),
        (
            "transition",
            {"type": "wipe", "duration": 0.25},
            ["admit", "deliver", "join", "lay_stems", "mix", "segment b", "segment c", "transition b"],
        ),
        ("notes", "for the team", []),
    ],
)
def test_no_picture_is_rendered_for_what_is_not_picture(project, field, value, jobs):
    project.shot("b")[field] = value
    assert project.pending() == jobs


def test_music_and_title_render_nothing(project):
    project.board["music"] = {"engine": "sampled", "prompt": "calm piano"}
    assert project.pending() == ["admit", "compose", "deliver", "join", "lay_stems", "mix"]
    project.board["music"] = {"engine": "none"}
    project.board["title"] = "Another title"
    assert project.pending() == ["admit", "deliver", "join"]


def test_other_code_and_other_rules_render_nothing(project, tmp_path):
    """The files of rules and scripts are newer than everything, and one rule is worded otherwise."""
    clone = tmp_path / "swav"
    clone.mkdir()
    for part in ("Snakefile", "rules", "scripts", "profiles"):
        source = REPOSITORY / part
        shutil.copytree(source, clone / part) if source.is_dir() else shutil.copy2(source, clone / part)
    rule = clone / "rules" / "shots.smk"
    rule.write_text(rule.read_text().replace("--shot {wildcards.shot}", "--shot  {wildcards.shot}"))
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "-s", str(clone / "Snakefile"), "-n", "final.mp4"],
        cwd=project.folder,
        env=project.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "rule " not in done.stdout + done.stderr


def test_forcing_everything_renders_nothing_again(project):
    def takes():
        return {path.name: path.read_bytes() for path in (project.folder / "build/takes").iterdir()}

    before = takes()
    project.build("-F", "--resources", "gpu=4")
    assert len(project.renders()) == 3
    assert takes() == before


def test_no_file_is_made_under_a_key_that_the_cut_does_not_hold(project):
    for file in (
        "clips/stub/a-000000000000.mp4",
        "segments/a-000000000000.mp4",
        "transitions/a-000000000000.mp4",
    ):
        done = project.snakemake("-n", f"build/{file}")
        said = done.stdout + done.stderr
        assert done.returncode == 1 and "Traceback" not in said
        assert "000000000000 is not in the cut; it is " in said
    done = project.snakemake("-n", "build/clips/stub/nobody-000000000000.mp4")
    assert done.returncode == 1 and "there is no shot nobody in board.yaml" in done.stdout + done.stderr


def test_an_interrupted_render_leaves_no_half_take(project):
    project.shot("b")["prompt"] = EDITED
    project.save()
    command = [sys.executable, "-m", "snakemake", "-s", str(REPOSITORY / "Snakefile"), "final.mp4"]
    command += ["--resources", "gpu=4"]
    running = subprocess.Popen(
        command,
        cwd=project.folder,
        env=project.environment(STUB_SECONDS="30"),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: list((project.folder / "build/takes").glob(".*.partial.mp4")))
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    shutil.rmtree(project.folder / ".snakemake")
    assert project.pending() == REBUILT_B
    assert project.build("--resources", "gpu=4") == REBUILT_B


def test_after_control_c_the_next_run_goes_on(project):
    project.shot("b")["prompt"] = EDITED
    project.save()
    command = [sys.executable, "-m", "snakemake", "-s", str(REPOSITORY / "Snakefile"), "final.mp4"]
    running = subprocess.Popen(
        [*command, "--resources", "gpu=4"],
        cwd=project.folder,
        env=project.environment(STUB_SECONDS="30"),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: list((project.folder / "build/takes").glob(".*.partial.mp4")))
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=PATIENCE)
    assert "failed" not in said and "1 job stopped: render         b" in said, said
    assert project.build("--resources", "gpu=4") == REBUILT_B


def jobs_without_saving(project: Project) -> list[str]:
    from project import jobs

    done = project.snakemake("-n", "final.mp4")
    assert done.returncode == 0, done.stderr
    return jobs(done)
