"""``swav models place``: how a model would render on this machine, and what that needs. Nothing is loaded."""

import re
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import AsJson, Cards, Gpus, HostMemory, Overrides, settings
from swav.cli.screen import print_json
from swav.config import Config
from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.diffusion.placement_words import divided, in_words
from swav.diffusion.plan import Plan
from swav.diffusion.search import choose
from swav.engines import plugins
from swav.errors import SwavError
from swav.render.cards import cards_here
from swav.render.catalogue import imagined
from swav.render.hardware import Hardware, read_hardware
from swav.review.wording import counted

_KERNELS = {
    "flash3": "FlashAttention 3",
    "flash2": "FlashAttention 2",
    "cudnn": "cuDNN's attention",
    "native": "PyTorch's attention",
}


def place(
    engine: Annotated[str, typer.Option(help="The model, as a storyboard names it.")] = "wan2.2",
    size: Annotated[str | None, typer.Option(help="Such as 832x480, or upright; its largest.")] = None,
    frames: Annotated[int | None, typer.Option(help="How many; as it was trained on.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, max=1000, help="Sampling steps; its own.")] = None,
    guided: Annotated[
        bool | None, typer.Option(help="Two passes a step, or one (guidance 1); its own.")
    ] = None,
    gpus: Gpus = None,
    cards: Cards = None,
    host_memory: HostMemory = None,
    config: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Tell how a model would render a shot here, or with --cards on a machine that is not here."""
    chosen = settings(config)
    model, usual = _sizes(engine, Path(chosen.models))
    asked = {"frames": frames and _length(frames, usual), "steps": steps, "guided": guided}
    if size:
        asked["width"], asked["height"] = _sides(size)
    shot = replace(usual, **{name: value for name, value in asked.items() if value is not None})
    hardware = imagined(cards, host_memory) if cards is not None else _here(chosen)
    hardware = _claimed(hardware, gpus)
    plan = choose(hardware, model, shot)
    if as_json:
        print_json(_plain(plan))
        return
    said = f"{shot.width}x{shot.height}, {counted(shot.frames, 'frame')}, {shot.steps} steps:"
    for line in (*_machine(hardware), said, *_told(plan, model), *plan.notes):
        print(line)


def _sides(size: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", size)
    sides = tuple(map(int, match.groups())) if match else ()
    if not sides or any(side % 16 or side == 0 for side in sides):
        raise SwavError(f"--size {size}: give two multiples of 16, such as 1280x720")
    return sides


def _sizes(name: str, models: Path) -> tuple[ModelFacts, ShotFacts]:
    """What is planned with of the engine of that name, and its usual shot."""
    placed = plugins().get(name, "engine").placed_as(models)
    if placed is None or placed[0] is None:
        raise SwavError(f"--engine {name}: it is not planned with; name one that renders on GPUs")
    return placed[0], placed[1]


def _length(frames: int, usual: ShotFacts) -> int:
    if usual.frames == 1 or frames < 1 or (frames - 1) % usual.grid.temporal:
        step, example = usual.grid.temporal, usual.frames
        many = f"{step}n + 1 frames, such as {example}" if usual.frames > 1 else "one picture at a time"
        raise SwavError(f"--frames {frames}: it renders {many}")
    return frames


def _here(config: Config) -> Hardware:
    """This machine. SwavError if no card may be used."""
    hardware = read_hardware(cards_here(config.cards))
    if not hardware.cards:
        raise SwavError(
            "this machine has no GPU that may be used, so nothing would be rendered here; "
            'forecast another machine with --cards "4 x RTX A6000", or look with swav doctor'
        )
    return hardware


def _claimed(hardware: Hardware, gpus: int | None) -> Hardware:
    """The cards that a render would claim: those with the least free memory, since any may be leased."""
    count = len(hardware.cards)
    if gpus is not None and gpus > count:
        raise SwavError(f"--gpus {gpus}: there {'is' if count == 1 else 'are'} {counted(count, 'card')} here")
    scarce = sorted(hardware.cards, key=lambda card: card.free_bytes)
    return replace(hardware, cards=tuple(scarce[:gpus]))


def _machine(hardware: Hardware) -> list[str]:
    each = Counter((card.name, f"{card.free_bytes / 1e9:.0f}") for card in hardware.cards)
    cards = [
        f"{f'{count} x ' if count > 1 else ''}{name}, {free} GB free{' each' if count > 1 else ''}"
        for (name, free), count in each.items()
    ]
    return [*cards, f"host memory, {hardware.host_bytes / 1e9:.0f} GB free"]


def _told(plan: Plan, model: ModelFacts) -> list[str]:
    placement, seconds = plan.placement, plan.forecast.seconds
    each = "each card" if placement.processes > 1 else "the card"
    ends = seconds["text"] + seconds["decode"] + seconds["write"]
    told = [
        f"  {in_words(placement, model)}",
        f"  {divided(placement)}{_KERNELS[placement.attention]}, "
        f"{'compiled' if placement.compile else 'uncompiled'} blocks",
        f"  needs {plan.needed_bytes / 1e9:.0f} GB free on {each} and "
        f"{plan.needed_host_bytes / 1e9:.0f} GB of host memory",
    ]
    minutes = (
        f"  takes {plan.seconds / 60:.1f} minutes: {seconds['denoise'] / 60:.1f} of denoising, "
        f"{ends:.0f} s of text, decoding and writing"
    )
    return [*told, minutes] if model.timed else told


def _plain(plan: Plan) -> dict:
    return {
        "placement": plan.placement.plain(),
        "forecast": asdict(plan.forecast),
        "needed_bytes": plan.needed_bytes,
        "needed_host_bytes": plan.needed_host_bytes,
        "seconds": plan.seconds,
        "notes": plan.notes,
    }
