"""Where and how a render runs: chosen from the machine and the shot, before the first byte is loaded.

A placement is a value. Every placement that the machine allows is costed (``swav.render.costs``); of those
that fit the fastest is taken, and where none fits the refusal says what would. More memory only ever adds
placements to choose from, so it never makes a render slower. Placements within one percent of each other
count as equally fast: then room to spare on the card decides, and after it a picture decoded whole.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from swav.errors import EngineError
from swav.render.costs import (
    ATTENTION_PART,
    COMPILE_SECONDS,
    Forecast,
    forecast,
    pass_seconds,
)
from swav.render.facts import ModelFacts, ShotFacts
from swav.render.hardware import Card, Hardware, Kernel
from swav.render.placement_words import check_cards, notes, refusal
from swav.render.speeds import speed_of

Residency = Literal["all", "one_expert", "streamed"]
TextHome = Literal["card", "host", "streamed", "disk"]
Precision = Literal["bfloat16", "float32"]
Vae = Literal["whole", "tiled", "spread"]

CONTEXT_BYTES = 600_000_000
"""What CUDA, cuBLAS and cuDNN take of a card beside PyTorch's allocator. Measured: 0.5 GB on an H100."""
COLLECTIVE_BYTES = 500_000_000
"""NCCL's buffers, where several processes work together."""
MARGIN = 1.04
"""A placement is admitted if this many times what it is foretold to reserve are free."""
HOST_PART = 0.95
"""Of the free host memory, what a render may take."""
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


@dataclass(frozen=True)
class Placement:
    """``guidance`` x ``ulysses`` processes, one a card.

    ``fsdp`` is over how many cards the weights are sharded (1: each card has them whole). ``residency``: both
    experts stay on the card, or one at a time is brought from host memory (from disk, without
    ``host_copies``), or blocks stream through it. ``text`` is where the text encoder is between prompts.
    ``vae`` is whether the first card decodes whole pictures or tiles of them, or each card a strip of each.
    """

    guidance: int = 1
    ulysses: int = 1
    fsdp: int = 1
    residency: Residency = "one_expert"
    host_copies: bool = True
    text: TextHome = "host"
    precision: Precision = "bfloat16"
    attention: Kernel = "native"
    compile: bool = False
    vae: Vae = "whole"

    def __post_init__(self) -> None:
        if self.guidance not in (1, 2) or self.ulysses < 1:
            raise EngineError(
                f"guidance over {self.guidance} and Ulysses over {self.ulysses} processes is not possible; "
                "guidance has two passes, so 1 or 2, and Ulysses 1 or more"
            )
        if self.fsdp not in (1, self.processes):
            raise EngineError(
                f"weights cannot be sharded over {self.fsdp} of {self.processes} processes; "
                "shard over all or none"
            )
        if self.fsdp > 1 and (self.residency != "all" or self.text not in ("card", "disk")):
            raise EngineError("sharded weights stay on the cards; they are neither parked nor streamed")
        if self.vae == "spread" and self.processes == 1:
            raise EngineError("the VAE cannot be spread over one process; let it decode whole or in tiles")
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in get_args(allowed):
                said = ", ".join(get_args(allowed))
                raise EngineError(f"{name} {getattr(self, name)!r} is unknown; choose one of {said}")

    @property
    def processes(self) -> int:
        return self.guidance * self.ulysses

    def check(self, model: ModelFacts, shot: ShotFacts) -> None:
        """An EngineError unless the heads and the tokens can be divided."""
        for count, what in ((model.heads, "attention heads"), (shot.tokens, "tokens")):
            if count % self.ulysses:
                raise EngineError(f"{count} {what} cannot be divided over {self.ulysses} processes")

    def plain(self) -> dict[str, Any]:
        """The placement as plain data, for an order or a take's record."""
        return {"processes": self.processes, **asdict(self)}

    @classmethod
    def from_plain(cls, said: dict[str, Any]) -> "Placement":
        """The placement that ``plain`` described. EngineError if its processes do not multiply."""
        known = {name: value for name, value in said.items() if name != "processes"}
        placement = cls(**known)
        if said.get("processes", placement.processes) != placement.processes:
            raise EngineError(
                f"guidance {placement.guidance} x Ulysses {placement.ulysses} is {placement.processes} "
                f"processes, not {said['processes']}"
            )
        return placement


