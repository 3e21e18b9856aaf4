"""Motion: whether anything moves at all."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING

from swav.quality.gate import ALL_BLACK, Gate
from swav.quality.sentences import share

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

FIELD = (40, 22)
"""Fields across and down in which change is counted."""
CHANGED = 3.0
"""Levels of 255 by which a field differs when something in it has moved; grain averages out in it."""


class Motion:
    """Measures ``still``: how much of the picture changes within half a second, or within a whole one.

    Brightness is taken off, so that neither flicker nor a fade is taken for motion. Both spans are tried,
    because what goes round in one second looks as if it stood.
    """

    def __init__(self, rate: Fraction) -> None:
        self._spans = tuple(sorted({max(2, round(float(rate) / 2)), max(3, round(float(rate)))}))
        self._past: deque[np.ndarray] = deque(maxlen=self._spans[-1] + 1)
        self._changes: list[float] = []
        self._black = True

    def see(self, frame: Frame) -> None:
        import numpy as np

        from swav.opencv import cv2

        fields = cv2.resize(frame.small.astype(np.float32), FIELD, interpolation=cv2.INTER_AREA)
        self._black = self._black and frame.black
        self._past.append(fields - fields.mean())
        for span in self._spans:
            if len(self._past) > span:
                self._changes.append(self._changed(span))

    def _changed(self, span: int) -> float:
        import numpy as np

        return float((np.abs(self._past[-1] - self._past[-1 - span]) > CHANGED).mean())

    def result(self) -> dict[str, dict]:
        if self._black:
            return {"still": ALL_BLACK}
        changes = self._changes or [self._changed(len(self._past) - 1)]
        return {"still": {"value": max(changes), "frames": [0]}}


GATES = (
    Gate(
        # Share of the picture that changes within a second, where the shot asks for motion.
        name="still",
        place=70,
        rising=False,
        warn=0.05,
        fail=0.02,
        words=share(
            "the picture moves",
            lambda measured: "the shot asks for motion, and hardly anything moves",
            "of the picture changes within a second",
        ),
        gauge=lambda watched: Motion(watched.picture.rate),
        of_motion=True,
    ),
)
