"""Locks that belong to an open file: the kernel frees them when their owner dies, whatever killed it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def lock(path: Path, *, wait: bool) -> IO | None:
    """Lock a file (flock) until it is closed in every process that has it; None if another holds it.

    The lock belongs to the open file, not to the process: a descriptor that is passed on keeps it alive.
    """
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        file.close()
        if isinstance(error, BlockingIOError):
            return None
        raise
    return file


def is_locked(path: Path) -> bool:
    """Whether anybody holds the lock of that file now."""
    file = lock(path, wait=False)
    if file is None:
        return True
    file.close()
    return False


@contextmanager
def alone(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[IO]:
    """Hold the lock of a file while the block runs; ``waiting`` is called once if somebody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    held = lock(path, wait=False)
    if held is None:
        waiting()
        held = lock(path, wait=True)
    with held:
        yield held


@contextmanager
def one_at_a_time(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """The same, with a file that is there only while somebody holds it or waits for it."""
    said = False

    def say() -> None:
        nonlocal said
        if not said:
            waiting()
        said = True

    while True:
        with alone(path, say) as held:
            if not _is_named(held, path):
                continue  # whoever held it took its file away
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return


def _is_named(file: IO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
