"""Environments that no lock asks for any more, and what was left half made: they only take room."""

import re
from dataclasses import dataclass
from pathlib import Path

from swav.environments import MARKER, NAMES, environment
from swav.errors import Damaged
from swav.files import read_json

_FOLDER = re.compile(r"(?P<name>[\w.-]+)-[0-9a-f]{12}")


@dataclass(frozen=True)
class Earlier:
    """A folder beside today's environments."""

    name: str
    folder: Path
    bytes: int
    whole: bool
    """Whether it was finished, and is one of an earlier lock, another Python or another recipe."""


def earlier(root: Path) -> list[Earlier]:
    """The environments in ``root`` that are not today's. Reads markers; walks only through what has none."""
    if not root.is_dir():
        return []
    today = {environment(name, root).folder.name for name in NAMES}
    found = []
    for folder in sorted(root.iterdir()):
        match = _FOLDER.fullmatch(folder.name)
        if match and folder.is_dir() and folder.name not in today:
            found.append(Earlier(match["name"], folder, _bytes(folder), whole=(folder / MARKER).is_file()))
    return found


def _bytes(folder: Path) -> int:
    try:
        return read_json(folder / MARKER, lambda made: int(made["bytes"]))
    except (OSError, Damaged):
        return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir())
