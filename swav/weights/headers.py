"""What a model says of itself before it is read: small JSON files, and headers of safetensors files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from swav.errors import EngineError
from swav.media.disguise import disguise

_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}
LONGEST_HEADER = 4 << 20
"""Bytes of a safetensors header that is read; published shards have up to 150,000. Three may be a list that
takes sixty."""


PREFIXES = ("model.diffusion_model.", "diffusion_model.")
"""What ComfyUI puts before a model's own names where several models share a file."""


def bare(name: str) -> str:
    """A tensor's name without what ComfyUI puts before it."""
    prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), "")
    return name.removeprefix(prefix)


def safetensors_header(file: Path) -> tuple[dict[str, Any], int]:
    """The table of contents of a safetensors file, and the offset of its first byte of data.

    Format: 8 bytes little-endian length, that many bytes of JSON, data
    (https://github.com/huggingface/safetensors).
    """
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if not 2 <= length <= LONGEST_HEADER:
                raise ValueError("length of the header")
            header = json.loads(opened.read(length))
        _check_header(header)
        return header, 8 + length
    except (ValueError, KeyError, TypeError, RecursionError):
        raise EngineError(
            f"{file} is no whole safetensors file, since its header cannot be read; "
            "delete it and run the download again"
        ) from None


def _check_header(header: Any) -> None:
    """ValueError, KeyError or TypeError for a table of contents that cannot be.

    Every entry has a type, a shape of whole numbers, and its own stretch of the data; stretches follow one
    another without a hole, as the format demands.
    """
    if not isinstance(header, dict):
        raise ValueError("no table")
    stretches = []
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        shape, (begin, end) = entry["shape"], entry["data_offsets"]
        sizes = [*shape, begin, end]
        if not isinstance(entry["dtype"], str) or not all(type(size) is int and size >= 0 for size in sizes):
            raise ValueError("an entry")
        stretches.append((begin, end))
    at = 0
    for begin, end in sorted(stretches):
        if begin != at or end < begin:
            raise ValueError("offsets")
        at = end


def safetensors_size(file: Path) -> int:
    """Bytes that the file must have, by its own header."""
    header, start = safetensors_header(file)
    return start + max((end for _, end in _offsets(header)), default=0)


def _offsets(header: dict[str, Any]) -> Iterator[tuple[int, int]]:
    return (tuple(entry["data_offsets"]) for name, entry in header.items() if name != "__metadata__")


def read_json(file: Path) -> dict[str, Any]:
    """A small JSON file of the model; an ``EngineError`` if it is broken."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        what = disguise(file) or "is not valid JSON; delete it and run the download again"
        raise EngineError(f"{file} {what}") from None
    except OSError as reason:
        raise EngineError(f"{file} cannot be read ({reason.strerror}); mend it, or get it anew") from None
    if not isinstance(said, dict):
        raise EngineError(
            f"{file} holds {_KINDS.get(type(said), 'nothing')} where a model's settings should be; "
            "get the file anew"
        )
    return said
