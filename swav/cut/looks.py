"""What was seen of a storyboard's media, remembered: a file is looked at again when it has changed."""

import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.files import write_text
from swav.media.look import LOOK_RECIPE, Look, Use, look


class SourceLooks:
    """Looks at files, remembered across runs in ``<build>/looks.json`` by size and time of change."""

    def __init__(self, build: str):
        self._file = Path(paths.LOOKS.format(build=build))
        self._known: dict[str, Any] = {}
        self._changed = False
        if self._file.exists():
            try:
                self._known = json.loads(self._file.read_text())
            except ValueError:
                self._known = {}

    def of(self, path: Path, use: Use) -> Look:
        """The look at a file for a use: see ``swav.media.look.look``."""
        try:
            facts = path.stat()
        except OSError:
            return look(path, use)
        name, stamp = f"{use} {path}", [LOOK_RECIPE, facts.st_size, facts.st_mtime_ns]
        known = self._known.get(name)
        if not known or known[0] != stamp:
            known = self._known[name] = [stamp, _plain(look(path, use))]
            self._changed = True
        seconds = known[1]["seconds"]
        return Look(**{**known[1], "seconds": None if seconds is None else Fraction(seconds)})

    def save(self) -> None:
        """Remember what was seen; nothing is written when nothing new was."""
        if self._changed:
            write_text(self._file, json.dumps(self._known, indent=1, sort_keys=True))
            self._changed = False


def _plain(seen: Look) -> dict[str, Any]:
    return asdict(seen) | {"seconds": None if seen.seconds is None else str(seen.seconds)}
