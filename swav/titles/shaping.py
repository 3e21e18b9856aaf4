"""Glyphs: HarfBuzz shapes the text of one font and direction, and fills the outlines of what came out.

Both are inside the ``uharfbuzz`` wheel, so that lettering needs no library of the machine and no locale: the
language of a text is always told, never taken from the process.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np

from swav.titles import fonts
from swav.titles.bidi import Direction

hb = fonts.harfbuzz()

UNDETERMINED = "und"
"""The language of a text whose language nobody knows (ISO 639-2)."""


@dataclass(frozen=True)
class Glyph:
    """A glyph of a font by its number, and where its origin stands, in em; up is positive."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Shaped:
    """Glyphs and what they take up, in em.

    ``box`` is (left, bottom, right, top) of pen way and ink together; None where there is no ink.
    """

    glyphs: tuple[Glyph, ...]
    advance: float
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Stroke:
    """Shaped text to be drawn: its font, its size in pixels to the em, and the pixel where its pen starts.

    ``y`` is the baseline, down from the picture's top.
    """

    shaped: Shaped
    font: fonts.Font
    weight: int
    size: float
    x: float
    y: float


@lru_cache(maxsize=8192)
def shape(text: str, font: fonts.Font, weight: int, direction: Direction, language: str) -> Shaped:
    """Shape ``text`` of one direction. ``language`` is a BCP 47 tag: it chooses between forms of letters."""
    sized = _font(font, weight)
    em = sized.scale[0]
    glyphs: list[Glyph] = []
    inks: list[tuple[float, float, float, float]] = []
    pen = 0.0
    for buffer in _shaped(text, sized, direction, language):
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            x, y = pen + place.x_offset, float(place.y_offset)
            glyphs.append(Glyph(info.codepoint, x / em, y / em))
            ink = sized.get_glyph_extents(info.codepoint)
            if ink and ink.width and ink.height:
                left, top = x + ink.x_bearing, y + ink.y_bearing
                inks.append((left, top + ink.height, left + ink.width, top))
            pen += place.x_advance
    if not inks:
        return Shaped(tuple(glyphs), pen / em, None)
    lefts, bottoms, rights, tops = zip(*inks, strict=True)
    box = (min(0.0, *lefts), min(bottoms), max(pen, *rights), max(tops))
    return Shaped(tuple(glyphs), pen / em, tuple(edge / em for edge in box))


def drawn(strokes: Iterable[Stroke], width: int, height: int) -> np.ndarray:
    """How far the strokes cover each pixel: uint8 (height, width).

    The outlines of all are filled as one shape: where glyphs overlap, none is darker or lighter for it.
    """
    raster = hb.RasterDraw()
    for stroke in strokes:
        sized = _font(stroke.font, stroke.weight)
        unit = stroke.size / sized.scale[0]
        for glyph in stroke.shaped.glyphs:
            x, y = stroke.x + glyph.x * stroke.size, height - stroke.y + glyph.y * stroke.size
            raster.transform = (unit, 0.0, 0.0, unit, x, y)
            raster.draw_glyph(sized, glyph.number)
    raster.extents = hb.RasterExtents(0, 0, width, height, 0)
    image = raster.render()
    rows = np.frombuffer(image.buffer, np.uint8).reshape(height, image.extents.stride)
    return np.ascontiguousarray(rows[::-1, :width])  # HarfBuzz counts rows from below


@lru_cache(maxsize=256)
def _font(font: fonts.Font, weight: int) -> hb.Font:
    sized = hb.Font(fonts.opened(font.file(weight)))
    if font.variable:
        sized.set_variations({"wght": weight})
    return sized


def _shaped(text: str, sized: hb.Font, direction: Direction, language: str) -> Iterator[hb.Buffer]:
    """A buffer for each stretch of one script, in the order in which they stand from left to right."""
    points = [ord(character) for character in text]
    stretches = list(_by_script(text))
    for script, start, end in stretches if direction == "ltr" else stretches[::-1]:
        buffer = hb.Buffer()
        buffer.add_codepoints(points, start, end - start)  # the rest is context: letters join over its edge
        buffer.direction, buffer.language = direction, language
        if script:
            buffer.script = script
        hb.shape(sized, buffer)
        yield buffer


def _by_script(text: str) -> Iterator[tuple[str | None, int, int]]:
    """Stretches (script, start, end); what all scripts share goes with the one before it (after UAX #24)."""
    found: list[str | None] = []
    for character in text:
        found.append(_script(character) or (found[-1] if found else None))
    first = next((script for script in found if script), None)
    for script, group in groupby(range(len(text)), key=lambda at: found[at] or first):
        places = list(group)
        yield script, places[0], places[-1] + 1


@lru_cache(maxsize=8192)
def _script(character: str) -> str | None:
    """The ISO 15924 name of a character's script, by HarfBuzz's table; None where scripts share it."""
    buffer = hb.Buffer()
    buffer.add_codepoints([ord(character)])
    buffer.guess_segment_properties()
    return buffer.script
