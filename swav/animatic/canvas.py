"""Artwork in planes: premultiplied float pictures, larger than the frame, that shapes are painted on.

Places are given in frame heights: ``y`` runs from 0 (top) to 1 (bottom) of the composed frame and ``x``
from 0 to the aspect ratio, whatever the number of pixels. The sheet reaches beyond the frame on each side.
A plane's pixel whose alpha is 0 but whose colour is not is pure light: it is added to what lies behind.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from swav.animatic.motion import MARGIN
from swav.bands import bands
from swav.opencv import cv2

Colour = tuple[float, float, float]  # sRGB, each 0 to 1
Point = tuple[float, float]
_SUBPIXEL = 4  # fractional bits of the coordinates that cv2 draws with
_LARGEST = 2880  # artwork pixels on the longer side of the frame; larger frames enlarge it


@dataclass
class Plane:
    """One depth of the picture: float32 (rows, columns, 4) premultiplied RGBA, and how it lives.

    ``drift`` is in frame heights a second to the right; ``heave`` an up-and-down in frame heights with
    ``period`` seconds; ``pulse`` the share by which the plane's light swells and fades.
    """

    pixels: np.ndarray
    depth: float
    origin: tuple[int, int] = (0, 0)  # artwork pixel of this plane's top left corner, after cropping
    opaque: bool = False
    drift: float = 0.0
    heave: float = 0.0
    period: float = 5.0
    pulse: float = 0.0

    def crop(self) -> None:
        """Drop empty borders: they would cost time in every frame."""
        if self.opaque:
            return
        height, width = self.pixels.shape[:2]
        flat = self.pixels.reshape(height, -1)  # along whole rows: pixel by pixel it takes ten times as long
        across = flat.max(axis=0).reshape(width, 4).max(axis=1)
        rows, columns = np.flatnonzero(flat.max(axis=1) > 1e-3), np.flatnonzero(across > 1e-3)
        if not len(rows):
            self.pixels = self.pixels[:1, :1].copy()
            return
        top, bottom = max(0, rows[0] - 1), min(height, rows[-1] + 2)
        left, right = max(0, columns[0] - 1), min(width, columns[-1] + 2)
        self.origin = (int(left), int(top))
        self.pixels = np.ascontiguousarray(self.pixels[top:bottom, left:right])


@dataclass(frozen=True)
class Sheet:
    """The size of the artwork for a frame of ``width`` x ``height`` pixels."""

    width: int
    height: int
    scale: float = field(init=False)  # artwork pixels to a frame pixel
    unit: float = field(init=False)  # artwork pixels to a frame height
    aspect: float = field(init=False)
    left: int = field(init=False)
    top: int = field(init=False)
    columns: int = field(init=False)
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        scale = min(1.1, _LARGEST / max(self.width, self.height))
        values = {
            "scale": scale,
            "unit": scale * self.height,
            "aspect": self.width / self.height,
            "left": math.ceil(MARGIN * scale * self.width),
            "top": math.ceil(MARGIN * scale * self.height),
        }
        values["columns"] = round(scale * self.width) + 2 * values["left"]
        values["rows"] = round(scale * self.height) + 2 * values["top"]
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def size(self) -> float:
        """The length, in frame heights, that subjects are measured in: the frame's shorter side, about."""
        return min(1.0, 0.42 + 0.40 * self.aspect) if self.aspect < 1.4 else 1.0

    @property
    def x(self) -> np.ndarray:
        """float32 (1, columns): where each column stands."""
        return ((np.arange(self.columns, dtype=np.float32) + 0.5 - self.left) / self.unit)[None, :]

    @property
    def y(self) -> np.ndarray:
        """float32 (rows, 1): where each row stands."""
        return ((np.arange(self.rows, dtype=np.float32) + 0.5 - self.top) / self.unit)[:, None]

    @property
    def west(self) -> float:
        return -self.left / self.unit

    @property
    def east(self) -> float:
        return (self.columns - self.left) / self.unit

    @property
    def north(self) -> float:
        return -self.top / self.unit

    @property
    def south(self) -> float:
        return (self.rows - self.top) / self.unit

    def row(self, y: float) -> int:
        """The row at height ``y``, within the sheet."""
        return int(min(self.rows, max(0, round(y * self.unit + self.top))))

    def plane(self, depth: float, **life: float) -> Plane:
        return Plane(np.zeros((self.rows, self.columns, 4), np.float32), depth, **life)

    def pixels(self, points: Sequence[Point]) -> np.ndarray:
        """Points as float64 (n, 2) artwork pixels."""
        return np.asarray(points, np.float64).reshape(-1, 2) * self.unit + (self.left, self.top)


