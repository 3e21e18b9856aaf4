"""Title cards: a slow field of light in the reel's palette, a fine rule, and lettering that eases in.

The field is a few wide pools of colour that drift on closed curves, computed small in floating point and
enlarged, then rounded with seeded noise, because 8 bits would show bands in so even a gradient.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from swav.bands import BAND, bands
from swav.opencv import cv2
from swav.reused import Reused
from swav.titles.layout import Block, Paragraph, fit
from swav.titles.overlay import SAFE_TITLE, Arrangement, Placed, lettering
from swav.titles.palette import WHITE, Palette, palette

_FIELD_WIDTH = 192  # pixels across which the field is computed: it holds nothing finer
_EASE = Fraction(11, 10)  # seconds that the lettering takes to come in
_STAGGER = Fraction(7, 20)  # seconds by which the subtitle follows the title


def card_frames(
    title: str,
    subtitle: str,
    *,
    language: str,
    seed: int,
    width: int,
    height: int,
    rate: Fraction,
    count: int,
) -> Iterator[np.ndarray]:
    """The ``count`` frames of a title card at ``rate`` frames a second: uint8 RGB (height, width, 3), each in
    memory of its own.

    ``seed`` chooses the palette and where the light lies; the same arguments give the same frames. The
    lettering has come in whole by a little after half of a card, however short; a single frame shows it.
    ``language`` is the BCP 47 tag of its words.
    """
    colours = palette(seed)
    field = _Field(_pools(colours, np.random.default_rng(seed)), colours, width, height)
    *masks, rule = _lettering(title, subtitle, language, width, height)
    heading, following = (_Letters(mask) for mask in masks)
    grain = np.tile(np.random.default_rng([seed, 1]).random((height, width), dtype=np.float32), (2, 2))
    duration = count / rate
    ease = min(_EASE, duration * Fraction(2, 5))
    stagger = min(_STAGGER, duration * Fraction(3, 20))
    picture, prints = np.empty((height, width, 3), np.float32), Reused((height, width, 3), np.uint8)
    for frame in range(count):
        now = frame / rate
        field.paint(picture, float(now))
        _draw_rule(picture, rule, _progress(now, ease), colours)
        heading.draw(picture, _progress(now, ease))
        following.draw(picture, _progress(now - stagger, ease))
        printed = prints.take()
        _print(printed, picture, _rolled(grain, frame * 37 % height, frame * 61 % width))
        yield printed
        del printed  # whoever asked for it may have let it go


def _rolled(tiled: np.ndarray, down: int, right: int) -> np.ndarray:
    """What is tiled twice each way, rolled ``down`` and to the ``right``: a view of it."""
    height, width = tiled.shape[0] // 2, tiled.shape[1] // 2
    return tiled[height - down : 2 * height - down, width - right : 2 * width - right]


def _print(printed: np.ndarray, picture: np.ndarray, grain: np.ndarray) -> None:
    """Let ``printed``, uint8, be the picture with its grain, float32 (height, width)."""
    between = np.empty((BAND, *picture.shape[1:]), np.float32)
    for band in bands(len(picture)):
        rows = cv2.cvtColor(grain[band], cv2.COLOR_GRAY2RGB, dst=between[: band.stop - band.start])
        rows += picture[band]
        printed[band] = np.clip(rows, 0, 255, out=rows)


def _progress(now: Fraction, ease: Fraction) -> float:
    """How far an entrance is at ``now`` seconds: fast at first, then settling (cubic ease out), 0 to 1.

    An entrance shorter than a frame is over at once.
    """
    if ease < Fraction(1, 24):
        return 1.0
    t = float(min(max(now / ease, Fraction(0)), Fraction(1)))
    return 1 - (1 - t) ** 3


def _pools(colours: Palette, random: np.random.Generator) -> np.ndarray:
    """Pools of light, one a row: centre x, y, radius (of the width), drift x, y, phase, r, g, b, strength."""
    rows = []
    side = random.choice([-1.0, 1.0])
    placed = (
        (0.5 + 0.30 * side, 0.16, 0.44, colours.glow, 0.78),
        (0.5 - 0.38 * side, 0.80, 0.52, colours.body, 0.95),
    )
    placed += (
        (0.5 + 0.10 * side, 0.62, 0.60, colours.body, 0.80),
        (0.5 - 0.20 * side, 0.08, 0.30, colours.glow, 0.30),
    )
    for x, y, radius, colour, strength in placed:
        jitter = random.uniform(-0.07, 0.07, 2)
        drift = random.uniform(0.035, 0.07, 2) * random.choice([-1.0, 1.0], 2)
        rows.append(
            [x + jitter[0], y + jitter[1], radius, *drift, random.uniform(0, 2 * np.pi), *colour, strength]
        )
    return np.asarray(rows, np.float64)


class _Field:
    """The gradient field of a card: what does not move is computed once."""

    def __init__(self, pools: np.ndarray, colours: Palette, width: int, height: int):
        self._size = (width, height)
        columns, rows = _FIELD_WIDTH, max(2, round(_FIELD_WIDTH * height / width))
        self._pools = pools
        self._aspect = max(height / width, 0.75)
        self._x = (np.arange(columns) + 0.5) / columns
        self._y = ((np.arange(rows) + 0.5) / rows)[:, None]
        self._ground = np.asarray(colours.ground, np.float64)[:, None, None]
        self._vignette = 1 - 0.42 * ((self._x - 0.5) ** 2 * 1.6 + (self._y - 0.5) ** 2 * 1.9)

    def paint(self, picture: np.ndarray, now: float) -> None:
        """Let a picture, float32 RGB (height, width, 3) from 0 to 255, be the field at ``now`` seconds."""
        field = np.broadcast_to(self._ground, (3, *self._vignette.shape)).copy()
        for centre_x, centre_y, radius, drift_x, drift_y, phase, *colour, strength in self._pools:
            turn = 2 * np.pi * now / 23 + phase  # one slow round in 23 seconds
            across = self._x - centre_x - drift_x * np.cos(turn)
            down = (self._y - centre_y - drift_y * np.sin(turn)) * self._aspect
            share = strength * np.exp(-(across**2 + down**2) / (2 * (radius / 1.7) ** 2))
            for plane, value in zip(field, colour, strict=True):
                plane += (value - plane) * share
        field *= self._vignette
        small = np.ascontiguousarray(field.transpose(1, 2, 0), np.float32)
        cv2.resize(small, self._size, dst=picture, interpolation=cv2.INTER_CUBIC)


def _lettering(
    title: str, subtitle: str, language: str, width: int, height: int
) -> tuple[np.ndarray, np.ndarray, tuple[int, int, int, int]]:
    """Masks of title and subtitle, float32 (height, width) from 0 to 1, and the rule's box between them."""
    unit = min(width, height)
    paragraphs = [Paragraph(title, 1.0, 600, language=language)]
    if subtitle:
        paragraphs.append(Paragraph(subtitle, 0.40, 400, 0.80, language))
    block = fit(
        paragraphs,
        size=0.112 * unit,
        width=SAFE_TITLE * width * 0.90,
        height=SAFE_TITLE * height * 0.80,
        leading=1.2,
        rows=3,
    )
    top = (height - block.height) / 2
    masks = []
    for number in (0, 1):
        placed = tuple(
            Placed(row, round((width - row.ink.right - row.ink.left) / 2), round(top + row.y))
            for row in block.rows
            if row.paragraph == number
        )
        mask = lettering(Arrangement(placed, (), (0, 0, 0, 0)), width=width, height=height)
        masks.append(np.asarray(mask, np.float32) / 255)
    return masks[0], masks[1], _rule(block, top, width, unit)


