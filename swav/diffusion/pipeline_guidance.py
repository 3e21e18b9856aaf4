"""The passes of a guided step on two ranks at once, for any pipeline, which notices nothing of it.

A pipeline guides by one call with a batch of two: each rank computes its half, and both get the whole. Or
by two calls one after the other: each rank computes one of them; the other's result is a tensor that is
filled as soon as both are done, which is before the pipeline looks at either. Or by a batch of two and more
calls of one, each of which it looks at before it makes the next: these are foretold (``_Alone``).
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
        self._alone = _Alone(real, group)
        self._first: Any = None
        self._form: Any = None

    def begin(self) -> None:
        """A new rendering begins, wherever the one before ended."""
        self._first = self._form = None
        self._alone.begin()

    def __call__(self, *given: Any, **named: Any) -> Any:
        if self._by_calls:
            return self._call(*given, **named)
        if not any(map(_is_batch, (*given, *named.values()))):
            return self._alone(*given, **named)
        self._alone.next_step()
        halves = ([self._half(x) for x in given], {name: self._half(x) for name, x in named.items()})
        own = self._real(*halves[0], **halves[1])
        return mapped(own, lambda tensor: torch.cat(_both(tensor, self._group)))

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
            both = _both(other if self._rank else one, self._group)
            one.copy_(both[0])
            other.copy_(both[1])
        return made

    def _half(self, value: Any) -> Any:
        """This rank's part of an argument that has the length of the batch; others stay whole."""
        if isinstance(value, dict):
            return {name: self._half(item) for name, item in value.items()}
        return value[self._rank : self._rank + 1] if _is_batch(value) or _is_pair(value) else value


class _Alone:
    """Calls of one that follow a step's batch of two, two at a time on two ranks.

    The second of two differs from the first by switches alone, such as which blocks are left out: the tensors
    are the same. So a first step, of which both ranks make every call, shows what the second will be asked;
    from then on rank 1 makes it while rank 0 makes the first. Where it is asked otherwise, both make that.
    """

    def __init__(self, real: Callable, group: dist.ProcessGroup):
        self._real, self._group, self._rank = real, group, dist.get_rank(group)
        self.begin()

    def begin(self) -> None:
        self._before: list[dict[str, Any]] = []
        self._now: list[dict[str, Any]] = []
        self._foretold: tuple[dict[str, Any], Any] | None = None

    def next_step(self) -> None:
        self._before, self._now, self._foretold = self._now, [], None

    def __call__(self, *given: Any, **named: Any) -> Any:
        place = len(self._now)
        self._now.append(named)
        foretold, self._foretold = self._foretold, None
        if foretold and not given and _are_same(named, foretold[0]):
            return foretold[1]
        asked = None if given or place % 2 else self._after(place, named)
        if asked is None:
            return self._real(*given, **named)
        own = self._real(**(asked if self._rank else named))
        both = [_both(tensor, self._group) for tensor in _tensors(own)]
        self._foretold = (asked, _filled(own, [other for _, other in both]))
        return _filled(own, [one for one, _ in both])

    def _after(self, place: int, named: dict[str, Any]) -> dict[str, Any] | None:
        """What the call after this one will be asked, by the step before; None where nobody can know."""
        if len(self._before) < place + 2:
            return None
        one, other = self._before[place : place + 2]
        if one.keys() != named.keys() or one.keys() != other.keys():
            return None
        changed = {name for name in one if not _is_same(one[name], other[name])}
        if any(torch.is_tensor(one[name]) or torch.is_tensor(other[name]) for name in changed):
            return None
        return {name: other[name] if name in changed else value for name, value in named.items()}


def mapped(value: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """What a network returns (tensors, in tuples, lists or Diffusers' outputs) with its tensors changed."""
    if torch.is_tensor(value):
        return change(value)
    if hasattr(value, "keys"):
        return type(value)(**{name: mapped(item, change) for name, item in value.items()})
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, change) for item in value)
    return value


def _filled(form: Any, tensors: list[torch.Tensor]) -> Any:
    """What a network returns, with other tensors in its order."""
    following = iter(tensors)
    return mapped(form, lambda _: next(following))


def _both(own: torch.Tensor, group: dist.ProcessGroup) -> list[torch.Tensor]:
    """What each rank has made, of one form."""
    own = own.contiguous()
    both = [torch.empty_like(own) for _ in range(2)]
    dist.all_gather(both, own, group=group)
    return both


def _is_batch(value: Any) -> bool:
    return torch.is_tensor(value) and value.ndim > 0 and value.shape[0] == 2


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _are_same(named: dict[str, Any], other: dict[str, Any]) -> bool:
    return named.keys() == other.keys() and all(_is_same(named[name], other[name]) for name in named)


def _is_same(one: Any, other: Any) -> bool:
    """Of tensors, whether they hold the same."""
    if torch.is_tensor(one) and torch.is_tensor(other):
        return one is other or (one.shape == other.shape and torch.equal(one, other))
    return type(one) is type(other) and one == other


def _tensors(value: Any) -> list[torch.Tensor]:
    found: list[torch.Tensor] = []

    def note(tensor: torch.Tensor) -> torch.Tensor:
        found.append(tensor)
        return tensor

    mapped(value, note)
    return found
