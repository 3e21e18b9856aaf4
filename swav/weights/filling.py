"""Weights from disk straight into the model that uses them, never more in memory than the result.

One loop fills every kind of model: on the CPU or a GPU, whole or sharded by FSDP2, where each rank reads
the rows of its own shard and no others. A GPU is fed through two pinned buffers in turn, so that the disk
is read while the bus carries what was read before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType

import torch
from torch import nn
from torch.distributed.tensor import DTensor
from torch.distributed.tensor._utils import compute_local_shape_and_global_offset

from swav.errors import EngineError
from swav.weights.memory import allocate
from swav.weights.stored import Source, Stored, folded

Progress = Callable[[int, int], None]
"""Called with bytes read so far and bytes in all."""

Prepare = Callable[[nn.Module], nn.Module] | None
"""What is done to a model while it is empty, such as dividing it among ranks."""

Change = Callable[[torch.Tensor, int], None]
"""Changes rows of a parameter in place; the index of their first element in the whole comes with them."""

_BUFFER_BYTES = 32 << 20


class Rounding(nn.Module):
    """A module whose ``weight`` is kept as other numbers than are stored, which it makes itself."""

    def take(self, exact: torch.Tensor, into: torch.Tensor) -> None:
        """Write float32 values of the whole weight, in its shape, into its memory."""
        raise NotImplementedError


@dataclass(frozen=True)
class Unread:
    """A part of the model whose tensors are known to fit and are not read yet: ``model`` is on ``meta``."""

    model: nn.Module
    source: Source

    def fill(
        self,
        device: torch.device | str,
        pinned: bool = False,
        progress: Progress | None = None,
        changes: Mapping[str, Change] = MappingProxyType({}),
    ) -> nn.Module:
        """Give the model its memory on ``device`` and its stored values; a sharded model gets its rank's
        rows only.

        ``pinned`` memory is on the CPU and page-locked. A model that has its memory is filled again in place.
        What ``changes`` names is read and changed in float32 before it is rounded, once, to its own type.
        """
        if any(parameter.is_meta for parameter in self.model.parameters()):
            allocate(self.model, torch.device(device), pinned)
        device = next(self.model.parameters()).device
        rows = {name: own_rows(parameter) for name, parameter in self.model.named_parameters()}
        total = sum(own.numel() * self.source.tensors[name].dtype.itemsize for name, (own, _) in rows.items())
        copier, rounding = _Copier(device, total, progress), _rounding(self.model)
        with torch.no_grad():
            for name, (own, first) in rows.items():
                if name not in changes and name not in rounding:
                    copier.copy(self.source.tensors[name], first, own)
                    continue
                exact = torch.empty(own.shape, dtype=torch.float32, device=own.device)
                copier.copy(self.source.tensors[name], first, exact)
                if name in changes:
                    changes[name](exact, first)
                if name in rounding:
                    rounding[name].take(exact, own)
                else:
                    own.copy_(exact)
        copier.finish()
        return self.model


def _rounding(model: nn.Module) -> dict[str, Rounding]:
    """The modules that round, by the full names of their weights."""
    found = ((path, module) for path, module in model.named_modules() if isinstance(module, Rounding))
    return {f"{path}.weight": module for path, module in found}


def unread(source: Source, model: nn.Module, prepare: Prepare = None) -> Unread:
    """An empty ``model`` and what fills it, names checked; then ``prepare`` may divide it among ranks."""
    check_names(source, model)
    return Unread(prepare(model) if prepare else model, source)


def check_names(source: Source, model: nn.Module) -> None:
    """Every tensor of the model is stored, in its shape, and nothing else is; else an ``EngineError`` names
    them.
    """
    wanted = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
    missing = [name for name in wanted if name not in source.tensors]
    extra = [name for name in source.tensors if name not in wanted]
    misshapen = [
        f"{name} {source.tensors[name].shape} for {shape}"
        for name, shape in wanted.items()
        if name in source.tensors and source.tensors[name].shape != shape
    ]
    complaints = [
        f"{what} {names}"
        for what, names in (
            ("lacks", folded(missing)),
            ("has the unknown", folded(extra)),
            ("has other sizes in", ", ".join(misshapen)),
        )
        if names
    ]
    if complaints:
        raise EngineError(
            f"{source.where} {' and '.join(complaints)}; "
            "the files are damaged or of another model: run the download again"
        )


def own_rows(parameter: torch.Tensor) -> tuple[torch.Tensor, int]:
    """This rank's part of a parameter, and the index of its first element in the whole (shards are rows)."""
    if not isinstance(parameter, DTensor):
        return parameter, 0
    _, offset = compute_local_shape_and_global_offset(
        parameter.shape, parameter.device_mesh, parameter.placements
    )
    return parameter.to_local(), offset[0] * prod(parameter.shape[1:])


class _Copier:
    """Copies stored elements to a device piece by piece, converting the type on the device itself."""

    def __init__(self, device: torch.device, total: int, progress: Progress | None):
        self.device, self.total, self.progress, self.done = device, total, progress, 0
        on_gpu = device.type == "cuda"
        self.buffers = [
            torch.empty(_BUFFER_BYTES, dtype=torch.uint8, pin_memory=on_gpu) for _ in range(1 + on_gpu)
        ]
        self.copied = [torch.cuda.Event() for _ in self.buffers] if on_gpu else []
        self.turn = 0

    def copy(self, stored: Stored, first: int, values: torch.Tensor) -> None:
        """Fill the contiguous ``values`` with elements of ``stored`` from ``first`` on."""
        flat, pieces = values.view(-1), _BUFFER_BYTES // stored.dtype.itemsize
        for start in range(0, flat.numel(), pieces):
            target = flat[start : start + pieces]
            if self.device.type == "cpu" and stored.dtype == target.dtype:
                stored.read(first + start, target)
            else:
                self._through_buffer(stored, first + start, target)
            self.done += target.numel() * stored.dtype.itemsize
            if self.progress:
                self.progress(self.done, self.total)

    def _through_buffer(self, stored: Stored, first: int, target: torch.Tensor) -> None:
        staged = self._buffer()[: target.numel() * stored.dtype.itemsize].view(stored.dtype)
        stored.read(first, staged)
        target.copy_(staged.to(self.device, non_blocking=True))
        if self.copied:
            self.copied[self.turn].record()

    def _buffer(self) -> torch.Tensor:
        """The buffer whose turn it is, once the copy that last left it has arrived."""
        self.turn = (self.turn + 1) % len(self.buffers)
        if self.copied:
            self.copied[self.turn].synchronize()
        return self.buffers[self.turn]

    def finish(self) -> None:
        if self.copied:
            torch.cuda.synchronize(self.device)
