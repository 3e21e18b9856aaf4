"""Lossy ways to render faster: each a named choice of a storyboard, off until it is named, and in the key.

A way is a module of this folder with an object ``WAY``; adding one touches no other file. What it says of
itself is light; what it does, in ``code``, is loaded in a worker. Each has a path for the CPU that computes
the same numbers, so that a picture does not depend on where it is tried.
"""

import pkgutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from swav.diffusion.facts import BF16, ModelFacts, PartFacts
from swav.errors import EngineError
from swav.render.hardware import Gpu
from swav.shown import listed

Replaces = Literal["linears", "attention", "steps"]
"""Of a denoiser: the linear layers of its blocks, its attention, or the passes of some of its steps."""

SUM_BYTES = 4
"""Of each number that a linear layer gives, beside its own: sums of int32 or float32, of the widest layer."""


@dataclass(frozen=True)
class Way:
    """A lossy way, as a plan needs to know it."""

    name: str
    """What a storyboard writes in ``lossy``."""
    replaces: Replaces
    words: str
    """What it does, as a phrase."""
    code: str
    """``package.module:name`` of what does it: see ``applying``."""
    version: int = 1
    """Part of a take's recipe; raised when it computes other numbers."""
    capability: tuple[int, int] = (8, 0)
    """The oldest card of CUDA that can do it."""
    package: str = ""
    """A module that must be installed."""
    install: str = ""
    """The command that installs it."""

    def lacks(self, cards: Iterable[Gpu]) -> str:
        """What it lacks here, in one sentence; empty where it can be used."""
        for card in cards:
            if card.capability < self.capability:
                needs, has = (".".join(map(str, each)) for each in (self.capability, card.capability))
                return (
                    f"{self.name} needs cards of compute capability {needs} or newer, and {card.name} has "
                    f"{has}; take {self.name} out of lossy, or leave the card out of cards in config.yaml"
                )
        if self.package and find_spec(self.package) is None:
            return f"{self.name} needs {self.package}: {self.install}, or take {self.name} out of lossy"
        return ""


@cache
def table() -> Mapping[str, Way]:
    """All ways by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))
    found = (import_module(f"{__name__}.{name}").WAY for name in names)
    return {way.name: way for way in found}


def named(names: Collection[str]) -> tuple[Way, ...]:
    """The ways of these names, in the table's order. EngineError for one that there is not, and for two that
    replace the same."""
    unknown = sorted(set(names) - set(table()))
    if unknown:
        raise EngineError(f"there is no lossy way {unknown[0][:40]!r}; there are {listed(table(), 12)}")
    found = tuple(way for name, way in table().items() if name in names)
    for way in found:
        rivals = [other.name for other in found if other.replaces == way.replaces]
        if len(rivals) > 1:
            raise EngineError(
                f"{' and '.join(rivals)} are two ways to do one thing; name one of them in lossy"
            )
    return found


def fitting(names: Collection[str], allowed: Collection[Replaces]) -> tuple[Way, ...]:
    """Of the named ways, those that an engine can be rendered by."""
    return tuple(way for way in named(names) if way.replaces in allowed)


def recipe_of(ways: Iterable[Way]) -> dict[str, dict[str, int]]:
    """The part of a take's recipe that tells its ways; nothing of one that is exact."""
    found = {way.name: way.version for way in ways}
    return {"lossy": found} if found else {}


def worker_named(engine: str, recipe: Mapping[str, Any]) -> str:
    """What an engine's worker is called for takes of a recipe: other types of weights have another one."""
    return "+".join([engine, *recipe.get("lossy", ())])


def applied(model: ModelFacts, names: Iterable[str]) -> ModelFacts:
    """A model's sizes as they are with these ways: linear layers hold a byte a number, and are not sharded.

    Seconds are left as they are of the exact way. How many fewer they are follows from the card, and from
    the picture where steps are left out.
    """
    ways = named(tuple(names))
    if not ways:
        return model
    if any(way.replaces == "linears" for way in ways):
        halved = tuple(_halved(part) for part in model.denoisers)
        # What the exact layers multiply with does not change with what it is kept in.
        model = replace(model, denoisers=halved, linear=model.multiplications)
        model = replace(model, divisions=replace(model.divisions, shard=False))
        sums = model.calibration.sum_states + SUM_BYTES * model.ffn / (BF16 * model.hidden)
        model = replace(model, calibration=replace(model.calibration, sum_states=sums))
    return replace(model, ways=tuple(way.name for way in ways))


def _halved(part: PartFacts) -> PartFacts:
    """A network with a byte a number in its blocks, counted as the bfloat16 numbers that take as much."""
    in_blocks = part.in_all_blocks
    return replace(
        part,
        parameters=part.parameters - in_blocks // 2,
        block=-(-part.block // 2),
        in_blocks=in_blocks - in_blocks // 2,
    )


def check(names: Collection[str], cards: Iterable[Gpu]) -> None:
    """An EngineError, one sentence, unless all of these ways can be used on these cards."""
    cards = tuple(cards)
    for way in named(names):
        if why := way.lacks(cards):
            raise EngineError(why)


def said(names: Collection[str]) -> str:
    """What is lossy of a render, as a phrase for the plan; empty where nothing is."""
    ways = named(names)
    if not ways:
        return ""
    return f"lossy: {', '.join(way.words for way in ways)}; time is that of the exact way, at most"
