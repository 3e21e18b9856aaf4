"""Flicker: the brightness of the whole picture jumping to and fro from frame to frame."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from swav.quality.gate import Gate
from swav.quality.sentences import share, where

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

GRID = (8, 5)
"""Fields across and down. The median over them ignores a lamp that blinks and a thing that passes."""
LIT = 12
"""Levels of 255: darker fields have no brightness that could flicker."""
DIM = 32
"""Levels of 255: what is darker is compared with this, because noise is a larger share of it."""
FEWEST = 3
"""Lit fields that are needed to speak of the picture as a whole."""
WINDOW = 1
"""Seconds: flicker goes on for longer; lightning and a flash bulb do not."""
STEADILY = 30
"""Percentile within the window: nearly every frame takes part in flicker, but not in lightning."""


class Flicker:
    """Measures ``flicker``: how sharply the fields' brightness bends at each frame, as a share of itself.

    The bend is the second difference over time, a quarter of it, so that brightness which alternates
    between 1 + a and 1 - a gives a. A fade, a pan and a passing cloud have none.
    """

    def __init__(self, rate: Fraction) -> None:
        self._window = max(5, round(float(rate) * WINDOW))
        self._fields: list[np.ndarray] = []

    def see(self, frame: Frame) -> None:
        import numpy as np

        from swav.opencv import cv2

        fields = cv2.resize(frame.small.astype(np.float32), GRID, interpolation=cv2.INTER_AREA)
        self._fields.append(fields.ravel())

    def result(self) -> dict[str, dict]:
        import numpy as np

        if len(self._fields) < 3:
            return {"flicker": {"value": 0.0, "frames": [], "stretches": []}}
        bends = self._bends(np.stack(self._fields))
        window = min(self._window, len(bends))
        levels = np.percentile(np.lib.stride_tricks.sliding_window_view(bends, window), STEADILY, axis=1)
        first = int(np.argmax(levels))
        return {
            "flicker": {
                "value": float(levels[first]),
                "frames": [first + 1 + int(np.argmax(bends[first : first + window]))],
                "stretches": [[first + 1, first + window]],
            }
        }

    def _bends(self, fields: np.ndarray) -> np.ndarray:
        """Shape (frames - 2,), from brightness of shape (frames, fields) in levels of 255."""
        import numpy as np

        bends = np.zeros(len(fields) - 2)
        for number, (before, here, after) in enumerate(zip(fields, fields[1:], fields[2:], strict=False)):
            lit = (before + 2 * here + after) / 4
            seen = lit > LIT
            if seen.sum() >= FEWEST:
                bends[number] = np.median(
                    np.abs(before - 2 * here + after)[seen] / (4 * np.maximum(lit[seen], DIM))
                )
        return bends


GATES = (
    Gate(
        # Share of its brightness by which the whole picture jumps to and fro between frames.
        name="flicker",
        place=50,
        rising=True,
        warn=0.012,
        fail=0.02,
        words=share(
            "the brightness is steady",
            lambda measured: f"the brightness flickers in {where(measured)}",
            "to and fro from frame to frame",
        ),
        gauge=lambda watched: Flicker(watched.picture.rate),
    ),
)
