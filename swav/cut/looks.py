"""What was seen of a storyboard's media, remembered: a file is looked at again when it has changed."""

import json
from contextlib import suppress
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav import recipes
from swav.cut import paths
from swav.errors import Damaged
from swav.files import plain_object, read_json, remember
from swav.storyboard.look import Look, Use, look
from swav.unchanged import is_settled
from swav.unchanged import stamp as stamp_of

_EXACT = ("seconds", "rate")
"""Fields that are fractions."""


class SourceLooks:
    """Looks at files, remembered across runs in ``<build>/looks.json`` by size and times of change."""

    def __init__(self, build: str):
        self._file = Path(paths.LOOKS.format(build=build))
        self._known: dict[str, Any] = {}
        self._changed = False
        with suppress(FileNotFoundError, Damaged):
            self._known = read_json(self._file, _remembered)

    def of(self, path: Path, use: Use) -> Look:
        """The look at a file for a use: see ``swav.storyboard.look.look``."""
        try:
            facts = path.stat()
        except OSError:
            return look(path, use)
        name, seen = f"{use} {path}", stamp_of(facts)
        known = self._known.get(name)
        if known and known[0] == [recipes.LOOK, *seen]:
            return _read(known[1])
        found = look(path, use)
        if is_settled(seen):  # else the next writing may leave no other time
            self._known[name] = [[recipes.LOOK, *seen], _plain(found)]
            self._changed = True
        return found

    def save(self) -> None:
        """Remember what was seen; nothing is written when nothing new was."""
        if self._changed:
            remember(self._file, json.dumps(self._known, indent=1, sort_keys=True))
            self._changed = False


def _read(plain: dict[str, Any]) -> Look:
    exact = {name: Fraction(plain[name]) for name in _EXACT if plain[name] is not None}
    return Look(**{**plain, **exact})


def _remembered(plain: Any) -> dict[str, Any]:
    """The shape of what is remembered."""
    for stamp, seen in plain_object(plain).values():
        len(stamp), _read(seen)
    return plain


def _plain(seen: Look) -> dict[str, Any]:
    plain = asdict(seen)
    return plain | {name: str(plain[name]) for name in _EXACT if plain[name] is not None}
