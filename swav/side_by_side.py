"""Work that is done by several threads and given in its order. What comes out never depends on how many."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

AHEAD = 2
"""Pieces that are made before they are asked for, for each thread."""


def in_order(tasks: Iterable[Callable[[], T]], threads: int) -> Iterator[T]:
    """What each of ``tasks`` gives, in their order.

    Up to ``threads`` are done at one time, no more than there are cores, and a few before they are asked for.
    An error of a task is raised where its turn comes.
    """
    workers = max(1, min(threads, len(os.sched_getaffinity(0))))
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for task in tasks:
                waiting.append(pool.submit(task))
                while len(waiting) > AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let OpenCV work in the thread that calls it, within the block: its callers go side by side instead."""
    from swav.opencv import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
