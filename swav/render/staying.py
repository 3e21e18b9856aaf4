"""How long a resident worker stays on its cards without work: between two shots, and between two builds.

It is told when it is started, by its environment, and leaves by itself: nobody has to come back for it,
whatever was killed meanwhile.
"""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from swav.files import write_text
from swav.locks import is_locked
from swav.render.card_names import allocation
from swav.render.worker_register import Worker, registered

VARIABLE = "SWAV_WORKER_IDLE"
"""Seconds; what the user has set goes before the configuration."""
BETWEEN_SHOTS = 300.0
"""Seconds that a worker waits for the next shot of a build that goes on."""
_LEAVES = "leaves"


def promise(minutes: float) -> None:
    """Let the workers that this build starts stay for so long without work, or as long as a build needs."""
    os.environ.setdefault(VARIABLE, f"{max(BETWEEN_SHOTS, 60 * minutes):g}")


def seconds() -> float:
    """How long this worker stays without work."""
    return float(os.environ.get(VARIABLE) or BETWEEN_SHOTS)


def is_idle_from_now(folder: Path) -> None:
    """Write down when a worker, which waits for a shot from now on, will leave."""
    write_text(folder / _LEAVES, f"{time.time() + seconds():.0f}\n")


def leaves_at(worker: Worker) -> float | None:
    """When an idle worker will leave, in seconds since 1970; None while it works for a job."""
    if is_locked(worker.folder / "busy"):
        return None
    with suppress(OSError, ValueError):
        return float((worker.folder / _LEAVES).read_text())
    return None


def may_stay() -> bool:
    """Whether a worker may outlive the build: an allocation of a scheduler ends with the build."""
    return not allocation()


def living() -> list[Worker]:
    """This user's workers on this machine."""
    with registered() as found:
        return [worker for worker in found if not worker.leaving]


def stop_idle() -> tuple[list[Worker], list[Worker]]:
    """End the workers that have no work; those that were ended, and those that stay because they render."""
    ended, busy = [], []
    with registered() as found:
        for worker in found:
            engaged = worker.engage()
            (busy if engaged is None else ended).append(worker)
            if engaged:
                worker.dismiss()
                engaged.close()
    for worker in ended:
        worker.wait_until_gone()
    return ended, busy


def sentences(found: Iterable[Worker]) -> list[str]:
    """What the screen says of workers, one line each."""
    return [f"{worker.engine} on {_cards(worker)}: {_state(worker)}" for worker in found]


def _cards(worker: Worker) -> str:
    return f"card{'s' if len(worker.cards) > 1 else ''} {', '.join(worker.cards)}"


def _state(worker: Worker) -> str:
    leaves = leaves_at(worker)
    if leaves is None:
        return "at work"
    return f"ready for the next shot until {time.strftime('%H:%M', time.localtime(leaves))}"
