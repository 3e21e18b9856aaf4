"""Which placement a render follows, and what is learnt when one runs out of memory.

``search`` chooses from the machine and the shot. Here its choice is kept from wavering: a worker that is
loaded is used as long as its placement fits, since another one would cost a reload, and a placement that ran
out of memory is not tried again on such clips. Light: no torch. Placements are plain data.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from swav.diffusion import search
from swav.diffusion.costs import forecast
from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.diffusion.placement import Placement, Vae
from swav.diffusion.placement_words import divided, in_words
from swav.diffusion.plan import Plan
from swav.diffusion.ways import said
from swav.errors import EngineError
from swav.files import write_text
from swav.keys import digest
from swav.render.cards import cards_here, lease_folder, lease_lock
from swav.render.hardware import Hardware, descendants, read_hardware
from swav.render.worker_register import Worker, workers


@dataclass(frozen=True)
class Asked:
    """A shot that is to be placed."""

    engine: str
    model: ModelFacts
    shot: ShotFacts
    usual_frames: int
    """Frames of a shot of full length: shorter ones are planned as such, so that all share a worker."""
    memory: str
    """The file in the build folder that remembers, for each placement that ran out of memory, the fewest
    pixels that it failed on."""

    @property
    def pixels(self) -> int:
        return self.shot.pixels * self.shot.frames


@dataclass(frozen=True)
class Claim:
    """What a render may use, and where its build is."""

    cards: tuple[str, ...]
    gpus: int
    build: Path


def choose(asked: Asked, claim: Claim, note: Callable[[str], None]) -> Placement:
    """The placement for a take: that of the loaded worker if it fits, else the fastest that does.

    ``note`` gets sentences that the user should read.
    Raises EngineError with one sentence where nothing fits.
    """
    cards = max(1, claim.gpus)
    if os.environ.get("SWAV_DEVICE") == "cpu":
        return _without_cards(asked, cards, claim.build)
    mine = _living(asked.engine, claim.build)
    ours = descendants(worker.keeper for worker in mine)
    hardware = _claimed(read_hardware(claim.cards, ours), cards)
    room = _room_of_loaded(hardware, _claimed(read_hardware(claim.cards), cards)) if mine else hardware
    failed = _failed_on(asked, claim.build)
    for worker in mine:
        loaded = _placement_of(worker)
        if digest(loaded.plain()) not in failed and _fits(loaded, room, asked.model, asked.shot):
            return loaded
    plan = _chosen(hardware, asked)
    while plan and digest(plan.placement.plain()) in failed:
        following = search.smaller(plan.placement, hardware, asked.model, asked.shot)
        if following is None:
            break
        plan = following
    for sentence in plan.notes:
        note(sentence)
    return plan.placement


def _chosen(hardware: Hardware, asked: Asked) -> Plan:
    """The plan for shots of full length, so that all lengths share a worker; else one for this shot alone."""
    usual = replace(asked.shot, frames=max(asked.shot.frames, asked.usual_frames))
    try:
        plan = search.choose(hardware, asked.model, usual)
        plan.placement.check(asked.model, asked.shot)
    except EngineError:
        return search.choose(hardware, asked.model, asked.shot)
    return plan


def after_memory_ran_out(placement: Placement, asked: Asked, claim: Claim) -> str:
    """Remember that it is too large for such a clip; what to do now, as the end of a sentence."""
    failed, name = _failed(asked, claim.build), digest(placement.plain())
    smallest = min(failed.get(name, asked.pixels), asked.pixels)
    write_text(claim.build / asked.memory, json.dumps(failed | {name: smallest}, indent=1))
    following = _following(placement, asked, claim)
    if following is None:
        return "no smaller plan is left: make the shot shorter, the reel smaller, or raise gpus_per_render"
    said = in_words(following, asked.model)
    return f"build again, and such shots are rendered by the next smaller plan: {said}"


def seconds(model: ModelFacts, shot: ShotFacts, cards: int, machine: Hardware | None = None) -> float | None:
    """What a take costs on a machine, this one if none is given; None where it cannot be made there."""
    try:
        return search.choose(_claimed(machine or _machine(), cards), model, shot).seconds
    except EngineError:
        return None


def foretold(model: ModelFacts, shot: ShotFacts, cards: int, machine: Hardware | None = None) -> str:
    """How a take would be rendered on a machine, or why it cannot be: one sentence for the plan."""
    try:
        plan = search.choose(_claimed(machine or _machine(), cards), model, shot)
    except EngineError as reason:
        return str(reason)
    doubt = "" if plan.forecast.measured else ", not measured"
    lossy = f"; {words}" if (words := said(model.ways)) else ""
    return (
        f"{shot.width}x{shot.height}: {divided(plan.placement)}{in_words(plan.placement, model)}; "
        f"{plan.needed_bytes / 1e9:.0f} GB free on each card{doubt}{lossy}"
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


def _without_cards(asked: Asked, cards: int, build: Path) -> Placement:
    """For a machine without GPUs, where only tiny models render: as many processes as the model can divide
    itself over, of the cards that were claimed.
    """
    failed, allowed = _failed_on(asked, build), asked.model.divisions
    guidance = 2 if cards % 2 == 0 and allowed.guidance and asked.shot.guided else 1
    ulysses = cards // guidance if allowed.ulysses else 1
    vae: Vae = "tiled" if allowed.always_tiles else "whole"
    placement = Placement(guidance=guidance, ulysses=ulysses, precision="float32", vae=vae)
    if placement.processes > 1 and allowed.shard:
        placement = replace(placement, fsdp=placement.processes, residency="all", text="card")
    if placement.processes > 1 and allowed.spread:
        placement = replace(placement, vae="spread")
    if digest(placement.plain()) in failed and allowed.tiles:
        return replace(placement, vae="tiled")
    return placement


def _following(placement: Placement, asked: Asked, claim: Claim) -> Placement | None:
    if os.environ.get("SWAV_DEVICE") == "cpu":
        tiles = asked.model.divisions.tiles and placement.vae != "tiled"
        return replace(placement, vae="tiled") if tiles else None
    # What is on the cards at this moment may be gone by the next build, which looks again.
    hardware = _emptied(_claimed(read_hardware(claim.cards), max(1, claim.gpus)))
    if not hardware.cards:
        return None
    plan = search.smaller(placement, hardware, asked.model, asked.shot)
    return plan and plan.placement


def _failed(asked: Asked, build: Path) -> dict[str, int]:
    try:
        return json.loads((build / asked.memory).read_text())
    except (FileNotFoundError, ValueError):
        return {}


def _failed_on(asked: Asked, build: Path) -> set[str]:
    """Digests of the placements that ran out of memory on a clip of this size or a smaller one."""
    return {name for name, pixels in _failed(asked, build).items() if pixels <= asked.pixels}
