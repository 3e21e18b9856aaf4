"""Pictures shown twice: stretches that stand still, motion that stutters, stretches shown again."""

import cv2
import numpy as np

from swav.quality.frames import Frame, runs

SAME = 0.8
"""Levels of 255: the mean change of the most changed block of two frames that show the same picture."""
SHORTEST_FREEZE = 5
"""Frames: a shorter stop is a stutter."""
_BLOCK = 8


def difference(first: np.ndarray, second: np.ndarray) -> float:
    """Mean absolute difference of the block of 8x8 small pixels that differs most, in levels of 255.

    The worst block, not the mean: a small thing that moves over a still ground is motion.
    """
    change = cv2.absdiff(first, second)
    height, width = change.shape
    blocks = cv2.resize(
        change.astype(np.float32),
        (max(1, width // _BLOCK), max(1, height // _BLOCK)),
        interpolation=cv2.INTER_AREA,
    )
    return float(blocks.max())


class Repetition:
    """Measures ``frozen`` and ``repeated``."""

    def __init__(self, moves: bool) -> None:
        self._moves = moves
        self._anchor: np.ndarray | None = None
        self._before: np.ndarray | None = None
        self._same_as_anchor: list[int] = []
        self._runs: list[list[int]] = []
        self._changes: list[float] = []
        self._frames = 0

    def see(self, frame: Frame) -> None:
        self._frames += 1
        if self._before is not None:
            self._changes.append(difference(frame.small, self._before))
        if self._anchor is not None and difference(frame.small, self._anchor) < SAME:
            self._runs[-1][1] = frame.number
        else:
            self._anchor = frame.small
            self._runs.append([frame.number, frame.number])
        self._before = frame.small

    def result(self) -> dict[str, dict]:
        frozen = [[first + 1, last] for first, last in self._runs if last - first >= SHORTEST_FREEZE]
        changes = np.array(self._changes or [0.0])
        typical = np.median(changes)
        repeats = [int(number) + 1 for number in np.flatnonzero(changes < min(SAME, 0.25 * typical))]
        return {
            "frozen": self._result(sum(last - first + 1 for first, last in frozen), frozen),
            "repeated": self._result(len(repeats), runs(repeats)),
        }

    def _result(self, count: int, stretches: list[list[int]]) -> dict:
        longest = max(stretches, key=lambda stretch: stretch[1] - stretch[0], default=None)
        return {
            "value": count / self._frames,
            "frames": longest[:1] if longest else [],
            "stretches": stretches,
        }
