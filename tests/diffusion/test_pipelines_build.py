"""Models that are recipes in a build: real workers, tiny weights, one reel with footage and a card."""

import numpy as np
import pytest
import warm
from numbered import write_numbered
from PIL import Image
from project import Project
from tiny_pipelines import picture, write

from swav.cut.takes import read_record
from swav.media.photograph import read_photograph
from swav.render.client import stop_workers

BOARD = {
    "title": "Foxes",
    "size": "64x64",
    "fps": 12,
    "engine": "wan2.2-i2v",
    "steps": 2,
    "on_fail": "warn",  # random weights make pictures that no gate should pass
    "music": {"engine": "none"},
    "shots": [
        {
            "id": "a",
            "prompt": "a red fox runs over the snow",
            "duration": 0.5,
            "keyframe": {"file": "first.png"},
            "end": {"file": "last.png"},
        },
        {"id": "b", "prompt": "a red fox", "duration": 0.5, "keyframe": {"file": "first.png"}},
        {
            "id": "c",
            "prompt": "a red fox at dawn",
            "duration": 0.5,
            "engine": "svd",
            "keyframe": {"prompt": "a red fox", "engine": "sdxl"},
        },
        {"id": "d", "prompt": "a red fox at dawn", "duration": 0.5, "engine": "cogvideox-5b"},
        {"id": "e", "footage": {"file": "sea.mp4"}, "duration": 0.5},
        {"id": "f", "card": {"title": "The end"}, "duration": 0.5},
    ],
}
CLAIMS = {"wan2.2-i2v": 1, "svd": 1, "cogvideox-5b": 1}
"""Cards of a render; sdxl draws on as many as it has a use for."""


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name, value in {
        "SWAV_DEVICE": "cpu",
        "SWAV_LEASES": str(tmp_path / "leases"),
        "SWAV_WORKER_IDLE": "60",
        "OMP_NUM_THREADS": "1",
        **warm.forked_ranks(),
    }.items():
        monkeypatch.setenv(name, value)
    made = Project(tmp_path / "reel", BOARD, {"cards": 1, "gpus_per_render": CLAIMS})
    for name in ("sdxl", *CLAIMS):
        write(name, made.folder / "models")
    for number, name in enumerate(("first", "last")):
        Image.fromarray(picture(64, number)).save(made.folder / f"{name}.png")
    write_numbered(made.folder / "sea.mp4", range(12), width=64, height=64)
    yield made
    stop_workers(made.folder / "build")


def test_pictures_are_drawn_and_shot_and_another_engine_for_one_shot_renders_one_shot(project):
    ran = project.build("--resources", "gpu=1", "--cores", "2")
    assert _made(ran) == {"render a", "render b", "keyframe c", "render c", "render d", "draw e", "draw f"}
    taken = {record["shot"]: record for record in map(read_record, _takes(project))}
    records = {shot: taken[shot] for shot in "abcd"}
    engines = {shot: record["recipe"]["engine"] for shot, record in records.items()}
    assert engines == {"a": "wan2.2-i2v", "b": "wan2.2-i2v", "c": "svd", "d": "cogvideox-5b"}
    assert sorted(records[shot]["warm"] for shot in "ab") == [False, True]
    assert {len(record["cards"]) for record in records.values()} == {1}
    assert {record["placement"]["precision"] for record in records.values()} == {"float32"}
    assert set(records["a"]["recipe"]) - set(records["b"]["recipe"]) == {"last_frame"}
    (drawn,) = (project.folder / "build/frames").rglob("*.png")
    assert read_photograph(drawn).shape == (64, 64, 3) and np.ptp(read_photograph(drawn)) > 0
    assert records["c"]["recipe"]["first_frame"]["content"].startswith("frame ")
    for engine, job in (("svd", "render b"), ("animatic", "draw b")):
        project.shot("b")["engine"] = engine
        assert _made(project.pending("--resources", "gpu=1")) == {job}


def _made(jobs):
    return {job for job in jobs if job.startswith(("render", "draw", "keyframe"))}


def _takes(project):
    return (project.folder / "build/takes").glob("*.mp4")
