"""Which placement a render gets: chosen from the machine and the shot, before the first byte is loaded.

Every placement that the machine allows is costed (``swav.diffusion.costs``); of those that fit the fastest is
taken, and where none fits the refusal says what would. More memory only ever adds placements to choose from,
so it never makes a render slower. Placements within one percent of each other count as equally fast: then
room to spare on the card decides, and after it a picture decoded whole.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from swav.diffusion import ways
from swav.diffusion.calibration import BORROWED
from swav.diffusion.costs import COMPILE_SECONDS, forecast, pass_seconds
from swav.diffusion.facts import Divisions, ModelFacts, ShotFacts
from swav.diffusion.placement import Placement, Residency, TextHome, Vae
from swav.diffusion.placement_words import check_cards, notes, refusal
from swav.diffusion.plan import Plan
from swav.errors import EngineError
from swav.render.hardware import Gpu, Hardware, Kernel
from swav.render.speeds import speed_of

OLDEST_CAPABILITY = (8, 0)
"""bfloat16 in hardware begins with Ampere."""
SHOTS_PER_WORKER = 8
"""Over how many takes the compiling of a worker is spread when it is decided whether it pays."""
EQUALLY_FAST = 1.01
"""Times the fastest plan's seconds: far finer than the forecast is exact."""
COMFORTABLE = 0.85
"""Of a card's free memory: up to here, what is left is no concern."""
SMALLER = 0.9
"""After memory ran out, the next placement needs at most this part of what the failed one was to need."""


