"""Who shares a machine's cards: by which name each of them knows a card, and whose workers are whose.

A job of a scheduler and a container number their cards from 0, whichever they were given: two of them mean
different cards by ``0``, and one card by two numbers. What is said to CUDA is a number all the same; what is
written where others read it is a name that holds on the whole machine.
"""

import errno
import os
import platform
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from swav.keys import digest
from swav.render.hardware import listed_cards

SESSION = "SWAV_SESSION"
"""Names the session of an OpenJobDescription farm in which a process runs: its template sets it."""
ALLOCATIONS = ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID", SESSION)
"""How schedulers call the allocation in which a process runs: Slurm, PBS, LSF, Flux; and a farm's session."""
_STEP = "SLURM_STEP_ID"
"""A step of a Slurm job has a control group of its own: what it started ends with it, not with the job."""
_REFUSED = (errno.EPERM, errno.EACCES)
_DEVICES = Path("/dev")


def allocation() -> str:
    """The allocation of a scheduler in which this process runs; empty where it runs in none."""
    return next((found for name in ALLOCATIONS if (found := os.environ.get(name))), "")


def place() -> str:
    """``host-place``, the same for all processes that live and end together: of one allocation, or of none.

    Others cannot speak to a worker there, or may lose it in the middle of a shot: those of another host that
    shares the folder, of another container (whose process ids mean other processes), of another allocation.
    """
    within = digest([_process_namespace(), allocation(), os.environ.get(_STEP, "")])
    return f"{digest(platform.node())}-{within}"


def names_of(cards: Sequence[str]) -> tuple[str, ...]:
    """For ids as CUDA_VISIBLE_DEVICES has them, names by which the whole machine knows the cards.

    The UUID where a driver tells it; else the number of the device that this process may open in that place;
    else the id, within its allocation.
    """
    return tuple(map(_name, cards))


def _name(card: str) -> str:
    by_index = dict(listed_cards())
    if card in by_index:
        return by_index[card]
    if not card.isdigit():  # a UUID, maybe shortened, as CUDA allows
        return next((uuid for uuid in by_index.values() if uuid.startswith(card)), card)
    devices = openable_devices(_DEVICES)
    if int(card) < len(devices):
        return devices[int(card)]
    return "-".join(filter(None, (allocation(), card)))


@cache
def openable_devices(folder: Path) -> tuple[str, ...]:
    """The cards' devices that this process may open, as ``major-minor``, in the order of their numbers.

    A control group refuses the cards of others, which still lie in ``/dev``.
    """
    found = []
    for entry in folder.iterdir():
        if re.fullmatch(r"nvidia\d+", entry.name) and _may_open(entry):
            number = entry.stat().st_rdev
            found.append((os.major(number), os.minor(number)))
    return tuple(f"{major}-{minor}" for major, minor in sorted(found))


def _may_open(device: Path) -> bool:
    try:
        os.close(os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
    except OSError as error:
        return error.errno not in _REFUSED
    return True


def _process_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""
