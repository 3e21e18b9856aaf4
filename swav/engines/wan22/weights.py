"""Tensors on disk under the names of Diffusers and Transformers, whichever layout the files have.

A ``Stored`` tensor knows its shape and type and reads any run of its elements into a buffer that the caller
owns. That one ability serves all readers: whole models, one rank's rows of a sharded model, and the
converter. Reading goes past the memory map on purpose: faulting in 4 KiB pages is slower than reading, and
mapped tensors are not aligned, which changes the last bits of a CPU's sums.
"""

import os
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers.loaders.single_file_utils import (
    convert_wan_transformer_to_diffusers,
    convert_wan_vae_to_diffusers,
)

from swav.engines.wan22.layout import Weights, safetensors_header
from swav.errors import EngineError

_TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "I64": torch.int64,
}
_READERS = ThreadPoolExecutor(4, thread_name_prefix="weights")
_READ_AT_ONCE = 8 << 20

_UMT5_NAMES = [
    (r"^token_embedding\.", "shared."),
    (r"^norm\.", "encoder.final_layer_norm."),
    (r"^blocks\.(\d+)\.attn\.", r"encoder.block.\1.layer.0.SelfAttention."),
    (
        r"^blocks\.(\d+)\.pos_embedding\.embedding\.",
        r"encoder.block.\1.layer.0.SelfAttention.relative_attention_bias.",
    ),
    (r"^blocks\.(\d+)\.norm1\.", r"encoder.block.\1.layer.0.layer_norm."),
    (r"^blocks\.(\d+)\.norm2\.", r"encoder.block.\1.layer.1.layer_norm."),
    (r"^blocks\.(\d+)\.ffn\.gate\.0\.", r"encoder.block.\1.layer.1.DenseReluDense.wi_0."),
    (r"^blocks\.(\d+)\.ffn\.fc1\.", r"encoder.block.\1.layer.1.DenseReluDense.wi_1."),
    (r"^blocks\.(\d+)\.ffn\.fc2\.", r"encoder.block.\1.layer.1.DenseReluDense.wo."),
]


@dataclass(frozen=True)
class Stored:
    """One tensor on disk: ``read(first, out)`` fills the flat ``out`` with elements from ``first`` on.

    ``out`` is a contiguous CPU tensor of ``dtype``; ``file`` is for messages.
    """

    file: Path
    shape: tuple[int, ...]
    dtype: torch.dtype
    read: Callable[[int, torch.Tensor], None]


