"""A VAE that is spread over two ranks of a worker: what ends its decoding ends it on both, and no more."""

import os
import signal
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderKLWan
from torch.utils.flop_counter import FlopCounterMode
from waiting import running, wait_for
from wan22_site import request

from swav.diffusion.costs import forecast
from swav.diffusion.facts import ShotFacts
from swav.diffusion.placement import Placement
from swav.engines import Job
from swav.engines.wan22 import service
from swav.engines.wan22.decode import chunks
from swav.engines.wan22.service import ENGINE
from swav.engines.wan22.sizes import PUBLISHED
from swav.engines.wan22.spread import Strips, only_strip
from swav.errors import EngineError
from swav.keys import Length
from swav.render.cards import lease_folder, lease_lock
from swav.render.hardware import Gpu, descendants
from swav.render.worker_register import Worker, workers


@pytest.mark.parametrize("shot", [ShotFacts(832, 480, 9), ShotFacts(720, 1280, 9)])
@pytest.mark.parametrize("ranks", [2, 4])
def test_the_strips_of_the_full_size_vae_cost_what_is_foretold(shot, ranks):
    """Multiplications are counted on tensors without values, of the rank that has the most."""
    with torch.device("meta"):
        vae = AutoencoderKLWan(base_dim=96, z_dim=16).eval()
        latents = torch.empty(1, 16, 3, shot.height // 8, shot.width // 8)
    strips = Strips.of(latents, ranks)
    counted = [multiplications(vae, latents, only_strip(vae.decoder, strips, rank)) for rank in range(ranks)]
    whole = multiplications(vae, latents, nullcontext())
    card = Gpu("NVIDIA H100 80GB HBM3", 0, 0, (9, 0))
    alone, spread = (
        forecast(Placement(ulysses=ranks, vae=mode), card, "unknown", PUBLISHED, shot).seconds["decode"]
        for mode in ("whole", "spread")
    )
    assert 0 <= spread / alone - max(counted) / whole < 0.05, "and the finished strips have to come together"


@torch.no_grad()
def multiplications(vae, latents, limits) -> int:
    with FlopCounterMode(display=False) as counter, limits:
        for _ in chunks(vae, latents):
            pass
    return counter.get_total_flops()


class Gone(Exception):
    """The job ends while its shot is decoded."""


def shoot(site, folder, name, on_frame=lambda frame: None):
    """A shot of two seconds on two ranks; ``on_frame`` hears of each frame that is decoded."""

    def progress(phase: str, done: int, total: int) -> None:
        if phase == "decode":
            on_frame(done)

    return ENGINE.shoot(
        Job(
            request=request(length=Length(frames=48), steps=1),
            model=ENGINE.readiness(site).model,
            frames=48,
            clip=folder / name,
            metadata={},
            build=folder / "build",
            cards=site.cards,
            gpus=2,
            models=site.models,
            state=folder / "build/state" / name,
            progress=progress,
        )
    )


def living() -> list[Worker]:
    with lease_lock(lease_folder()):
        return list(workers(lease_folder()))


def rank_of(process: int) -> str:
    """The rank that a process is, as torchrun told it; nothing for others."""
    said = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    return next((entry[5:].decode() for entry in said if entry.startswith(b"RANK=")), "")


def test_what_is_given_up_leaves_the_worker_ready_and_a_lost_rank_ends_it(site, tmp_path, monkeypatch):
    monkeypatch.setattr(service, "RENDERER", "wan22_full_disk:OnFullDisk")
    whole = shoot(site, tmp_path, "whole.mp4")
    assert whole["placement"]["vae"] == "spread"
    assert [peaks["decode"] > 0 for peaks in whole["peak_bytes"]] == [True, True]
    processes = descendants([living()[0].keeper])
    ranks = {rank_of(process): process for process in processes}

    def leave(frame):
        if frame == 2:
            raise Gone

    with pytest.raises(Gone):
        shoot(site, tmp_path, "gone.mp4", leave)
    with pytest.raises(EngineError, match=r"^the disk is full; free some of it"):
        shoot(site, tmp_path, "full.mp4")
    again = shoot(site, tmp_path, "again.mp4")
    assert again["warm"] and again["pixels_sha256"] == whole["pixels_sha256"]
    assert not (tmp_path / "gone.mp4").exists() and not (tmp_path / "full.mp4").exists()

    def lose(frame):
        if frame == 2:
            os.kill(ranks["1"], signal.SIGKILL)

    with pytest.raises(EngineError, match=r"^the render worker "):
        shoot(site, tmp_path, "lost.mp4", lose)
    wait_for(lambda: not any(map(running, processes)), "a process was left behind")
    assert not (tmp_path / "lost.mp4").exists() and not living()
