"""Wan 2.2 in a build, tiny and on the CPU: weights read once, shots resumed, the record of a take."""

from pathlib import Path

import av
import numpy as np
import pytest
from project import Project
from wan22_site import STEPS, request

from swav.cut.takes import read_record
from swav.engines import Job
from swav.engines.wan22 import service
from swav.engines.wan22.service import ENGINE
from swav.errors import EngineError
from swav.render.client import stop_workers

LISTENER = '''
"""Notes every file of the model that a rank opens, and when."""
import os, sys, time
log = os.open(os.environ["OPENED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def listen(event, arguments):
    if event == "open" and "/models/wan22/" in str(arguments[0]):
        os.write(log, f"{os.getpid()} {time.time()} {arguments[0]}\\n".encode())
sys.addaudithook(listen)
'''


def shoot(site, folder, name, gpus, **changes):
    """Shoot as ``swav.reel.shooting`` does; what the engine returned, and the clip."""
    asked = request(**changes)
    clip = folder / f"{name}.mp4"
    made = ENGINE.shoot(
        Job(
            request=asked,
            model=ENGINE.readiness(site).model,
            frames=asked.length.frames,
            clip=clip,
            metadata={"title": asked.shot},
            build=folder / "build",
            cards=site.cards,
            gpus=gpus,
            models=site.models,
            state=folder / "build/state" / name,
        )
    )
    return made, clip


def pixels(clip):
    with av.open(str(clip)) as container:
        return np.stack([frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)])


@pytest.fixture(scope="module")
def shared_by_all():
    """Digests of the same take, made in different ways."""
    return []


@pytest.mark.parametrize(("gpus", "rank"), [(1, 0), (2, 1)])
def test_a_killed_shot_goes_on_at_the_saved_step_with_the_same_bits(
    site, tmp_path, monkeypatch, shared_by_all, gpus, rank
):
    monkeypatch.setattr(service, "RENDERER", "wan22_mortal:Mortal")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/dies.json").write_text(f"[{rank}, 7]")
    # Of two ranks, torchrun may end the other one before it can say why it has to go.
    why = "was killed, by somebody" if gpus == 1 else r"(was killed, by somebody|crashed \(exit status 1\))"
    with pytest.raises(EngineError, match=f"^the render worker {why}"):
        shoot(site, tmp_path, "killed", gpus)
    assert not (tmp_path / "killed.mp4").exists()
    (tmp_path / "build/dies.json").unlink()
    resumed, clip = shoot(site, tmp_path, "killed", gpus)
    assert resumed["resumed_from"] == 5 and not resumed["warm"]
    whole, reference = shoot(site, tmp_path, "whole", gpus)
    assert whole["resumed_from"] == 0 and whole["warm"]
    assert pixels(clip).shape == pixels(reference).shape == (9, 96, 64)
    assert resumed["pixels_sha256"] == whole["pixels_sha256"]
    shared_by_all.append(whole["pixels_sha256"])
    assert len(set(shared_by_all)) == 1, "and the same on one card and on two"


def test_memory_that_runs_out_is_said_with_the_plan_that_comes_next(site, tmp_path, monkeypatch):
    monkeypatch.setattr(service, "RENDERER", "wan22_mortal:Mortal")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/full.json").write_text('{"whole": true}')
    with pytest.raises(EngineError) as failure:
        shoot(site, tmp_path, "large", 1)
    assert str(failure.value) == (
        "memory ran out (21.47 GB more were needed); build again, "
        "and such shots are rendered by the next smaller plan: one expert on the card at a time, "
        "the text encoder in host memory, the VAE tiled"
    )
    made, _ = shoot(site, tmp_path, "large", 1)
    assert made["placement"]["vae"] == "tiled"


def test_what_a_take_records(site, tmp_path):
    made, clip = shoot(site, tmp_path, "s1", 1, guidance=1.0)
    assert made["sampling"] == {
        "steps": STEPS,
        "shift": 12.0,
        "guidance_high": 1.0,
        "guidance_low": 1.0,
        "boundary": 0.875,
    }
    assert made["fingerprint"] == ENGINE.readiness(site).model and made["seed"] == 5
    assert {"torch", "diffusers", "transformers"} <= made["versions"].keys()
    assert {"text", "high", "low", "decode"} <= made["phase_seconds"].keys()
    assert made["placement"]["processes"] == 1 == len(made["peak_bytes"])
    assert (made["native_size"], made["native_frames"], made["layout"]) == ("64x64", 9, "original")
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 16
        assert container.metadata["title"] == "s1" and "torch" in container.metadata["software"]


def test_weights_that_change_between_reading_and_rendering_are_refused(site, tmp_path):
    job = Job(
        request(), "other weights", 12, tmp_path / "s1.mp4", {}, models=site.models, cards=("0",), gpus=1
    )
    with pytest.raises(EngineError, match="changed since the storyboard was read; build again"):
        ENGINE.shoot(job)


BOARD = {
    "title": "Foxes",
    "size": "64x64",
    "fps": 12,
    "engine": "wan2.2",
    "steps": 3,
    "on_fail": "warn",  # random weights make pictures that no gate should pass
    "music": {"engine": "none"},
    "shots": [
        {"id": f"s{number}", "prompt": f"a red fox number {number} runs over the snow", "duration": 0.5}
        for number in range(4)
    ],
}


@pytest.fixture
def project(site, models, tmp_path):
    made = Project(tmp_path / "reel", BOARD, {"cards": 2, "models": str(models)})
    (made.folder / "plugins/listener.py").write_text(LISTENER)
    yield made
    stop_workers(made.folder / "build")


def test_a_reel_reads_its_weights_once_and_an_edit_renders_one_shot(project):
    """Four shots on two cards (two processes): one worker, whose weights are read before the first take."""
    opened = project.folder / "opened.txt"
    options = ("--resources", "gpu=2", "--cores", "2")
    listening = {"OPENED": str(opened), "SWAV_TEST_RANK_READS": "listener"}
    ran = project.build(*options, **listening)
    assert [each for each in ran if each.startswith("render")] == [f"render s{number}" for number in range(4)]
    takes = sorted((project.folder / "build/takes").glob("*.mp4"), key=lambda take: take.stat().st_mtime)
    records = [read_record(take) for take in takes]
    assert [record["warm"] for record in records] == [False, True, True, True]
    assert [len(record["cards"]) for record in records] == [2] * 4
    notes = [line.split(" ", 2) for line in opened.read_text().splitlines()]
    assert len({process for process, _, _ in notes}) == 2, "two ranks of one worker opened weights"
    parts = {Path(file).parent.name for _, _, file in notes}
    assert parts >= {"high_noise_model", "low_noise_model", "wan22"}
    assert max(float(when) for _, when, _ in notes) < takes[0].stat().st_mtime, "no weights after a take"
    assert not list((project.folder / "build/state").glob("*"))
    project.shot("s2")["prompt"] = "a blue fox sleeps"
    ran = project.build(*options, **listening)
    assert [each for each in ran if each.startswith("render")] == ["render s2"]
    assert len(list((project.folder / "build/takes").glob("*.mp4"))) == 5