def _rule(block: Block, top: float, width: int, unit: int) -> tuple[int, int, int, int]:
    """Between title and subtitle, or under a title that stands alone."""
    heading = [row for row in block.rows if row.paragraph == 0]
    following = [row for row in block.rows if row.paragraph == 1]
    above = heading[-1].y + max(0.24 * heading[-1].size, heading[-1].ink.bottom)
    if following:
        middle = (above + following[0].y - max(0.74 * following[0].size, -following[0].ink.top)) / 2
    else:
        middle = above + 0.07 * unit
    at, half, thick = round(top + middle), round(0.075 * unit), max(1, round(0.004 * unit))
    return width // 2 - half, at, width // 2 + half, at + thick


def _draw_rule(
    picture: np.ndarray, box: tuple[int, int, int, int], progress: float, colours: Palette
) -> None:
    """Draw the rule in place, grown from its middle to ``progress`` of its length, ends between pixels."""
    left, top, right, bottom = box
    middle, half = (left + right) / 2, (right - left) / 2 * progress
    edges = np.arange(left, right, dtype=np.float32)
    cover = np.clip(np.minimum(edges + 1, middle + half) - np.maximum(edges, middle - half), 0, 1)[
        None, :, None
    ]
    part = picture[top:bottom, left:right]
    part += (np.asarray(colours.accent, np.float32) - part) * cover


class _Letters:
    """Lettering that comes in, by its mask: float32 (height, width) from 0 to 1.

    Where the mask is nothing, the picture stays as it is: most of it.
    """

    def __init__(self, mask: np.ndarray):
        rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
        self._mask = mask if len(rows) else None
        if self._mask is None:
            return
        self._top, self._bottom = max(0, rows[0] - 1), rows[-1] + 3
        self._left, self._right = columns[0], columns[-1] + 1
        self._white = np.tile(np.asarray(WHITE, np.float32), self._right - self._left)
        self._between = np.empty((BAND, len(self._white)), np.float32)
        self._settled = self._cover(1.0, self._bottom, 0.0)

    def draw(self, picture: np.ndarray, progress: float) -> None:
        """Draw it in place: it rises a little, between pixels, as it comes out of the dark."""
        if progress <= 0 or self._mask is None:
            return
        rise = (1 - progress) * 0.018 * len(picture)
        bottom = self._bottom + int(rise)
        cover = self._settled if progress == 1 else self._cover(progress, bottom, rise)
        # Colours side by side are one row of numbers: one channel of three takes several times as long.
        part = picture.reshape(len(picture), -1)[self._top : bottom, 3 * self._left : 3 * self._right]
        for band in bands(len(part)):
            rows = part[band]
            light = np.subtract(self._white, rows, out=self._between[: len(rows)])
            light *= cover[band]
            rows += light

    def _cover(self, progress: float, bottom: int, rise: float) -> np.ndarray:
        """How much of each number of a row is covered, from the first row with letters to ``bottom``."""
        # Rows are counted from the mask's first: where they lie decides how the shift is rounded.
        mask = self._mask[:bottom, self._left : self._right]
        if rise > 0.01:
            shift = np.float32([[1, 0, 0], [0, 1, rise]])
            mask = cv2.warpAffine(mask, shift, mask.shape[::-1], flags=cv2.INTER_LINEAR)
        cover = mask[self._top :] * progress
        return cv2.merge([cover, cover, cover]).reshape(len(cover), -1)
