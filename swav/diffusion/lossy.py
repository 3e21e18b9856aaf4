"""The lossy ways of an order, applied to networks in a worker: see ``swav.diffusion.ways``."""

from collections.abc import Collection, Iterable
from typing import Any

from torch import nn

from swav.diffusion.called import called
from swav.diffusion.ways import Replaces, named
from swav.diffusion.ways._linears import replace_linears


def change(model: nn.Module, blocks: Iterable[nn.Module], names: Collection[str]) -> None:
    """Let a network compute in these ways; before it is compiled, divided or given an attention kernel.

    It may be empty, and is filled then as it was to be.
    """
    for code in _codes(names, "linears"):
        replace_linears(blocks, code())


def attend(model: nn.Module, names: Collection[str]) -> None:
    """Give a network its lossy attention, where there is one; after any other kernel."""
    for code in _codes(names, "attention"):
        code(model)


def step_cache(names: Collection[str], steps: int, state: dict[str, Any] | None) -> Any:
    """The cache of steps of one denoising; None where all are computed."""
    return next((code(steps, state) for code in _codes(names, "steps")), None)


def _codes(names: Collection[str], replaces: Replaces) -> list[Any]:
    return [called(way.code) for way in named(names) if way.replaces == replaces]
