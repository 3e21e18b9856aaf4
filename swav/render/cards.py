"""The GPUs of this machine, and leases on them.

Snakemake counts GPUs but does not hand them out: two renders that claim four of eight would both start on the
first four. So each render leases device ids with file locks, which the kernel frees when their owner dies.
The locks are called by names that hold on the whole machine (``swav.render.card_names``).
"""

import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import IO

from swav.errors import EngineError
from swav.locks import is_locked, lock
from swav.render.card_names import allocation, names_of

POLL_SECONDS = 0.1
_DEVICE = re.compile(r"\d+|(?:GPU|MIG)-.+")
"""What CUDA reads in CUDA_VISIBLE_DEVICES; its list ends at anything else, ``-1`` or ``NoDevFiles``."""


def cards_here(setting: object = "auto") -> tuple[str, ...]:
    """Device ids that may be used: those configured, else those that CUDA_VISIBLE_DEVICES or /dev show.

    What a scheduler gave counts before what was configured, which is of another machine then.
    """
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and (setting == "auto" or allocation()):
        return tuple(takewhile(_DEVICE.fullmatch, (card.strip() for card in visible.split(","))))
    if isinstance(setting, int):
        return tuple(str(index) for index in range(setting))
    if isinstance(setting, (list, tuple)):
        return tuple(str(card) for card in setting)
    found = (re.fullmatch(r"nvidia(\d+)", entry.name) for entry in Path("/dev").iterdir())
    return tuple(sorted((match[1] for match in found if match), key=int))


def card_ids(text: str) -> tuple[str, ...]:
    """Device ids that a command line names with commas."""
    return tuple(card for card in text.split(",") if card)


def lease_folder() -> Path:
    """Where the locks lie: one folder for all builds of this user on this machine."""
    return Path(os.environ.get("SWAV_LEASES") or Path(tempfile.gettempdir()) / f"swav-cards-{os.getuid()}")


@dataclass(frozen=True)
class Lease:
    """Cards that are held as long as the locked files are open, here or in a process that was given them."""

    cards: tuple[str, ...]
    files: tuple[IO, ...]

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What to pass on so that another process holds the cards too."""
        return tuple(file.fileno() for file in self.files)

    def close(self) -> None:
        """Let go here. Another process that was given the files goes on holding the cards."""
        for file in self.files:
            file.close()


@contextmanager
def lease(
    cards: Sequence[str],
    count: int,
    *,
    waiting: Callable[[], None] = lambda: None,
    make_room: Callable[[], None] = lambda: None,
    folder: Path | None = None,
) -> Iterator[tuple[str, ...]]:
    """Hold ``count`` of the cards, which nobody else holds meanwhile; wait until that many are free.

    All are taken at once or none, under one lock, so that two renders never wait for each other's half.
    ``waiting`` is called once, and ``make_room`` again and again while too few are free.
    Raises EngineError when there are not that many cards at all.
    """
    check_count(cards, count)
    folder = folder or lease_folder()
    told = False
    while (held := _try_gated(cards, count, folder)) is None:
        make_room()
        if not told:
            waiting()
            told = True
        time.sleep(POLL_SECONDS)
    try:
        yield held.cards
    finally:
        held.close()


def check_count(cards: Sequence[str], count: int) -> None:
    """An EngineError if there are fewer than ``count`` cards, leased or not."""
    if count > len(cards):
        if not cards:
            raise EngineError(
                "a render claims cards, but this machine has no GPU that may be used; "
                "see swav doctor, or build with --config engine=animatic"
            )
        raise EngineError(
            f"a render claims {count} GPUs, but this machine has {len(cards)} ({', '.join(cards)}); "
            f"set gpus_per_render in config.yaml to {len(cards)} or less"
        )


@contextmanager
def lease_lock(folder: Path) -> Iterator[None]:
    """The one lock of a lease folder: whoever is inside decides alone who gets which cards, and is quick."""
    _check_folder(folder)
    with lock(folder / "gate", wait=True):
        yield


def _check_folder(folder: Path) -> None:
    """Make the lease folder, or refuse one in which somebody else could stand: who enters it speaks to the
    workers, and may hold the cards for ever.
    """
    with suppress(FileExistsError):  # what is there may be a link to nowhere
        folder.mkdir(mode=0o700, parents=True)
    facts = folder.lstat()
    if stat.S_ISLNK(facts.st_mode):
        raise EngineError(
            f"{folder} is a link, and whoever made it decides where it leads; set SWAV_LEASES to the folder"
        )
    if not stat.S_ISDIR(facts.st_mode):
        raise EngineError(f"{folder} is no folder; remove it, or set SWAV_LEASES to a folder of your own")
    if facts.st_uid != os.getuid():
        raise EngineError(f"{folder} belongs to somebody else; set SWAV_LEASES to a folder of your own")
    if facts.st_mode & 0o077:
        raise EngineError(f"others can enter {folder}, and could speak to workers there; chmod 700 {folder}")


def try_lease(cards: Sequence[str], count: int, folder: Path) -> Lease | None:
    """``count`` of the cards at once, or None. To be called inside the lease lock."""
    with ExitStack() as stack:
        held: dict[str, IO] = {}
        for card, path in _lock_files(cards, folder):
            if len(held) < count and (file := lock(path, wait=False)):
                held[card] = stack.enter_context(file)
        if len(held) < count:
            return None
        stack.pop_all()
        return Lease(tuple(held), tuple(held.values()))


def free_cards(cards: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Which of the cards nobody holds. True only as long as the caller stays inside the lease lock."""
    return tuple(card for card, path in _lock_files(cards, folder) if not is_locked(path))


def _lock_files(cards: Sequence[str], folder: Path) -> Iterator[tuple[str, Path]]:
    """Each card, and the file whose lock is the card's for all who share the machine."""
    for card, name in zip(cards, names_of(cards), strict=True):
        yield card, folder / f"card-{_safe(name)}"


def _try_gated(cards: Sequence[str], count: int, folder: Path) -> Lease | None:
    with lease_lock(folder):
        return try_lease(cards, count, folder)


def _safe(card: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "_", card)
