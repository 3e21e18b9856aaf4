"""A model that is a recipe in a build: a real worker, tiny weights, one reel with other engines."""

import os

import pytest
from places import REPOSITORY, TESTS
from project import Project
from tiny_pipelines import write

from swav.cut.takes import read_record
from swav.render.client import stop_workers

BOARD = {
    "title": "Foxes",
    "size": "64x64",
    "fps": 12,
    "engine": "cogvideox-5b",
    "steps": 2,
    "on_fail": "warn",  # random weights make pictures that no gate should pass
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "prompt": "a red fox runs over the snow", "duration": 0.5},
        {"id": "b", "prompt": "a red fox at dawn", "duration": 0.5},
        {"id": "c", "prompt": "snow", "duration": 0.5, "engine": "animatic"},
    ],
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name, value in {
        "SWAV_DEVICE": "cpu",
        "SWAV_LEASES": str(tmp_path / "leases"),
        "SWAV_WORKER_IDLE": "60",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(REPOSITORY)]),
    }.items():
        monkeypatch.setenv(name, value)
    made = Project(tmp_path / "reel", BOARD, {"cards": 2, "gpus_per_render": {"cogvideox-5b": 1}})
    write("cogvideox-5b", made.folder / "models")
    yield made
    stop_workers(made.folder / "build")


def test_another_engine_for_one_shot_renders_one_shot(project):
    ran = project.build("--resources", "gpu=1", "--cores", "2")
    assert {job for job in ran if job.startswith(("render", "draw"))} == {"render a", "render b", "draw c"}
    records = [read_record(take) for take in (project.folder / "build/takes").glob("*.mp4")]
    rendered = [record for record in records if record["engine"] == "cogvideox-5b"]
    assert sorted(record["warm"] for record in rendered) == [False, True]
    assert [len(record["cards"]) for record in rendered] == [1, 1]
    assert all(record["placement"]["residency"] == "card" for record in rendered)
    project.shot("b")["engine"] = "animatic"
    assert [job for job in project.pending() if job.startswith(("render", "draw"))] == ["draw b"]
