"""What real material is, by content: a file that changes under its old name is a new source.

Hashing a camera's files takes a while, so digests are remembered by path, size and times of change, beside
the takes that they name. A copied or touched file is hashed again; its digest, and so its takes, stay the
same.
"""

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from swav.cut import paths
from swav.engines import is_made_here
from swav.errors import Damaged
from swav.files import read_json, remember
from swav.unchanged import Held, Stamp, digest_of, held, is_settled, stamp

_REMEMBERED = TypeAdapter(dict[str, list[int | str]])


class SourceDigests:
    """sha256 of files, remembered across runs in ``<build>/sources.json``."""

    def __init__(self, build: str):
        self._file = Path(paths.SOURCES.format(build=build))
        self._known: dict[str, list] = {}
        self._changed = False
        with suppress(FileNotFoundError, Damaged):
            self._known = read_json(self._file, _REMEMBERED.validate_python)

    def of(self, path: Path) -> str:
        """The digest of a file. OSError if it cannot be read."""
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            before = stamp(os.fstat(descriptor))
            if known := self._remembered(path, before):
                return known
            found = digest_of(descriptor)
            # While it is being written, or just was, the next look takes its digest again.
            if before == stamp(os.fstat(descriptor)) and is_settled(before):
                self._known[str(path)] = [*before, found]
                self._changed = True
            return found
        finally:
            os.close(descriptor)

    @contextmanager
    def unchanged(self, path: str, content: str) -> Iterator[Path]:
        """Where a job reads a source, which is held open meanwhile: see ``swav.unchanged``.

        What is remembered is not hashed again. A source that the build makes itself is read where it lies.
        """
        if is_made_here(content):
            yield Path(path)
            return
        with self.held(path, content) as source:
            yield source.path

    def held(self, path: str, content: str) -> AbstractContextManager[Held]:
        """The same for a job that keeps one thing after another, and checks the source before each."""
        return held(path, content, partial(self._remembered, path))

    def _remembered(self, path: str | Path, found: Stamp) -> str | None:
        known = self._known.get(str(path))
        return known[-1] if known and known[:-1] == found else None

    def save(self) -> None:
        """Remember what was learnt; nothing is written when nothing was."""
        if self._changed:
            remember(self._file, json.dumps(self._known, indent=1, sort_keys=True))
            self._changed = False
