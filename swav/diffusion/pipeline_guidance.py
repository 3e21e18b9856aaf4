"""The two passes of a guided step on two ranks at once, for any pipeline, which notices nothing of it.

A pipeline guides by one call with a batch of two: each rank computes its half, and both get the whole. Or
by two calls one after the other: each rank computes one of them; the other's result is a tensor that is
filled as soon as both are done, which is before the pipeline looks at either.
"""

from collections.abc import Callable
from typing import Any

import torch
import torch.distributed as dist


class Guided:
    """Stands before a denoiser's call."""

    def __init__(self, real: Callable, passes: str, group: dist.ProcessGroup):
        """``real`` is the call; ``passes`` is ``batch`` or ``calls``; the group has two ranks."""
        self._real, self._by_calls, self._group = real, passes == "calls", group
        self._rank = dist.get_rank(group)
        self._first: Any = None
        self._form: Any = None

    def begin(self) -> None:
        """A new rendering begins, wherever the one before ended."""
        self._first = self._form = None

    def __call__(self, *given: Any, **named: Any) -> Any:
        if self._by_calls:
            return self._call(*given, **named)
        halves = ([self._half(x) for x in given], {name: self._half(x) for name, x in named.items()})
        own = self._real(*halves[0], **halves[1])
        return mapped(own, lambda tensor: torch.cat(self._both(tensor)))

    def _call(self, *given: Any, **named: Any) -> Any:
        """The first call of a step is rank 0's, the second rank 1's.

        Both make all of the first step, to learn the form: where weights are divided over the ranks, each
        pass gathers them, so that both must always make as many.
        """
        learning, second = self._form is None, self._first is not None
        made = self._real(*given, **named) if learning or second == bool(self._rank) else None
        if made is None:
            made = mapped(self._form, torch.empty_like)
        if not second:
            self._first = made
            return made
        first, self._first = self._first, None
        if learning:
            self._form = mapped(made, torch.empty_like)
            return made
        for one, other in zip(_tensors(first), _tensors(made), strict=True):
            both = self._both(other if self._rank else one)
            one.copy_(both[0])
            other.copy_(both[1])
        return made

    def _half(self, value: Any) -> Any:
        """This rank's part of an argument that has the length of the batch; others stay whole."""
        if isinstance(value, dict):
            return {name: self._half(item) for name, item in value.items()}
        tensor = torch.is_tensor(value) and value.ndim > 0 and value.shape[0] == 2
        return value[self._rank : self._rank + 1] if tensor or _is_pair(value) else value

    def _both(self, own: torch.Tensor) -> list[torch.Tensor]:
        own = own.contiguous()
        both = [torch.empty_like(own) for _ in range(2)]
        dist.all_gather(both, own, group=self._group)
        return both


def mapped(value: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """What a network returns (tensors, in tuples, lists or Diffusers' outputs) with its tensors changed."""
    if torch.is_tensor(value):
        return change(value)
    if hasattr(value, "keys"):
        return type(value)(**{name: mapped(item, change) for name, item in value.items()})
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, change) for item in value)
    return value


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _tensors(value: Any) -> list[torch.Tensor]:
    found: list[torch.Tensor] = []

    def note(tensor: torch.Tensor) -> torch.Tensor:
        found.append(tensor)
        return tensor

    mapped(value, note)
    return found
