"""The ranks of a resident worker among themselves: what rank 0 hears from a job, all have to hear.

They talk over a gloo group of their own, beside whatever group the engine computes with: it needs no card,
and may wait for hours without upsetting a collective of NCCL's. A worker of one process needs no torch here.
"""

import os
import threading
from datetime import timedelta
from typing import Any, Protocol

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

    def __init__(self) -> None:
        import torch
        import torch.distributed as dist

        self._dist = dist
        on_cards = torch.cuda.is_available() and os.environ.get("SWAV_DEVICE") != "cpu"
        if on_cards:
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_cards else "gloo")
        self._group = dist.new_group(backend="gloo", timeout=_FOREVER)
        self.rank, self.count = dist.get_rank(), dist.get_world_size()

    def share(self, value: Any) -> Any:
        box = [value]
        self._dist.broadcast_object_list(box, src=0, group=self._group, device="cpu")
        return box[0]

    def collect(self, value: Any, patience: float | None = None) -> list[Any]:
        values: list[Any] = [None] * self.count
        watch = threading.Timer(patience or 0, os._exit, [1])
        if patience:
            watch.daemon = True
            watch.start()
        self._dist.all_gather_object(values, value, group=self._group)
        watch.cancel()
        return values


def join_ranks() -> Ranks:
    """The ranks that this process was started among."""
    return Together() if int(os.environ.get("WORLD_SIZE", "1")) > 1 else Alone()
