"""Type is set: a line becomes runs of one font and direction each, and the runs become a picture.

Shaping (joining, conjuncts, marks, ligatures) is HarfBuzz's, inside Pillow's wheel, through raqm.
"""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from swav.titles import fonts
from swav.titles.bidi import Direction, base_direction, runs
from swav.titles.graphemes import clusters

_FURTHER_ARABIC = next(font for font in fonts.FONTS if font.name == "Noto Sans Arabic")
_EMOJI_SCALE = 0.86  # Noto Emoji stands taller than capitals; this sets it level with them
_REFERENCE = 100.0  # pixels to the em at which widths are measured; they scale


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
    choices = list(fonts.candidates(visible[0]))
    claimed = [font for font in choices if any(low <= ord(visible[0]) <= high for low, high in font.blocks)]
    sticky = before if before and before.blocks and before is not fonts.EMOJI else None
    if claimed:
        choices = claimed + choices
    elif sticky and not visible[0].isalpha():
        choices = [sticky, primary, *choices]
    else:
        choices = [primary, *choices]
    return next((font for font in choices if _covers(font, cluster)), None)


@lru_cache(maxsize=256)
def _face(font: fonts.Font, size: float, weight: int) -> ImageFont.FreeTypeFont:
    scale = _EMOJI_SCALE if font is fonts.EMOJI else 1.0
    face = ImageFont.truetype(str(font.path(weight)), size * scale, layout_engine=ImageFont.Layout.RAQM)
    if font.variable:
        face.set_variation_by_axes([weight])
    return face


@lru_cache(maxsize=8192)
def extent(line: str, weight: int, base: Direction | None = None) -> Extent:
    """What ``line`` takes up at ``weight``, in em."""
    pen, boxes = 0.0, []
    for run in itemise(line, base):
        left, top, right, bottom = _run_box(run, _REFERENCE, weight)
        if right > left and bottom > top:
            boxes.append((pen + left, top, pen + right, bottom))
        pen += _run_advance(run, _REFERENCE, weight)
    if not boxes:
        return Extent(pen / _REFERENCE, 0.0, 0.0, pen / _REFERENCE, 0.0)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    edges = (min(lefts), min(tops), max(rights), max(bottoms))
    return Extent(pen / _REFERENCE, *(edge / _REFERENCE for edge in edges))


def impress(
    line: str, size: float, weight: int, base: Direction | None = None, enlarge: int = 1
) -> Impression:
    """Set ``line`` at ``size`` pixels to the em. It is drawn ``enlarge`` times larger and reduced.

    Reducing gives true shapes at small sizes, where hinting would bend them; the mask's edges fall on whole
    pixels of the final size.
    """
    large = size * enlarge
    box = extent(line, weight, base)
    margin = 2
    left, top = (int(edge * size // 1) - margin for edge in (box.left, box.top))
    right, bottom = (int(-(-edge * size // 1)) + margin for edge in (box.right, box.bottom))
    canvas = Image.new("L", ((right - left) * enlarge, (bottom - top) * enlarge), 0)
    pen, baseline = -left * enlarge, -top * enlarge
    draw = ImageDraw.Draw(canvas)
    for run in itemise(line, base):
        if run.font:
            face = _face(run.font, large, weight)
            draw.text((pen, baseline), run.text, fill=255, font=face, anchor="ls", direction=run.direction)
        else:
            _draw_box(draw, run.text, pen, baseline, large)
        pen += _run_advance(run, large, weight)
    return Impression(canvas.reduce(enlarge) if enlarge > 1 else canvas, left, top)


def _run_advance(run: Run, size: float, weight: int) -> float:
    if run.font:
        return _face(run.font, size, weight).getlength(run.text, direction=run.direction)
    return _box_width(run.text, size)


def _run_box(run: Run, size: float, weight: int) -> tuple[float, float, float, float]:
    if run.font:
        return _face(run.font, size, weight).getbbox(run.text, anchor="ls", direction=run.direction)
    return (0.0, -0.74 * size, _box_width(run.text, size), 0.04 * size)


def _box_width(character: str, size: float) -> float:
    return (0.88 if ord(character) > 0xFFFF else 0.68) * size


def _draw_box(draw: ImageDraw.ImageDraw, character: str, pen: float, baseline: float, size: float) -> None:
    """The last resort: a frame with the code point in it, so that what cannot be set is seen and named."""
    width = _box_width(character, size)
    left, top, right, bottom = pen + 0.05 * size, baseline - 0.72 * size, pen + width - 0.05 * size, baseline
    draw.rounded_rectangle(
        (left, top, right, bottom), 0.06 * size, outline=255, width=max(1, round(0.035 * size))
    )
    digits = f"{ord(character):06X}" if ord(character) > 0xFFFF else f"{ord(character):04X}"
    face = _face(fonts.LATIN, 0.3 * size, 600)
    half = len(digits) // 2
    for row, part in enumerate((digits[:half], digits[half:])):
        middle = top + (bottom - top) * (0.29 + 0.42 * row)
        draw.text(((left + right) / 2, middle), part, fill=255, font=face, anchor="mm")
