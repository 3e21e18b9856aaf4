"""Flicker: the brightness of the whole picture jumping to and fro from frame to frame."""

from fractions import Fraction

import cv2
import numpy as np

from swav.quality.frames import Frame

GRID = (8, 5)
"""Fields across and down. The median over them ignores a lamp that blinks and a thing that passes."""
WINDOW = 0.75
"""Seconds: flicker goes on, lightning and a flash bulb do not."""


class Flicker:
    """Measures ``flicker``: the second difference of the fields' brightness over time."""

    def __init__(self, rate: Fraction) -> None:
        self._window = max(5, round(float(rate) * WINDOW))
        self._fields: list[np.ndarray] = []

    def see(self, frame: Frame) -> None:
        self._fields.append(cv2.resize(frame.small, GRID, interpolation=cv2.INTER_AREA).astype(np.float32))

    def result(self) -> dict[str, dict]:
        if len(self._fields) < 3:
            return {"flicker": {"value": 0.0, "frames": [], "stretches": []}}
        fields = np.stack(self._fields).reshape(len(self._fields), -1)
        bends = np.abs(np.median(fields[:-2] - 2 * fields[1:-1] + fields[2:], axis=1)) / 4
        window = min(self._window, len(bends))
        levels = np.median(np.lib.stride_tricks.sliding_window_view(bends, window), axis=1)
        first = int(np.argmax(levels))
        return {
            "flicker": {
                "value": float(levels[first]),
                "frames": [first + 1 + int(np.argmax(bends[first : first + window]))],
                "stretches": [[first + 1, first + window]],
            }
        }
