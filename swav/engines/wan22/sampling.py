"""The denoising loop: from noise to latents in ``steps`` calls of an expert, the first ones by the
high-noise one.

Equal to ``diffusers.WanPipeline`` on the same time grid, bit by bit. The grid is Wan's own, which
Diffusers' pipeline does not use: with it the last timesteps of 40 are 492, 386, 235 instead of 496, 391,
242.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import torch
import torch.distributed as dist
from torch import nn

from swav.diffusion.lossy import step_cache
from swav.engines.wan22.philox import normal
from swav.engines.wan22.solvers import HISTORY, TRAINED_TIMESTEPS, Solver, solver_for
from swav.errors import EngineError

Stage = Literal["high", "low"]


@dataclass(frozen=True)
class Sampling:
    """How latents are drawn. The defaults are the official ones (Wan2.2, ``wan/configs/wan_t2v_A14B.py``).

    ``guidance_high`` and ``guidance_low`` are classifier-free guidance scales of the two experts: 1 needs one
    pass per step, any other value two. ``boundary`` is the part of the timesteps below which the low-noise
    expert takes over.
    """

    steps: int = 40
    shift: float = 12.0
    guidance_high: float = 4.0
    guidance_low: float = 3.0
    boundary: float = 0.875
    solver: Solver = "unipc"

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= TRAINED_TIMESTEPS:
            raise EngineError(f"{self.steps} sampling steps are not possible; ask for 1 to 1000, usually 40")
        if self.shift <= 0 or not 0 <= self.boundary <= 1:
            raise EngineError(
                f"shift {self.shift} and boundary {self.boundary} are not possible; "
                "shift is above 0 (officially 12), boundary between 0 and 1 (officially 0.875)"
            )

    def guidance(self, stage: Stage) -> float:
        return self.guidance_high if stage == "high" else self.guidance_low

    def stage(self, timestep: float) -> Stage:
        """Which expert denoises at ``timestep`` (of 1000)."""
        return "high" if timestep >= self.boundary * TRAINED_TIMESTEPS else "low"


def noise(width: int, height: int, frames: int, seed: int, blocks: int = 0) -> torch.Tensor:
    """The latents to begin with, (1, 16, (frames - 1) / 4 + 1, height / 8, width / 8), float32 on the CPU.

    The CPU's generator gives the same numbers on every machine and every rank. With ``blocks`` they are those
    of a card that holds as many at once: see ``philox``.
    """
    if width % 16 or height % 16 or min(width, height) < 16:
        raise EngineError(
            f"Wan 2.2 renders sides that are multiples of 16, not {width}x{height}; "
            f"ask for {max(16, round(width / 16) * 16)}x{max(16, round(height / 16) * 16)}"
        )
    if frames < 1 or frames % 4 != 1:
        raise EngineError(
            f"Wan 2.2 renders 4n + 1 frames, not {frames}; ask for {4 * max(1, round((frames - 1) / 4)) + 1}"
        )
    shape = (1, 16, (frames - 1) // 4 + 1, height // 8, width // 8)
    if blocks:
        return torch.from_numpy(normal(prod(shape), seed, blocks)).view(shape)
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed), dtype=torch.float32)


def scheduler_for(sampling: Sampling, device: torch.device | str = "cpu"):
    """The solver of a sampling at its first step: see ``solvers``."""
    return solver_for(sampling.solver, sampling.steps, sampling.shift, device)


@dataclass(frozen=True)
class Step:
    """A step that was just made: ``done`` of ``total``. ``state()`` is all that a resumed loop needs."""

    done: int
    total: int
    stage: Stage
    state: Callable[[], dict[str, Any]]
    picture: Callable[[], torch.Tensor]
    """What the latents would be if this step had taken away all noise."""


@torch.no_grad()
def denoise(
    expert: Callable[[Stage], nn.Module],
    sampling: Sampling,
    positive: torch.Tensor,
    negative: torch.Tensor,
    latents: torch.Tensor,
    *,
    state: dict[str, Any] | None = None,
    until: int = 0,
    on_step: Callable[[Step], None] | None = None,
    guidance_group: dist.ProcessGroup | None = None,
    ways: Collection[str] = (),
) -> torch.Tensor:
    """Denoise ``latents``, (1, 16, frames, height, width) in float32, and return them in the same shape
    and type.

    ``expert`` gives the transformer of a stage, ready on the device of ``latents``; it is asked before
    each step. ``positive`` and ``negative`` are text embeddings, (1, 512, width), in the type in which
    the experts compute. ``state`` is a ``Step.state()`` of the same rendering. ``until`` is the step after
    which it stops, as for one who goes on from its state; 0 is the last. With a ``guidance_group``
    of two ranks, its rank 0 computes the pass with the prompt and rank 1 the one without. Of the lossy
    ``ways`` the one counts that leaves out steps.
    """
    scheduler = scheduler_for(sampling, latents.device)
    if state:
        latents = state["latents"].to(latents.device)
        _restore(scheduler, state["scheduler"], latents.device)
    total = len(scheduler.timesteps)
    cache = step_cache(ways, total, state.get("cache") if state else None)
    for index in range(scheduler.step_index or 0, until or total):
        timestep = scheduler.timesteps[index]
        stage = sampling.stage(timestep.item())

        def computed(stage=stage, latents=latents, timestep=timestep) -> torch.Tensor:
            return _guided(
                expert(stage),
                latents.to(positive.dtype),
                timestep.expand(1),
                (positive, negative),
                sampling.guidance(stage),
                guidance_group,
            )

        flow = cache.flow(index, stage, latents, computed) if cache else computed()
        before = latents
        latents = scheduler.step(flow, timestep, latents, return_dict=False)[0]
        if on_step:
            on_step(
                Step(
                    index + 1,
                    total,
                    stage,
                    lambda latents=latents, kept=cache and cache.kept: _state(
                        sampling.solver, scheduler, latents, kept
                    ),
                    # flow = noise - picture, and the timestep is a thousand times the share of noise
                    lambda before=before, flow=flow, noise=timestep: before - noise.item() / 1000 * flow,
                )
            )
    return latents


def _guided(model, latents, timestep, texts, scale: float, group: dist.ProcessGroup | None) -> torch.Tensor:
    """The model's flow with classifier-free guidance (https://arxiv.org/abs/2207.12598), in float32."""

    def flow(text: torch.Tensor) -> torch.Tensor:
        given = {"timestep": timestep, "encoder_hidden_states": text, "return_dict": False}
        return model(hidden_states=latents, **given)[0].float()

    if scale == 1:
        return flow(texts[0])
    if group is None:
        conditional, unconditional = (flow(text) for text in texts)
    else:
        own = flow(texts[dist.get_rank(group)]).contiguous()
        conditional, unconditional = both = [torch.empty_like(own) for _ in texts]
        dist.all_gather(both, own, group=group)
    return unconditional + scale * (conditional - unconditional)


def _state(solver: Solver, scheduler: Any, latents: torch.Tensor, cache: Any = None) -> dict[str, Any]:
    """A copy on the CPU: the scheduler changes its lists in place."""
    history = {name: _on(getattr(scheduler, name), "cpu") for name in HISTORY[solver]}
    state = {"latents": latents.cpu(), "scheduler": history}
    return state | ({"cache": {name: _on(value, "cpu") for name, value in cache.items()}} if cache else {})


def _restore(scheduler: Any, history: dict[str, Any], device: torch.device) -> None:
    for name, value in history.items():
        setattr(scheduler, name, _on(value, device))


def _on(value: Any, device: torch.device | str) -> Any:
    if isinstance(value, list):
        return [_on(item, device) for item in value]
    return value.to(device) if isinstance(value, torch.Tensor) else value
