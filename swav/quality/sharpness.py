"""Sharpness: how much fine detail the edges of the picture hold for its size."""

import cv2
import numpy as np

from swav.quality.frames import Frame

_BLOCK = 16
_EDGES = 0.1
"""The share of the blocks, with the most coarse detail, that are looked at."""


def sharpness(luma: np.ndarray) -> float:
    """Energy of the finest octave over that of the third, along the strongest edges; about 0 to 1.

    Natural pictures hold about equal energy in every octave (D. J. Field, J. Opt. Soc. Am. A 4, 1987), so
    the ratio says how much of what the size could hold is there, whatever is shown. Noise has no edges:
    its part is estimated where there is least detail, and taken off.
    """
    full = luma.astype(np.float32)
    soft = cv2.GaussianBlur(full, (0, 0), 1)
    softer = cv2.GaussianBlur(soft, (0, 0), 2)
    softest = cv2.GaussianBlur(softer, (0, 0), 4)
    fine, coarse = _energy(full - soft), _energy(softer - softest)
    noise = np.percentile(fine, 10)
    edges = coarse >= np.percentile(coarse, 100 * (1 - _EDGES))
    return float(max(0.0, (fine[edges] - noise).mean()) / max(coarse[edges].mean(), 1.0))


def _energy(band: np.ndarray) -> np.ndarray:
    height, width = band.shape
    size = max(1, width // _BLOCK), max(1, height // _BLOCK)
    return cv2.resize(band * band, size, interpolation=cv2.INTER_AREA)


class Sharpness:
    """Measures ``blur`` on sampled frames."""

    def __init__(self, samples: tuple[int, ...]) -> None:
        self._samples = frozenset(samples)
        self._found: list[tuple[float, int]] = []

    def see(self, frame: Frame) -> None:
        if frame.number in self._samples:
            self._found.append((sharpness(frame.luma), frame.number))

    def result(self) -> dict[str, dict]:
        values = [value for value, _ in self._found] or [0.0]
        worst = [min(self._found)[1]] if self._found else []
        return {"blur": {"value": float(np.median(values)), "frames": worst}}
