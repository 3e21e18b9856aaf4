"""How the networks that denoise live on a card: all at once, one at a time, or streamed block by block.

Each way is a function from the stage to the network that denoises in it; the results are the same bits.
"""

from collections.abc import Callable

import torch
from diffusers.hooks import apply_group_offloading
from torch import nn

from swav.weights.memory import replace_parameter


class Parked:
    """A model that is on the card only while it is needed.

    In between it waits in host memory, or, if ``refill`` can read it again, nowhere at all. The module itself
    stays, so that what was compiled for it stays valid.
    """

    def __init__(
        self, model: nn.Module, device: torch.device, refill: Callable[[nn.Module], None] | None = None
    ):
        """``model`` is in host memory, or on ``meta`` if there is a ``refill``, which fills it on
        ``device``.
        """
        self.model, self.device, self.refill = model, device, refill
        self.waiting = dict(model.named_parameters())
        self.present = False

    def bring(self) -> nn.Module:
        """The model on the card."""
        if self.present:
            return self.model
        self.present = True
        if self.refill:
            try:
                self.refill(self.model)
            except BaseException:
                self.park()  # half a model must never render
                raise
        else:
            for name, kept in self.waiting.items():
                replace_parameter(self.model, name, kept.to(self.device, non_blocking=True))
            for module in self.model.modules():
                for name, buffer in module.named_buffers(recurse=False):
                    module._buffers[name] = buffer.to(self.device)
        return self.model

    def park(self) -> None:
        """Free the card's memory. Weights never change while rendering: nothing is copied back."""
        if not self.present:
            return
        for name, kept in self.waiting.items():
            replace_parameter(self.model, name, kept)
        self.present = False
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


class OneAtATime:
    """One expert on the card: the other is parked before this one comes."""

    def __init__(self, experts: dict[str, Parked]):
        self.experts = experts

    def __call__(self, stage: str) -> nn.Module:
        for other, expert in self.experts.items():
            if other != stage:
                expert.park()
        return self.experts[stage].bring()

    def rest(self) -> None:
        """Leave the card to the decoder: the next shot begins with the other expert anyhow."""
        for expert in self.experts.values():
            expert.park()


class AllTheTime:
    """Both experts on the card, or both streamed: nothing changes between stages."""

    def __init__(self, experts: dict[str, nn.Module]):
        self.experts = experts

    def __call__(self, stage: str) -> nn.Module:
        return self.experts[stage]

    def rest(self) -> None:
        """Nothing leaves."""


class Streamed:
    """A model in host memory whose blocks visit the card as it runs: always ready, never there."""

    def __init__(self, model: nn.Module, blocks_of: nn.Module, device: torch.device):
        """``blocks_of`` is the part of the model that has the blocks, and all its other weights in use."""
        self.model = model
        stream(blocks_of, device)

    def bring(self) -> nn.Module:
        """The model."""
        return self.model

    def park(self) -> None:
        """Nothing is on the card."""


def stream(model: nn.Module, device: torch.device) -> nn.Module:
    """Let the blocks of a model in host memory visit the card one after the other, the next while one
    computes.

    On CUDA the host memory should be page-locked already, or it is copied; without CUDA the order of
    work is the same and nothing overlaps.
    """
    apply_group_offloading(
        model,
        onload_device=device,
        offload_device=torch.device("cpu"),
        offload_type="block_level",
        num_blocks_per_group=1,
        use_stream=device.type == "cuda",
        non_blocking=device.type == "cuda",
    )
    _forget_without_copying(model)
    return model


def _forget_without_copying(model: nn.Module) -> None:
    """What is outside of the blocks returns to the host memory that it came from.

    Diffusers 0.42 copies it back from the card after each pass, into memory that is not page-locked, from
    where it also comes slowly the next time: half a second a pass for 0.4 GB. Weights never change here.
    """
    group = model._diffusers_hook.get_hook("group_offloading").group
    within = [tensor for module in group.modules for tensor in (*module.parameters(), *module.buffers())]
    waiting = [(tensor, tensor.data) for tensor in (*group.parameters, *group.buffers, *within)]

    def forget() -> None:
        for tensor, values in waiting:
            tensor.data = values

    group.offload_ = forget
