"""What real material is, by content: a file that changes under its old name is a new source.

Hashing a camera's files takes a while, so digests are remembered by path, size and time of change, beside the
takes that they name. A copied or touched file is hashed again; its digest, and so its takes, stay the same.
"""

import json
from pathlib import Path

from swav.cut import paths
from swav.files import content_digest, write_text


class SourceDigests:
    """sha256 of files, remembered across runs in ``<build>/sources.json``."""

    def __init__(self, build: str):
        self._file = Path(paths.SOURCES.format(build=build))
        self._known: dict[str, list] = {}
        self._changed = False
        if self._file.exists():
            try:
                self._known = json.loads(self._file.read_text())
            except ValueError:
                self._known = {}

    def of(self, path: Path) -> str:
        """The digest of a file. OSError if it cannot be read."""
        facts = path.stat()
        stamp = [facts.st_size, facts.st_mtime_ns]
        known = self._known.get(str(path))
        if known and known[:2] == stamp:
            return known[2]
        found = content_digest(path)
        self._known[str(path)] = [*stamp, found]
        self._changed = True
        return found

    def save(self) -> None:
        """Remember what was learnt; nothing is written when nothing was."""
        if self._changed:
            write_text(self._file, json.dumps(self._known, indent=1, sort_keys=True))
            self._changed = False
