"""A LoRA or weights that are replaced while a shot is rendered: nothing is kept, no worker remembers them."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from wan22_site import request

from swav.engines import Job, LoraFile
from swav.engines.wan22.service import ENGINE
from swav.errors import EngineError
from swav.hashes import content_digest


def save_lora(file: Path, seed: int) -> Path:
    random = torch.Generator().manual_seed(seed)
    module = "diffusion_model.blocks.0.self_attn.q"
    thin = {"lora_A": torch.randn(4, 48, generator=random), "lora_B": torch.randn(48, 4, generator=random)}
    save_file({f"{module}.{name}.weight": tensor for name, tensor in thin.items()}, file)
    return file


@pytest.fixture
def job(site, tmp_path):
    lora = save_lora(tmp_path / "lora.safetensors", 1)
    return Job(
        request(loras=(LoraFile(str(lora), content_digest(lora)),), steps=2),
        ENGINE.readiness(site).model,
        12,
        tmp_path / "s1.mp4",
        {},
        build=tmp_path / "build",
        state=tmp_path / "build/state/s1",
        models=site.models,
        cards=("0",),
        gpus=1,
    )


def shoot(job: Job) -> dict:
    """Render from the first step on: what another shot has left is no help."""
    shutil.rmtree(job.state, ignore_errors=True)
    return ENGINE.shoot(job)


def at(wanted: str, act):
    """Progress that acts once, at the first sign of a step."""
    done = []

    def progress(step, *_):
        if step == wanted and not done:
            done.append(act())

    return progress


def test_a_lora_replaced_while_a_shot_is_rendered(job, tmp_path):
    lora = Path(job.request.loras[0].path)
    first, second = lora.read_bytes(), save_lora(tmp_path / "other.safetensors", 2).read_bytes()
    undisturbed = shoot(job)
    with pytest.raises(EngineError, match="changed since the storyboard was read"):
        shoot(replace(job, progress=at("denoise", lambda: lora.write_bytes(second))))
    with pytest.raises(EngineError, match="changed since the storyboard was read; build again"):
        shoot(job)
    other = replace(job, request=request(loras=(LoraFile(str(lora), content_digest(lora)),), steps=2))
    assert shoot(other)["pixels_sha256"] != undisturbed["pixels_sha256"]
    lora.write_bytes(first)
    again = shoot(job)
    assert again["warm"] and again["pixels_sha256"] == undisturbed["pixels_sha256"]


def test_weights_replaced_while_a_shot_is_rendered(job, tmp_path):
    (config,) = Path(job.models).glob("wan22/high_noise_model/config.json")
    before = config.read_text()

    def edit():
        config.write_text(before + "\n")

    try:
        with pytest.raises(EngineError, match="changed since the storyboard was read"):
            shoot(replace(job, progress=at("denoise", edit)))
    finally:
        config.write_text(before)
