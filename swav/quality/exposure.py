"""Light: black frames, pictures too dark to read, highlights without detail."""

import numpy as np

from swav.quality.frames import ALL_BLACK, Frame, runs

HIGHLIGHTS = 0.002
"""The share of the picture whose brightness says whether it is too dark: lamps and the moon are larger."""
WHITE_LEVEL = 252
"""Levels of 255: nothing can be told apart above."""


class Exposure:
    """Measures ``black``, ``dark`` and ``blown`` from the histogram of every frame."""

    def __init__(self) -> None:
        self._black: list[int] = []
        self._seen: list[tuple[int, float, float]] = []
        """Of every other frame: its number, the level of its highlights (0 to 1), the share that is white."""

    def see(self, frame: Frame) -> None:
        if frame.black:
            self._black.append(frame.number)
            return
        highlights = float(np.searchsorted(frame.shares, 1 - HIGHLIGHTS)) / 255
        self._seen.append((frame.number, highlights, float(1 - frame.shares[WHITE_LEVEL - 1])))

    def result(self) -> dict[str, dict]:
        black = {
            "value": len(self._black) / (len(self._black) + len(self._seen)),
            "frames": self._black[:1],
            "stretches": runs(self._black),
        }
        if not self._seen:
            return {"black": black, "dark": ALL_BLACK, "blown": ALL_BLACK}
        numbers, highlights, white = zip(*self._seen, strict=True)
        return {
            "black": black,
            "dark": {"value": float(np.median(highlights)), "frames": [numbers[int(np.argmin(highlights))]]},
            "blown": {"value": float(np.median(white)), "frames": [numbers[int(np.argmax(white))]]},
        }
