"""EasyCache: a step is not computed while it can be foretold from the last one that was.

https://arxiv.org/abs/2507.02860: between two steps the flow changes about as much as the latents do, times a
rate that changes slowly. So what a step would have changed is added up, as a share of the flow; while the sum
is below a threshold, the flow is the latents plus what the last computed step added to its own.

It works on whole latents and whole flows, which every rank has alike: all decide alike, whatever the cards.
"""

from collections.abc import Callable
from math import inf
from typing import Any

import torch

THRESHOLD = 0.05
"""Of the flow: the authors' for the first models that they tried it on."""
FIRST = 0.2
"""Of the steps, how many at the beginning are computed: the authors' 10 of 50."""


class StepCache:
    """The cache of one denoising. ``state`` is what a resumed one begins with."""

    def __init__(self, steps: int, state: dict[str, Any] | None = None):
        self._steps = steps
        self.kept: dict[str, Any] = dict(state or {})
        """All that a resumed denoising needs; never changed, only replaced."""

    def flow(
        self, index: int, stage: str, latents: torch.Tensor, compute: Callable[[], torch.Tensor]
    ) -> torch.Tensor:
        """The flow of a step, foretold or computed; both in the shape and type of ``latents``."""
        kept = {name: _here(value, latents) for name, value in self.kept.items()}
        change = self._change(kept, index, stage, latents)
        if change < THRESHOLD:
            flow = latents + kept["added"]
            self.kept = kept | {"latents": latents, "flow": flow, "sum": change}
            return flow
        flow = compute()
        rate = None
        if kept.get("stage") == stage:
            moved = _size(latents - kept["latents"])
            rate = _size(flow - kept["flow"]) / moved if moved else None
        self.kept = {
            "stage": stage,
            "latents": latents,
            "flow": flow,
            "added": flow - latents,
            "rate": rate,
            "sum": 0.0,
        }
        return flow

    def _change(self, kept: dict[str, Any], index: int, stage: str, latents: torch.Tensor) -> float:
        """What was foretold and not computed, this step included, as a share of the flow; infinite for steps
        that are always computed: the first ones, the last, and the first two of an expert."""
        early, last = index < FIRST * self._steps, index == self._steps - 1
        if early or last or kept.get("stage") != stage or kept.get("rate") is None:
            return inf
        return kept["sum"] + kept["rate"] * _size(latents - kept["latents"]) / max(_size(kept["flow"]), 1e-12)


def _here(value: Any, latents: torch.Tensor) -> Any:
    return value.to(latents.device) if torch.is_tensor(value) else value


def _size(values: torch.Tensor) -> float:
    """The mean of what values are, without their signs."""
    return float(values.abs().mean())
