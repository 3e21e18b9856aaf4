"""The table of contents of a GGUF file: which tensors it holds, of what shape and kind, and where.

GGUF is what ggml's programs and ComfyUI-GGUF write: weights in blocks of 32 or 256 numbers that share a scale
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). Light: no torch, and nothing but the table is
read. ``gguf_blocks`` reads the numbers.
"""

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

from swav.errors import EngineError
from swav.media.disguise import disguise

KINDS = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    30: ("BF16", 1, 2),
}
"""By the number of ``ggml_type`` (ggml.h): name, numbers in a block, bytes of a block."""
_COARSE = {10: "Q2_K", 11: "Q3_K", 16: "IQ2_XXS", 18: "IQ3_XXS", 20: "IQ4_NL", 21: "IQ3_S", 23: "IQ4_XS"}

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_LONGEST = 64 << 20
"""Bytes of a table that is read; that of an expert has 100,000, a vocabulary adds some millions."""
_MOST_DIMENSIONS = 8
_SHAPE = "comfy.gguf.orig_shape."
"""Before a tensor's name: its shape where ggml's own four dimensions do not hold it (ComfyUI-GGUF)."""


@dataclass(frozen=True)
class GgufTensor:
    """One tensor: its shape as PyTorch has it, its kind, and the offset of its first byte in the file."""

    shape: tuple[int, ...]
    kind: str
    block: int
    block_bytes: int
    offset: int

    @property
    def bytes(self) -> int:
        return prod(self.shape) // self.block * self.block_bytes


@dataclass(frozen=True)
class GgufTable:
    """What a file holds; ``said`` are its words about itself (``general.name`` and such)."""

    tensors: dict[str, GgufTensor]
    said: dict[str, Any]
    size: int
    """Bytes that the file must have."""
    content: bytes
    """The table as it is written."""


def gguf_table(file: Path) -> GgufTable:
    """The table of contents. An ``EngineError`` says if it cannot be read, or holds what is not read here."""
    try:
        with file.open("rb") as opened:
            return _table(_Reader(opened), file)
    except (ValueError, struct.error, OverflowError, RecursionError, MemoryError):
        what = disguise(file) or (
            "is no whole GGUF file, since its header cannot be read; delete it and run the download again"
        )
        raise EngineError(f"{file} {what}") from None


class _Reader:
    """Reads numbers and words one after another, and keeps what it read."""

    def __init__(self, opened: BinaryIO):
        self.opened, self.content = opened, bytearray()

    def take(self, count: int) -> bytes:
        if count > _LONGEST - len(self.content):
            raise ValueError("a table that is no table")
        taken = self.opened.read(count)
        if len(taken) < count:
            raise ValueError("ends")
        self.content += taken
        return taken

    def number(self, form: str) -> Any:
        return struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}")))[0]

    def word(self) -> str:
        return self.take(self.number("Q")).decode("utf-8", "replace")

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.word()
        if kind == _ARRAY:
            inner, count = self.number("I"), self.number("Q")
            if inner in _SCALARS:
                size = struct.calcsize(f"<{_SCALARS[inner]}")
                return struct.unpack(f"<{count}{_SCALARS[inner]}", self.take(count * size))
            if count > _LONGEST:
                raise ValueError("a list that is no list")
            return [self.value(inner) for _ in range(count)]
        if kind not in _SCALARS:
            raise ValueError("a kind of value that there is not")
        return self.number(_SCALARS[kind])


def _table(reader: _Reader, file: Path) -> GgufTable:
    if reader.take(4) != b"GGUF" or reader.number("I") not in (2, 3):
        raise ValueError("no GGUF, or of another version")
    count, words = reader.number("Q"), reader.number("Q")
    said = {}
    for _ in range(words):
        key = reader.word()
        said[key] = reader.value(reader.number("I"))
    listed = [_listed(reader) for _ in range(count)]
    alignment = said.get("general.alignment", 32)
    if type(alignment) is not int or alignment < 1:
        raise ValueError("alignment")
    start = -(-len(reader.content) // alignment) * alignment
    tensors = {name: _tensor(file, name, *entry, said, start) for name, *entry in listed}
    end = max((tensor.offset + tensor.bytes for tensor in tensors.values()), default=start)
    return GgufTable(tensors, said, end, bytes(reader.content))


def _listed(reader: _Reader) -> tuple[str, tuple[int, ...], int, int]:
    name, dimensions = reader.word(), reader.number("I")
    if dimensions > _MOST_DIMENSIONS:
        raise ValueError("dimensions")
    return name, tuple(reader.number("Q") for _ in range(dimensions)), reader.number("I"), reader.number("Q")


def _tensor(
    file: Path, name: str, sides: tuple[int, ...], kind: int, offset: int, said: dict[str, Any], start: int
) -> GgufTensor:
    """A tensor by its entry; ggml writes the sides of a shape from the innermost on."""
    if kind not in KINDS:
        called = _COARSE.get(kind, f"of the kind {kind}")
        raise EngineError(f"{file} holds {name} as {called}, which is not read here; use a file of Q4 to Q8")
    called, block, block_bytes = KINDS[kind]
    numbers = prod(sides)
    shape = tuple(said.get(f"{_SHAPE}{name}", reversed(sides)))
    if prod(shape) != numbers or (sides and sides[0] % block):
        raise ValueError("a shape")
    return GgufTensor(shape, called, block, block_bytes, start + offset)
