"""How a hand-off is known: the key of its cut stands inside the file. Light: the workflow reads it."""

from pathlib import Path

STAMP = "swav-cut:{key}"
"""Stands in every file of a hand-off: of which cut it is."""


def is_of(key: str, file: Path) -> bool:
    """Whether a hand-off is there, and of the cut of that key."""
    try:
        return STAMP.format(key=key) in file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
