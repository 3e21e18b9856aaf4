"""Which resident workers there are: a folder for each, beside the locks of the cards.

They lie apart by ``swav.render.card_names.place``: workers of another allocation or container are not seen
here, so they are neither engaged nor dismissed. That they hold cards is seen by the cards' locks.

``worker.json`` says what it is. The lock ``alive`` is held by the worker's processes, so that the dead are
known at once; the lock ``busy`` by the job that it works for; ``leaving`` is there when it takes no more
shots. Everything here but ``wait_until_gone`` is called inside the lease lock of the lease folder.
"""

import json
import os
import shutil
import signal
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from swav.files import write_text
from swav.locks import is_locked, lock
from swav.render.card_names import place
from swav.render.cards import POLL_SECONDS, free_cards, lease_folder, lease_lock

ENDING_SECONDS = 30.0
"""Within which the processes of a worker that was dismissed end."""


@dataclass(frozen=True)
class Worker:
    """A resident worker, by what its folder says."""

    folder: Path
    engine: str
    key: str
    """What it can render: engine, weights, placement, code and build."""
    build: str
    cards: tuple[str, ...]
    log: str
    keeper: int
    """Process id of its keeper, which ends it at SIGTERM."""

    @property
    def door(self) -> Path:
        return self.folder / "door"

    @property
    def alive(self) -> bool:
        return is_locked(self.folder / "alive")

    @property
    def leaving(self) -> bool:
        return (self.folder / "leaving").exists()

    def engage(self) -> IO | None:
        """Its busy-lock, to be held while it works for the caller; None if it works for somebody."""
        return lock(self.folder / "busy", wait=False)

    def dismiss(self) -> None:
        """End it. Its cards are free when it is gone."""
        (self.folder / "leaving").touch()
        with suppress(ProcessLookupError):
            os.kill(self.keeper, signal.SIGTERM)

    def save(self) -> None:
        plain = asdict(self) | {"folder": ""}
        write_text(self.folder / "worker.json", json.dumps(plain))

    def wait_until_gone(self, seconds: float = ENDING_SECONDS) -> bool:
        """Wait for its last process to end; False if it takes longer than that."""
        until = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > until:
                return False
            time.sleep(POLL_SECONDS / 2)
        return True


def new_folder(leases: Path) -> Path:
    """A folder for a worker to come."""
    _forget_other_places(leases)
    folder = _register(leases) / uuid4().hex[:8]
    folder.parent.parent.mkdir(mode=0o700, exist_ok=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    return folder


def workers(leases: Path) -> Iterator[Worker]:
    """The living, whether at work, idle or leaving. What the dead left is cleared away."""
    for folder in sorted(_register(leases).glob("*")):
        if is_locked(folder / "alive"):
            if not (folder / "worker.json").exists():
                continue  # the job that started it was killed on the spot; it will find nothing to do
            plain = json.loads((folder / "worker.json").read_text())
            yield Worker(**plain | {"folder": folder, "cards": tuple(plain["cards"])})
        elif _is_dead(folder):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def registered() -> Iterator[list[Worker]]:
    """All workers, inside the lease lock, for those who do not hold it; none where nobody ever leased."""
    leases = lease_folder()
    if not leases.exists():
        yield []
        return
    with lease_lock(leases):
        yield list(workers(leases))


def idle_alike(leases: Path, key: str, cards: Collection[str]) -> tuple[Worker, IO] | None:
    """A worker that can take such a shot now, on cards among those given, with its busy-lock."""
    for worker in workers(leases):
        if worker.key == key and not worker.leaving and set(worker.cards) <= set(cards):
            busy = worker.engage()
            if busy:
                return worker, busy
    return None


def make_room(leases: Path, cards: Sequence[str], count: int, *, key: str | None = None) -> bool:
    """Dismiss idle workers, as few as will do, so that ``count`` of the cards become free.

    False, and nobody is dismissed, where that would not be enough: some cards are at work.
    A job tells the ``key`` of the worker it wants: one of that kind is never dismissed for it. Workers become
    idle at any moment, also between the search for an idle one and this; the next search will find it.
    """
    missing = count - len(free_cards(cards, leases))
    idle: list[tuple[Worker, IO]] = []
    for worker in workers(leases):
        wanted = set(worker.cards) & set(cards)
        wished_for = worker.key == key and wanted == set(worker.cards)
        if missing > 0 and wanted and not (wished_for and not worker.leaving):
            busy = None if worker.leaving else worker.engage()
            if busy:
                idle.append((worker, busy))
            if busy or worker.leaving:
                missing -= len(wanted)
    for worker, busy in idle:
        if missing <= 0:
            worker.dismiss()
        busy.close()
    return missing <= 0


def make_room_gated(leases: Path, cards: Sequence[str], count: int) -> None:
    """``make_room`` for those who are not inside the lease lock."""
    with lease_lock(leases):
        make_room(leases, cards, count)


def _is_dead(folder: Path) -> bool:
    return not (is_locked(folder / "alive") or is_locked(folder / "busy"))


def _register(leases: Path) -> Path:
    """The folder of the workers that live and end with this process."""
    return leases / "workers" / place()


def _forget_other_places(leases: Path) -> None:
    """Clear away what allocations left that have ended: nobody comes back to them."""
    mine = _register(leases)
    for other in mine.parent.glob(f"{mine.name.partition('-')[0]}-*"):
        if other != mine and all(map(_is_dead, other.iterdir())):
            shutil.rmtree(other, ignore_errors=True)
