"""How a hand-off is known: the key of its cut stands inside the file. Light: the workflow reads it."""

import re
from pathlib import Path

STAMP = "swav-cut:{key}"
"""Stands in every file of a hand-off: of which cut it is."""


def is_of(key: str, file: Path) -> bool:
    """Whether a hand-off is there, and of the cut of that key."""
    try:
        return STAMP.format(key=key) in file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def key_in(file: Path) -> str:
    """The key of the cut that a hand-off was made from; empty where none is said."""
    try:
        found = re.search(r"swav-cut:([0-9a-f]{12})", file.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1] if found else ""
