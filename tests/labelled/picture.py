"""Tools that the labelled scenes share: noise with the look of nature, plates under a camera, film grain.

Pictures are float32 RGB of shape (height, width, 3), 0 to 1, until ``filmed`` prints them as uint8.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np


@dataclass(frozen=True)
class Shot:
    """What a scene needs to know: its seed, the picture's size in pixels, frames a second and frames."""

    seed: int
    width: int
    height: int
    rate: Fraction
    count: int

    def random(self, purpose: str) -> np.random.Generator:
        """A generator of its own for each purpose, so that changing one part leaves the others alone."""
        return np.random.default_rng([self.seed, *purpose.encode()])

    def seconds(self, frame: int) -> float:
        return float(frame / self.rate)

    def progress(self, frame: int) -> float:
        """0 at the first frame, 1 at the last."""
        return frame / max(1, self.count - 1)


def fractal(
    random: np.random.Generator,
    height: int,
    width: int,
    *,
    coarsest: int = 4,
    octaves: int = 6,
    persistence: float = 0.55,
    wrap: bool = False,
) -> np.ndarray:
    """Fractal value noise, float32 (height, width), stretched to 0..1: the sum of ever finer random grids.

    ``coarsest`` is the number of cells across the shorter side in the first octave, ``persistence`` how much
    of an octave's strength the next one keeps; ``wrap`` makes left and right edges meet.
    """
    total = np.zeros((height, width), np.float32)
    strength = 1.0
    shorter = min(height, width)
    for octave in range(octaves):
        cells = coarsest * 2**octave
        rows = max(2, round(cells * height / shorter))
        columns = max(2, round(cells * width / shorter))
        if rows > height or columns > width:
            break
        grid = random.random((rows, columns), dtype=np.float32)
        if wrap:
            grid[:, -1] = grid[:, 0]
        total += strength * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        strength *= persistence
    return cv2.normalize(total, None, 0, 1, cv2.NORM_MINMAX)


def mixed(first: np.ndarray | tuple, second: np.ndarray | tuple, share: np.ndarray | float) -> np.ndarray:
    """``first`` where ``share`` is 0, ``second`` where it is 1; colours and pictures alike, float32."""
    first, second = np.asarray(first, np.float32), np.asarray(second, np.float32)
    weight = np.asarray(share, np.float32)
    if weight.ndim == 2:
        weight = weight[..., None]
    return (first + (second - first) * weight).astype(np.float32)


def gradient(height: int, width: int, top: tuple, bottom: tuple) -> np.ndarray:
    """A vertical gradient, float32 (height, width, 3)."""
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    return np.repeat(mixed(top, bottom, share), width, axis=1)


def smooth_step(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """0 below ``low``, 1 above ``high``, and a soft S between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def window(
    plate: np.ndarray,
    width: int,
    height: int,
    *,
    left: float,
    top: float,
    zoom: float = 1.0,
    roll: float = 0.0,
) -> np.ndarray:
    """What a camera sees of a plate: ``left`` and ``top`` in plate pixels, sub-pixel; ``roll`` in radians."""
    scale = 1 / zoom
    cosine, sine = np.cos(roll) * scale, np.sin(roll) * scale
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    matrix = np.array(
        [
            [cosine, -sine, left + middle_x - cosine * middle_x + sine * middle_y],
            [sine, cosine, top + middle_y - sine * middle_x - cosine * middle_y],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(plate, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT_101)


def over(background: np.ndarray, colour: np.ndarray | tuple, cover: np.ndarray) -> np.ndarray:
    """Lay ``colour`` over a picture where ``cover`` (height, width), 0..1, says so."""
    return mixed(background, colour, cover)


def glow(picture: np.ndarray, x: float, y: float, radius: float, colour: tuple, strength: float) -> None:
    """Add a soft light to a picture, in place. Only the part within three radii is touched."""
    height, width = picture.shape[:2]
    reach = 3 * radius
    left, right = int(max(0, x - reach)), int(min(width, x + reach + 1))
    top, bottom = int(max(0, y - reach)), int(min(height, y + reach + 1))
    if left >= right or top >= bottom:
        return
    rows = np.arange(top, bottom, dtype=np.float32)[:, None] - y
    columns = np.arange(left, right, dtype=np.float32)[None] - x
    light = strength * np.exp(-(rows * rows + columns * columns) / (2 * (radius / 1.5) ** 2))
    picture[top:bottom, left:right] += light[..., None] * np.asarray(colour, np.float32)


def filmed(pictures: Iterable[np.ndarray], shot: Shot, *, grain: float) -> Iterator[np.ndarray]:
    """Print float pictures as uint8 RGB with film grain.

    ``grain`` is its standard deviation as a share of white in the middle tones; like real grain it is
    coarser than a pixel and fades in deep shadows and highlights. Half a level of dither is always there.
    """
    random = shot.random("grain")
    for picture in pictures:
        height, width = picture.shape[:2]
        noise = random.standard_normal((height, width, 1), dtype=np.float32)
        if grain:
            noise = cv2.GaussianBlur(noise, (0, 0), 0.6)[..., None] * 1.8
        light = np.clip(picture, 0, 1)
        weight = grain * (0.35 + 2.6 * light * (1 - light)) + 0.3 / 255
        yield np.clip((light + noise * weight) * 255 + 0.5, 0, 255).astype(np.uint8)
