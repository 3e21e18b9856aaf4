"""From what a storyboard says of sampling to what its engine is asked, and what is said where it is unfit."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from safetensors.numpy import save_file

from swav.config import Config
from swav.engines import Sampling
from swav.reel.workflow import read_reel
from swav.review.remarks import remarks

SHOTS = [
    {"id": "plain", "prompt": "a red fox in snow"},
    {"id": "own", "prompt": "a red fox in snow", "sampling": "official", "guidance": [4, 3], "loras": []},
    {"id": "many", "prompt": "a red fox in snow", "steps": 40},
    {"id": "other", "prompt": "a red fox in snow", "engine": "cogvideox-5b", "loras": []},
]
BOARD = {
    "title": "T",
    "size": "128x72",
    "noise": {"like": "RTX A6000"},
    "sampling": {"shift": 5, "solver": "dpm++"},
    "guidance": 3.5,
    "loras": [{"file": "few.safetensors"}],
    "shots": [{**shot, "duration": 1, "prepare": False} for shot in SHOTS],
}


@pytest.fixture
def cut(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tensors = {"blocks.0.attn1.to_q.lora_A.weight": np.ones((1, 1), np.float32)}
    save_file(tensors, "few.safetensors", metadata={"modelspec.title": "Lightning, 4 steps", "ss_tags": "x"})
    Path("config.yaml").write_text("")
    Path("board.yaml").write_text(yaml.safe_dump(BOARD))
    return read_reel(Config.read({"storyboard": "board.yaml"})).cut


def test_what_is_said_of_sampling_reaches_the_engine_and_what_does_not_agree_is_named(cut):
    asked = {shot.id: shot.request for shot in cut.shots}
    reels = Sampling(shift=5, solver="dpm++", noise="RTX A6000")
    assert (asked["plain"].guidance, asked["plain"].sampling) == (3.5, reels)
    assert asked["plain"].loras[0].says.endswith("few.safetensors Lightning, 4 steps")
    assert (asked["own"].guidance, asked["own"].sampling) == (
        4.0,
        Sampling("official", guidance_low=3.0, noise="RTX A6000"),
    )
    assert remarks(cut) == [
        "a LoRA that was trained for 4 steps is sampled in another way than it was trained (plain)",
        "40 steps with a LoRA that was trained for 4: leave out steps and sampling (many)",
        "CogVideoX-5B is sampled as its authors do it; what the storyboard says of sampling "
        "(shift 5.0, solver dpm++, noise RTX A6000) is left out (other)",
    ]
