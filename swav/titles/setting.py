"""Type is set: a line becomes runs of one font and direction each, and the runs become a picture.

Joining, conjuncts, marks, ligatures and the drawing itself are HarfBuzz's (``swav.titles.shaping``).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from PIL import Image

from swav.titles import code_points, fonts
from swav.titles.bidi import Direction, base_direction, runs
from swav.titles.graphemes import clusters
from swav.titles.shaping import UNDETERMINED, Stroke, drawn, shape

_FURTHER_ARABIC = next(font for font in fonts.FONTS if font.name == "Noto Sans Arabic")
_EMOJI_SCALE = 0.86  # Noto Emoji stands taller than capitals; this sets it level with them
_MARGIN = 2  # clear pixels around a set line


@dataclass(frozen=True)
class Run:
    """Text of one font and one direction. ``font`` is None for one character that no font has."""

    text: str
    font: fonts.Font | None
    direction: Direction


@dataclass(frozen=True)
class Extent:
    """What a set line takes up, in em, from its pen origin on the baseline; up is negative."""

    advance: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Impression:
    """A set line as a picture of mode L, whose corner lies (left, top) pixels from the pen origin."""

    mask: Image.Image
    left: int
    top: int


@lru_cache(maxsize=1024)
def itemise(line: str, base: Direction | None = None) -> tuple[Run, ...]:
    """``line`` as runs in the order in which they stand from left to right.

    A line that holds Arabic sets its Latin in the same family, so that both stand on one optical size.
    """
    primary = fonts.ARABIC if any(_arabic(character) for character in line) else fonts.LATIN
    found: list[Run] = []
    for text, direction in runs(line, base or base_direction(line)):
        stretch = _by_font(text, direction, primary)
        found += stretch if direction == "ltr" else stretch[::-1]
    return tuple(found)


def _arabic(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in fonts.ARABIC.blocks)


def _by_font(text: str, direction: Direction, primary: fonts.Font) -> list[Run]:
    found: list[Run] = []
    for cluster in clusters(text):
        before = found[-1].font if found else None
        font = _font_of(cluster, before, primary)
        parts = [(cluster, font)] if font else [(c, _font_of(c, before, primary)) for c in cluster]
        for part, its_font in parts:
            _append(found, Run(part, its_font, direction))
    return found


def _append(found: list[Run], run: Run) -> None:
    """Join ``run`` to the last one where both are of one font, so that the shaper sees them together."""
    last = found[-1] if found else None
    if last and last.font and run.font:
        font = run.font
        if {last.font, font} == {fonts.ARABIC, _FURTHER_ARABIC} and _covers(
            _FURTHER_ARABIC, last.text + run.text
        ):
            font = _FURTHER_ARABIC  # a word whose letters join must come from one font
        if font == last.font or (font is _FURTHER_ARABIC and last.font is fonts.ARABIC):
            found[-1] = Run(last.text + run.text, font, run.direction)
            return
    found.append(run)


def _covers(font: fonts.Font, text: str) -> bool:
    return all(fonts.ignorable(character) or font.covers(character) for character in text)


@lru_cache(maxsize=8192)
def _font_of(cluster: str, before: fonts.Font | None, primary: fonts.Font) -> fonts.Font | None:
    """The font that sets a whole cluster; None if no single one does.

    Spaces, digits and signs stay with the script before them, as they would in print.
    """
    visible = [character for character in cluster if not fonts.ignorable(character)]
    if not visible:
        return before or primary
    pictures = [low <= ord(c) <= high for c in cluster for low, high in fonts.EMOJI.blocks]
    if (any(pictures) or "\ufe0f" in cluster) and _covers(fonts.EMOJI, cluster):
        return fonts.EMOJI
    choices = fonts.candidates(visible[0])  # one after the other: to be asked, a font is read
    first = [font for font in (next(choices, None),) if font]
    claimed = any(low <= ord(visible[0]) <= high for font in first for low, high in font.blocks)
    sticky = before if before and before.blocks and before is not fonts.EMOJI else None
    preferred = [] if claimed else [primary]
    if sticky and not claimed and not visible[0].isalpha():
        preferred = [sticky, primary]
    return next((font for font in chain(preferred, first, choices) if _covers(font, cluster)), None)


@lru_cache(maxsize=8192)
def extent(line: str, weight: int, base: Direction | None = None, language: str = UNDETERMINED) -> Extent:
    """What ``line`` takes up at ``weight``, in em. ``language`` is a BCP 47 tag."""
    pen, boxes = 0.0, []
    for run in itemise(line, base):
        if box := _box(run, weight, language):
            left, bottom, right, top = box
            boxes.append((pen + left, -top, pen + right, -bottom))
        pen += _advance(run, weight, language)
    if not boxes:
        return Extent(pen, 0.0, 0.0, pen, 0.0)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Extent(pen, min(lefts), min(tops), max(rights), max(bottoms))


def impress(
    line: str, size: float, weight: int, base: Direction | None = None, language: str = UNDETERMINED
) -> Impression:
    """Set ``line`` at ``size`` pixels to the em. Shapes are the font's own: no hinting bends them."""
    box = extent(line, weight, base, language)
    left, top = (math.floor(edge * size) - _MARGIN for edge in (box.left, box.top))
    right, bottom = (math.ceil(edge * size) + _MARGIN for edge in (box.right, box.bottom))
    pen, baseline = float(-left), float(-top)
    strokes, frames = [], []
    for run in itemise(line, base):
        if run.font:
            shaped = shape(run.text, run.font, weight, run.direction, language)
            strokes.append(Stroke(shaped, run.font, weight, size * _scale(run.font), pen, baseline))
        else:
            strokes += code_points.figures(run.text, size, pen, baseline)
            frames.append((run.text, size, pen, baseline))
        pen += _advance(run, weight, language) * size
    mask = drawn(strokes, right - left, bottom - top)
    for frame in frames:
        np.maximum(mask, code_points.frame(*frame, mask.shape), out=mask)
    return Impression(Image.fromarray(mask), left, top)


def _scale(font: fonts.Font) -> float:
    return _EMOJI_SCALE if font is fonts.EMOJI else 1.0


def _advance(run: Run, weight: int, language: str) -> float:
    if not run.font:
        return code_points.width(run.text)
    return shape(run.text, run.font, weight, run.direction, language).advance * _scale(run.font)


def _box(run: Run, weight: int, language: str) -> tuple[float, float, float, float] | None:
    """(left, bottom, right, top) of a run, in em, up is positive; None where it has no ink."""
    if not run.font:
        return code_points.box(run.text)
    box = shape(run.text, run.font, weight, run.direction, language).box
    return box and tuple(edge * _scale(run.font) for edge in box)
