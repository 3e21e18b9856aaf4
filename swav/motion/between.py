"""The pictures between two pictures: everything of the nearer one, moved to where it then is.

A made frame is drawn from the source that is nearer in time, so that it is as sharp as a kept one, grain
included: a mean of two would be softer, and softness that comes and goes some times a second is seen as a
pulse. The other source shows what the nearer one does not see (what a passing thing uncovers), and lends its
light: what is coarse is mixed by time, so that fades and lamps go evenly.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

import numpy as np

from swav.motion.course import Course, Searched
from swav.motion.flow import along, resized, scaled
from swav.motion.trust import Light, agrees, light_between
from swav.opencv import cv2

Planes = tuple[np.ndarray, ...]
"""A picture: uint8 (height, width) each, luma first; chroma may be smaller."""

SEARCHED = 360
"""Lines of the pictures in which motion is searched, at least; and at least half of those that there are."""
FARTHER = 1 / 16
"""What the farther source counts for where both see a spot: mixing more of it softens grain."""
COARSE = 8
"""Pixels across of what counts as light and not as structure, and"""
SPREAD = 2.0
"""how wide it is spread besides (sigma, in such pixels)."""
MOST_LOST, GAIN = 0.6, 4.0
"""The most of a region's detail that is put back, and what a Laplacian that is taken off adds to it."""
ERRORS = 1.5
"""Searched pixels (sigma) over which disagreement is averaged."""


