"""The last resort: a frame with a code point in it stands for a character that no shipped font has.

So what cannot be set is seen, and can be named. Measures are in em; up is positive.
"""

import numpy as np

from swav.titles import fonts
from swav.titles.shaping import UNDETERMINED, Stroke, shape

_INSET, _TOP = 0.05, 0.72  # of the frame, at both sides and above the baseline
_ROUND, _LINE = 0.06, 0.035  # radius of its corners, thickness of its line
_FIGURES, _HALF_CAPITAL = 0.3, 0.36  # size of the figures; half the height of theirs


def width(character: str) -> float:
    """How far the pen moves over a frame: those with six figures are wider."""
    return 0.88 if ord(character) > 0xFFFF else 0.68


def box(character: str) -> tuple[float, float, float, float]:
    """(left, bottom, right, top) of what a frame takes up."""
    return (0.0, -0.04, width(character), 0.74)


def figures(character: str, size: float, x: float, y: float) -> list[Stroke]:
    """The code point in two rows, for a frame at pixel ``x`` on the baseline ``y``."""
    code = f"{ord(character):04X}" if ord(character) <= 0xFFFF else f"{ord(character):06X}"
    half, em = len(code) // 2, _FIGURES * size
    found = []
    for part, height in ((code[:half], 0.71), (code[half:], 0.29)):
        shaped = shape(part, fonts.LATIN, 600, "ltr", UNDETERMINED)
        left = x + (width(character) * size - shaped.advance * em) / 2
        baseline = y - height * _TOP * size + _HALF_CAPITAL * em
        found.append(Stroke(shaped, fonts.LATIN, 600, em, left, baseline))
    return found


def frame(character: str, size: float, x: float, y: float, shape: tuple[int, int]) -> np.ndarray:
    """How far the frame's line covers each pixel: uint8 of ``shape`` (height, width).

    From the distance to a rounded rectangle (Quilez, "2D distance functions"): half a pixel blurs its edge.
    """
    across = np.arange(shape[1], dtype=np.float32) + 0.5 - (x + width(character) * size / 2)
    down = np.arange(shape[0], dtype=np.float32)[:, None] + 0.5 - (y - _TOP * size / 2)
    radius, line = _ROUND * size, max(1.0, _LINE * size)
    reach = np.abs(across) - (width(character) / 2 - _INSET) * size + radius
    drop = np.abs(down) - _TOP * size / 2 + radius
    outside = np.hypot(np.maximum(reach, 0), np.maximum(drop, 0))
    distance = outside + np.minimum(np.maximum(reach, drop), 0) - radius
    cover = np.clip(0.5 - distance, 0, 1) - np.clip(0.5 - distance - line, 0, 1)
    return np.rint(255 * cover).astype(np.uint8)
