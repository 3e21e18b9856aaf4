"""Pictures shown twice: stretches that stand still, motion that stutters, stretches shown again."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING

from swav.quality.gate import Gate, Watched, runs
from swav.quality.sentences import Measured, share, stretches, where

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

SAME = 1.2
"""Levels of 255: how far two encodings of one picture differ in the block that differs most."""
STOPPED = 0.25
"""Levels of 255: the median change while a picture is stopped. A living still one changes by twice that."""
SHORTEST_FREEZE = 5
"""Frames: a shorter stop is a stutter."""
STUTTER = 0.25
"""A frame that is shown again changes by less than this part of what changes around it."""
AROUND = 3
"""Frames on each side: motion shown at a quarter of its rate still has a new picture in reach."""
MOVING = 4.0
"""Levels of 255: the change from frame to frame where something moves."""
WIDELY = 85
"""Percentile of the blocks: a strobing lamp, over which all else stands still, changes fewer."""
WIDE = 1.0
"""Levels of 255 by which that many blocks change where the picture moves."""
_BLOCK = 8


def differences(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Mean absolute difference of every block of 8x8 small pixels, in levels of 255."""
    import numpy as np

    from swav.opencv import cv2

    change = cv2.absdiff(first, second)
    height, width = change.shape
    size = max(1, width // _BLOCK), max(1, height // _BLOCK)
    return cv2.resize(change.astype(np.float32), size, interpolation=cv2.INTER_AREA)


def difference(first: np.ndarray, second: np.ndarray) -> float:
    """The block that differs most: a small thing that moves over a still ground is motion."""
    return float(differences(first, second).max())


class Repetition:
    """Measures ``frozen`` and ``repeated``.

    A frame is compared with the one that its stretch began with, not only with the one before: a slow pan
    hardly changes from frame to frame, and yet goes somewhere. Black frames are another gate's business.
    """

    def __init__(self, rate: Fraction, moves: bool) -> None:
        self._moves = moves
        self._loops = _Loops(rate)
        self._black: set[int] = set()
        self._anchor: np.ndarray | None = None
        self._before: np.ndarray | None = None
        self._stretches: list[list[int]] = []
        self._changes: list[float] = [0.0]
        self._wide: list[float] = [0.0]

    def see(self, frame: Frame) -> None:
        import numpy as np

        if frame.black:
            self._black.add(frame.number)
        if self._before is not None:
            blocks = differences(frame.small, self._before)
            self._changes.append(float(blocks.max()))
            self._wide.append(float(np.percentile(blocks, WIDELY)))
        self._loops.see(frame, max(self._changes[-AROUND:]))
        if self._anchor is not None and difference(frame.small, self._anchor) < SAME:
            self._stretches[-1][1] = frame.number
        else:
            self._anchor = frame.small
            self._stretches.append([frame.number, frame.number])
        self._before = frame.small

    def result(self) -> dict[str, dict]:
        import numpy as np

        changes = np.array(self._changes)
        frozen = self._frozen(changes)
        stopped = {number for first, last in frozen for number in range(first, last + 1)}
        again = (_stuttering(changes, np.array(self._wide)) | self._loops.repeats()) - stopped - self._black
        return {
            "frozen": self._result(len(stopped), frozen),
            "repeated": self._result(len(again), runs(sorted(again))),
        }

    def _frozen(self, changes: np.ndarray) -> list[list[int]]:
        import numpy as np

        stops = [
            [first + 1, last]
            for first, last in self._stretches
            if first not in self._black
            and last - first >= SHORTEST_FREEZE
            and np.median(changes[first + 1 : last + 1]) < STOPPED
        ]
        held = np.zeros(len(changes), bool)
        for first, last in stops:
            held[first : last + 1] = True
        elsewhere = changes[1:][~held[1:]]
        # A static shot of things that stand still may well be the same picture throughout.
        rests = not self._moves and (not len(elsewhere) or np.median(elsewhere) < MOVING)
        return [] if rests else stops

    def _result(self, count: int, stretches: list[list[int]]) -> dict:
        longest = max(stretches, key=lambda stretch: stretch[1] - stretch[0], default=None)
        return {
            "value": count / len(self._changes),
            "frames": longest[:1] if longest else [],
            "stretches": stretches,
        }


def _stuttering(changes: np.ndarray, wide: np.ndarray) -> set[int]:
    """Frames that do not differ from the one before, while pictures around them change far and wide."""
    import numpy as np

    around = np.lib.stride_tricks.sliding_window_view(np.pad(wide, AROUND), 2 * AROUND + 1).max(axis=1)
    again = (changes < 1.5 * SAME) & (wide < STUTTER * around) & (around > WIDE)
    return {int(number) for number in np.flatnonzero(again) if number > 0}


class _Loops:
    """Finds stretches that are shown again, up to ``LONGEST`` seconds later.

    A picture that comes back is looked for among thumbnails and then compared in detail: waves, grain and
    smoke never come back, and where a lamp turns over a living scene only the light does.
    """

    LONGEST = 4
    SHORTEST = 4
    """Frames of a loop: fewer are a stutter."""
    SIZE = (32, 18)
    ALIKE = 0.7
    """Levels of 255: the mean difference of two encodings of one picture, as thumbnails."""

    def __init__(self, rate: Fraction) -> None:
        self._past: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=round(self.LONGEST * float(rate)))
        self._again: dict[int, list[int]] = {}
        """For each lag, the frames that repeat the one so many frames before."""

    def see(self, frame: Frame, change: float) -> None:
        """Look at the next frame; ``change`` is the largest between the last few."""
        import numpy as np

        from swav.opencv import cv2

        thumbnail = cv2.resize(frame.small, self.SIZE, interpolation=cv2.INTER_AREA).astype(np.int16)
        if change > MOVING:  # what stands still is no loop
            for lag, (earlier, small) in enumerate(reversed(self._past), 1):
                alike = lag >= self.SHORTEST and np.abs(thumbnail - earlier).mean() < self.ALIKE
                if alike and np.percentile(differences(frame.small, small), 95) < 2 * SAME:
                    self._again.setdefault(lag, []).append(frame.number)
        self._past.append((thumbnail, frame.small))

    def repeats(self) -> set[int]:
        """Numbers of the frames of every stretch that was seen before, at least as long as its lag."""
        return {
            number
            for lag, numbers in self._again.items()
            for first, last in runs(numbers)
            if last - first + 1 >= lag
            for number in range(first, last + 1)
        }


def _frozen(measured: Measured) -> str:
    found = measured.get("stretches", ())
    if len(found) == 1 and found[0][0] > 0:
        return f"{stretches(found)} repeat frame {found[0][0] - 1}"
    return f"{stretches(found)} stand still"


def _gauge(watched: Watched) -> Repetition:
    return Repetition(watched.picture.rate, watched.moves)


GATES = (
    Gate(
        # Share of the frames that stand still though the shot moves.
        name="frozen",
        place=30,
        rising=True,
        warn=0.05,
        fail=0.1,
        words=share("no stretch stands still", _frozen),
        gauge=_gauge,
    ),
    Gate(
        # Share of the frames that show the frame before, or an earlier stretch, once more.
        name="repeated",
        place=40,
        rising=True,
        warn=0.1,
        fail=0.2,
        words=share(
            "the motion does not stutter",
            lambda measured: f"the motion stutters or loops in {where(measured)}",
        ),
        gauge=_gauge,
    ),
)
