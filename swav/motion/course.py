"""Courses: where each place of a picture between two pictures comes from, in either of them.

They are searched here (``Searched``), or a network that learnt it says them (``swav.motion.learned``); what
is drawn by them, and what guards them, is the same.
"""

from dataclasses import dataclass

import numpy as np

from swav.motion.flow import along, flow_between, scaled, speed
from swav.motion.trust import agrees
from swav.opencv import cv2

UNSURE = 0.1
"""How sure a flow is (0 to 1) that is not counted on."""
ITERATIONS = 3
"""In which a place finds the pixel that arrives there."""
HOLES = (2, 5, 14)
"""Searched pixels: from how far motion is taken where no pixel arrived."""


@dataclass(frozen=True)
class Course:
    """Motion at a moment between: where each place comes from in either source, and how well each sees it.

    Flows are float32 (height, width, 2) in pixels of their own; the rest float32 (height, width) of 0 to 1.
    """

    to_first: np.ndarray
    to_second: np.ndarray
    first_sees: np.ndarray
    second_sees: np.ndarray


class Searched:
    """Courses from dense optical flow between two lumas, uint8 (height, width), in one light."""

    def __init__(self, first: np.ndarray, second: np.ndarray, size: tuple[int, int]):
        """``size`` (width, height) is that of the courses: a search has no finer detail than half of that of
        its pictures."""
        self._on = scaled(flow_between(first, second), size)
        self._back = scaled(flow_between(second, first), size)

    def continuous(self, first: np.ndarray, second: np.ndarray) -> bool:
        """Whether the second picture is the first one moved, in lumas of the courses' size."""
        return agrees(first, along(second, self._on)) or agrees(second, along(first, self._back))

    def course(self, t: float) -> Course:
        """Both flows carried to the moment ``t`` of 0 to 1, by every pixel that arrives there."""
        on, back = self._on, self._back
        flow = _carried(on, back, _certain(on, back), _certain(back, on), t)
        to_first, to_second = flow * np.float32(-t), flow * np.float32(1 - t)
        slack = 0.35 + 0.05 * speed(flow)
        return Course(
            to_first,
            to_second,
            _close(along(on, to_first) - flow, slack),
            _close(along(back, to_second) + flow, slack),
        )


def _certain(flow: np.ndarray, back: np.ndarray) -> np.ndarray:
    """How certain a flow is: whether the way back leads home."""
    return _close(flow + along(back, flow), 0.25 + 0.05 * speed(flow))


def _close(apart: np.ndarray, slack: np.ndarray) -> np.ndarray:
    return cv2.exp(-speed(apart) / slack)


def _carried(
    on: np.ndarray, back: np.ndarray, sure_on: np.ndarray, sure_back: np.ndarray, t: float
) -> np.ndarray:
    """The flow from first to second as it is at ``t``: that of the pixel which arrives there.

    Where pixels of both sides arrive, the one whose way is the more certain is taken; where none is certain,
    what moves around there.
    """
    from_first, first_sure = _arriving(on, sure_on, t)
    from_second, second_sure = _arriving(back, sure_back, 1 - t)
    second = second_sure > first_sure
    flow = np.where(second[..., None], -from_second, from_first)
    sure = np.where(second, second_sure, first_sure)
    return _filled(flow, sure < UNSURE)


def _arriving(flow: np.ndarray, sure: np.ndarray, way: float) -> tuple[np.ndarray, np.ndarray]:
    """For each place at ``way`` of a flow, the flow of the pixel that arrives there, and how sure it is.

    By fixed-point iteration: v(x) = flow(x - way * v(x)).
    """
    back = np.float32(-way)
    found = along(flow, flow * back)
    for _ in range(ITERATIONS):
        last, found = found, along(flow, found * back)
    slack = 0.25 + 0.05 * speed(found)
    return found, cv2.multiply(along(sure, found * back), _close(found - last, slack))


def _filled(flow: np.ndarray, holes: np.ndarray) -> np.ndarray:
    """The flow, where no pixel arrived taken from around."""
    there = (~holes).astype(np.float32)
    for reach in HOLES:
        if not holes.any():
            break
        kernel = (2 * reach + 1, 2 * reach + 1)
        near, weight = cv2.blur(flow * there[..., None], kernel), cv2.blur(there, kernel)
        found = holes & (weight > 1e-3)
        flow[found] = near[found] / weight[found][:, None]
        there[found], holes = 1, holes & ~found
    flow[holes] = 0
    return flow