_CHOICES = {"residency": Residency, "text": TextHome, "precision": Precision, "attention": Kernel, "vae": Vae}


@dataclass(frozen=True)
class Plan:
    """A placement, what it will cost, and sentences that the user should know."""

    placement: Placement
    forecast: Forecast
    notes: tuple[str, ...] = ()

    @property
    def peak_bytes_per_card(self) -> int:
        """What PyTorch will reserve at most; the CUDA context comes on top."""
        return self.forecast.peak_bytes

    @property
    def host_bytes(self) -> int:
        """Host memory of all processes."""
        return self.forecast.host_bytes

    @property
    def needed_bytes(self) -> int:
        """Free memory that a card must have for the plan to be admitted."""
        together = COLLECTIVE_BYTES if self.placement.processes > 1 else 0
        return int(self.peak_bytes_per_card * MARGIN) + CONTEXT_BYTES + together

    @property
    def needed_host_bytes(self) -> int:
        """Free host memory that there must be."""
        return int(self.host_bytes / HOST_PART)

    @property
    def seconds(self) -> float:
        """Of one take, in a worker that is loaded and compiled."""
        return self.forecast.total_seconds


def choose(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Plan:
    """The fastest plan that fits.

    Raises EngineError with one sentence: what the shot needs, what is here, and what would fit.
    """
    check_cards(hardware.cards, OLDEST_CAPABILITY)
    fitting = list(_fitting(hardware, model, shot))
    if not fitting:
        card, plans = slowest(hardware), list(_plans(hardware, model, shot))
        raise EngineError(
            refusal(hardware, card, shot, plans, lambda other: any(_fitting(hardware, model, other)))
        )
    best = _best(fitting, hardware)
    return replace(best, notes=tuple(notes(best.placement, hardware, slowest(hardware))))


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
        order = tuple(sorted(get_args(Kernel), key=lambda kernel: -ATTENTION_PART[9, kernel]))
    elif capability[0] > 9:
        order = ("cudnn", "flash2", "native")
    elif capability[0] == 8:
        order = ("flash2", "native")
    return next((kernel for kernel in order if kernel in installed), "native")


def slowest(hardware: Hardware) -> Card:
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
        for vae in get_args(Vae):
            if vae == "spread" and basis.processes == 1:
                continue
            for residency in get_args(Residency):
                for copies in (True, False) if residency == "one_expert" else (True,):
                    for text in get_args(TextHome):
                        if text == "streamed" and residency != "streamed":
                            continue  # where an expert fits whole, so does the encoder
                        yield replace(basis, vae=vae, residency=residency, host_copies=copies, text=text)
            if basis.processes > 1:
                for text in ("card", "disk"):
                    yield replace(basis, vae=vae, residency="all", text=text, fsdp=basis.processes)


def _divisions(hardware: Hardware, model: ModelFacts, shot: ShotFacts) -> Iterator[Placement]:
    """Ways to divide a shot over some or all of the cards, with the card's kernel, compiled if that pays."""
    card = slowest(hardware)
    kernel = fastest_kernel(card.capability, hardware.kernels)
    for processes in range(1, len(hardware.cards) + 1):
        for guidance in (1, 2) if shot.guided else (1,):
            ulysses = processes // guidance
            if guidance * ulysses != processes or model.heads % ulysses or shot.tokens % ulysses:
                continue
            eager = Placement(guidance=guidance, ulysses=ulysses, attention=kernel)
            compiled = replace(eager, compile=True)
            gain = pass_seconds(eager, card, hardware.link, model, shot)
            gain -= pass_seconds(compiled, card, hardware.link, model, shot)
            pays = gain * shot.passes / guidance * SHOTS_PER_WORKER > COMPILE_SECONDS
            yield compiled if hardware.compiles and pays else eager
