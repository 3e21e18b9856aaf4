"""Takes whose every frame says which shot and which frame it is: how tests and proofs see what is shown."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from swav.media.writer import ClipWriter

BITS = 12
"""Five of the shot, seven of the frame."""
WIDTH, HEIGHT = 192, 108


def picture(shot: int, frame: int) -> np.ndarray:
    """The picture of a frame, uint8 of shape (108, 192, 3): twelve bars, white for a one."""
    code = shot << 7 | frame
    bars = np.array([255 * (code >> bit & 1) for bit in range(BITS)], np.uint8).repeat(WIDTH // BITS)
    return np.broadcast_to(bars[None, :, None], (HEIGHT, WIDTH, 3)).copy()


def read(frame: np.ndarray) -> tuple[int, int] | None:
    """Shot and frame that a picture shows, whatever its size; None in a mixture of two, and in black."""
    band = frame[frame.shape[0] // 3 : frame.shape[0] // 2].mean(axis=(0, 2))
    edges = np.linspace(0, len(band), BITS + 1)
    middle = [band[int(a + (b - a) * 0.35) : int(a + (b - a) * 0.65) + 1].mean() for a, b in pairwise(edges)]
    if any(70 < level < 185 for level in middle):
        return None
    code = sum((level > 127) << bit for bit, level in enumerate(middle))
    return (code >> 7, code & 127) if code else None


def write(file: Path, shot: int, frames: int, rate: Fraction) -> Path:
    """A take of so many frames, each of which can be read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with ClipWriter(file, width=WIDTH, height=HEIGHT, rate=rate, metadata={}) as clip:
        for frame in range(frames):
            clip.write(picture(shot, frame))
    return file


def shown(film: Path) -> Iterator[tuple[int, int] | None]:
    """What each frame of a film shows."""
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            yield read(frame.to_ndarray(format="rgb24"))
