"""Where and how a render runs, as a value: what the plan says, an order carries and a take's record keeps."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.errors import EngineError
from swav.render.hardware import Kernel

Residency = Literal["all", "one_expert", "streamed"]
TextHome = Literal["card", "host", "streamed", "disk"]
Precision = Literal["bfloat16", "float32"]
Vae = Literal["whole", "tiled", "spread"]


@dataclass(frozen=True)
class Placement:
    """``guidance`` x ``ulysses`` processes, one a card.

    ``fsdp`` is over how many cards the weights are sharded (1: each card has them whole). ``residency``: what
    denoises stays on the card; or one part at a time, of two experts one or the other, is brought from host
    memory (from disk, without ``host_copies``); or its blocks stream through the card. ``text`` is where the
    text encoder is between prompts. ``vae`` is whether the first card decodes whole pictures or tiles of
    them, or each card a strip of each.
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
        if self.fsdp > 1 and (self.residency != "all" or self.text == "streamed"):
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
