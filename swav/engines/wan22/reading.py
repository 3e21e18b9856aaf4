"""Weights from disk straight into the model that uses them, never more in memory than the result.

One loop fills every kind of model: on the CPU or a GPU, whole or sharded by FSDP2, where each rank reads
the rows of its own shard and no others. A GPU is fed through two pinned buffers in turn, so that the disk
is read while the bus carries what was read before.
"""

from collections.abc import Callable
from math import prod

import torch
from torch import nn
from torch.distributed.tensor import DTensor
from torch.distributed.tensor._utils import compute_local_shape_and_global_offset

from swav.engines.wan22.architecture import empty_expert, empty_text_encoder, empty_vae
from swav.engines.wan22.layout import Weights
from swav.engines.wan22.weights import (
    Source,
    Stored,
    expert_source,
    folded,
    text_encoder_source,
    vae_source,
)
from swav.errors import EngineError

Progress = Callable[[int, int], None]
"""Called with bytes read so far and bytes in all."""

_BUFFER_BYTES = 32 << 20


def read_expert(
    weights: Weights,
    dtype: torch.dtype = torch.bfloat16,
    device: torch.device | str = "cpu",
    prepare: Callable[[nn.Module], nn.Module] | None = None,
    progress: Progress | None = None,
):
    """One expert as ``diffusers.WanTransformer3DModel``. ``prepare`` may shard the empty model before it is
    filled.
    """
    source = expert_source(weights)
    return _read(source, empty_expert(weights, source, dtype), device, prepare, progress)


def read_text_encoder(
    weights: Weights,
    dtype: torch.dtype = torch.bfloat16,
    device: torch.device | str = "cpu",
    prepare: Callable[[nn.Module], nn.Module] | None = None,
    progress: Progress | None = None,
):
    """The text encoder as ``transformers.UMT5EncoderModel``."""
    source = text_encoder_source(weights)
    return _read(source, empty_text_encoder(weights, source, dtype), device, prepare, progress)


def read_vae(
    weights: Weights,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    progress: Progress | None = None,
):
    """The VAE as ``diffusers.AutoencoderKLWan``."""
    source = vae_source(weights)
    return _read(source, empty_vae(weights, source, dtype), device, None, progress)


def _read(source: Source, model: nn.Module, device, prepare, progress) -> nn.Module:
    check_names(source, model)
    if prepare:
        model = prepare(model)
    fill(model, source, torch.device(device), progress)
    return model


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


@torch.no_grad()
def fill(model: nn.Module, source: Source, device: torch.device, progress: Progress | None = None) -> None:
    """Give the model its memory on ``device`` and its stored values; a sharded model gets its rank's rows
    only.
    """
    _allocate(model, device)
    copier = _Copier(device, source.bytes, progress)
    for name, parameter in model.named_parameters():
        values, first = _own_rows(parameter)
        copier.copy(source.tensors[name], first, values)
    copier.finish()


def _allocate(model: nn.Module, device: torch.device) -> None:
    """Memory for all parameters. Buffers keep their values, which ``to_empty`` would lose."""
    buffers = [
        (module, name, buffer)
        for module in model.modules()
        for name, buffer in module.named_buffers(recurse=False)
    ]
    model.to_empty(device=device)
    for module, name, buffer in buffers:
        module._buffers[name] = buffer.to(device)


def _own_rows(parameter: torch.Tensor) -> tuple[torch.Tensor, int]:
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
            staged = self._buffer()[: target.numel() * stored.dtype.itemsize].view(stored.dtype)
            stored.read(first + start, staged)
            target.copy_(staged.to(self.device, non_blocking=True))
            if self.copied:
                self.copied[self.turn].record()
            self.done += staged.nbytes
            if self.progress:
                self.progress(self.done, self.total)

    def _buffer(self) -> torch.Tensor:
        """The buffer whose turn it is, once the copy that last left it has arrived."""
        self.turn = (self.turn + 1) % len(self.buffers)
        if self.copied:
            self.copied[self.turn].synchronize()
        return self.buffers[self.turn]

    def finish(self) -> None:
        if self.copied:
            torch.cuda.synchronize(self.device)
