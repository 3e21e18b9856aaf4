"""Takes outlive everything: weights that come and go, machines without cards, shots that are renamed."""

import copy
import os
import shutil

import pytest
from project import Project

BOARD = {
    "title": "Takes",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "prompt": "a grey cat by the sea, slow push in, soft light", "duration": 0.5},
        {"id": "b", "prompt": "a brown dog on a hill, slow push in, soft light", "duration": 0.5},
    ],
}


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path / "reel", BOARD, {"cards": 2, "gpus_per_render": 2})


def copied_without_links(project: Project) -> Project:
    """The project as a plain copy leaves it: each link a file of its own."""
    clone = copy.copy(project)
    clone.folder = project.folder.with_name("copy")
    shutil.copytree(project.folder, clone.folder)
    return clone


def engines(project: Project) -> dict[str, str]:
    return {shot["shot"]: f"{shot['engine']} {shot['state']}" for shot in project.plan()["shots"]}


def test_the_animatic_stands_in_until_the_weights_are_here(project):
    plan = project.plan()
    assert engines(project) == {"a": "animatic pending", "b": "animatic pending"}
    assert plan["shots"][0]["why"] == "not made yet; stands in for stub: no weights in models/stub.txt"
    assert plan["gpu_minutes"] == 0
    project.build()
    project.give_weights()
    assert engines(project) == {"a": "stub pending", "b": "stub pending"}
    assert project.plan()["gpu_minutes"] is None, "no take of this engine was made yet: it cannot know"
    project.build("--resources", "gpu=2")
    assert engines(project) == {"a": "stub ready", "b": "stub ready"}


def test_a_laptop_keeps_the_takes_that_it_was_given(project, tmp_path):
    project.give_weights()
    project.build("--resources", "gpu=2")
    (project.folder / "models" / "stub.txt").unlink()
    shutil.rmtree(project.folder / ".snakemake")
    assert project.pending() == []
    project.shot("b")["prompt"] = "a red wolf on a hill, slow push in, soft light"
    assert engines(project) == {"a": "stub ready", "b": "animatic pending"}
    assert project.build() == ["admit", "deliver", "draw b", "join", "judge b", "segment b"]
    project.give_weights()
    assert project.build("--resources", "gpu=2") == [
        "admit",
        "deliver",
        "join",
        "judge b",
        "render b",
        "segment b",
    ]
    assert [render["shot"] for render in project.renders()] in (["a", "b", "b"], ["b", "a", "b"])


def test_other_weights_make_other_takes(project):
    project.give_weights("one")
    project.build("--resources", "gpu=2")
    project.give_weights("two")
    plan = project.plan()
    assert {shot["why"] for shot in plan["shots"]} == {"other weights"}
    assert plan["gpu_minutes"] is not None, "takes of this size were made here: it can tell"
    project.give_weights("one")
    assert project.pending() == []


def test_a_forced_engine_that_cannot_shoot_is_refused(project):
    project.save()
    done = project.snakemake("-n", "final.mp4", "--config", "engine=stub")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "a, b: stub cannot shoot: no weights in models/stub.txt; mend that" in done.stderr


def test_a_forced_stand_in_keeps_the_rendered_takes(project):
    project.give_weights()
    project.build("--resources", "gpu=2")
    takes = sorted((project.folder / "build" / "takes").iterdir())
    assert "draw a" in project.build("--config", "engine=animatic")
    assert set(takes) < set((project.folder / "build" / "takes").iterdir())
    assert project.build("--resources", "gpu=2") == ["deliver"]


def test_why_names_the_edit(project):
    project.build()
    project.shot("a")["prompt"] = "a grey cat by the river, slow push in, soft light"
    project.shot("b")["seed"] = 5
    why = {shot["shot"]: shot["why"].split(";")[0] for shot in project.plan()["shots"]}
    assert why == {"a": "prompt: sea -> river", "b": "seed 0 -> 5"}


def test_gc_lists_what_no_cut_uses_and_removes_takes_only_on_demand(project):
    project.give_weights()
    project.build("--resources", "gpu=2")
    assert "Every file of the build is used." in project.swav("gc").stdout
    project.shot("b")["seed"] = 5
    project.build("--resources", "gpu=2")
    listed = project.swav("gc", "--json").stdout
    assert listed.count("takes/") == 3 and "segments/b-" in listed
    plain_copy = copied_without_links(project)
    assert plain_copy.swav("gc", "--json").stdout.count("takes/") == 3, (
        "a copy that broke the links keeps its takes"
    )
    writing, abandoned = (
        project.folder / "build/takes" / f".{name}.1.partial.mp4" for name in ("new", "old")
    )
    for partial in (writing, abandoned):
        partial.write_bytes(b"half")
    os.utime(abandoned, (1, 1))
    removed = project.swav("gc", "--remove")
    assert writing.exists() and not abandoned.exists()
    assert removed.returncode == 0, removed.stderr
    assert project.pending() == []
    project.shot("b")["seed"] = 0
    assert project.pending() == ["admit", "deliver", "join", "judge b", "segment b"], "the old take was kept"
    project.shot("b")["seed"] = 5
    project.save()
    assert project.swav("gc", "--remove", "--takes").returncode == 0
    project.shot("b")["seed"] = 0
    assert "render b" in project.pending()
