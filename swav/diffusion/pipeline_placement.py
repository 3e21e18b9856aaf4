"""How a pipeline is put on the cards of a render: over how many of them, and where its weights live.

Its needs are the sizes of its files and an allowance, which nobody measured. So a placement that runs out of
memory is remembered in the build folder, and the next smaller one is taken. Light: no torch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from swav.diffusion.pipeline_folder import DENOISERS, PipelineFolder
from swav.diffusion.recipe import ModelRecipe
from swav.files import write_text
from swav.keys import digest

Residency = Literal["card", "parts", "streamed"]
RESIDENCIES: tuple[Residency, ...] = ("card", "parts", "streamed")
"""From the fastest to the smallest."""
_FAILED = "pipeline-plans.json"
"""In the build folder: placements that ran out of memory, each with the fewest pixels that it failed on."""
_STREAMED_BLOCKS = 2_000_000_000
"""Bytes on the card of a denoiser whose blocks visit it, about."""


@dataclass(frozen=True)
class PipelinePlacement:
    """``guidance`` times ``ulysses`` processes. ``residency``: all weights on the card; one part at a time;
    the denoiser streamed through it block by block."""

    guidance: int = 1
    ulysses: int = 1
    residency: Residency = "card"
    precision: str = "bfloat16"

    @property
    def processes(self) -> int:
        return self.guidance * self.ulysses

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def divided(recipe: ModelRecipe, values: Mapping[str, Any], cards: int) -> tuple[int, int]:
    """Over how many cards guidance and each picture are divided, of the cards that a render claims."""
    cards = max(1, min(cards, recipe.most_cards or cards))
    guided = recipe.passes != "one" and values["guidance"] > 1
    guidance = 2 if guided and cards % 2 == 0 else 1
    ulysses = 1
    if recipe.ulysses:
        tokens = _rows(values)
        ulysses = max(n for n in range(1, cards // guidance + 1) if tokens % n == 0 and _is_power(n))
    return guidance, ulysses


def _rows(values: Mapping[str, Any]) -> int:
    """Of 32 pixels, what surely divides a picture's tokens, whatever its patches are."""
    return (values["width"] // 32) * (values["height"] // 32)


def _is_power(number: int) -> bool:
    """Heads are divided too, and their number is a multiple of 8 in what is divided here."""
    return number in (1, 2, 4, 8)


def needed_bytes(recipe: ModelRecipe, model: PipelineFolder, residency: Residency) -> int:
    """Bytes of a card: weights by their files, and the recipe's allowance."""
    parts = {name: model.loaded_bytes(name, 4 if name in recipe.float32 else 2) for name in model.parts}
    work = int(recipe.work_gigabytes * 1e9)
    if residency == "card":
        return sum(parts.values()) + work
    if residency == "parts":
        return max(parts.values()) + work
    others = [size for name, size in parts.items() if name not in DENOISERS]
    return max([*others, _STREAMED_BLOCKS]) + work


def choose(
    recipe: ModelRecipe,
    model: PipelineFolder,
    values: Mapping[str, Any],
    free: Sequence[int],
    cards: int,
    build: Path | None,
) -> PipelinePlacement:
    """The fastest placement that fits the free bytes of the claimed cards, and that did not fail here; the
    smallest if none seems to. Without cards, one for the CPU."""
    guidance, ulysses = divided(recipe, values, cards)
    precision = "bfloat16" if free else "float32"
    failed = failed_on(values, build) if build else set()
    room = min(free, default=0)
    for residency in RESIDENCIES:
        placement = PipelinePlacement(guidance, ulysses, residency, precision)
        fits = not free or needed_bytes(recipe, model, residency) <= room
        if fits and _name(recipe, placement) not in failed:
            return placement
    return PipelinePlacement(guidance, ulysses, RESIDENCIES[-1], precision)


def remember_failure(
    recipe: ModelRecipe, placement: PipelinePlacement, values: Mapping[str, Any], build: Path
) -> str:
    """Remember that a placement is too large for such a take; what to do now, as the end of a sentence."""
    failed, name = _read(build), _name(recipe, placement)
    smallest = min(failed.get(name, pixels(values)), pixels(values))
    write_text(build / _FAILED, json.dumps(failed | {name: smallest}, indent=1))
    if placement.residency == RESIDENCIES[-1]:
        return "no smaller plan is left: make the shot shorter or the reel smaller"
    following = RESIDENCIES[RESIDENCIES.index(placement.residency) + 1]
    return f"build again, and such shots are rendered by the next smaller plan: {WORDS[following]}"


WORDS: dict[Residency, str] = {
    "card": "all weights on the card",
    "parts": "one part of the model on the card at a time",
    "streamed": "the denoiser streamed from host memory",
}


def failed_on(values: Mapping[str, Any], build: Path) -> set[str]:
    return {name for name, fewest in _read(build).items() if fewest <= pixels(values)}


def pixels(values: Mapping[str, Any]) -> int:
    return values["width"] * values["height"] * values.get("frames", 1)


def _name(recipe: ModelRecipe, placement: PipelinePlacement) -> str:
    return digest([recipe.name, placement.plain()])


def _read(build: Path) -> dict[str, int]:
    try:
        return json.loads((build / _FAILED).read_text())
    except (FileNotFoundError, ValueError):
        return {}
