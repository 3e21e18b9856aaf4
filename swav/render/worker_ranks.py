"""The ranks of a resident worker among themselves: what rank 0 hears from a job, all have to hear.

They talk over a gloo group of their own, beside whatever group the engine computes with: it needs no card,
and may wait for hours without upsetting a collective of NCCL's. A worker of one process needs no torch here.
"""

import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from swav.render import plain

_FOREVER = timedelta(days=30)


class Ranks(Protocol):
    """The processes of a worker."""

    rank: int
    count: int

    def share(self, value: Any) -> Any:
        """What rank 0 says, in every rank. All call it together, and wait for each other."""

    def collect(self, value: Any, patience: float | None = None) -> list[Any]:
        """What each rank says, by rank. With ``patience``, a rank dies if the others do not come in time."""


class Alone:
    """The only rank."""

    rank, count = 0, 1

    def share(self, value: Any) -> Any:
        return value

    def collect(self, value: Any, patience: float | None = None) -> list[Any]:
        return [value]


class Together:
    """One of several ranks that ``torchrun`` started."""

    def __init__(self, folder: Path) -> None:
        import torch
        import torch.distributed as dist

        self._dist = dist
        on_cards = torch.cuda.is_available() and os.environ.get("SWAV_DEVICE") != "cpu"
        if on_cards:
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        rank, count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        dist.init_process_group(
            "cpu:gloo,cuda:nccl" if on_cards else "gloo",
            store=dist.FileStore(str(folder / "ranks"), count),
            rank=rank,
            world_size=count,
        )
        self._group = dist.new_group(backend="gloo", timeout=_FOREVER)
        self.rank, self.count = rank, count

    def share(self, value: Any) -> Any:
        return plain.share(value, group=self._group)

    def collect(self, value: Any, patience: float | None = None) -> list[Any]:
        watch = threading.Timer(patience or 0, os._exit, [1])
        if patience:
            watch.daemon = True
            watch.start()
        values = plain.collect(value, group=self._group)
        watch.cancel()
        return values


def join_ranks(folder: Path) -> Ranks:
    """The ranks that this process was started among, which find each other in the worker's folder."""
    return Together(folder) if int(os.environ.get("WORLD_SIZE", "1")) > 1 else Alone()
