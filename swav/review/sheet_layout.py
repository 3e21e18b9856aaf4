"""Where the pictures of a reel's contact sheet lie, so that the sheet of any film can be written and read."""

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING

from swav.review.sheet import GAP, LINE, MARGIN

if TYPE_CHECKING:
    from PIL.Image import Image

COLUMNS = 4
MOST_PIXELS = 60_000_000
"""180 MB while the sheet is drawn."""
MOST_ROWS = 65_000
"""JPEG counts rows in 16 bits (ITU-T T.81, B.2.2), and Pillow writes 65,500."""
_SMALLER = (240, 200, 160, 120, 100, 80, 60, 40, 24, 16, 8)
"""Widths of pictures, in pixels, where those of so many shots would not fit."""


@dataclass(frozen=True)
class Layout:
    """Pictures of one size in columns, with room for a line or two under each."""

    shots: int
    columns: int
    width: int
    height: int
    small: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Pixels of the sheet, across and down; the film's title stands above."""
        rows = ceil(self.shots / self.columns)
        across = 2 * MARGIN + self.columns * self.width + (self.columns - 1) * GAP
        return across, 2 * MARGIN + 2 * LINE + rows * self._cell

    @property
    def fits(self) -> bool:
        """Whether it can be written."""
        across, down = self.size
        return across * down <= MOST_PIXELS and max(across, down) <= MOST_ROWS

    @property
    def _cell(self) -> int:
        return self.height + (1 if self.small else 2) * LINE + GAP

    def corner(self, place: int) -> tuple[int, int]:
        """The left upper corner of a shot's picture."""
        row, column = divmod(place, self.columns)
        return MARGIN + column * (self.width + GAP), MARGIN + 2 * LINE + row * self._cell

    def shrunk(self, picture: "Image") -> "Image":
        """A picture as large as it is shown."""
        if not self.small:
            return picture
        from PIL.Image import Resampling

        return picture.resize((self.width, self.height), Resampling.LANCZOS)


def layout_of(shots: int, picture: tuple[int, int]) -> Layout:
    """The sheet of so many shots, each with a picture of that size; of more than fit, in a sheet about as
    wide as high, as large as they can be."""
    width, height = picture
    layout = Layout(shots, COLUMNS, width, height)
    for smaller in _SMALLER:
        if layout.fits:
            break
        lower = max(1, round(smaller * height / width))
        columns = ceil(sqrt(shots * (lower + LINE + GAP) / (smaller + GAP)))
        layout = Layout(shots, columns, smaller, lower, small=True)
    return layout
