"""The cut of a build, read once for all of its jobs: of a film of thousands of shots that takes longer than
most of them take.

The process that forks for them (``swav.helper``) keeps it; a job that is a process of its own reads it.
"""

from contextlib import suppress
from pathlib import Path

from swav.cut.model import Cut, read_cut

_MOST = 8
"""Cuts that are kept: a film's, and those of its deliveries."""
_kept: dict[Path, tuple[tuple[int, ...], Cut]] = {}


def keep_cut(path: Path) -> None:
    """Read a cut for the processes that this one forks. One that cannot be read is left to them."""
    with suppress(Exception):
        if _still(path) is None:
            cut = read_cut(path)
            cut.shot(cut.shots[0].id)  # where each shot stands is worked out once, too
            if len(_kept) >= _MOST:
                _kept.clear()
            _kept[path.absolute()] = _stamp(path), cut


def kept_cut(path: Path) -> Cut:
    """The cut of a file: that which is kept, where nobody has written to the file since. As ``read_cut``."""
    return _still(path) or read_cut(path)


def _still(path: Path) -> Cut | None:
    stamp, cut = _kept.get(path.absolute(), ((), None))
    return cut if cut is not None and stamp == _stamp(path) else None


def _stamp(path: Path) -> tuple[int, ...]:
    facts = path.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns
