"""Waiting for what other processes do. Patience only bounds a failure, and is no claim about speed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

PATIENCE = 300
"""Seconds: many times what anything takes that the tests wait for, where others run on the same cores."""
Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found], what: str = "it did not come about") -> Found:
    """The condition's first true value; ``what`` is said where none comes."""
    until = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < until, what
        time.sleep(0.02)
    return found


def running(process: int) -> bool:
    """Whether a process is there and no mere zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except (FileNotFoundError, ProcessLookupError):  # the latter where it ends between opening and reading
        return False


def children_of(process: int) -> list[int]:
    """The processes that one has started, and that are not buried."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
