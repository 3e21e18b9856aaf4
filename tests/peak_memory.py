"""The memory that a piece of work takes at its height, and how far it may grow with the length of a film."""

import os
import subprocess
import sys

from places import REPOSITORY, TESTS

SHORT, LONG = 60, 240
"""Seconds of the two films that are compared."""
MIB_A_MINUTE = 1.0
"""Most that a minute more of film may add; if it goes on like that, three hours take 180 MiB more.
Only growth that rises above the step's own highest point is seen.

An mp4's index is written last and grows with its packets, the loudness of a film with its blocks: some of it
is owed. Kept as it is decoded, a minute of sound would be 22 MiB.
"""
_TELLS = """
from pathlib import Path
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024)
"""
_EXACT = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536", "OMP_NUM_THREADS": "1"}
"""What glibc keeps of memory that was given back would come and go with the machine's other work."""


def peak(script: str, *arguments: object) -> float:
    """MiB that a Python script held at its height, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", script + _TELLS, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **_EXACT, "PYTHONPATH": str(TESTS)},
        cwd=REPOSITORY,
    )
    assert not done.returncode, done.stderr
    return float(done.stdout)


def growth(short: float, long: float) -> float:
    """MiB a minute of film, of what was held for the two."""
    return (long - short) / ((LONG - SHORT) / 60)
