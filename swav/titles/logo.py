"""A picture over the picture: a logo, at one of nine places, by itself inside the safe title area.

Its size is an area: a square logo of size 0.15 is as high as 15 % of the frame's shorter side, and a wide one
covers as much. So the logos of a wall of sponsors weigh the same, whatever their shapes.
"""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Literal

from swav.titles.legibility import SUBTITLE_ROWS
from swav.titles.placing import Box

Place = Literal[
    *("top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right")
]
SAFE = 0.05
"""Of the width and of the height, at each side: SMPTE ST 2046-1:2009."""


@dataclass(frozen=True)
class Logo:
    """A picture, where it goes, and how large it is: both shares of the frame's shorter side.

    Without a ``margin`` it keeps to the safe title area.
    """

    picture: Path
    place: Place
    size: float
    margin: float | None = None

    @property
    def upwards(self) -> bool:
        """Whether it makes room by going up."""
        return not self.place.startswith("top")


def box_of(logo: Logo, pixels: tuple[int, int], *, width: int, height: int, subtitled: bool) -> Box:
    """Where a picture of so many ``pixels`` lies: its proportions are kept, and it is shrunk to fit."""
    unit = min(width, height)
    beside, above = (SAFE * width, SAFE * height) if logo.margin is None else (logo.margin * unit,) * 2
    lowest = min(height - above, height * (1 - SUBTITLE_ROWS)) if subtitled else height - above
    scale = min(
        logo.size * unit / sqrt(pixels[0] * pixels[1]),
        max(1, width - 2 * beside) / pixels[0],
        max(1, lowest - above) / pixels[1],
    )
    wide, high = (max(1, round(side * scale)) for side in pixels)
    left = {"left": beside, "right": width - beside - wide}.get(logo.place.split()[-1], (width - wide) / 2)
    top = {"top": above, "bottom": lowest - high}.get(
        logo.place.split()[0], min((height - high) / 2, lowest - high)
    )
    return round(left), round(top), round(left) + wide, round(top) + high
