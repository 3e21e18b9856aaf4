"""A source that is read is the one whose content is in the key: it is looked at before and after.

A key is computed when the storyboard is read, and a job reads the file later, perhaps hours later. If the
file was replaced meanwhile, what is made of it would lie under the key of the old content, and stay there
when the old file is back. So a job holds the file open (a file that takes its name is not read), reads it
through that, compares its digest with the key's before, and size and times of change after; whoever writes
into a file moves its time of change, and nobody can set that back.
"""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from swav.errors import SwavError
from swav.shown import shown_path

Stamp = list[int]
"""Size, time of the last writing, time of the last change of any kind; times in nanoseconds."""

_SETTLED_NS = 2_000_000_000
"""Two changes within one tick of a file system's clock (2 s on FAT) have the same time."""


class SourceChanged(SwavError):
    """A file has another content than when the storyboard was read."""


def changed(path: str | Path) -> SourceChanged:
    """What is said of such a file."""
    return SourceChanged(f"{shown_path(path)} changed since the storyboard was read; build again")


def stamp(facts: os.stat_result) -> Stamp:
    """What of a file's facts tells that it was written to."""
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]


def is_settled(found: Stamp) -> bool:
    """Whether a file's last change is long enough ago for the next one to get another time."""
    return abs(time.time_ns() - found[2]) > _SETTLED_NS


def digest_of(descriptor: int) -> str:
    """sha256 of an open file's bytes, in hex."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


class Held:
    """A file that is held open while it is read."""

    def __init__(self, name: Path, descriptor: int, content: str, remembered: Callable[[Stamp], str | None]):
        self._name, self._descriptor = name, descriptor
        self._content, self._remembered = content, remembered
        self._stamp: Stamp | None = None
        self.path = name
        """Where to read it, in this process or in one that it starts."""

    def check(self) -> None:
        """Raise SourceChanged unless the file has its content still, and has not been written to since."""
        found = self._facts()
        known = found == self._stamp and is_settled(found)
        if self._stamp not in (None, found) or not (known or self._digest(found) == self._content):
            raise changed(self._name)
        self._stamp = found

    def _facts(self) -> Stamp:
        """Opened again, since a network's file system looks anew only when it opens a file."""
        again = os.open(f"/proc/self/fd/{self._descriptor}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            return stamp(os.fstat(again))
        finally:
            os.close(again)

    def _digest(self, found: Stamp) -> str:
        return self._remembered(found) or digest_of(self._descriptor)


@contextmanager
def held(
    path: str | Path, content: str, remembered: Callable[[Stamp], str | None] = lambda stamp: None
) -> Iterator[Held]:
    """Hold a source open for the block, which reads ``Held.path``: a link to the open file, of the same name.

    ``content`` is the sha256 in the key, in hex; ``remembered`` gives the digest that a file of such a stamp
    is known to have. What the block raises names the file as the user does.
    Raises SourceChanged before the block or after it, and in the place of an error inside it, if the file's
    content is another.
    """
    path = Path(path)
    descriptor = _open(path)
    try:
        source = Held(path, descriptor, content, remembered)
        source.check()
        with TemporaryDirectory(prefix="swav-source-") as folder:
            # Of the same name, since some formats are told by it.
            source.path = Path(folder, path.name)
            source.path.symlink_to(f"/proc/{os.getpid()}/fd/{descriptor}")
            try:
                yield source
            except SwavError as error:
                source.check()
                error.args = tuple(_renamed(part, source.path, path) for part in error.args)
                raise
            source.check()
    finally:
        os.close(descriptor)


@contextmanager
def unchanged(
    path: str | Path, content: str, remembered: Callable[[Stamp], str | None] = lambda stamp: None
) -> Iterator[Path]:
    """``held`` for a block that only reads: yields the path to read."""
    with held(path, content, remembered) as source:
        yield source.path


def _open(path: Path) -> int:
    """Open a regular file; a pipe is not waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise SourceChanged(
            f"{shown_path(path)} could be read when the storyboard was, and now cannot ({reason}); "
            "put it back, or build again"
        ) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SourceChanged(f"{shown_path(path)} is no file any more; put it back, or build again")
    return descriptor


def _renamed(part: object, link: Path, path: Path) -> object:
    return part.replace(str(link), str(path)) if isinstance(part, str) else part
