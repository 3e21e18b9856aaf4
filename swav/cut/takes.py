"""The store of takes: every take that was ever made, by key, with a record of how it was made.

The store is the only place that holds takes, and only ``keep`` writes to it, by rename and never over a take
that is there. What Snakemake sees as a clip is a link into the store: whatever it deletes, a take stays.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.errors import Damaged
from swav.files import plain_object, read_json, replacing, write_text
from swav.hashes import HashList
from swav.locks import one_at_a_time


def take_path(build: str, key: str) -> Path:
    """Where the take of that key lies, or would lie."""
    return Path(paths.TAKE.format(build=build, key=key))


def record_path(take: Path) -> Path:
    """The record beside a take: how, when and by what it was made."""
    return take.with_suffix(paths.RECORD)


def read_record(take: Path) -> dict[str, Any]:
    """The record of a take; empty if it has none that can be read."""
    try:
        file = record_path(take)
        facts = file.stat()
        return dict(_record(file, facts.st_ino, facts.st_mtime_ns, facts.st_size))
    except (FileNotFoundError, Damaged):
        return {}


@lru_cache(maxsize=8192)
def _record(file: Path, *stamp: int) -> dict[str, Any]:
    """A record as it was read when the file looked like this: the page asks for thousands, and again."""
    return read_json(file, plain_object)


@contextmanager
def making(take: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let no other build make this take, or another kept file, within the block.

    ``waiting`` is called once if another does: it is there then, or it can still be made.
    """
    with one_at_a_time(take.with_name(f".{take.stem}.lock"), waiting):
        yield


@contextmanager
def keep(take: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield a clip to write and a record to fill; both are kept when the block ends without an error.

    The record is written first, so that a take is never without one. FileExistsError if the take is there.
    """
    if take.exists():
        raise FileExistsError(f"{take} is a finished take; a take is never overwritten")
    record: dict[str, Any] = {}
    with replacing(take) as clip:
        yield clip, record
        write_text(record_path(take), json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def link(take: Path, clip: Path) -> str | None:
    """Let ``clip`` show the take: a hard link where the file system has them, else a copy.

    The take's digest is returned where it is written down and both are one file. Raises Damaged for a take
    that is no longer what was written, whatever its dates say: under its other name it would be written down
    as it is now.
    """
    listed = HashList.above(take)
    state = listed.state(take, afresh=True) if listed else "unknown"
    if state == "damaged":
        raise Damaged(take)
    digest = listed.digest(take) if listed and state == "whole" else None
    with replacing(clip) as beside:
        try:
            os.link(take, beside)
        except OSError:
            shutil.copyfile(take, beside)
            digest = None
    return digest
