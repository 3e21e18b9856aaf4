"""The networks that denoise, on the cards of this process: filled, divided, changed by LoRAs, placed.

Which networks there are, and which of their modules are lists of blocks, is told as data. All ways to place
them give the same bits.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from swav.diffusion import attention, lossy
from swav.diffusion.compiling import compile_blocks
from swav.diffusion.parallel import Team
from swav.diffusion.residency import AllTheTime, OneAtATime, Parked, stream
from swav.render.hardware import Kernel
from swav.weights.filling import Prepare, Unread
from swav.weights.loras import Lora, Spelling, changes, check

Home = Literal["all", "one", "streamed"]
"""All on the card; one at a time, brought from host memory or from disk; or streamed through it by blocks."""
OnBytes = Callable[[int, int], None]


def blocks_of(model: nn.Module, lists: Sequence[str]) -> list[nn.Module]:
    """The blocks of a model in the lists that are named, such as ``transformer_blocks``."""
    return [block for name in lists for block in model.get_submodule(name)]


def prepared(
    lists: Sequence[str],
    team: Team,
    kernel: Kernel | None,
    compiled: bool = False,
    split_tokens: bool = True,
    change: Callable[[nn.Module], None] = lambda model: None,
    ways: Collection[str] = (),
) -> Prepare:
    """What is done to a denoiser while it is empty: ``change``, its lossy ``ways``, compiled blocks, its
    share of the work, its attention kernel (None: its own).

    ``split_tokens`` needs a plan for Ulysses in the model's class.
    """

    def prepare(model: nn.Module) -> nn.Module:
        change(model)
        lossy.change(model, blocks_of(model, lists), ways)
        if compiled:
            compile_blocks(blocks_of(model, lists))  # before hooks: what is set below stays outside the graph
        model = team.divide(model, blocks_of(model, lists), split_tokens)
        if kernel:
            attention.use(kernel, model)
        lossy.attend(model, ways)
        return model

    return prepare


@dataclass(frozen=True)
class Placed:
    """Where denoisers live. ``host_copies``: with one at a time, whether the others wait in host memory."""

    device: torch.device
    home: Home = "all"
    host_copies: bool = True


class Denoisers:
    """Networks by stage. Called with a stage, it gives the network that denoises in it, on the card."""

    def __init__(
        self,
        unread: Mapping[str, Unread],
        placed: Placed,
        spelling: Spelling,
        loras: Iterable[Lora] = (),
        on_bytes: OnBytes | None = None,
    ):
        """Fill and place them. Raises ``EngineError`` if a LoRA does not fit, before anything is read."""
        self._unread, self._placed, self._spelling, self._on_bytes = dict(unread), placed, spelling, on_bytes
        self._read: dict[str, int] = {}
        self.loras, self.identities = _identified(loras)
        self._check(self.loras)
        self.placed = self._place()
        self._on_bytes = None

    def __call__(self, stage: str) -> nn.Module:
        return self.placed(stage)

    def rest(self) -> None:
        """Leave the card to the decoder, where not all stay on it."""
        self.placed.rest()

    def use_loras(self, loras: Iterable[Lora]) -> None:
        """Change to other LoRAs: nothing if they are the same, else the networks are read again, in place.

        Raises ``EngineError`` if one does not fit, with the model as it was.
        """
        loras, identities = _identified(loras)
        if identities == self.identities:
            self.loras = loras  # where they are read now, should a network be read again
            return
        self._check(loras)
        self.rest()
        self.loras, self.identities = loras, None
        for stage, network in self._unread.items():
            if not next(network.model.parameters()).is_meta:
                self._fill(stage, self._placed.device)
        self.identities = identities

    def forget_loras(self) -> None:
        """Take no LoRA for merged: a file changed while it was read, and the networks must be read again."""
        self.identities = None

    def _check(self, loras: Iterable[Lora]) -> None:
        for stage, network in self._unread.items():
            check(loras, network.model, stage, self._spelling)

    def _place(self) -> AllTheTime | OneAtATime:
        device, home = self._placed.device, self._placed.home
        for stage, network in self._unread.items():
            if home == "all":
                self._fill(stage, device)
            elif home == "streamed" or self._placed.host_copies:
                self._fill(stage, torch.device("cpu"), pinned=device.type == "cuda")
            if home == "streamed":
                stream(network.model, device)
        if home == "one":
            return OneAtATime({stage: self._parked(stage) for stage in self._unread})
        return AllTheTime({stage: network.model for stage, network in self._unread.items()})

    def _fill(self, stage: str, device: torch.device, pinned: bool = False) -> None:
        network = self._unread[stage]
        merged = changes(self.loras, network.model, stage, self._spelling)
        network.fill(device, pinned, self._tell(stage) if self._on_bytes else None, changes=merged)

    def _parked(self, stage: str) -> Parked:
        model, device = self._unread[stage].model, self._placed.device
        if self._placed.host_copies:
            return Parked(model, device)
        return Parked(model, device, lambda model: self._fill(stage, device))

    def _tell(self, stage: str) -> OnBytes:
        def tell(done: int, total: int) -> None:
            self._read[stage] = done
            self._on_bytes(sum(self._read.values()), len(self._unread) * total)

        return tell


def _identified(loras: Iterable[Lora]) -> tuple[tuple[Lora, ...], list | None]:
    """LoRAs and their identities, read once: such a file can have a gigabyte."""
    loras = tuple(loras)
    return loras, [lora.identity for lora in loras]
