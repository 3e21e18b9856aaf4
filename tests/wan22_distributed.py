"""Run in ranks by test_wan22_parallel: one launch, many placements, each compared with one
process.

Usage: ranks.py N wan22_distributed.py MODEL REFERENCES OUT. REFERENCES is a file of
latents by precision made by one process; OUT receives, as JSON, what each check found.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import diffusers
import numpy as np
import torch
import torch.distributed as dist
from diffusers import AutoencoderKLWan
from flash3_stand_in import install

from swav.diffusion.parallel import Degrees, Team, leave
from swav.engines.wan22.engine import Progress, Setup, TakeSpec, Wan22
from swav.engines.wan22.loras import Lora
from swav.engines.wan22.sampling import Sampling
from swav.engines.wan22.spread import decode_together
from swav.errors import EngineError

TAKE = TakeSpec("a red fox runs 🚀", "静态", 64, 64, 9, 5, Sampling(steps=6))
STATE_EVERY = 4


class Killed(Exception):
    """Stands for a process that ends in the middle of a shot."""


def setups(processes: int) -> list[Setup]:
    """Every way in which this many processes can share a shot; each in both precisions where they are two."""
    degrees = [
        Degrees(guidance, processes // guidance, sharded)
        for guidance in (1, 2)
        for sharded in (False, True)
        if processes % guidance == 0 and (processes > 1 or not sharded)
    ]
    return [
        Setup("cpu", dtype, degree, text=text)
        for degree in degrees
        for dtype, text in (("float32", "card"), ("bfloat16", "disk"))
        if processes == 2 or (dtype == "float32") == (degree.guidance == 1)
    ]


def name(setup: Setup) -> str:
    degrees = setup.degrees
    sharded = " sharded" if degrees.sharded else ""
    return f"guidance {degrees.guidance} ulysses {degrees.ulysses}{sharded} {setup.dtype}"


def kill_after(step: int):
    def on_progress(progress: Progress) -> None:
        if progress.phase == "denoise" and progress.done == step:
            raise Killed

    return on_progress


def run_until_killed(engine: Wan22, state: Path, step: int = 5) -> None:
    """Render up to ``step`` and die; the state of step 4 stays behind."""
    try:
        engine.render(TAKE, state, STATE_EVERY, kill_after(step))
    except Killed:
        return
    raise AssertionError("the render was not killed")


def refusal(action) -> str:
    try:
        action()
    except EngineError as error:
        return str(error)
    return ""


def checks(model: Path, references: dict, out: Path) -> dict:
    processes, found = int(os.environ["WORLD_SIZE"]), {}
    for setup in setups(processes):
        engine = Wan22(model, setup, embeddings=out.parent / f"embeddings-{processes}")
        rendering = engine.render(TAKE)
        frames = len(list(rendering.frames))
        found[name(setup)] = {
            "equal": torch.equal(rendering.latents, references[setup.dtype]),
            "frames": frames,
            "peaks": len(rendering.report["peak_bytes"]),
            "largest_share": largest_share(engine),
        }
        if setup.dtype == "float32" and setup.degrees.guidance == 1:
            found[name(setup)] |= resumed(engine, references, out)
    found["lora"] = with_lora(model, references, out, processes)
    found["flash3"] = with_flash3(model, references, processes)
    found["spread"] = [spread(engine.team, references, name) for name in SPREAD]
    found["given up"] = given_up(engine.team, references)
    found["spread take"] = spread_take(model, references, processes)
    other_seed = replace(TAKE, seed=TAKE.seed + dist.get_rank())
    found["different jobs"] = refusal(lambda: engine.render(other_seed))
    return found


def largest_share(engine: Wan22) -> float:
    """Bytes of weights on the rank that has most, as a part of the whole model."""
    parameters = list(engine.experts("high").parameters())
    own = sum((p.to_local() if hasattr(p, "to_local") else p).nbytes for p in parameters)
    return max(engine.team.collect(own)) / sum(p.nbytes for p in parameters)


def resumed(engine: Wan22, references: dict, out: Path) -> dict:
    """Continue what one process left and what this team left, and leave the latter for one process."""
    kind = "sharded" if engine.setup.degrees.sharded else "whole"
    left, states = out.with_suffix(f".{kind}.state"), {}
    run_until_killed(engine, left)
    for source in (out.parent / "one.state", left):
        state = out.with_suffix(f".{kind}.{source.stem}.copy")
        if engine.team.rank == 0:
            shutil.copy(source, state)
        rendering = engine.render(TAKE, state)
        states[source.name] = rendering.report["resumed_from"]
        assert torch.equal(rendering.latents, references["float32"]), source
    return {"resumed_from": sorted(states.values())}


def with_lora(model: Path, references: dict, out: Path, processes: int) -> bool:
    setup = Setup("cpu", "float32", Degrees(1, processes, sharded=True), text="card")
    lora = Lora(out.parent / "lora.safetensors", 0.7)
    return torch.equal(Wan22(model, setup, [lora]).render(TAKE).latents, references["lora"])


def with_flash3(model: Path, references: dict, processes: int) -> bool:
    """Our own entry for FlashAttention 3 under Ulysses, with PyTorch's attention in the kernel's place."""
    install()
    setup = Setup("cpu", "bfloat16", Degrees(1, processes), text="card", kernel="flash3")
    return torch.equal(Wan22(model, setup).render(TAKE).latents, references["bfloat16"])


SPREAD = {"landscape": (10, 44), "upright": (45, 9), "narrow": (3, 5)}
"""Latents down and across; 45 and 5 cannot be divided into equal strips."""
LATENT_FRAMES = 3


def wider_vae() -> AutoencoderKLWan:
    """With channels that a CPU's convolutions take eight at a time wherever a pixel lies, as at full size."""
    torch.manual_seed(6)
    return AutoencoderKLWan(base_dim=8, z_dim=16).eval().requires_grad_(False)


