"""What ``--resources gpu=N`` means, for a render that claims four cards."""

import pytest
from project import Project

BOARD = {
    "title": "Cards",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [
        {"id": f"s{number}", "prompt": f"a cat number {number}", "duration": 0.5} for number in range(3)
    ],
}


@pytest.fixture
def project(tmp_path) -> Project:
    made = Project(tmp_path / "reel", BOARD, {"cards": 4, "gpus_per_render": 4})
    made.give_weights()
    return made


def overlapping(renders) -> list[tuple[str, str]]:
    """Pairs of renders that held a card at the same time."""
    return [
        (one["shot"], other["shot"])
        for one in renders
        for other in renders
        if one["shot"] < other["shot"]
        and set(one["cards"]) & set(other["cards"])
        and one["began"] < other["ended"]
        and other["began"] < one["ended"]
    ]


@pytest.mark.parametrize("arguments", [[], ["--resources", "gpu=4"], ["--resources", "gpu=8"]])
def test_no_two_renders_share_a_card(project, arguments):
    project.build(*arguments, "--cores", "4", STUB_SECONDS="0.3")
    renders = project.renders()
    assert len(renders) == 3 and all(len(render["cards"]) == 4 for render in renders)
    assert overlapping(renders) == []


@pytest.mark.parametrize("count", [0, 2])
def test_too_few_gpus_are_refused_in_one_sentence(project, count):
    project.save()
    done = project.snakemake("final.mp4", "--resources", f"gpu={count}")
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "Traceback" not in said
    assert f"--resources gpu={count}: 3 renders are pending" in said
    assert "each claims 4 GPUs; give --resources gpu=4" in said
    assert project.renders() == []


def test_gpus_per_render_all_takes_what_the_command_gives(project):
    project.config["gpus_per_render"] = "all"
    project.build("--resources", "gpu=2")
    assert [len(render["cards"]) for render in project.renders()] == [2, 2, 2]


def test_one_card_each_renders_side_by_side(project):
    project.config["gpus_per_render"] = 1
    project.build("--resources", "gpu=4", "--cores", "3", STUB_SECONDS="1.5")
    renders = project.renders()
    assert overlapping(renders) == []
    began, ended = max(render["began"] for render in renders), min(render["ended"] for render in renders)
    assert began < ended, "all three were under way at once, each on a card of its own"


def test_nothing_pending_needs_no_gpus(project):
    project.build("--resources", "gpu=4")
    assert project.pending("--resources", "gpu=0") == []
