"""Pages of a contact sheet as two files: a PDF to read and print, a picture that shows them all at once.

A film has any number of shots, so one page is held at a time, and a picture that opens everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from swav.files import replacing
from swav.reel.storyboard_sheet import PAGE, PAPER

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 40_000_000
"""160 MB while it is drawn, four bytes each: 18 pages one under the other, 22,320 rows.

Documents of Adobe Photoshop have at most 30,000 rows, pictures in Firefox 32,767.
"""


@dataclass(frozen=True)
class Wall:
    """Pages in rows from left to right, of one size, in one picture."""

    columns: int
    rows: int
    width: int
    """Pixels of a page."""
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """Pixels of the picture, across and down."""
        return self.columns * self.width, self.rows * self.height

    def hang(self, picture: "Image", page: "Image", place: int) -> None:
        """Put a page into the picture, as large as it is shown there."""
        from PIL.Image import Resampling

        size = self.width, self.height
        shown = page if page.size == size else page.resize(size, Resampling.LANCZOS)
        row, column = divmod(place, self.columns)
        picture.paste(shown, (column * self.width, row * self.height))


def wall_of(pages: int) -> Wall:
    """One under the other; of more than fit so, a picture about as wide as high, of smaller pages."""
    across, down = PAGE
    if pages * across * down <= MOST_PIXELS:
        return Wall(1, pages, across, down)
    columns = ceil(sqrt(pages * down / across))
    rows = ceil(pages / columns)
    scale = min(1.0, sqrt(MOST_PIXELS / (columns * across * rows * down)))
    return Wall(columns, rows, max(1, int(across * scale)), max(1, int(down * scale)))


def write_sheet(title: str, pages: "Iterator[Image]", count: int, picture: Path, pdf: Path) -> None:
    """Write ``count`` pages, RGB of ``PAGE`` pixels, as a PNG and as a PDF."""
    from PIL import Image

    wall = wall_of(count)
    whole = Image.new("RGB", wall.size, PAPER)

    def hung() -> "Iterator[Image]":
        for place, page in enumerate(pages):
            wall.hang(whole, page, place)
            yield page

    with replacing(pdf) as file:
        dates = {"creationDate": None, "modDate": None}
        _in_turn(hung(), count).save(file, "PDF", save_all=True, resolution=150, title=title, **dates)
    with replacing(picture) as file:
        whole.save(file, "PNG")


def _in_turn(pages: "Iterator[Image]", count: int) -> "Image":
    """A picture of many frames, as Pillow's own are of a GIF: each page is drawn when its turn comes.

    Pillow would hold all pages of a list until the last is written.
    """
    from PIL import Image

    class InTurn(Image.Image):
        n_frames = count

        def __init__(self) -> None:
            super().__init__()
            blank = Image.new("RGB", PAGE)
            self.im, self._mode, self._size = blank.im, blank.mode, blank.size
            self._frame = -1

        def tell(self) -> int:
            return self._frame

        def seek(self, frame: int) -> None:
            """Go to the next page, or stay; EOFError behind the last, as of every picture with frames."""
            if frame >= count:
                raise EOFError("there is no other page")
            if frame != self._frame:
                self.paste(next(pages))
                self._frame = frame

    return InTurn()