class Between:
    """What lies between two neighbouring pictures of a take."""

    def __init__(self, first: Planes, second: Planes, courses: Mapping[Fraction, Course] | None = None):
        """``courses`` are those of each share that will be asked for; without them, they are searched."""
        self.first, self.second = first, second
        self._given = courses
        height, width = first[0].shape
        scale = max(0.5, min(1.0, SEARCHED / height))
        self._size = max(16, round(width * scale)), max(16, round(height * scale))

    @cached_property
    def _lumas(self) -> Planes:
        """Both lumas, as motion is searched in them."""
        return tuple(resized(planes[0], self._size) for planes in (self.first, self.second))

    @cached_property
    def light(self) -> Light:
        """How the light changes from the first to the second."""
        return light_between(*self._lumas)

    @cached_property
    def _searched(self) -> Searched:
        """How everything moves, as it is searched in these pictures."""
        first, second = self._lumas[0], self.light.undone(self._lumas[1])
        return Searched(first, second, self._small[0].shape[::-1])

    @cached_property
    def _small(self) -> Planes:
        """Both lumas in one light, in which flows are judged."""
        width, height = self._size
        size = max(8, width // 2), max(8, height // 2)
        return resized(self._lumas[0], size), resized(self.light.undone(self._lumas[1]), size)

    @cached_property
    def continuous(self) -> bool:
        """Whether the second picture is the first one moved; else there is a cut between them."""
        first, second = self._small
        if self._given is None:
            return self._searched.continuous(first, second)
        size = first.shape[::-1]
        return any(
            agrees(along(first, scaled(course.to_first, size)), along(second, scaled(course.to_second, size)))
            for course in self._given.values()
        )

    def interpolated(self, share: Fraction) -> Planes:
        """The picture a ``share`` of the way; the nearer source where the two are cut apart."""
        t = float(share)
        first_is_nearer = share <= Fraction(1, 2)
        nearer, farther = (self.first, self.second) if first_is_nearer else (self.second, self.first)
        if not self.continuous:
            return nearer
        course = self._searched.course(t) if self._given is None else self._given[share]
        if first_is_nearer:
            ways, sees = (course.to_first, course.to_second), (course.first_sees, course.second_sees)
        else:
            ways, sees = (course.to_second, course.to_first), (course.second_sees, course.first_sees)
        distance = 0.0 if self.light.jumps else min(t, 1 - t)
        return self._drawn(nearer, farther, ways, sees, distance)

    def blended(self, share: Fraction) -> Planes:
        """Both pictures laid over each other by time; the nearer one where they are cut apart."""
        if not self.continuous:
            return self.first if share <= Fraction(1, 2) else self.second
        t = float(share)
        return tuple(
            cv2.addWeighted(first, 1 - t, second, t, 0)
            for first, second in zip(self.first, self.second, strict=True)
        )

    # --- pictures

    def _drawn(
        self,
        nearer: Planes,
        farther: Planes,
        ways: tuple[np.ndarray, np.ndarray],
        sees: tuple[np.ndarray, np.ndarray],
        distance: float,
    ) -> Planes:
        by_farther = FARTHER * sees[1] + 1e-3
        by_farther /= sees[0] + by_farther
        wrong = self._wrong(nearer, ways)
        trusted = cv2.multiply(sees[0], sees[1])
        trusted *= 1 - resized(wrong, trusted.shape[::-1])
        made, of_size = [], {}
        for near, far in zip(nearer, farther, strict=True):
            size = near.shape[1], near.shape[0]
            if size not in of_size:
                of_size[size] = [scaled(way, size) for way in ways], resized(by_farther, size)
            full, other = of_size[size]
            moved = [along(plane, way, cv2.INTER_CUBIC) for plane, way in zip((near, far), full, strict=True)]
            drawn = cv2.blendLinear(moved[0], moved[1], 1 - other, other)
            if near is nearer[0]:
                drawn = _sharpened(drawn, near, ways[0], trusted)
            if wrong.any():
                held = resized(wrong, size)
                drawn = cv2.blendLinear(drawn, near, 1 - held, held)
            made.append(_lit(drawn, near, far, ways, trusted, distance - other))
        return tuple(made)

    def _wrong(self, nearer: Planes, ways: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """Where the moved pictures disagree more than the unmoved ones: float32, 0 to 1."""
        near, far = self._small if nearer is self.first else self._small[::-1]
        to_near, to_far = (scaled(way, near.shape[::-1]) for way in ways)
        apart = cv2.subtract(along(near, to_near), along(far, to_far), dtype=cv2.CV_32F)
        plain = cv2.subtract(near, far, dtype=cv2.CV_32F)
        error = cv2.GaussianBlur(np.abs(apart), (0, 0), ERRORS)
        before = cv2.GaussianBlur(np.abs(plain), (0, 0), ERRORS)
        return np.clip((error - 1.2 * before - 2) / 6, 0, 1)


def _lit(
    drawn: np.ndarray,
    near: np.ndarray,
    far: np.ndarray,
    ways: tuple[np.ndarray, np.ndarray],
    trusted: np.ndarray,
    missing: np.ndarray,
) -> np.ndarray:
    """``drawn`` with as much more of the farther source's light as is ``missing`` (a share, by pixel)."""
    height, width = near.shape
    size = max(8, width // COARSE), max(8, height // COARSE)
    moved = [
        along(resized(plane, size).astype(np.float32), scaled(way, size))
        for plane, way in zip((near, far), ways, strict=True)
    ]
    weight = resized(trusted, size)
    change = cv2.GaussianBlur((moved[1] - moved[0]) * weight, (0, 0), SPREAD)
    change /= np.maximum(cv2.GaussianBlur(weight, (0, 0), SPREAD), 0.2)
    return cv2.add(drawn, cv2.multiply(resized(change, (width, height)), missing), dtype=cv2.CV_8U)


def _sharpened(drawn: np.ndarray, near: np.ndarray, way: np.ndarray, trusted: np.ndarray) -> np.ndarray:
    """``drawn`` with the detail that was lost between the pixels of ``near``, region by region.

    A picture that is moved by a fraction of a pixel loses its finest detail, most of it by a half. The
    Laplacian says how much there was, and puts it back.
    """
    height, width = near.shape
    size = max(8, width // COARSE), max(8, height // COARSE)
    edges = cv2.Laplacian(drawn, cv2.CV_16S)
    wanted = along(_detail(cv2.Laplacian(near, cv2.CV_16S), size), scaled(way, size))
    lost = wanted / np.maximum(_detail(edges, size), 1) - 1
    amount = np.clip(lost, 0, MOST_LOST) * resized(trusted, size) / GAIN
    if amount.max() < 0.01:
        return drawn
    return cv2.subtract(
        drawn, cv2.multiply(edges, resized(amount, (width, height)), dtype=cv2.CV_32F), dtype=cv2.CV_8U
    )


def _detail(edges: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    found = resized(cv2.convertScaleAbs(edges), size).astype(np.float32)
    return cv2.GaussianBlur(found, (0, 0), SPREAD)
