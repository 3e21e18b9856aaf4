"""The sound that a model makes with its pictures: kept in the take, and heard in the reel as footage's is."""

import numpy as np
import pytest
import soundfile
from project import STUB_ENGINE, Project

from swav.media.probe import probe

HEARD = """heard = Sound(np.sin(np.arange(32000, dtype=np.float32) * 0.2)[None] / 2, 16000)
        if "silent" in job.request.prompt:
            heard = None
        with ClipWriter(job.clip, sound=heard,"""
"""What the stub does where it writes a clip, to be heard."""
CHANGES = (
    ("    gpu = True\n", "    gpu = True\n    sounds = True\n"),
    ("import ClipWriter", "import ClipWriter, Sound"),
    ("with ClipWriter(job.clip,", HEARD),
)
BOARD = {
    "title": "Heard",
    "size": "160x90",
    "fps": 24,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "card": {"title": "First"}, "duration": 1},
        {"id": "b", "prompt": "a red fox runs over the snow at dawn", "duration": 1},
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    project = Project(tmp_path_factory.mktemp("heard"), BOARD, {"cards": [0]})
    made = STUB_ENGINE
    for old, new in CHANGES:
        assert made.count(old) == 1
        made = made.replace(old, new)
    (project.folder / "plugins/stub_engine.py").write_text(made)
    project.give_weights()
    return project


def footage_stems(project: Project) -> dict[str, np.ndarray]:
    files = (project.folder / "build").rglob("footage.wav")
    return {str(file): soundfile.read(file)[0] for file in files}


def test_a_takes_sound_has_a_stem_and_is_heard_in_step_with_its_shot(project):
    project.build("--resources", "gpu=1")
    assert probe(next((project.folder / "build/clips/stub").rglob("*.mp4"))).sound
    earlier = footage_stems(project)
    (samples,) = earlier.values()
    before, within = samples[:45000], samples[51000:93000]
    assert np.abs(before).max() < 1e-4 and np.abs(within).max() > 0.01
    assert project.pending() == []

    # A take without sound, as of an engine that stands in, has its stem all the same: rules promise it.
    project.shot("b")["prompt"] = "a silent fox"
    project.build("--resources", "gpu=1")
    (silent,) = (stem for file, stem in footage_stems(project).items() if file not in earlier)
    assert np.abs(silent).max() < 1e-4
