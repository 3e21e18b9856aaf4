"""Clips whose frames can be told apart: each carries its number as a pattern of black and white blocks."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from swav.media.writer import ClipWriter

WIDTH, HEIGHT = 160, 90
_COLUMNS, _ROWS = 4, 3  # twelve bits: up to 4095


def numbered_frame(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """uint8 RGB (height, width, 3) with ``number`` in it; bits are read from the top left, lowest first."""
    bits = np.array([number >> bit & 1 for bit in range(_COLUMNS * _ROWS)], np.uint8).reshape(_ROWS, _COLUMNS)
    rows = np.arange(height) * _ROWS // height
    columns = np.arange(width) * _COLUMNS // width
    return np.repeat((40 + 170 * bits[rows][:, columns])[..., None], 3, axis=2).astype(np.uint8)


def read_number(frame: np.ndarray) -> int:
    """The number in an RGB frame, from the middle of each block. Fails if one is neither dark nor light."""
    height, width = frame.shape[:2]
    number = 0
    for bit in range(_COLUMNS * _ROWS):
        row, column = divmod(bit, _COLUMNS)
        y, x = (2 * row + 1) * height // (2 * _ROWS), (2 * column + 1) * width // (2 * _COLUMNS)
        value = frame[y - 2 : y + 3, x - 2 : x + 3].mean()
        assert value < 90 or value > 160, f"block {bit} is grey ({value:.0f}): two frames are mixed"
        number |= (value > 125) << bit
    return number


def write_numbered(
    path: Path, numbers, rate: Fraction = Fraction(24), width: int = WIDTH, height: int = HEIGHT
) -> Path:
    with ClipWriter(path, width=width, height=height, rate=rate, metadata={}) as clip:
        for number in numbers:
            clip.write(numbered_frame(number, width, height))
    return path


def write_flat(path: Path, colour: tuple[int, int, int], frames: int, rate: Fraction = Fraction(24)) -> Path:
    with ClipWriter(path, width=WIDTH, height=HEIGHT, rate=rate, metadata={}) as clip:
        for _ in range(frames):
            clip.write(np.full((HEIGHT, WIDTH, 3), colour, np.uint8))
    return path


def pictures(path: Path) -> list[np.ndarray]:
    """Every frame as RGB, read by the matrix that the file says."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def numbers_in(path: Path) -> list[int]:
    return [read_number(frame) for frame in pictures(path)]
