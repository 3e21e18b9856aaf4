"""Light: black frames, pictures too dark to read, highlights without detail."""

import numpy as np

from swav.quality.frames import Frame, runs

BLACK_LEVEL = 16
"""Levels of 255: where all but ``BLACK_SPARE`` of a frame is darker, nothing is to be seen."""
BLACK_SPARE = 0.001
HIGHLIGHTS = 0.002
"""The share of the picture whose brightness says whether it is too dark: lamps and the moon are larger."""
WHITE_LEVEL = 252


class Exposure:
    """Measures ``black``, ``dark`` and ``blown`` from the histogram of every frame."""

    def __init__(self) -> None:
        self._black: list[int] = []
        self._highlights: list[float] = []
        self._white: list[float] = []

    def see(self, frame: Frame) -> None:
        shares = np.cumsum(np.bincount(frame.luma.ravel(), minlength=256)) / frame.luma.size
        if shares[BLACK_LEVEL] >= 1 - BLACK_SPARE:
            self._black.append(frame.number)
        self._highlights.append(float(np.searchsorted(shares, 1 - HIGHLIGHTS)) / 255)
        self._white.append(float(1 - shares[WHITE_LEVEL - 1]))

    def result(self) -> dict[str, dict]:
        frames = len(self._white)
        return {
            "black": {
                "value": len(self._black) / frames,
                "frames": self._black[:1],
                "stretches": runs(self._black),
            },
            "dark": {
                "value": float(np.median(self._highlights)),
                "frames": [int(np.argmin(self._highlights))],
            },
            "blown": {"value": float(np.median(self._white)), "frames": [int(np.argmax(self._white))]},
        }