def choose(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Plan:
    """The fastest plan that fits; of a model that nobody measured the smallest, where none seems to.

    Raises EngineError with one sentence: what the shot needs, what is here, and what would fit.
    """
    check_cards(hardware.cards, OLDEST_CAPABILITY, model.title)
    ways.check(model.ways, hardware.cards)
    fitting = list(_fitting(hardware, model, shot))
    if not fitting and not model.calibration.measured:
        smallest = _smallest(hardware, model, shot)
        return replace(smallest, notes=tuple(notes(smallest, hardware, slowest(hardware), model)))
    if not fitting:
        card, plans = slowest(hardware), list(_plans(hardware, model, shot))
        raise EngineError(
            refusal(hardware, card, shot, plans, lambda other: any(_fitting(hardware, model, other)))
        )
    best = _best(fitting, hardware)
    return replace(best, notes=tuple(notes(best, hardware, slowest(hardware), model)))


def smaller(placement: Placement, hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Plan | None:
    """The fastest plan that needs distinctly less memory than one that ran out of it; None without any."""
    failed = forecast(placement, slowest(hardware), hardware.link, model, shot)
    limit = SMALLER * failed.peak_bytes
    fitting = [plan for plan in _fitting(hardware, model, shot) if plan.peak_bytes_per_card <= limit]
    return _best(fitting, hardware) if fitting else None


def fastest_kernel(capability: tuple[int, int], installed: frozenset[Kernel]) -> Kernel:
    """The fastest attention kernel for a card of that CUDA compute capability.

    FlashAttention 3 exists for Hopper alone (9.0), FlashAttention 2 from Ampere (8.0) on. cuDNN's kernel
    beats PyTorch's default on Hopper and Blackwell; on Ampere and Ada the default is FlashAttention 2 itself.
    """
    order: tuple[Kernel, ...] = ("native",)
    if capability[0] == 9:
        order = tuple(sorted(get_args(Kernel), key=lambda kernel: -BORROWED.attention_part[9, kernel]))
    elif capability[0] > 9:
        order = ("cudnn", "flash2", "native")
    elif capability[0] == 8:
        order = ("flash2", "native")
    return next((kernel for kernel in order if kernel in installed), "native")


def slowest(hardware: Hardware) -> Gpu:
    """The card that all plans are made for: the slowest kind here, with the least memory of all."""
    card = min(hardware.cards, key=lambda card: speed_of(card).flops)
    return replace(card, free_bytes=min(card.free_bytes for card in hardware.cards))


def _best(plans: list[Plan], hardware: Hardware) -> Plan:
    comfortable = COMFORTABLE * slowest(hardware).free_bytes
    limit = EQUALLY_FAST * min(plan.seconds for plan in plans)

    def preference(plan: Plan) -> tuple:
        tight, tiled = plan.needed_bytes > comfortable, plan.placement.vae == "tiled"
        return tight, plan.placement.processes, tiled, plan.seconds, plan.host_bytes

    return min((plan for plan in plans if plan.seconds <= limit), key=preference)


def _smallest(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Plan:
    """What needs the least of a card: an estimate by size is no reason to refuse what may well go."""
    plans = _plans(hardware, model, shot)
    return min(plans, key=lambda plan: (plan.needed_bytes, plan.needed_host_bytes, plan.seconds))


def _fitting(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Iterator[Plan]:
    free = slowest(hardware).free_bytes
    for plan in _plans(hardware, model, shot):
        if plan.needed_bytes <= free and plan.needed_host_bytes <= hardware.host_bytes:
            yield plan


def _plans(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Iterator[Plan]:
    """Every placement on these cards with its cost, whether it fits or not."""
    card = slowest(hardware)
    for placement in _placements(hardware, model, shot):
        yield Plan(placement, forecast(placement, card, hardware.link, model, shot))


def _placements(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Iterator[Placement]:
    for basis in _divisions(hardware, model, shot):
        for vae in _decoders(basis, model.divisions):
            for residency in get_args(Residency):
                again = residency == "one_expert" and model.divisions.rereads
                for copies in (True, False) if again else (True,):
                    for text in _text_homes(model.divisions):
                        if text == "streamed" and residency != "streamed":
                            continue  # where an expert fits whole, so does the encoder
                        yield replace(basis, vae=vae, residency=residency, host_copies=copies, text=text)
            if basis.processes > 1 and model.divisions.shard:
                for text in _sharded_text_homes(model.divisions):
                    yield replace(basis, vae=vae, residency="all", text=text, fsdp=basis.processes)


def _text_homes(allowed: Divisions) -> Iterator[TextHome]:
    """Where the text encoder can be between prompts."""
    for home in get_args(TextHome):
        if (home != "disk" or allowed.rereads) and (home != "streamed" or allowed.streams_text):
            yield home


def _sharded_text_homes(allowed: Divisions) -> tuple[TextHome, ...]:
    """The same beside weights that are divided over cards; an encoder that is divided cannot be parked."""
    return ("card", "disk") if allowed.shards_text else ("card", "host")


def _decoders(basis: Placement, allowed: Divisions) -> Iterator[Vae]:
    """Ways to decode that the model allows on so many cards."""
    if allowed.always_tiles:
        yield "tiled"
        return
    yield "whole"
    if allowed.tiles:
        yield "tiled"
    if allowed.spread and basis.processes > 1:
        yield "spread"


def _divisions(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Iterator[Placement]:
    """Ways to divide a shot over some or all of the cards, with the card's kernel, compiled if that pays."""
    card, allowed = slowest(hardware), model.divisions
    kernels = hardware.kernels if allowed.kernels else frozenset[Kernel]({"native"})
    kernel = fastest_kernel(card.capability, kernels)
    for processes in range(1, len(hardware.cards) + 1):
        for guidance in (1, 2) if shot.guided and allowed.guidance else (1,):
            ulysses = processes // guidance
            if guidance * ulysses != processes or model.heads % ulysses or shot.tokens % ulysses:
                continue
            if ulysses > 1 and not allowed.ulysses:
                continue
            eager = Placement(guidance=guidance, ulysses=ulysses, attention=kernel)
            compiled = replace(eager, compile=True)
            gain = pass_seconds(eager, card, hardware.link, model, shot)
            gain -= pass_seconds(compiled, card, hardware.link, model, shot)
            pays = gain * shot.passes / guidance * SHOTS_PER_WORKER > COMPILE_SECONDS
            yield compiled if hardware.compiles and allowed.compiles and pays else eager
