"""Sharpness: how much fine detail the edges of the picture hold for its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swav.quality.gate import ALL_BLACK, Gate
from swav.quality.sentences import Words, plain

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

_BLOCK = 16
"""Pixels of the blocks in which energy is counted."""
_OCTAVES = 5
_EDGES = 75
"""Percentile of the blocks: those with more contrast are looked at."""
_SHARPEST = 75
"""Percentile of those blocks' sharpness: much of a good picture may be out of focus or in motion."""
_FLAT = 10
"""Percentile of the blocks' fine energy that is noise, because nothing else is there."""
_LEAST = 4.0
"""Energy, in squared levels of 255, below which contrast is rounding and coding."""


def sharpness(luma: np.ndarray) -> float:
    """Energy of the finest octave over that of the strongest coarser one, where there are edges; 0 to 1.

    ``luma`` is uint8 (height, width). Natural pictures hold about equal energy in every octave (D. J. Field,
    J. Opt. Soc. Am. A 4, 1987), so the ratio says how much of what the size could hold is there, whatever
    is shown. Noise has no edges: it is measured where there is least detail, and taken off.
    """
    import numpy as np

    fine, *coarse = _octaves(luma.astype(np.float32))
    noise = np.percentile(fine, _FLAT)
    strongest = np.max(coarse, axis=0)
    edges = strongest >= np.percentile(strongest, _EDGES)
    ratios = np.maximum(0, fine[edges] - noise) / np.maximum(strongest[edges], _LEAST)
    return float(np.percentile(ratios, _SHARPEST))


def _octaves(picture: np.ndarray) -> list[np.ndarray]:
    """Energy of each octave in each block, the finest first."""
    from swav.opencv import cv2

    height, width = picture.shape
    blocks = max(1, width // _BLOCK), max(1, height // _BLOCK)
    energies = []
    for _ in range(_OCTAVES):
        soft = cv2.GaussianBlur(picture, (0, 0), 1)
        energies.append(cv2.resize((picture - soft) ** 2, blocks, interpolation=cv2.INTER_AREA))
        picture = cv2.resize(soft, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return energies


class Sharpness:
    """Measures ``blur`` on sampled frames."""

    def __init__(self, samples: tuple[int, ...]) -> None:
        self._samples = frozenset(samples)
        self._found: list[tuple[float, int]] = []

    def see(self, frame: Frame) -> None:
        if frame.number in self._samples and not frame.black:
            self._found.append((sharpness(frame.luma), frame.number))

    def result(self) -> dict[str, dict]:
        import numpy as np

        if not self._found:
            return {"blur": ALL_BLACK}
        typical = float(np.median([value for value, _ in self._found]))
        return {"blur": {"value": typical, "frames": [min(self._found)[1]]}}


GATES = (
    Gate(
        # Energy of the finest detail over that of coarser detail, where the picture has edges.
        name="blur",
        place=60,
        rising=False,
        warn=0.03,
        fail=0.015,
        words=Words(
            "the picture is sharp for its size",
            lambda measured: "the picture is blurred for its size",
            lambda value: f"sharpness {plain(value)}",
            plain,
        ),
        gauge=lambda watched: Sharpness(watched.samples),
        of_detail=True,
    ),
)
