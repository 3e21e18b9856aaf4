"""What the jobs of one build make for each other: files that last as long as its helper.

A job of a helper knows its folder; another knows none, and makes for itself what it needs. Nobody but this
user reads or writes there, and all who do have one machine and one installation.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "SWAV_SHARED"
"""The folder, in the environment of jobs."""
PREFIX = "shared-"
"""How the names of its files begin."""


def place(name: str) -> Path | None:
    """Where a file of that name lies, or will; None where this job shares nothing."""
    folder = os.environ.get(VARIABLE)
    return Path(folder, f"{PREFIX}{name}") if folder else None


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A path to write to, which becomes ``file`` if the block ends without an error."""
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        yield partial
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
