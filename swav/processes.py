"""What the kernel says of processes (proc(5), /proc/PID/stat), which come and go while it is asked."""

from collections.abc import Iterator
from pathlib import Path

PARENT, STARTED = 1, 19
"""Places of fields: the parent's number, and when it began, in ticks of the kernel."""


def facts(process: int) -> list[str] | None:
    """What follows a process's name, from its state on (``Z``: dead and not buried); None where it is gone.

    The name is whatever bytes others chose: of one in Hindi the last character may be cut in the middle.
    """
    try:
        return Path("/proc", str(process), "stat").read_bytes().rpartition(b")")[2].decode().split()
    except OSError:  # ProcessLookupError where it ends between opening and reading
        return None


def parents() -> Iterator[tuple[int, int]]:
    """Every process of this machine with its parent, the dead that wait to be buried included."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (found := facts(int(entry.name))):
            yield int(entry.name), int(found[PARENT])