class Source:
    """The stored tensors of one part of the model by name; ``where`` is how messages call the part."""

    def __init__(self, where: str, tensors: dict[str, Stored]):
        self.where = where
        self.tensors = tensors

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a tensor that the sizes of the model are read from; an ``EngineError`` if it is
        missing.
        """
        if name not in self.tensors:
            raise EngineError(
                f"{self.where} lacks the tensor {name}; the files are incomplete or of another model"
            )
        return self.tensors[name].shape

    def count(self, prefix: str) -> int:
        """How many numbered children ``prefix`` has: ``blocks.`` -> the number of blocks."""
        pattern = re.compile(re.escape(prefix) + r"(\d+)\.")
        return len({match[1] for name in self.tensors if (match := pattern.match(name))})


def expert_source(weights: Weights) -> Source:
    """The transformer of one expert, named as in ``diffusers.WanTransformer3DModel``."""
    return _source(weights, ".self_attn.", convert_wan_transformer_to_diffusers)


def vae_source(weights: Weights) -> Source:
    """The VAE, named as in ``diffusers.AutoencoderKLWan``."""
    return _source(weights, ".residual.", convert_wan_vae_to_diffusers)


def text_encoder_source(weights: Weights) -> Source:
    """The text encoder, named as in ``transformers.UMT5EncoderModel``; its embedding once, as ``shared``."""
    source = _source(
        weights, ".attn.", lambda tensors: {_umt5_name(name): stored for name, stored in tensors.items()}
    )
    source.tensors.pop("encoder.embed_tokens.weight", None)
    return source


def _umt5_name(name: str) -> str:
    for pattern, replacement in _UMT5_NAMES:
        if re.match(pattern, name):
            return re.sub(pattern, replacement, name)
    return name


def _source(weights: Weights, original_sign: str, rename: Callable[[dict], dict]) -> Source:
    """All tensors of the files, renamed if a name holds ``original_sign``: renaming twice would swap
    norms.
    """
    tensors: dict[str, Stored] = {}
    for file in weights.files:
        tensors |= _safetensors(file) if file.suffix == ".safetensors" else _pickled(file)
    if any(original_sign in name for name in tensors):
        tensors = rename(tensors)
    return Source(weights.config.parent.name if weights.config else weights.files[0].name, tensors)


def _safetensors(file: Path) -> dict[str, Stored]:
    header, start = safetensors_header(file)
    header.pop("__metadata__", None)
    return {name: _in_safetensors(file, start, entry, name) for name, entry in header.items()}


def _in_safetensors(file: Path, start: int, entry: dict, name: str) -> Stored:
    if entry["dtype"] not in _TYPES:
        raise EngineError(
            f"{file} holds {name} as {entry['dtype']}, which this engine cannot read; use the published files"
        )
    dtype = _TYPES[entry["dtype"]]

    def read(first: int, out: torch.Tensor) -> None:
        _read_file(file, start + entry["data_offsets"][0] + first * dtype.itemsize, out)

    return Stored(file, tuple(entry["shape"]), dtype, read)


def _read_file(file: Path, offset: int, out: torch.Tensor) -> None:
    """Fill ``out`` from ``offset`` bytes on, with several reads at once: one thread cannot saturate the
    memory.
    """
    target = memoryview(out.view(torch.uint8).numpy()) if out.numel() else memoryview(b"")
    descriptor = os.open(file, os.O_RDONLY)
    try:
        starts = range(0, len(target), _READ_AT_ONCE)
        list(
            _READERS.map(
                lambda at: _read_exactly(file, descriptor, offset + at, target[at : at + _READ_AT_ONCE]),
                starts,
            )
        )
    finally:
        os.close(descriptor)


def _read_exactly(file: Path, descriptor: int, offset: int, target: memoryview) -> None:
    done = 0
    while done < len(target):
        count = os.preadv(descriptor, [target[done:]], offset + done)
        if count == 0:
            raise EngineError(f"{file} ends too early; delete it and run the download again")
        done += count


def _pickled(file: Path) -> dict[str, Stored]:
    """The tensors of a ``.pth`` file, mapped rather than read where its format (a zip archive) allows."""
    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True, mmap=_is_archive(file))
    except Exception as reason:
        raise EngineError(
            f"{file} cannot be read as PyTorch weights ({type(reason).__name__}); run the download again"
        ) from reason
    return {name: _in_memory(file, tensor) for name, tensor in tensors.items()}


def _is_archive(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(2) == b"PK"


def _in_memory(file: Path, tensor: torch.Tensor) -> Stored:
    flat = tensor.reshape(-1)

    def read(first: int, out: torch.Tensor) -> None:
        out.copy_(flat[first : first + out.numel()])

    return Stored(file, tuple(tensor.shape), tensor.dtype, read)


def folded(names: Iterable[str]) -> str:
    """Every name, with those that differ only in their first number as one: ``blocks.{0-39}.norm2.bias``."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for name in names:
        before, number, after = re.fullmatch(r"(\D*)(\d+)?(.*)", name).groups()
        groups.setdefault((before, after), []).append(int(number) if number else -1)
    return ", ".join(f"{before}{_numbers(sorted(found))}{after}" for (before, after), found in groups.items())


def _numbers(found: list[int]) -> str:
    if len(found) == 1:
        return str(found[0]) if found[0] >= 0 else ""
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "{" + ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs) + "}"
