"""Tensors on disk by name, whatever kind of file holds them.

A ``Stored`` tensor knows its shape and type and reads any run of its elements into a buffer that the caller
owns. That one ability serves all readers: whole models, one rank's rows of a sharded model, and the
converter. Reading goes past the memory map on purpose: faulting in 4 KiB pages is slower than reading, and
mapped tensors are not aligned, which changes the last bits of a CPU's sums.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import torch

from swav.errors import EngineError
from swav.weights.folder import Weights
from swav.weights.gguf_blocks import gguf_tensors
from swav.weights.headers import bare, safetensors_header
from swav.weights.on_disk import Stored, read_bytes
from swav.weights.scaled import unscaled

_TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I8": torch.int8,
    "U8": torch.uint8,
    "I64": torch.int64,
}


Renaming = Callable[[dict[str, "Stored"]], dict[str, "Stored"]]
"""From the names of a published layout to those of Diffusers or Transformers; what has these stays."""


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


def source(weights: Weights, renamed: Renaming | None = None) -> Source:
    """All tensors of the files, under the names that the model's class has for them."""
    tensors: dict[str, Stored] = {}
    for file in weights.files:
        tensors |= _tensors(file)
    if renamed:
        tensors = renamed(tensors)
    return Source(weights.config.parent.name if weights.config else weights.files[0].name, tensors)


def _tensors(file: Path) -> dict[str, Stored]:
    """All weights in a file, as numbers that mean what they say, without what ComfyUI puts before names."""
    if file.suffix == ".gguf":
        found = gguf_tensors(file)
    elif file.suffix == ".safetensors":
        found = unscaled(_safetensors(file))
    else:
        return _pickled(file)
    return {bare(name): stored for name, stored in found.items()}


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
        read_bytes(file, start + entry["data_offsets"][0] + first * dtype.itemsize, out)

    return Stored(file, tuple(entry["shape"]), dtype, read)


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
