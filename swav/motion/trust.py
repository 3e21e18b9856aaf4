"""Whether two neighbouring pictures belong together: a cut is called only where no motion explains them."""

from dataclasses import dataclass

import numpy as np

from swav.opencv import cv2

FIELDS = (32, 18)
"""Fields across and down in which pictures are compared."""
FINE, COARSE = 1.0, 6.0
"""Pixels (sigma) between which structure is compared: finer is grain, coarser is light, and alike in many
pictures (bright above, dark below)."""
STRUCTURED = 1.5
"""Levels of 255 of structure in a field, without which it says nothing."""
EXPLAINED = 0.6
"""The share of a field's structure up to which it may differ when motion explains it."""
ALIKE = 0.42
"""The share of the fields with structure that motion has to explain. Of 16 clips the worst pair had 0.6 (a
fence, rain 0.8), of 30 cuts between pictures of one kind the best 0.27."""
JUMP = 40
"""Levels of 255 by which the light of a whole picture may change and still be a fade: else it is a flash,
whose light is not mixed."""
CONTRAST = 4
"""Levels of 255 that are added to both contrasts, so that grain on an even picture makes no gain."""
SAME = 2.0
"""Levels of 255 by which light may differ and still be the same."""


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
    """Whether a picture and its neighbour, moved to where it is, show the same; uint8 (height, width)."""
    return apart(here, moved) <= SAME or explained(here, moved) >= ALIKE


def explained(here: np.ndarray, moved: np.ndarray) -> float:
    """The share of the picture's structure that is the neighbour's, moved; 0 where there is none."""
    own, others = _structure(here), _structure(moved)
    contrast, error = _by_field(cv2.absdiff(own, 0.0)), _by_field(cv2.absdiff(own, others))
    structured = contrast > STRUCTURED
    return float((error < EXPLAINED * contrast)[structured].mean()) if structured.any() else 0.0


def apart(here: np.ndarray, moved: np.ndarray) -> float:
    """How far apart the light of two pictures is by fields, in levels of 255."""
    fields = [_by_field(each).astype(np.float32) for each in (here, moved)]
    return float(cv2.absdiff(*fields).mean())


def _structure(picture: np.ndarray) -> np.ndarray:
    picture = picture.astype(np.float32)
    return cv2.GaussianBlur(picture, (0, 0), FINE) - cv2.GaussianBlur(picture, (0, 0), COARSE)


def _by_field(values: np.ndarray) -> np.ndarray:
    return cv2.resize(values, FIELDS, interpolation=cv2.INTER_AREA)
