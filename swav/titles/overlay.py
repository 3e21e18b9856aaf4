"""Overlays: lettering over the picture, as a transparent picture of the frame's size.

Four styles, as in a documentary: a title in the middle, a lower third with its accent bar, a caption low in
the centre, a credit in the corner; and subtitles, where they are burnt in. Behind each the picture is
darkened softly, around the lettering and no further, so that white letters read on snow.

All lettering stays inside the safe title area of SMPTE ST 2046-1:2009, the central 90 % of the width and of
the height (its safe action area is 93 %; the older 4:3 practice of RP 27.3 was 80 % and 90 %).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from swav.files import replacing
from swav.titles.layout import Block, Paragraph, Row, fit
from swav.titles.legibility import SUBTITLE_ROWS
from swav.titles.palette import WHITE, Colour, palette
from swav.titles.setting import impress

Style = Literal["title", "lower_third", "caption", "credit", "subtitle"]
SAFE_TITLE = 0.90  # SMPTE ST 2046-1:2009, of the width and of the height
_CORE = 0.2  # of a shade's ellipse, in which it is whole
_SMALLEST = 8.0  # pixels to the em, below which only text that would not fit otherwise is set


@dataclass(frozen=True)
class Design:
    """How a style looks. Sizes are shares of the frame's shorter side, boxes shares of the safe title area.

    ``first`` and ``rest`` are (size to the first line's, weight) of the first line and of those that follow;
    ``align`` is in reading direction; ``shade`` is the opacity of the shade behind the lettering, and
    ``reach`` how far beyond it the shade goes, sideways and up and down, as shares of the shorter side.
    """

    size: float
    first: tuple[float, int]
    rest: tuple[float, int]
    between: float
    width: float
    height: float
    rows: int
    align: Literal["start", "centre", "end"]
    bottom: float | None
    shade: float
    reach: tuple[float, float]
    bar: bool = False
    rule: bool = False


DESIGNS: dict[str, Design] = {
    "title": Design(
        *(0.098, (1.0, 600), (0.44, 400), 0.62, 0.92, 0.80, 3, "centre", None, 0.52, (0.26, 0.24)), rule=True
    ),
    "lower_third": Design(
        *(0.054, (1.0, 600), (0.68, 400), 0.10, 0.70, 0.46, 2, "start", 0.93, 0.64, (0.50, 0.20)), bar=True
    ),
    "caption": Design(
        *(0.048, (1.0, 500), (1.0, 500), 0.0, 0.86, 0.46, 2, "centre", 0.985, 0.58, (0.36, 0.16))
    ),
    "credit": Design(*(0.027, (1.0, 500), (1.0, 400), 0.0, 0.60, 0.40, 2, "end", 1.0, 0.60, (0.34, 0.14))),
    "subtitle": Design(
        *(0.046, (1.0, 500), (1.0, 500), 0.0, 1.0, 0.17, 2, "centre", 0.985, 0.50, (0.24, 0.10))
    ),
}


Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; the last two are the first that are outside."""


@dataclass(frozen=True)
class Placed:
    """A row with the frame's pixel at which its pen starts, on the baseline."""

    row: Row
    x: int
    y: int


@dataclass(frozen=True)
class Arrangement:
    """Where everything of an overlay goes: rows, the boxes (left, top, right, bottom) of its bar or rule."""

    placed: tuple[Placed, ...]
    marks: tuple[Box, ...]
    box: Box

    def moved(self, down: int) -> "Arrangement":
        """The same, ``down`` pixels lower; higher where that is negative."""
        return Arrangement(
            tuple(Placed(placed.row, placed.x, placed.y + down) for placed in self.placed),
            tuple(moved(mark, down) for mark in self.marks),
            moved(self.box, down),
        )


def moved(box: Box, down: int) -> Box:
    """A box, ``down`` pixels lower."""
    left, top, right, bottom = box
    return left, top + down, right, bottom + down


def arrange(
    lines: Sequence[str], style: Style, *, language: str, width: int, height: int, subtitled: bool = False
) -> Arrangement:
    """Lay ``lines`` out for a frame of ``width`` x ``height`` pixels, all inside the safe title area.

    In a film that is ``subtitled``, nothing but subtitles comes to lie where players show them.
    """
    design = DESIGNS[style]
    unit = min(width, height)
    safe_width, safe_height = SAFE_TITLE * width, SAFE_TITLE * height
    indent = round(0.022 * unit) + max(2, round(0.006 * unit)) if design.bar else 0
    narrow = width < height  # an upright frame has no width to give away
    safe_top = height * (1 - SAFE_TITLE) / 2
    lowest = safe_top + safe_height * (1.0 if design.bottom is None else design.bottom)
    if subtitled and style != "subtitle":
        lowest = min(lowest, height * (1 - SUBTITLE_ROWS))
    block = fit(
        _paragraphs(lines, design, language),
        size=max(design.size * unit, _SMALLEST),
        width=safe_width * (1.0 if narrow else design.width) - indent - 2,
        height=min(safe_height * design.height, lowest - safe_top),
        leading=1.24,
        rows=design.rows,
    )
    top = lowest - block.height
    if design.bottom is None:
        top = min((height - block.height) / 2, top)
    mirrored = bool(block.rows) and block.rows[0].base == "rtl"
    return _place(block, design, top, mirrored, indent, width, unit)


def _paragraphs(lines: Sequence[str], design: Design, language: str) -> list[Paragraph]:
    found = []
    for number, line in enumerate(lines):
        ratio, weight = design.rest if number else design.first
        before = design.between if number == 1 else 0.0
        found.append(Paragraph(line, ratio, weight, before, language))
    return found


def _place(
    block: Block, design: Design, top: float, mirrored: bool, indent: int, width: int, unit: int
) -> Arrangement:
    left, right = round(width * (1 - SAFE_TITLE) / 2) + 1, round(width * (1 + SAFE_TITLE) / 2) - 1
    at_left = (design.align == "start") != (mirrored and design.align != "centre")
    inner_left, inner_right = left + indent, right - indent
    placed = []
    for row in block.rows:
        ink = row.ink
        if design.align == "centre":
            x = (width - ink.right - ink.left) / 2
        else:
            x = inner_left - ink.left if at_left else inner_right - ink.right
        placed.append(Placed(row, round(x), round(top + row.y)))
    wide = max((placed_row.row.ink.right for placed_row in placed), default=0.0)
    if design.align == "centre":
        box = (round((width - wide) / 2), round(top), round((width + wide) / 2), round(top + block.height))
    elif at_left:
        box = (left, round(top), round(inner_left + wide), round(top + block.height))
    else:
        box = (round(inner_right - wide), round(top), right, round(top + block.height))
    return Arrangement(tuple(placed), tuple(_marks(design, block, box, top, at_left, width, unit)), box)


def _marks(
    design: Design,
    block: Block,
    box: Box,
    top: float,
    at_left: bool,
    width: int,
    unit: int,
) -> list[Box]:
    if design.bar and block.rows:
        thick = max(2, round(0.006 * unit))
        edge = box[0] if at_left else box[2] - thick
        first, last = block.rows[0], block.rows[-1]
        return [
            (
                edge,
                round(top + first.y - 0.76 * first.size),
                edge + thick,
                round(top + last.y + 0.12 * last.size),
            )
        ]
    following = [row for row in block.rows if row.paragraph == 1]
    if design.rule and following:
        above = max(row.y + max(0.26 * row.size, row.ink.bottom) for row in block.rows if row.paragraph == 0)
        below = following[0].y - max(0.74 * following[0].size, -following[0].ink.top)
        middle, half = round(top + (above + below) / 2), round(0.055 * unit)
        thick = max(1, round(0.0035 * unit))
        return [(width // 2 - half, middle, width // 2 + half, middle + thick)]
    return []


def lettering(arrangement: Arrangement, *, width: int, height: int) -> Image.Image:
    """The lettering alone: a picture of mode L, 255 where it covers a pixel wholly."""
    mask = Image.new("L", (width, height), 0)
    for placed in arrangement.placed:
        row = placed.row
        print_ = impress(row.text, row.size, row.weight, row.base, row.language)
        left, top = placed.x + print_.left, placed.y + print_.top
        under = mask.crop((left, top, left + print_.mask.width, top + print_.mask.height))
        mask.paste(ImageChops.lighter(under, print_.mask), (left, top))
    return mask


def draw_overlay(
    lines: Sequence[str], style: Style, *, language: str, width: int, height: int, seed: int = 0
) -> Image.Image:
    """Set ``lines`` as an overlay: RGBA with straight alpha, ``width`` x ``height``, clear where nothing is.

    ``language`` is the BCP 47 tag of the lines' language, which decides the forms of some letters.

    A newline within a line breaks it, a tab is a space, other control characters leave no mark. Long text
    wraps, then shrinks. The accent's colour is the palette's of ``seed``.
    """
    arrangement = arrange(lines, style, language=language, width=width, height=height)
    return draw(arrangement, style, width=width, height=height, seed=seed)


def draw(
    arrangement: Arrangement,
    style: Style,
    *,
    width: int,
    height: int,
    seed: int = 0,
    others: Sequence[Arrangement] = (),
) -> Image.Image:
    """``draw_overlay`` of what is arranged; its shade leaves out the letters and marks of ``others``."""
    marks = np.zeros((height, width), np.float32)
    for left, top, right, bottom in arrangement.marks:
        marks[top:bottom, left:right] = 1.0
    mask = lettering(arrangement, width=width, height=height)
    letters = np.asarray(mask, np.float32) / 255
    shade = _shade(mask, arrangement, DESIGNS[style], width, height)
    for other in others:
        shade *= 1 - np.asarray(lettering(other, width=width, height=height), np.float32) / 255
        for left, top, right, bottom in other.marks:
            shade[top:bottom, left:right] = 0
    return _compose(letters, marks, shade, palette(seed).accent)


def write_overlay(
    lines: Sequence[str], style: Style, *, language: str, width: int, height: int, target: Path
) -> None:
    """Write ``draw_overlay`` as a PNG, whole or not at all."""
    save(draw_overlay(lines, style, language=language, width=width, height=height), target)


def save(picture: Image.Image, target: Path) -> None:
    """Write a picture as PNG, whole or not at all."""
    with replacing(target) as partial:
        picture.save(partial, format="PNG", compress_level=3)


def _shade(
    mask: Image.Image, arrangement: Arrangement, design: Design, width: int, height: int
) -> np.ndarray:
    """How far the picture is darkened for the lettering, 0 to 1, float32 (height, width).

    A graded field like light falling off, too wide to be taken for a box, and a close shadow of the letters.
    """
    if not arrangement.placed or mask.getbbox() is None:
        return np.zeros((height, width), np.float32)
    shade = 1 - design.shade * _field(arrangement.box, design, width, height)
    unit = min(width, height)
    for radius, strength in ((0.022, 0.42), (0.0045, 0.50)):
        blurred = mask.filter(ImageFilter.GaussianBlur(max(0.8, radius * unit)))
        shade *= 1 - strength * np.minimum(np.asarray(blurred, np.float32) / 255 * 2.0, 1.0)
    darkness = 1 - shade
    return np.where(darkness < 1 / 255, 0, darkness)


def _field(box: Box, design: Design, width: int, height: int) -> np.ndarray:
    """The graded field, 0 to 1: an ellipse around the lettering, gone where the design's reach ends.

    It has no straight side, so that nobody takes it for a box.
    """
    left, top, right, bottom = box
    reach = [share * min(width, height) for share in design.reach]
    x = np.arange(width, dtype=np.float32)
    y = np.arange(height, dtype=np.float32)[:, None]
    across = (x - (left + right) / 2) / ((right - left) / 2 + reach[0])
    down = (y - (top + bottom) / 2) / ((bottom - top) / 2 + reach[1])
    return _fall_off((np.hypot(across, down) - _CORE) / (1 - _CORE))


def _fall_off(distance: np.ndarray) -> np.ndarray:
    """1 up to 0, 0 from 1 on, with no edge at either end (the smootherstep of Perlin, 2002)."""
    t = 1 - np.clip(distance, 0, 1)
    return t * t * t * (t * (6 * t - 15) + 10)


def _compose(letters: np.ndarray, marks: np.ndarray, shade: np.ndarray, accent: Colour) -> Image.Image:
    """Letters over marks over shade, as straight alpha: the colour is not multiplied by the opacity."""
    colour = np.zeros((*shade.shape, 3), np.float32)
    alpha = shade.copy()
    for layer, tone in ((marks, accent), (letters, WHITE)):
        over = layer[..., None]
        colour = np.asarray(tone, np.float32) * over + colour * (1 - over)
        alpha = layer + alpha * (1 - layer)
    colour = np.divide(colour, alpha[..., None], out=np.zeros_like(colour), where=alpha[..., None] > 0)
    picture = np.concatenate([colour, alpha[..., None] * 255], axis=-1)
    return Image.fromarray(np.clip(np.rint(picture), 0, 255).astype(np.uint8), "RGBA")
