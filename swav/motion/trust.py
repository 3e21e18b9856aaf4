"""Whether two neighbouring pictures belong together: a cut is called only where no motion explains them."""

from dataclasses import dataclass

import cv2
import numpy as np

FIELDS = (64, 36)
"""Fields across and down in which pictures are compared."""
ALIKE = 0.5
"""The correlation of those fields under which one picture is not the other, moved."""
JUMP = 40
"""Levels of 255 by which the light of a whole picture may change and still be a fade: else it is a flash,
whose light is not mixed."""
CONTRAST = 4
"""Levels of 255 that are added to both contrasts, so that grain on an even picture decides nothing."""
SAME = 2.0
"""Levels of 255 by which the light may differ without being undone before motion is searched."""


@dataclass(frozen=True)
class Light:
    """How the light of a whole picture changes to the next one: by a factor, and by levels of 255."""

    gain: float = 1.0
    levels: float = 0.0
    jumps: bool = False

    def undone(self, second: np.ndarray) -> np.ndarray:
        """The second picture in the light of the first."""
        if (self.gain, self.levels) == (1.0, 0.0):
            return second
        return cv2.addWeighted(second, self.gain, second, 0, self.levels)


def light_between(first: np.ndarray, second: np.ndarray) -> Light:
    """The light of two uint8 (height, width) pictures, by their means and their contrasts."""
    (level, contrast), (wanted, wanted_contrast) = (
        (float(part[0, 0]) for part in cv2.meanStdDev(picture)) for picture in (second, first)
    )
    if abs(level - wanted) <= SAME:
        return Light()
    gain = (wanted_contrast + CONTRAST) / (contrast + CONTRAST)
    return Light(gain, wanted - gain * level, abs(level - wanted) > JUMP)


def agrees(here: np.ndarray, moved: np.ndarray) -> bool:
    """Whether a picture and its neighbour, moved to where it is, show the same."""
    return likeness(here, moved) >= ALIKE


def likeness(here: np.ndarray, moved: np.ndarray) -> float:
    """The correlation of two pictures in coarse fields, -1 to 1; 1 for two that are even."""
    fields = [
        cv2.resize(each, FIELDS, interpolation=cv2.INTER_AREA).astype(np.float32) for each in (here, moved)
    ]
    centred = [(each - each.mean()) / (each.std() + CONTRAST) for each in fields]
    return float((centred[0] * centred[1]).mean())
