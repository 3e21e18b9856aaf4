"""A cut inside the shot: two pictures with nothing in common, each of which lasts."""

import cv2
import numpy as np

from swav.quality.frames import Frame

SIZE = (32, 18)
REACH = 3
"""Frames on each side that are compared; a flash is over by then."""


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    """Correlation of two pictures, -1 to 1, whatever their brightness and contrast."""
    first, second = first - first.mean(), second - second.mean()
    return float((first * second).sum() / max(1.0, np.sqrt((first**2).sum() * (second**2).sum())))


class Scene:
    """Measures ``jump``."""

    def __init__(self) -> None:
        self._pictures: list[np.ndarray] = []

    def see(self, frame: Frame) -> None:
        self._pictures.append(cv2.resize(frame.small, SIZE, interpolation=cv2.INTER_AREA).astype(np.float32))

    def result(self) -> dict[str, dict]:
        jumps = [self._jump(number) for number in range(1, len(self._pictures))] or [0.0]
        worst = int(np.argmax(jumps))
        return {"jump": {"value": jumps[worst], "frames": [worst + 1]}}

    def _jump(self, number: int) -> float:
        """How much less alike frame ``number`` and the one before are than their neighbours on each side."""
        pictures = self._pictures
        across = max(
            likeness(first, second)
            for first in pictures[max(0, number - REACH) : number]
            for second in pictures[number : number + REACH]
        )
        within = [
            likeness(pictures[other - 1], pictures[other])
            for other in (number - 2, number - 1, number + 1, number + 2)
            if 0 < other < len(pictures)
        ]
        return max(0.0, min(within, default=1.0) - across)