def latents_of(name: str) -> torch.Tensor:
    shape = (1, 16, LATENT_FRAMES, *SPREAD[name])
    return torch.randn(shape, generator=torch.Generator().manual_seed(7))


def digest_of(frames: Iterable[np.ndarray]) -> list[str]:
    return [hashlib.sha256(frame).hexdigest() for frame in frames]


def spread(team: Team, references: dict, name: str) -> bool:
    """Whether the strips of all ranks are the pictures that one process decodes whole, to the last bit."""
    frames = digest_of(decode_together(wider_vae(), latents_of(name), team))
    return frames == (references[name] if team.rank == 0 else [])


def given_up(team: Team, references: dict) -> list[str]:
    """What each rank says when rank 0 closes a clip after two frames. The next clip is whole all the same."""
    frames, said = decode_together(wider_vae(), latents_of("landscape"), team), ""
    if team.rank == 0:
        next(frames), next(frames)
        frames.close()
    else:
        said = refusal(lambda: list(frames))
    assert spread(team, references, "landscape")
    return team.collect(said)


def spread_take(model: Path, references: dict, processes: int) -> dict:
    """A take whose VAE is spread, against the frames of one process."""
    setup = Setup("cpu", "float32", Degrees(1, processes), text="card", vae="spread")
    rendering = Wan22(model, setup).render(TAKE)
    frames = list(rendering.frames)
    reference = references["frames"].numpy().astype(int)
    far = int(np.abs(np.stack(frames) - reference).max()) if frames else 0
    decoding = [peaks["decode"] > 0 for peaks in rendering.report["peak_bytes"]]
    return {"frames": len(frames), "far": far, "decoding": decoding}


if __name__ == "__main__":
    diffusers.logging.set_verbosity_error()
    model, references, out = (Path(argument) for argument in sys.argv[1:4])
    found = checks(model, torch.load(references, weights_only=True), out)
    if dist.get_rank() == 0:
        out.write_text(json.dumps(found, indent=2, ensure_ascii=False))
    leave()
