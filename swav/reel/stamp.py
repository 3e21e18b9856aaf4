"""How a finished reel is known: its key stands inside the file, so no date and no hidden record is trusted.

``final.mp4`` is a copy of the reel of the current cut. It is right if the key inside it is the current one,
and stale otherwise, whatever the dates say: after a copy, a checkout, a restored backup or a deleted
``.snakemake``.
"""

import os
import re
from pathlib import Path

STAMP = "swav-reel:{key}"


def stamp(key: str) -> str:
    """What is written into the reel's metadata."""
    return STAMP.format(key=key)


def stamped_key(path: Path) -> str:
    """The key inside a reel; empty if there is none. Reads the index at the file's front, no pictures."""
    try:
        with path.open("rb") as file:
            front = _front(file)
    except OSError:
        return ""
    found = re.search(rb"swav-reel:([0-9a-f]+)", front)
    return found[1].decode() if found else ""


def _front(file) -> bytes:
    """The boxes before the media data (ISO/IEC 14496-12, section 4.2): the index, in a fast-start file."""
    front = b""
    while len(header := file.read(8)) == 8:
        size, kind = int.from_bytes(header[:4], "big"), header[4:]
        if kind == b"mdat" or size < 8:
            break
        front += file.read(size - 8)
    return front


def refresh(final: Path, reel: Path) -> None:
    """Make Snakemake see a stale ``final``: date the reel, if it is there, after it."""
    if final.exists() and reel.exists() and stamped_key(final) != reel.stem:
        os.utime(reel)
        if reel.stat().st_mtime_ns <= final.stat().st_mtime_ns:
            newer = final.stat().st_mtime_ns + 1_000_000_000
            os.utime(reel, ns=(newer, newer))


def is_current(final: Path, reel_key: str) -> bool:
    """Whether the finished file shows the reel of that key."""
    return stamped_key(final) == reel_key
