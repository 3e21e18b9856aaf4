"""Torn pictures: motion that does not hold together (dense optical flow)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from swav.quality.gate import Gate, runs
from swav.quality.sentences import share, where

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

EVERY = 2
"""Every so many frames one is held against both of its neighbours."""
WORST = 65
"""Percentile over time: garbled motion goes on; a flash, a splash or a passing train does not."""
LIGHT = 8
"""Small pixels (sigma): wider differences of brightness are light, not structure."""
COARSE = 3
"""Small pixels (sigma) over which errors are averaged: rain, snow and grain are finer than what is torn."""
SLACK = 3.0
"""Levels of 255 of such an error that coding and grain may add anywhere."""
CONTRAST = 0.5
"""The share of the contrast around a pixel by which it may differ from what motion predicts."""
GRAIN = 1.5
"""Small pixels (sigma): what is finer is no structure."""
STRUCTURED = 4.0
"""Levels of 255 of contrast: where there is less, nothing can be torn."""
LEAST_STRUCTURE = 0.1
"""Share of the picture: where less of it is structured, the torn part is held against this."""
JERK = 1.0
"""Small pixels by which motion may change from one frame to the next anywhere,"""
SPEED = 0.5
"""and the share of its speed by which it may change besides."""
STEADY = 6
"""Small pixels (sigma) over which jerks are averaged: where there is only noise, flow points anywhere."""
JERKS_COUNT = 0.06
"""What a jerk counts for against a tear: a train that passes the lens makes a third of the picture jerk."""


class Tears:
    """Measures ``torn``: the share of the picture's structure that no steady motion explains.

    A frame is predicted from the one before and from the one after, each along its optical flow (DIS; T.
    Kroeger et al., Fast Optical Flow using Dense Inverse Search, ECCV 2016). What is uncovered or hidden by
    a passing thing is to be seen in one of the two; what is torn is in neither. Shapes that melt can be
    followed, but not to and fro: where both flows do not continue each other, motion jerks.
    """

    def __init__(self) -> None:
        from swav.opencv import cv2

        self._flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._last: deque[np.ndarray] = deque(maxlen=3)
        self._torn: list[tuple[int, float]] = []

    def see(self, frame: Frame) -> None:
        self._last.append(frame.small)
        if len(self._last) == 3 and frame.number % EVERY == 0:
            self._torn.append((frame.number - 1, self._share(*self._last)))

    def _share(self, before: np.ndarray, here: np.ndarray, after: np.ndarray) -> float:
        import numpy as np

        from swav.opencv import cv2

        before, after = _lit_alike(before, here), _lit_alike(after, here)
        back, on = self._flow.calc(here, before, None), self._flow.calc(here, after, None)
        contrast = _contrast(here.astype(np.float32))
        structured = _contrast(cv2.GaussianBlur(here.astype(np.float32), (0, 0), GRAIN)) > STRUCTURED
        error = np.minimum(_error(before, here, back), _error(after, here, on))
        torn = cv2.GaussianBlur(error, (0, 0), COARSE) > SLACK + CONTRAST * contrast
        changed = cv2.GaussianBlur(cv2.subtract(here, before, dtype=cv2.CV_32F), (0, 0), COARSE)
        jerks = _jerks(back, on) & structured & (np.abs(changed) > SLACK)
        most = max(torn.mean(), JERKS_COUNT * jerks.mean())
        return float(min(1.0, most / max(LEAST_STRUCTURE, structured.mean())))

    def result(self) -> dict[str, dict]:
        import numpy as np

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


def _lit_alike(other: np.ndarray, here: np.ndarray) -> np.ndarray:
    """``other`` with the brightness and contrast of ``here``, so that a flash or flicker tears nothing."""
    from swav.opencv import cv2

    (level, contrast), (wanted_level, wanted) = cv2.meanStdDev(other), cv2.meanStdDev(here)
    gain = float(wanted[0, 0] / max(1.0, contrast[0, 0]))
    return cv2.addWeighted(other, gain, other, 0, float(wanted_level[0, 0] - gain * level[0, 0]))


def _wide(picture: np.ndarray) -> np.ndarray:
    from swav.opencv import cv2

    return cv2.GaussianBlur(picture, (0, 0), LIGHT)


def _contrast(picture: np.ndarray) -> np.ndarray:
    """Standard deviation around each pixel, in levels of 255."""
    import numpy as np

    return np.sqrt(_wide((picture - _wide(picture)) ** 2))


def _error(other: np.ndarray, here: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """How far ``here`` is from ``other`` moved along the flow, light apart; levels of 255."""
    import numpy as np

    from swav.opencv import cv2

    rows, columns = np.indices(here.shape, np.float32)
    moved = cv2.remap(
        other, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    apart = moved.astype(np.float32) - here
    return np.abs(apart - _wide(apart))


def _jerks(back: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Where motion changes all at once; bool (height, width). A jerk of the whole picture is the camera's."""
    import numpy as np

    from swav.opencv import cv2

    change = back + on
    change = cv2.GaussianBlur(change - np.median(change, axis=(0, 1)), (0, 0), STEADY)
    speed = np.linalg.norm(back - on, axis=2) / 2
    return np.linalg.norm(change, axis=2) > JERK + SPEED * speed


GATES = (
    Gate(
        # Share of the picture's structure that does not follow from its neighbouring frames by any
        # motion.
        name="torn",
        place=80,
        rising=True,
        warn=0.02,
        fail=0.023,
        words=share(
            "the motion holds together",
            lambda measured: f"the picture is torn or garbled in {where(measured)}",
            "of it follows from no motion",
        ),
        gauge=lambda watched: Tears(),
        of_detail=True,
    ),
)
