"""Files are written beside their target and renamed when complete: no half-written one has a real name.

What gets its name in a build folder is written down in the folder's hash list in the same step.
"""

import errno
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from swav.errors import Damaged
from swav.faults import is_full
from swav.hashes import HashList

Shape = TypeVar("Shape")
WRITER = re.sub(r"[^A-Za-z0-9-]", "-", os.uname().nodename)[:32]
"""Of which machine a process writes: where several share a folder, two may have the same process id."""
SCRATCH = ".scratch-"
"""How folders begin that are needed only while something is made."""


@contextmanager
def replacing(target: str | Path) -> Iterator[Path]:
    """Yield a path beside ``target`` to write to; it becomes ``target`` if the block ends without an error.

    The temporary name keeps the suffix, because encoders choose their container by it. OSError (ENOSPC) where
    the disk was full.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.stem}.{WRITER}.{os.getpid()}.partial{target.suffix}")
    try:
        with _telling_a_full_disk(partial, target):
            yield partial
            with partial.open("rb") as written:
                os.fsync(written.fileno())
            _name(partial, target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def scratch(folder: str | Path) -> Iterator[Path]:
    """A folder in ``folder`` for what is needed only within the block. What a killed job leaves is known by
    its name. OSError (ENOSPC) where the disk was full.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=SCRATCH, dir=folder) as made, _telling_a_full_disk(made, folder):
        yield Path(made)


@contextmanager
def _telling_a_full_disk(place: str | Path, name: str | Path) -> Iterator[None]:
    """Whatever a library says of it, and while what was written is there: without it there is room again."""
    try:
        yield
    except Exception as error:
        if is_full(place):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(name)) from error
        if isinstance(error, OSError) and error.filename == str(place):
            error.filename = str(name)  # the one that people know
        raise


def _name(partial: Path, target: Path) -> None:
    """Give a file that is whole its name, and write down what it is, if a build folder holds it."""
    if listed := HashList.above(target):
        listed.name(partial, target)
    else:
        partial.replace(target)


def write_down(file: Path) -> None:
    """Write down in the hash list of its build folder, if there is one, what a file is now."""
    if listed := HashList.above(file):
        listed.record(file)


def write_text(target: str | Path, text: str) -> None:
    """Write a small text file atomically."""
    with replacing(target) as partial:
        partial.write_text(text, encoding="utf-8")


def remember(target: str | Path, text: str) -> None:
    """Write what can be learnt again: where it cannot be written, it is learnt again the next time."""
    with suppress(OSError):
        write_text(target, text)


def write_json(target: str | Path, value: Any) -> None:
    """Write plain data for another step, atomically."""
    write_text(target, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def read_json(file: str | Path, shape: Callable[[Any], Shape]) -> Shape:
    """What another step wrote. ``shape`` makes it a value, and raises whatever it likes for another shape.

    Raises FileNotFoundError if there is no such file, and Damaged for one that is not JSON of that shape.
    """
    text = Path(file).read_bytes()
    try:
        return shape(json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        raise Damaged(file) from None


def plain_object(value: Any) -> dict[str, Any]:
    """The shape of a JSON object, whatever is in it. TypeError."""
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} is no object")
    return value