def painted(plane: "Plane") -> Iterator[tuple[slice, np.ndarray]]:
    """The bands of a plane that show something, and their pixels.

    The others were never written to, and take no memory until they are.
    """
    for band in bands(len(plane.pixels)):
        pixels = plane.pixels[band]
        if cv2.countNonZero(pixels.reshape(len(pixels), -1)):
            yield band, pixels


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``share`` of the second colour in the first."""
    return tuple(a + (b - a) * share for a, b in zip(first, second, strict=True))


def lay(plane: Plane, window: tuple[slice, slice], mask: np.ndarray, colour: Colour | np.ndarray) -> None:
    """Paint a colour, or a float32 picture (rows, columns or 1, 3), over a window through a mask."""
    target, inks = plane.pixels[window], np.asarray(colour, np.float32)
    for band in bands(len(mask)):
        pixels, cover = target[band], mask[band]
        ink = inks[band] if inks.ndim == 3 else inks
        pixels *= cv2.merge([1 - cover] * 4)
        pixels += cv2.merge([*(cover * ink[..., channel] for channel in range(3)), cover])


def _window(sheet: Sheet, low: np.ndarray, high: np.ndarray, room: float) -> tuple[int, int, int, int] | None:
    left, top = np.floor(low - room).astype(int)
    right, bottom = np.ceil(high + room).astype(int) + 1
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, sheet.columns), min(bottom, sheet.rows)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _drawn(
    sheet: Sheet, shapes: list[np.ndarray], width: float | None
) -> tuple[tuple[slice, slice], np.ndarray] | None:
    """The mask of filled polygons, or of strokes ``width`` artwork pixels wide, drawn larger and reduced."""
    every = np.concatenate(shapes)
    box = _window(sheet, every.min(axis=0), every.max(axis=0), 2 + (width or 0))
    if box is None:
        return None
    left, top, right, bottom = box
    grow = 4 if (right - left) * (bottom - top) < 90_000 else 2
    mask = np.zeros(((bottom - top) * grow, (right - left) * grow), np.uint8)
    fixed = [
        np.round((shape - (left, top)) * grow * (1 << _SUBPIXEL)).astype(np.int32)[:, None]
        for shape in shapes
    ]
    if width is None:
        cv2.fillPoly(mask, fixed, 255, cv2.LINE_AA, _SUBPIXEL)
        strength = 1.0
    else:
        wide = width * grow
        strength = min(1.0, wide)
        cv2.polylines(mask, fixed, False, 255, max(1, round(wide)), cv2.LINE_AA, _SUBPIXEL)
    small = cv2.resize(mask, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    return (slice(top, bottom), slice(left, right)), small.astype(np.float32) * np.float32(strength / 255)


def fill(
    sheet: Sheet,
    plane: Plane,
    shapes: Sequence[Point] | Sequence[Sequence[Point]],
    colour: Colour,
    *,
    lower: Colour | None = None,
    opacity: float = 1.0,
) -> None:
    """Fill a polygon, or several (even-odd), with a colour that turns into ``lower`` at its lowest point."""
    several = shapes if isinstance(shapes[0][0], (tuple, list)) else [shapes]
    outlines = [sheet.pixels(shape) for shape in several]
    drawn = _drawn(sheet, outlines, None)
    if drawn is None:
        return
    window, mask = drawn
    if opacity < 1:
        mask *= opacity
    if lower is None:
        lay(plane, window, mask, colour)
        return
    every = np.concatenate(outlines)
    top, bottom = every[:, 1].min(), every[:, 1].max()
    share = np.clip((np.arange(window[0].start, window[0].stop) - top) / max(1.0, bottom - top), 0, 1)
    blend = np.asarray(colour) + share[:, None] * (np.asarray(lower) - np.asarray(colour))
    lay(plane, window, mask, blend[:, None, :].astype(np.float32))


def stroke(
    sheet: Sheet, plane: Plane, points: Sequence[Point], width: float, colour: Colour, opacity: float = 1.0
) -> None:
    """Draw an open line ``width`` frame heights wide; thinner than a pixel it pales instead of breaking."""
    drawn = _drawn(sheet, [sheet.pixels(points)], max(width * sheet.unit, 0.35))
    if drawn is not None:
        window, mask = drawn
        lay(plane, window, mask * np.float32(opacity), colour)


def ring(
    centre: Point, radius: float, *, tall: float = 1.0, start: float = 0.0, end: float = 1.0
) -> list[Point]:
    """Points of an ellipse or arc, in turns clockwise from the right."""
    steps = max(12, int(72 * abs(end - start)))
    turns = [start + (end - start) * i / steps for i in range(steps + 1)]
    return [
        (centre[0] + radius * math.cos(math.tau * t), centre[1] + radius * tall * math.sin(math.tau * t))
        for t in turns
    ]


def box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def glow(
    sheet: Sheet,
    plane: Plane,
    centre: Point,
    radius: float,
    colour: Colour,
    strength: float,
    *,
    tall: float = 1.0,
) -> None:
    """Add light that falls off smoothly to nothing at three radii; it covers nothing."""
    middle = sheet.pixels([centre])[0]
    reach = 3 * radius * sheet.unit
    room = np.array([reach, reach * tall])
    found = _window(sheet, middle - room, middle + room, 0)
    if found is None:
        return
    left, top, right, bottom = found
    across = (np.arange(left, right, dtype=np.float32) - middle[0]) / reach
    down = (np.arange(top, bottom, dtype=np.float32) - middle[1]) / (reach * tall)
    far = np.minimum(across[None, :] ** 2 + down[:, None] ** 2, 1)
    light = (np.exp(-5.5 * far) * (1 - far) ** 2 * strength).astype(np.float32)
    window = plane.pixels[top:bottom, left:right]
    for band in bands(bottom - top):
        light_up(window[band], [light[band] * ink for ink in np.asarray(colour, np.float32)])


def light_up(pixels: np.ndarray, light: Sequence[np.ndarray]) -> None:
    """Add red, green and blue, each float32 (rows, columns), to float32 (rows, columns, 4).

    All four channels at once, nothing to alpha: three of four take several times as long.
    """
    pixels += cv2.merge([*light, np.zeros_like(light[0])])


def shade(sheet: Sheet, plane: Plane, top: float, bottom: float, colour: Colour, opacity: float) -> None:
    """Lay a mist over what the plane already shows, from nothing at ``top`` to ``opacity`` at ``bottom``."""
    share = np.clip((sheet.y - top) / (bottom - top), 0, 1) ** 1.3 * opacity
    for band, pixels in painted(plane):
        cover, here = cv2.extractChannel(pixels, 3), share[band]
        kept = np.repeat(1 - here, cover.shape[1], axis=1)
        pixels *= cv2.merge([kept, kept, kept, np.ones_like(kept)])
        mist = cover * here
        light_up(pixels, [mist * ink for ink in np.asarray(colour, np.float32)])


def cloud_noise(
    rng: np.random.Generator, shape: tuple[int, int], cell: tuple[float, float], octaves: int
) -> np.ndarray:
    """Smooth fractal noise, float32 in about -1 to 1: octaves of random lattices, enlarged by cubic steps.

    ``cell`` is the size of the largest forms (down, across) in pixels.
    """
    rows, columns = shape
    total = np.zeros(shape, np.float32)
    weight = 1.0
    for octave in range(octaves):
        down = max(2, round(rows / cell[0] * 2**octave) + 2)
        across = max(2, round(columns / cell[1] * 2**octave) + 2)
        if down > rows or across > columns:
            break
        lattice = rng.standard_normal((down, across)).astype(np.float32)
        total += weight * cv2.resize(lattice, (columns, rows), interpolation=cv2.INTER_CUBIC)
        weight *= 0.5
    return total * np.float32(0.62)
