"""Which placement a render of Wan 2.2 follows, and what is learnt when one runs out of memory.

``swav.diffusion.search`` chooses from the machine and the shot. Here its choice is kept from wavering: a
worker that is loaded is used as long as its placement fits, since another one would cost a reload, and a
placement that ran out of memory is not tried again on such clips. Light: no torch. Placements are plain data.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from swav.diffusion import search
from swav.diffusion.costs import forecast
from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.diffusion.placement import Placement
from swav.diffusion.plan import Plan
from swav.engines import Job
from swav.engines.wan22 import FOLDER, LONGEST_TRAINED
from swav.engines.wan22.sizes import facts_in
from swav.errors import EngineError
from swav.files import write_text
from swav.keys import digest
from swav.render.cards import cards_here, lease_folder, lease_lock
from swav.render.hardware import Hardware, descendants, read_hardware
from swav.render.worker_register import Worker, workers

_FAILED = "plans.json"
"""In the build folder: for each placement that ran out of memory, the fewest pixels that it failed on."""


def choose(recipe: Mapping[str, Any], job: Job, engine: str) -> Placement:
    """The placement for a take: that of the loaded worker if it fits, else the fastest that does.

    Raises EngineError with one sentence where nothing fits.
    """
    cards = max(1, job.gpus)
    if os.environ.get("SWAV_DEVICE") == "cpu":
        return _without_cards(recipe, cards, job.build)
    mine = _living(engine, job.build)
    ours = descendants(worker.keeper for worker in mine)
    hardware = _claimed(read_hardware(job.cards, ours), cards)
    model, shot = facts_in(job.models / FOLDER), _facts(recipe)
    room = _room_of_loaded(hardware, _claimed(read_hardware(job.cards), cards)) if mine else hardware
    failed = _failed_on(recipe, job.build)
    for worker in mine:
        loaded = _placement_of(worker)
        if digest(loaded.plain()) not in failed and _fits(loaded, room, model, shot):
            return loaded
    plan = _chosen(hardware, model, shot)
    while plan and digest(plan.placement.plain()) in failed:
        following = search.smaller(plan.placement, hardware, model, shot)
        if following is None:
            break
        plan = following
    for note in plan.notes:
        job.note(note)
    return plan.placement


def _chosen(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Plan:
    """The plan for shots of full length, so that all lengths share a worker; else one for this shot alone."""
    usual = replace(shot, frames=max(shot.frames, LONGEST_TRAINED))
    try:
        plan = search.choose(hardware, model, usual)
        plan.placement.check(model, shot)
    except EngineError:
        return search.choose(hardware, model, shot)
    return plan


def after_memory_ran_out(placement: Placement, recipe: Mapping[str, Any], job: Job) -> str:
    """Remember that it is too large for such a clip; what to do now, as the end of a sentence."""
    failed, name = _failed(job.build), digest(placement.plain())
    smallest = min(failed.get(name, _pixels(recipe)), _pixels(recipe))
    write_text(job.build / _FAILED, json.dumps(failed | {name: smallest}, indent=1))
    following = _following(placement, recipe, job)
    if following is None:
        return "no smaller plan is left: make the shot shorter, the reel smaller, or raise gpus_per_render"
    return f"build again, and such shots are rendered by the next smaller plan: {in_words(following)}"


def in_words(placement: Placement) -> str:
    """What a placement does about memory, for a sentence."""
    weights = {
        "all": "both experts on the card",
        "one_expert": "one expert on the card at a time",
        "streamed": "experts streamed from host memory",
    }[placement.residency]
    if placement.fsdp > 1:
        weights = f"both experts divided over {placement.fsdp} cards"
    text = {"card": "on the card", "host": "in host memory", "disk": "on disk", "streamed": "streamed"}
    over = f" over {placement.processes} cards" if placement.vae == "spread" else ""
    return f"{weights}, the text encoder {text[placement.text]}, the VAE {placement.vae}{over}"


def divided(placement: Placement) -> str:
    """How the work is divided, as the beginning of a phrase: the two passes of a step, and each picture."""
    guidance, cards = placement.guidance, placement.ulysses
    parts = [f"the {guidance} passes of a step at once"] if guidance > 1 else []
    parts += [f"each picture over {cards} cards (Ulysses)"] if cards > 1 else []
    return "".join(f"{part}, " for part in parts)


def seconds(
    recipe: Mapping[str, Any], cards: int, model: ModelFacts, machine: Hardware | None = None
) -> float | None:
    """What a take costs on a machine, this one if none is given; None where it cannot be made there."""
    try:
        return search.choose(_claimed(machine or _machine(), cards), model, _facts(recipe)).seconds
    except EngineError:
        return None


def foretold(
    recipe: Mapping[str, Any], cards: int, model: ModelFacts, machine: Hardware | None = None
) -> str:
    """How a take would be rendered on a machine, or why it cannot be: one sentence for the plan."""
    try:
        plan = search.choose(_claimed(machine or _machine(), cards), model, _facts(recipe))
    except EngineError as reason:
        return str(reason)
    return (
        f"{recipe['width']}x{recipe['height']}: {divided(plan.placement)}{in_words(plan.placement)}; "
        f"{plan.needed_bytes / 1e9:.0f} GB free on each card"
    )


@cache
def _machine() -> Hardware:
    return read_hardware(cards_here())


def _claimed(hardware: Hardware, cards: int) -> Hardware:
    """What a render claims: as many cards, those with the least free memory, since any of them may be leased,
    and their share of the host's memory, since the other cards' renders need theirs.
    """
    scarce = sorted(hardware.cards, key=lambda card: card.free_bytes)[:cards]
    share = len(scarce) / len(hardware.cards) if scarce else 1
    return replace(hardware, cards=tuple(scarce), host_bytes=int(hardware.host_bytes * share))


def _room_of_loaded(counted: Hardware, uncounted: Hardware) -> Hardware:
    """The cards as a loaded worker finds them, from their free memory with and without its own.

    In a container the driver may know processes by other ids, and nothing counts as ours. Then the worker is
    judged by the whole card: better than to load another beside it for each shot.
    """
    if [card.free_bytes for card in counted.cards] != [card.free_bytes for card in uncounted.cards]:
        return counted
    return _emptied(counted)


def _emptied(hardware: Hardware) -> Hardware:
    """The cards with nothing on them."""
    cards = tuple(replace(card, free_bytes=card.total_bytes) for card in hardware.cards)
    return replace(hardware, cards=cards)


def _facts(recipe: Mapping[str, Any]) -> ShotFacts:
    guided = (recipe["guidance_high"], recipe["guidance_low"]) != (1, 1)
    return ShotFacts(recipe["width"], recipe["height"], recipe["frames"], recipe["steps"], guided)


def _fits(placement: Placement, hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> bool:
    """Whether a placement that is loaded can also make this shot. Its host memory is taken already."""
    if placement.processes > len(hardware.cards):
        return False
    try:
        placement.check(model, shot)
    except EngineError:
        return False
    card = search.slowest(hardware)
    plan = Plan(placement, forecast(placement, card, hardware.link, model, shot))
    return plan.needed_bytes <= card.free_bytes


def _living(engine: str, build: Path) -> list[Worker]:
    """The workers of this build that hold this engine."""
    leases = lease_folder()
    with lease_lock(leases):
        mine = [worker for worker in workers(leases) if worker.build == str(build.resolve())]
    return [worker for worker in mine if worker.engine == engine and not worker.leaving]


def _placement_of(worker: Worker) -> Placement:
    order = json.loads((worker.folder / "order.json").read_text())
    return Placement.from_plain(order["setup"]["placement"])


def _without_cards(recipe: Mapping[str, Any], cards: int, build: Path) -> Placement:
    """For a machine without GPUs, where only tiny models render: as many processes as cards were claimed."""
    failed = _failed_on(recipe, build)
    guidance = 2 if cards % 2 == 0 else 1
    placement = Placement(guidance=guidance, ulysses=cards // guidance, precision="float32")
    if cards > 1:
        placement = replace(placement, fsdp=cards, residency="all", text="card", vae="spread")
    if digest(placement.plain()) in failed:
        return replace(placement, vae="tiled")
    return placement


def _following(placement: Placement, recipe: Mapping[str, Any], job: Job) -> Placement | None:
    if os.environ.get("SWAV_DEVICE") == "cpu":
        return replace(placement, vae="tiled") if placement.vae != "tiled" else None
    # What is on the cards at this moment may be gone by the next build, which looks again.
    hardware = _emptied(_claimed(read_hardware(job.cards), max(1, job.gpus)))
    if not hardware.cards:
        return None
    plan = search.smaller(placement, hardware, facts_in(job.models / FOLDER), _facts(recipe))
    return plan and plan.placement


def _failed(build: Path) -> dict[str, int]:
    try:
        return json.loads((build / _FAILED).read_text())
    except (FileNotFoundError, ValueError):
        return {}


def _failed_on(recipe: Mapping[str, Any], build: Path) -> set[str]:
    """Digests of the placements that ran out of memory on a clip of this size or a smaller one."""
    return {name for name, pixels in _failed(build).items() if pixels <= _pixels(recipe)}


def _pixels(recipe: Mapping[str, Any]) -> int:
    return recipe["width"] * recipe["height"] * recipe["frames"]
