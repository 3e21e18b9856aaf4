"""The GPUs of this machine, and leases on them.

Snakemake counts GPUs but does not hand them out: two renders that claim four of eight would both start on the
first four. So each render leases device ids with file locks, which the kernel frees when their owner dies.
"""

import fcntl
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from swav.errors import EngineError

POLL_SECONDS = 0.1


def cards_here(setting: object = "auto") -> tuple[str, ...]:
    """Device ids that may be used: those configured, else those that CUDA_VISIBLE_DEVICES or /dev show."""
    if isinstance(setting, int):
        return tuple(str(index) for index in range(setting))
    if isinstance(setting, (list, tuple)):
        return tuple(str(card) for card in setting)
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return tuple(card.strip() for card in visible.split(",") if card.strip() not in ("", "-1"))
    found = (re.fullmatch(r"nvidia(\d+)", entry.name) for entry in Path("/dev").iterdir())
    return tuple(sorted((match[1] for match in found if match), key=int))


def lease_folder() -> Path:
    """Where the locks lie: one folder for all builds of this user on this machine."""
    return Path(os.environ.get("SWAV_LEASES") or Path(tempfile.gettempdir()) / f"swav-cards-{os.getuid()}")


@contextmanager
def lease(
    cards: Sequence[str],
    count: int,
    *,
    waiting: Callable[[], None] = lambda: None,
    folder: Path | None = None,
) -> Iterator[tuple[str, ...]]:
    """Hold ``count`` of the cards, which nobody else holds meanwhile; wait until that many are free.

    All are taken at once or none, under one gate, so that two renders never wait for each other's half.
    Raises EngineError when there are not that many cards at all.
    """
    if count > len(cards):
        raise EngineError(
            f"a render claims {count} GPUs, but this machine has {len(cards)} "
            f"({', '.join(cards) or 'none'}); set gpus_per_render in config.yaml to {len(cards)} or less"
        )
    folder = folder or lease_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = False
    while (held := _take(cards, count, folder)) is None:
        if not told:
            waiting()
            told = True
        time.sleep(POLL_SECONDS)
    stack, names = held
    with stack:
        yield names


def _take(cards: Sequence[str], count: int, folder: Path) -> tuple[ExitStack, tuple[str, ...]] | None:
    with ExitStack() as gate, ExitStack() as locks:
        _lock(gate, folder / "gate", wait=True)
        held: list[str] = []
        for card in cards:
            if len(held) < count and _lock(locks, folder / f"card-{_safe(card)}", wait=False):
                held.append(card)
        return (locks.pop_all(), tuple(held)) if len(held) == count else None


def _safe(card: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "_", card)


def _lock(stack: ExitStack, path: Path, *, wait: bool) -> IO | None:
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        file.close()
        return None
    stack.enter_context(file)
    return file
