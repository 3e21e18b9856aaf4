"""Whether a file has its end: a cheap look at its form, for files of which nobody wrote down what they are.

A file that was cut short or emptied is seen; a flipped bit is not, for which its digest is there. Light.
"""

import json
import struct
from collections.abc import Callable
from pathlib import Path


def looks_whole(file: Path) -> bool:
    """Whether a file has the form that its name promises, to its end. OSError."""
    look = _LOOKS.get(file.suffix)
    return look(file) if look else True


def _mp4(file: Path) -> bool:
    """Boxes up to the last byte, an index among them (ISO/IEC 14496-12, section 4.2)."""
    size, place, kinds = file.stat().st_size, 0, set()
    with file.open("rb") as opened:
        while place < size:
            opened.seek(place)
            header = opened.read(16)
            length, kinds_name = int.from_bytes(header[:4], "big"), header[4:8]
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            if length < 8 or place + length > size:
                return False
            kinds.add(kinds_name)
            place += length
    return {b"moov", b"mdat"} <= kinds


def _wav(file: Path) -> bool:
    """As many bytes as its header promises; that of an RF64 counts them in 64 bits (EBU Tech 3306)."""
    with file.open("rb") as opened:
        header = opened.read(28)
    if len(header) < 12 or header[8:12] != b"WAVE":
        return False
    if header[:4] == b"RIFF":
        promised = struct.unpack("<I", header[4:8])[0]
    elif header[:4] == b"RF64" and header[12:16] == b"ds64" and len(header) == 28:
        promised = struct.unpack("<Q", header[20:28])[0]
    else:
        return False
    return promised + 8 <= file.stat().st_size


def _png(file: Path) -> bool:
    data = file.read_bytes()
    return data.startswith(b"\x89PNG\r\n\x1a\n") and data.endswith(b"IEND\xaeB`\x82")


def _json(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_bytes()), dict)
    except (ValueError, RecursionError):
        return False


def _srt(file: Path) -> bool:
    return file.read_bytes().endswith(b"\n")


def _vtt(file: Path) -> bool:
    return file.read_bytes().startswith(b"WEBVTT\n")


_LOOKS: dict[str, Callable[[Path], bool]] = {
    ".mp4": _mp4,
    ".wav": _wav,
    ".png": _png,
    ".json": _json,
    ".srt": _srt,
    ".vtt": _vtt,
}
