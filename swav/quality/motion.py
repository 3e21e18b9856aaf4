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
LIGHT = 8
"""Small pixels (sigma): wider differences of brightness are light, not structure."""
COARSE = 3
"""Small pixels (sigma) over which errors are averaged: rain, snow and grain are finer than what is torn."""
SLACK = 3.0
"""Levels of 255 of such an error that coding and grain may add anywhere."""
CONTRAST = 0.5
"""The share of the contrast around a pixel by which it may differ from what motion predicts."""
STRUCTURED = 4.0
"""Levels of 255 of contrast: where there is less, nothing can be torn."""
LEAST_STRUCTURE = 0.1
"""Share of the picture: where less of it is structured, the torn part is held against this."""
EVERY = 2
"""Every so many frames one is held against both of its neighbours."""
WORST = 80
"""Percentile over time: garbled motion goes on, a flash and a splash do not."""


class Motion:
    """Measures ``still``: how much of the picture changes within half a second, or within a whole one.

    Brightness is taken off, so that neither flicker nor a fade is taken for motion. Both spans are tried,
    because what goes round in one second looks as if it stood.
    """

    def __init__(self, rate: Fraction) -> None:
        self._spans = tuple(sorted({max(2, round(float(rate) / 2)), max(3, round(float(rate)))}))
        self._past: deque[np.ndarray] = deque(maxlen=self._spans[-1] + 1)
        self._changes: list[float] = []

    def see(self, frame: Frame) -> None:
        fields = cv2.resize(frame.small.astype(np.float32), FIELD, interpolation=cv2.INTER_AREA)
        self._past.append(fields - fields.mean())
        for span in self._spans:
            if len(self._past) > span:
                self._changes.append(self._changed(span))

    def _changed(self, span: int) -> float:
        return float((np.abs(self._past[-1] - self._past[-1 - span]) > CHANGED).mean())

    def result(self) -> dict[str, dict]:
        changes = self._changes or [self._changed(len(self._past) - 1)]
        return {"still": {"value": max(changes), "frames": [0]}}


class Tears:
    """Measures ``torn``: the share of the picture's structure that no motion explains.

    A frame is predicted from the one before and from the one after, each along its optical flow (DIS; T.
    Kroeger et al., Fast Optical Flow using Dense Inverse Search, ECCV 2016). What is uncovered or hidden by
    a passing thing is to be seen in one of the two; what is garbled is in neither.
    """

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._last: deque[np.ndarray] = deque(maxlen=3)
        self._torn: list[tuple[int, float]] = []

    def see(self, frame: Frame) -> None:
        self._last.append(frame.small)
        if len(self._last) == 3 and frame.number % EVERY == 0:
            self._torn.append((frame.number - 1, self._unexplained(*self._last)))

    def _unexplained(self, before: np.ndarray, here: np.ndarray, after: np.ndarray) -> float:
        error = np.minimum(self._error(before, here), self._error(after, here))
        structure = here - cv2.GaussianBlur(here, (0, 0), LIGHT).astype(np.float32)
        contrast = np.sqrt(cv2.GaussianBlur(structure**2, (0, 0), LIGHT))
        torn = cv2.GaussianBlur(error, (0, 0), COARSE) > SLACK + CONTRAST * contrast
        return float(min(1.0, torn.mean() / max(LEAST_STRUCTURE, (contrast > STRUCTURED).mean())))

    def _error(self, other: np.ndarray, here: np.ndarray) -> np.ndarray:
        """How far ``here`` is from ``other`` moved along its flow, light apart; levels of 255."""
        flow = self._flow.calc(here, other, None)
        rows, columns = np.indices(here.shape, np.float32)
        moved = cv2.remap(
            other,
            columns + flow[..., 0],
            rows + flow[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        apart = moved.astype(np.float32) - here
        return np.abs(apart - cv2.GaussianBlur(apart, (0, 0), LIGHT))

    def result(self) -> dict[str, dict]:
        if not self._torn:
            return {"torn": {"value": 0.0, "frames": [], "stretches": []}}
        numbers, shares = zip(*self._torn, strict=True)
        value = float(np.percentile(shares, WORST))
        worst = [number for number, share in self._torn if share >= value > 0]
        frames = sorted({other for number in worst for other in range(number, number + EVERY)})
        return {
            "torn": {
                "value": value,
                "frames": [numbers[int(np.argmax(shares))]],
                "stretches": runs([number for number in frames if number <= numbers[-1]]),
            }
        }
