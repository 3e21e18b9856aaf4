"""One tensor on disk, and how its bytes are read."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch

from swav.errors import EngineError

_READERS = ThreadPoolExecutor(4, thread_name_prefix="weights")
_READ_AT_ONCE = 8 << 20


@dataclass(frozen=True)
class Stored:
    """One tensor on disk: ``read(first, out)`` fills the flat ``out`` with elements from ``first`` on.

    ``out`` is a contiguous CPU tensor of ``dtype``; ``file`` is for messages.
    """

    file: Path
    shape: tuple[int, ...]
    dtype: torch.dtype
    read: Callable[[int, torch.Tensor], None]


def read_bytes(file: Path, offset: int, out: torch.Tensor) -> None:
    """Fill ``out`` from ``offset`` bytes on, with several reads at once: one thread cannot saturate the
    memory.
    """
    target = memoryview(out.view(torch.uint8).numpy()) if out.numel() else memoryview(b"")
    descriptor = os.open(file, os.O_RDONLY)
    try:
        starts = range(0, len(target), _READ_AT_ONCE)
        list(
            _READERS.map(
                lambda at: _read_exactly(file, descriptor, offset + at, target[at : at + _READ_AT_ONCE]),
                starts,
            )
        )
    finally:
        os.close(descriptor)


def _read_exactly(file: Path, descriptor: int, offset: int, target: memoryview) -> None:
    done = 0
    while done < len(target):
        count = os.preadv(descriptor, [target[done:]], offset + done)
        if count == 0:
            raise EngineError(f"{file} ends too early; delete it and run the download again")
        done += count
