"""Plain data and tensors from one rank to the others, as JSON and bytes: what ``torch.distributed`` offers
for objects is pickle, and a pickle is a program.

Light to import: torch is loaded where ranks speak. All ranks of a group call each function together.
"""

import json
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch.distributed import ProcessGroup

_HEAD = 8
"""Bytes that say how long the JSON is, before it; the tensors' bytes follow it."""


def share(value: Any, group: "ProcessGroup | None" = None) -> Any:
    """What rank 0 says, in every rank: None, words, numbers, lists, tuples, dicts, tensors on the CPU."""
    import torch
    import torch.distributed as dist

    said = _bytes_of(value) if dist.get_rank() == 0 else None
    length = torch.tensor([0 if said is None else len(said)])
    dist.broadcast(length, src=0, group=group)
    if said is None:
        said = torch.empty(int(length), dtype=torch.uint8)
    dist.broadcast(said, src=0, group=group)
    return _value_of(said)


def collect(value: Any, group: "ProcessGroup | None" = None) -> list[Any]:
    """What each rank says, in order of rank."""
    import torch
    import torch.distributed as dist

    said = _bytes_of(value)
    lengths = [torch.tensor([0]) for _ in range(dist.get_world_size(group))]
    dist.all_gather(lengths, torch.tensor([len(said)]), group=group)
    padded = torch.zeros(max(map(int, lengths)), dtype=torch.uint8)
    padded[: len(said)] = said
    heard = [torch.empty_like(padded) for _ in lengths]
    dist.all_gather(heard, padded, group=group)
    return [_value_of(one[: int(length)]) for one, length in zip(heard, lengths, strict=True)]


def _bytes_of(value: Any) -> "torch.Tensor":
    """A value as uint8, shape (n,). TypeError for what is no plain data."""
    import torch

    tensors: list[torch.Tensor] = []
    text = json.dumps(_written(value, tensors)).encode()
    front = torch.frombuffer(bytearray(len(text).to_bytes(_HEAD, "big") + text), dtype=torch.uint8)
    parts = [tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8) for tensor in tensors]
    return torch.cat([front, *parts])


def _value_of(said: "torch.Tensor") -> Any:
    length = int.from_bytes(said[:_HEAD].numpy().tobytes(), "big")
    text = json.loads(said[_HEAD : _HEAD + length].numpy().tobytes())
    return _Reader(said[_HEAD + length :]).value(text)


def _written(value: Any, tensors: list) -> Any:
    """A value as JSON: a list is a list; tuples, dicts and tensors are dicts of one key, which says so."""
    import torch

    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        return [_written(item, tensors) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_written(item, tensors) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[_written(key, tensors), _written(item, tensors)] for key, item in value.items()]}
    if isinstance(value, torch.Tensor):
        tensors.append(value)
        return {"tensor": [str(value.dtype).removeprefix("torch."), list(value.shape)]}
    raise TypeError(f"{type(value).__name__} is no plain data")


class _Reader:
    """Reads what ``_written`` wrote, and takes the tensors' bytes in their order."""

    def __init__(self, data: "torch.Tensor"):
        self._data, self._at = data, 0

    def value(self, written: Any) -> Any:
        if isinstance(written, list):
            return [self.value(item) for item in written]
        if not isinstance(written, dict):
            return written
        ((kind, content),) = written.items()
        if kind == "tuple":
            return tuple(self.value(item) for item in content)
        if kind == "dict":
            return {self.value(key): self.value(item) for key, item in content}
        return self._tensor(*content)

    def _tensor(self, name: str, shape: list[int]) -> "torch.Tensor":
        import torch

        dtype = getattr(torch, name)
        size = prod(shape) * dtype.itemsize
        taken = self._data[self._at : self._at + size].clone()
        self._at += size
        return taken.view(dtype).reshape(shape)
