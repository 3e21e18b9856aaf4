"""A contact sheet on pages of A4, lying, at 150 dots an inch: six shots a page, their words under them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

PAGE = (1754, 1240)
COLUMNS, ROWS = 3, 2
MARGIN, GAP = 64, 36
TOP = 120
WIDTH = (PAGE[0] - 2 * MARGIN - (COLUMNS - 1) * GAP) // COLUMNS
HEIGHT = (PAGE[1] - TOP - MARGIN - (ROWS - 1) * GAP) // ROWS
PICTURE = 292
"""Rows of a picture at most: 16:9 at the width of a column."""
PAPER, INK, DIM = (250, 250, 247), (28, 29, 31), (110, 110, 106)
GOOD, WAITS = (40, 120, 60), (178, 84, 20)


@dataclass(frozen=True)
class Cell:
    """A shot on the sheet."""

    head: str
    pictures: tuple[Any, ...]
    """uint8 RGB arrays: one, or the first and the last."""
    prompt: str
    said: str
    remarks: tuple[str, ...]
    good: bool
    """Whether nothing is left to be said about its pictures."""


def page_count(shots: int) -> int:
    """Pages of a film of so many shots."""
    return ceil(shots / (COLUMNS * ROWS))


def pages(title: str, cells: Iterable[Cell], shots: int) -> "Iterator[Image]":
    """The pages of so many cells, RGB, one after the other; a cell is taken when its place comes."""
    from PIL import Image

    waiting, count = iter(cells), page_count(shots)
    for number in range(1, count + 1):
        page = Image.new("RGB", PAGE, PAPER)
        _line(page, title, (MARGIN, 44), 34, INK, bold=True)
        _line(page, f"{number} / {count}", (PAGE[0] - MARGIN - 60, 52), 20, DIM)
        for place, cell in enumerate(islice(waiting, COLUMNS * ROWS)):
            row, column = divmod(place, COLUMNS)
            _cell(page, cell, MARGIN + column * (WIDTH + GAP), TOP + row * (HEIGHT + GAP))
        yield page


def _cell(page: "Image", cell: Cell, left: int, top: int) -> None:
    width = (WIDTH - 8 * (len(cell.pictures) - 1)) // len(cell.pictures)
    for place, pixels in enumerate(cell.pictures):
        picture = _fitted(pixels, width)
        page.paste(
            picture,
            (
                left + place * (width + 8) + (width - picture.width) // 2,
                top + (PICTURE - picture.height) // 2,
            ),
        )
    top += PICTURE + 12
    _line(page, cell.head, (left, top), 19, INK, bold=True)
    top += 28
    for texts, size, colour, most in (
        ([cell.prompt], 16, INK, 3),
        ([f"“{cell.said}”"] if cell.said else [], 16, DIM, 3),
        (cell.remarks, 15, GOOD if cell.good else WAITS, 2),
    ):
        for text in texts:
            for line in wrapped(text, size, WIDTH, most):
                _line(page, line, (left, top), size, colour)
                top += round(size * 1.38)


def _fitted(pixels: Any, width: int) -> "Image":
    from PIL import Image

    picture = Image.fromarray(pixels)
    scale = min(width / picture.width, PICTURE / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def wrapped(text: str, size: float, width: int, most: int) -> list[str]:
    """A text in lines of at most ``width`` pixels; what is over ``most`` lines ends in an ellipsis."""
    from swav.titles.setting import extent

    lines, rest = [], text.split()
    while rest and len(lines) < most:
        count = _fitting(rest, size, width)
        lines.append(" ".join(rest[:count]))
        rest = rest[count:]
    if rest:
        words = lines[-1].split(" ")
        while len(words) > 1 and extent(f"{' '.join(words)} …", 400).advance * size > width:
            words.pop()
        lines[-1] = f"{' '.join(words)} …"
    return lines


def _fitting(words: list[str], size: float, width: int) -> int:
    """How many words stand on one line; a word that is longer than the line stands alone."""
    from swav.titles.setting import extent

    count = 1
    while count < len(words) and extent(" ".join(words[: count + 1]), 400).advance * size <= width:
        count += 1
    return count


def _line(
    page: "Image",
    text: str,
    place: tuple[int, int],
    size: int,
    colour: tuple[int, int, int],
    bold: bool = False,
) -> None:
    from swav.titles.setting import impress

    line = impress(text, size, 700 if bold else 400)
    page.paste(colour, (place[0] + line.left, place[1] + size + line.top), line.mask)
