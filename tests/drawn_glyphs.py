"""An oracle for lettering: outlines as fontTools reads them, filled by counting how often they wind round.

It shares no code with swav but the folder of the fonts, and needs no library of the machine.
"""

from functools import cache

import numpy as np
import uharfbuzz as hb
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from PIL import Image

from swav.titles import fonts

FINER = 8
"""Samples a pixel, each way."""
STEPS = 6
"""Straight pieces a curve."""


class Contours(BasePen):
    """Closed polygons, in font units."""

    def __init__(self, glyphs):
        super().__init__(glyphs)
        self.found = []

    def _moveTo(self, point):
        self.found.append([point])

    def _lineTo(self, point):
        self.found[-1].append(point)

    def _curveToOne(self, first, second, end):
        start = self._getCurrentPoint()
        for t in np.arange(1, STEPS + 1) / STEPS:
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            corners = zip(weights, (start, first, second, end), strict=True)
            self.found[-1].append(tuple(sum(weight * np.array(point) for weight, point in corners)))


@cache
def _face(file, weight):
    face = TTFont(fonts.FILES / file)
    location = {"wght": weight} if "fvar" in face else None
    return face, face.getGlyphSet(location=location)


@cache
def contours(file, weight, number):
    """The polygons of one glyph, each an array (points, 2)."""
    face, glyphs = _face(file, weight)
    pen = Contours(glyphs)
    glyphs[face.getGlyphName(number)].draw(pen)
    return [np.array(polygon, float) for polygon in pen.found if len(polygon) > 2]


def filled(file, weight, glyphs, size):
    """Glyphs (number, x, y in font units) at ``size`` pixels to the em.

    How far they cover each pixel, 0 to 255, and the pixel of the array's corner from the pen's start.
    """
    unit = FINER * size / _face(file, weight)[0]["head"].unitsPerEm
    polygons = [
        (polygon + np.array([x, y])) * (unit, -unit)
        for number, x, y in glyphs
        for polygon in contours(file, weight, number)
    ]
    corner = np.floor(np.min([polygon.min(0) for polygon in polygons], 0) / FINER) * FINER - FINER
    width, height = np.ceil((np.max([p.max(0) for p in polygons], 0) - corner) / FINER).astype(int) + 1
    turns = np.zeros((height * FINER, width * FINER), np.int16)
    for polygon in polygons:
        _wind(turns, polygon - corner)
    cover = (turns.cumsum(1) != 0).reshape(height, FINER, width, FINER).mean((1, 3))
    return np.rint(255 * cover).astype(np.uint8), *(corner / FINER).astype(int)


def _wind(turns, polygon):
    """Note where a polygon's edges cross the middle of each row, by which way."""
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, 0), strict=True):
        way = 1 if y1 > y0 else -1
        rows = np.arange(np.ceil(min(y0, y1) - 0.5), np.ceil(max(y0, y1) - 0.5)).astype(int)
        if rows.size:
            across = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            np.add.at(turns, (rows, np.ceil(across - 0.5).astype(int)), way)


def drawn(text, font, size, direction, weight=400):
    """The whole text in one buffer of its own, cropped to its ink."""
    picture = Image.fromarray(_drawn(text, font, size, direction, weight)[0])
    return picture.crop(picture.getbbox())


def apart(shown, text, font, size, direction, weight=400):
    """How far an impression is from the text as drawn here, pen on pen: differences against all ink."""
    cover, left, top = _drawn(text, font, size, direction, weight)
    corner = min(left, shown.left), min(top, shown.top)
    height = max(top + cover.shape[0], shown.top + shown.mask.height) - corner[1]
    width = max(left + cover.shape[1], shown.left + shown.mask.width) - corner[0]
    both = np.zeros((2, height, width))
    for canvas, picture, x, y in (
        (both[0], cover, left, top),
        (both[1], np.asarray(shown.mask), shown.left, shown.top),
    ):
        x, y = x - corner[0], y - corner[1]
        canvas[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return np.abs(both[0] - both[1]).sum() / both.sum()


def _drawn(text, font, size, direction, weight):
    file = font.file(weight)
    shaped = hb.Font(hb.Face(hb.Blob.from_file_path(str(fonts.FILES / file))))
    if font.variable:
        shaped.set_variations({"wght": weight})
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction, buffer.language = direction, "und"
    hb.shape(shaped, buffer)
    places, pen = [], 0
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        places.append((info.codepoint, pen + place.x_offset, place.y_offset))
        pen += place.x_advance
    return filled(file, weight, places, size)


def difference(one, other):
    """Sum of differences of two masks against the sum of their ink; sizes may differ by a rounded pixel."""
    width, height = max(one.width, other.width), max(one.height, other.height)
    assert abs(one.width - other.width) <= 3 and abs(one.height - other.height) <= 2
    arrays = []
    for mask in (one, other):
        canvas = Image.new("L", (width, height), 0)
        canvas.paste(mask, (0, 0))
        arrays.append(np.asarray(canvas, np.float32))
    return np.abs(arrays[0] - arrays[1]).sum() / max(1.0, arrays[0].sum() + arrays[1].sum())
