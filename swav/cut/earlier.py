"""The film as it was: the cut with which today's is compared when it is said what was edited."""

import os
import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from swav.cut import paths
from swav.cut.model import FINAL, Cut, read_cut
from swav.errors import Damaged

MOST_READ = 20
"""Cuts that are opened to find one of the same storyboard."""


def delivered(build: str) -> Cut | None:
    """The cut that was delivered last, if any, and if this version of swav can read it."""
    return _read(Path(paths.DELIVERED.format(build=build)))


def all_delivered(build: str) -> list[Cut]:
    """The cuts of the film and of every version of it, as they were delivered last."""
    versions = Path(paths.DELIVERED_VERSION.format(build=build, target="x")).parent
    found = [delivered(build), *map(_read, sorted(versions.glob("*.json")))]
    return [cut for cut in found if cut is not None]


def earlier(cut: Cut) -> Cut | None:
    """What a cut is compared with: the film of the same storyboard that was delivered last.

    Where another storyboard was delivered meanwhile, it is the newest cut of this one whose reel was made. A
    version that never was delivered is compared with the film.
    """
    for last in (_read(Path(cut.record)), delivered(cut.build)):
        if last is not None and last.storyboard == cut.storyboard:
            return last
    made = (old for old in _newest(cut.build, _reel_is_there) if old.key != cut.key)
    return next((old for old in made if (old.storyboard, old.target) == (cut.storyboard, cut.target)), None)


def showing(build: str, storyboard: str, target: str) -> Iterator[Cut]:
    """Cuts of a storyboard, the one first that was delivered last as ``target``, then that of its film; after
    them the newest that there are, whether they were built or not."""
    records = [paths.DELIVERED] if target == FINAL else [paths.DELIVERED_VERSION, paths.DELIVERED]
    recorded = (_read(Path(record.format(build=build, target=target))) for record in records)
    for found in chain(recorded, _newest(build)):
        if found is not None and found.storyboard == storyboard:
            yield found


def _newest(build: str, wanted: Callable[[Path], bool] = lambda file: True) -> Iterator[Cut]:
    """The cuts of a build that can be read, the newest first."""
    folder = Path(paths.CUT.format(build=build, key="x")).parent
    if not folder.is_dir():
        return
    files = sorted((entry for entry in os.scandir(folder) if entry.name.endswith(".json")), key=_age)
    for entry in files[:MOST_READ]:
        if wanted(Path(entry.path)) and (found := _read(Path(entry.path))):
            yield found


def _age(entry: os.DirEntry) -> float:
    return -entry.stat().st_mtime


def _reel_is_there(file: Path) -> bool:
    """Whether a cut's reel was made, without reading all of the cut."""
    reel = re.search(rb'^ "reel": "([^"]+)"', file.read_bytes(), re.MULTILINE)  # by its indent, the cut's own
    return bool(reel) and Path(reel[1].decode()).exists()


def _read(file: Path) -> Cut | None:
    try:
        return read_cut(file)
    except (OSError, Damaged):
        return None
