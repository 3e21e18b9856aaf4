"""A maker of frames by a network in an environment of its own: it says courses, and frames are drawn here.

Pictures and courses go through two pipes, so that memory does not depend on how long a take is. The network
answers one question at a time and remembers none, so it does not matter in which order pairs are asked about,
and drawing goes on in other threads meanwhile.
"""

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from swav.environments.run import run_program
from swav.errors import EngineError
from swav.motion.between import Between, Planes
from swav.motion.course import Course
from swav.motion.interpolator import Interpolator
from swav.motion.makers import Maker

SEES_WELL = 2
"""The share that a picture shows of a place, by this and at most 1, is how well it sees it."""


@contextmanager
def learned(
    interpolator: Interpolator,
    size: tuple[int, int],
    *,
    weights: Path,
    python: Path,
    cards: tuple[str, ...] = (),
    progress: Callable[[int], None] = lambda made: None,
    note: Callable[[str], None] = lambda sentence: None,
) -> Iterator[Maker]:
    """A maker for pictures of a size (width, height), while the network is loaded.

    ``progress`` hears how many frames were made so far. Raises EngineError with the program's own sentence.
    """
    read, to_program = os.pipe()
    from_program, write = os.pipe()
    request = {"file": str(weights.absolute()), "width": size[0], "height": size[1]}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(
            run_program,
            python,
            interpolator.program,
            request | {"read": read, "write": write},
            cards=cards[:1],
            note=note,
            hand_over=(read, write),
        )
        try:
            with os.fdopen(from_program, "rb") as answers, os.fdopen(to_program, "wb") as questions:
                yield _Network(questions, answers, size, progress).make
        except (BrokenPipeError, _Silent):
            running.result()  # what it says itself comes first
            raise EngineError(f"{interpolator.title} ended before the take did; build again") from None
        running.result()


class _Silent(Exception):
    """The program says no more."""


class _Network:
    """What is asked, and what is drawn by the answers."""

    def __init__(
        self, questions: BinaryIO, answers: BinaryIO, size: tuple[int, int], progress: Callable[[int], None]
    ):
        self._questions, self._answers, self._progress = questions, answers, progress
        self._half = size[1] // 2, size[0] // 2
        self._one_at_a_time, self._made = Lock(), 0

    def make(self, first: Planes, second: Planes, shares: Sequence[Fraction]) -> list[Planes]:
        """Everything where it then is, by the network; the nearer picture where none leads to the other."""
        lit = Between(first, second).light.undone(second[0])
        pictures = [rgb(first).tobytes(), rgb((lit, *second[1:])).tobytes()]
        with self._one_at_a_time:
            courses = self._courses(pictures, shares)
            self._made += len(shares)
            self._progress(self._made)
        between = Between(first, second, courses)
        return [between.interpolated(share) for share in shares]

    def _courses(self, pictures: Sequence[bytes], shares: Sequence[Fraction]) -> dict[Fraction, Course]:
        self._questions.write(struct.pack(f"<I{len(shares)}d", len(shares), *map(float, shares)))
        for picture in pictures:
            self._questions.write(picture)
        self._questions.flush()
        return {share: self._answer() for share in shares}

    def _answer(self) -> Course:
        count = 5 * self._half[0] * self._half[1]
        said = self._answers.read(4 * count)
        if len(said) < 4 * count:
            raise _Silent
        planes = np.frombuffer(said, np.float32).reshape(5, *self._half)
        to_first, to_second = (np.ascontiguousarray(planes[at : at + 2].transpose(1, 2, 0)) for at in (0, 2))
        sees = [np.minimum(SEES_WELL * share, 1) for share in (planes[4], 1 - planes[4])]
        return Course(to_first, to_second, *sees)


def rgb(planes: Planes) -> np.ndarray:
    """A picture as uint8 (height, width, 3) in full range."""
    height, width = planes[0].shape
    stacked = np.concatenate([plane.reshape(-1) for plane in planes]).reshape(height * 3 // 2, width)
    shown = av.VideoFrame.from_ndarray(stacked, format="yuv420p").reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return shown.to_ndarray()
