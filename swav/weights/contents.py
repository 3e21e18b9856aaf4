"""What a file of weights says of itself, safetensors or GGUF: names, shapes, kinds of numbers, and its words.

Light: tables of contents alone are read, and no torch is needed.
"""

from dataclasses import dataclass
from math import prod
from pathlib import Path

from swav.errors import EngineError
from swav.weights.gguf_file import gguf_table
from swav.weights.headers import bare, safetensors_header
from swav.weights.unigram import holds_tokenizer

SCALES = (".scale_weight", ".weight_scale")
TOKENIZER_TENSOR = "spiece_model"
"""The tokenizer's sentencepiece model, as ComfyUI keeps it: a tensor of bytes in the text encoder's file."""
_LARGEST_TOKENIZER = 64 << 20
_KINDS = {
    "F64": "float64",
    "F32": "float32",
    "BF16": "bfloat16",
    "F16": "float16",
    "F8_E4M3": "fp8",
    "F8_E5M2": "fp8",
    "I8": "int8",
}


@dataclass(frozen=True)
class Contents:
    """A file's table: by the name of a tensor, without a prefix, its shape and its kind of numbers."""

    shapes: dict[str, tuple[int, ...]]
    kinds: dict[str, str]
    words: str
    """All that the file says of itself in letters."""
    tokenizer: bool = False
    """Whether it holds the tokenizer that it is to be used with."""

    @property
    def precision(self) -> str:
        """Of most of its numbers: ``bfloat16``, ``fp8, scaled``, ``GGUF Q4_K``."""
        counts: dict[str, int] = {}
        for name, kind in self.kinds.items():
            counts[kind] = counts.get(kind, 0) + prod(self.shapes[name])
        most = max(counts, key=lambda kind: counts[kind], default="")
        scaled = any(name.endswith(SCALES) for name in self.shapes)
        return f"{_KINDS.get(most, most)}{', scaled' if scaled else ''}"


def contents(file: Path) -> Contents:
    """The table of a ``.safetensors`` or ``.gguf`` file; an ``EngineError`` if it cannot be read."""
    if file.suffix == ".gguf":
        table = gguf_table(file)
        plain = {"F32", "F16", "BF16"}
        kinds = {
            bare(name): tensor.kind if tensor.kind in plain else f"GGUF {tensor.kind}"
            for name, tensor in table.tensors.items()
        }
        words = " ".join(str(value) for value in table.said.values() if isinstance(value, str))
        shapes = {bare(name): tensor.shape for name, tensor in table.tensors.items()}
        return Contents(shapes, kinds, words, holds_tokenizer(table.said))
    header, _ = safetensors_header(file)
    said = header.pop("__metadata__", None)
    words = " ".join(str(value) for value in said.values()) if isinstance(said, dict) else ""
    shapes = {bare(name): tuple(entry["shape"]) for name, entry in header.items()}
    kinds = {bare(name): entry["dtype"] for name, entry in header.items()}
    return Contents(shapes, kinds, words, TOKENIZER_TENSOR in shapes)


def embedded_tokenizer(file: Path) -> bytes:
    """The tokenizer's sentencepiece model out of the text encoder's file."""
    header, start = safetensors_header(file)
    entry = header.get(TOKENIZER_TENSOR)
    if not entry or entry["dtype"] != "U8":
        raise EngineError(
            f"{file} holds no tokenizer; take the text encoder in fp16 of Comfy-Org, which has one"
        )
    begin, end = entry["data_offsets"]
    if end - begin > _LARGEST_TOKENIZER:
        raise EngineError(f"{file} holds a tokenizer of {end - begin:,} bytes, which is none; get it anew")
    with file.open("rb") as opened:
        opened.seek(start + begin)
        return opened.read(end - begin)
