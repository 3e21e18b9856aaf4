"""Motion: whether there is any, and whether it holds together (dense optical flow)."""

from collections import deque
from fractions import Fraction

import cv2
import numpy as np

from swav.quality.frames import Frame, runs

FIELD = (40, 22)
"""Fields across and down in which change is counted."""
CHANGED = 3.0
"""Levels of 255 by which a field's structure differs when something in it has moved."""
TORN = 12.0
"""Levels of 255 by which a pixel differs from what its motion predicts when it is torn."""


class Motion:
    """Measures ``still``: how much of the picture changes within a second."""

    def __init__(self, rate: Fraction) -> None:
        self._past: deque[np.ndarray] = deque(maxlen=max(2, round(float(rate))))
        self._changes: list[float] = []

    def see(self, frame: Frame) -> None:
        fields = cv2.resize(frame.small, FIELD, interpolation=cv2.INTER_AREA).astype(np.float32)
        fields -= fields.mean()
        if len(self._past) == self._past.maxlen:
            self._changes.append(float((np.abs(fields - self._past[0]) > CHANGED).mean()))
        self._past.append(fields)

    def result(self) -> dict[str, dict]:
        changes = self._changes or [float((np.abs(self._past[-1] - self._past[0]) > CHANGED).mean())]
        return {"still": {"value": float(np.max(changes)), "frames": []}}


class Tears:
    """Measures ``torn``: what no motion explains."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: np.ndarray | None = None
        self._torn: list[float] = []

    def see(self, frame: Frame) -> None:
        if self._before is not None:
            self._torn.append(self._unexplained(self._before, frame.small))
        self._before = frame.small

    def _unexplained(self, first: np.ndarray, second: np.ndarray) -> float:
        flow = self._flow.calc(second, first, None)
        rows, columns = np.mgrid[: second.shape[0], : second.shape[1]].astype(np.float32)
        warped = cv2.remap(
            first,
            columns + flow[..., 0],
            rows + flow[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return float((cv2.absdiff(warped, second) > TORN).mean())

    def result(self) -> dict[str, dict]:
        torn = np.array(self._torn or [0.0])
        value = float(np.percentile(torn, 90))
        worst = [int(number) + 1 for number in np.flatnonzero(torn >= max(value, 1e-6))]
        return {"torn": {"value": value, "frames": [int(np.argmax(torn)) + 1], "stretches": runs(worst)}}
