"""Whether a file of a model is all there, by its own table of contents: one answer for every kind of model.

A download or a copy that broke off is found before minutes of loading, by reading headers and the ends of
archives alone. A flipped bit is not seen, for which ``verify`` reads all. Light: no torch.
"""

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from swav.errors import EngineError
from swav.links import NOWHERE
from swav.media.disguise import disguise
from swav.weights.gguf_file import gguf_table
from swav.weights.headers import LONGEST_HEADER, safetensors_size
from swav.weights.pickled import LARGEST, PickledTable

AGAIN = "delete it and run the download again"
"""What to do about a file that is not whole, as the end of a sentence."""

_LEGACY = 0x1950A86A20F9469CFC6C
"""The first pickle of what PyTorch saved before version 1.6 (torch/serialization.py, MAGIC_NUMBER)."""
_TAIL = 65535 + 22 + 20 + 56
"""Bytes in which a zip archive ends: its longest comment, and its three records without what extends them."""


@dataclass(frozen=True)
class _Size:
    """Bytes that a file must have; ``least``: that many or more, 0 where nothing tells."""

    bytes: int
    least: bool = False


def check_intact(file: Path) -> None:
    """An ``EngineError`` where ``fault_in`` has something to say."""
    if said := fault_in(file):
        raise EngineError(said)


def fault_in(file: Path) -> str:
    """What is wrong with a file of weights or settings and what to do, in one sentence; empty if nothing is.

    A link that leads nowhere, a pointer, a web page, and whatever ends too early, in the formats by which
    weights are known: safetensors, GGUF, PyTorch's archives and pickles, and JSON.
    """
    if not file.exists():
        return f"{file} {NOWHERE}"
    try:
        if what := disguise(file):
            return f"{file} {what}"
        look = _LOOKS.get(file.suffix)
        promised = look(file) if look else None
        return _said(file, promised) if promised else ""
    except EngineError as reason:
        return str(reason)
    except OSError as reason:
        return f"{file} cannot be read ({reason.strerror}); mend it, or get it anew"


def _said(file: Path, promised: _Size) -> str:
    size = file.stat().st_size
    missing = promised.bytes - size
    if promised.least:
        how_many = f", {missing:,} bytes or more" if missing > 0 else ""
        return f"{file} is cut off: it lacks its end{how_many}; {AGAIN}"
    if missing > 0:
        return f"{file} is cut off: it lacks {missing:,} of its {promised.bytes:,} bytes; {AGAIN}"
    if missing < 0 and file.suffix == ".safetensors":
        return f"{file} has {-missing:,} bytes more than its header lists; {AGAIN}"
    return ""


def _safetensors(file: Path) -> _Size:
    with file.open("rb") as opened:
        header = 8 + int.from_bytes(opened.read(8), "little")
    if file.stat().st_size < header <= LONGEST_HEADER:
        return _Size(header, least=True)
    return _Size(safetensors_size(file))


def _gguf(file: Path) -> _Size:
    return _Size(gguf_table(file).size)


def _json(file: Path) -> _Size | None:
    """By its first and its last character, since a vocabulary may be long."""
    with file.open("rb") as opened:
        start = opened.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        opened.seek(max(0, file.stat().st_size - 64))
        end = opened.read().rstrip()[-1:]
    closed = {b"{": b"}", b"[": b"]"}.get(start)
    return _Size(0, least=True) if closed and end != closed else None


def _torch(file: Path) -> _Size | None:
    """What ``torch.save`` wrote: a zip archive, or the pickles of before version 1.6."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        start = opened.read(2)
        if start.startswith(b"\x80"):
            return _pickles(start + opened.read(LARGEST), size)
        if start != b"PK" and file.suffix == ".bin":  # many programs call their files so
            return None
        if start != b"PK":
            raise EngineError(f"{file} is no file of PyTorch; download the model again")
        opened.seek(max(0, size - _TAIL))
        if whole := _archive(opened.read(), size):
            return whole
        opened.seek(0)
        return _Size(_least(opened.read(LARGEST)), least=True)


def _archive(tail: bytes, size: int) -> _Size | None:
    """A zip archive by its end, which says where its directory is; None where that is not there.

    PKWARE's APPNOTE 4.3.14 to 4.3.16; PyTorch writes the records of large archives into small ones too.
    """
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) - end < 22:
        return None
    length, begins = struct.unpack_from("<2L", tail, end + 12)
    if tail[: max(0, end - 20 + 4)].endswith(b"PK\6\7") and tail[max(0, end - 76) :].startswith(b"PK\6\6"):
        end -= 76
        length, begins = struct.unpack_from("<2Q", tail, end + 40)
    directory = size - len(tail) + end - length
    # What stands before the archive is nobody's business; what is missing before its directory is.
    return _Size(size + max(0, begins - directory))


def _least(start: bytes) -> int:
    """Bytes that an archive without its end must have had: its first file lists all storages."""
    try:
        method, names, extra = struct.unpack_from("<8xH16x2H", start)
        begins = 30 + names + extra
        if method or not start[30 : 30 + names].endswith(b"/data.pkl"):
            return 0
        table = io.BytesIO(start[begins:])
        storages = _loaded(table)[1]
        return begins + table.tell() + sum(filter(None, storages.values()))
    except Exception:  # a damaged pickle can raise nearly anything
        return 0


def _pickles(start: bytes, size: int) -> _Size | None:
    """Four pickles, one that names the storages, and each of them after its number of elements."""
    opened = io.BytesIO(start)
    try:
        if _loaded(opened)[0] != _LEGACY:
            return None
    except Exception:  # what it is nobody can tell
        return None
    try:
        _loaded(opened), _loaded(opened)
        storages = _loaded(opened)[1]
        _loaded(opened)
    except Exception:  # where all of it was there to read, it ended too early
        return _Size(0, least=True) if size <= LARGEST else None
    sizes = list(storages.values())
    return _Size(opened.tell() + sum(8 + each for each in sizes)) if None not in sizes else None


def _loaded(opened: io.BytesIO) -> tuple[Any, dict[str, int | None]]:
    """A pickle as far as it is a table of contents, and its storages."""
    table = PickledTable(opened)
    return table.load(), table.storages


_LOOKS: dict[str, Callable[[Path], _Size | None]] = {
    ".safetensors": _safetensors,
    ".gguf": _gguf,
    ".json": _json,
    **dict.fromkeys((".pth", ".pt", ".pkl", ".bin", ".ckpt"), _torch),
}
