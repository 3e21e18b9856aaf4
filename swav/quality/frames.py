"""Watching a clip: one pass over its frames, small and grey, and in full where a gate asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange

from swav.media.probe import opened
from swav.opencv import cv2

SMALL_WIDTH = 320
"""Pixels: enough for motion and flicker, and a sixteenth of a 720p frame."""
BLACK_LEVEL = 9
"""Levels of 255: where all but ``BLACK_SPARE`` of a frame is darker, nothing is to be seen."""
BLACK_SPARE = 0.001
"""Share of the frame: a few bright pixels are dirt of the coding; a star field has more."""
_PLANAR = ("yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "gray")
"""Pixel formats whose first plane is 8-bit luma as it stands."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame. Its pictures are made when they are asked for, and kept while the frame is."""

    number: int
    """Counted from 0."""
    picture: av.VideoFrame
    damaged: bool

    @cached_property
    def _stored(self) -> tuple[np.ndarray, bool]:
        """The luma as it is stored, uint8 (height, width), and whether that is full range."""
        picture = self.picture
        if picture.format.name not in _PLANAR:
            picture = picture.reformat(format="yuv420p")
        plane = picture.planes[0]
        stored = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        return stored, picture.color_range == ColorRange.JPEG or picture.format.name in ("yuvj420p", "gray")

    @cached_property
    def luma(self) -> np.ndarray:
        """uint8 (height, width): full range, 0 is black and 255 is white."""
        stored, full = self._stored
        return stored if full else cv2.LUT(stored, _FULL_RANGE)

    @cached_property
    def small(self) -> np.ndarray:
        """uint8 (small height, SMALL_WIDTH or less): the luma, area averaged."""
        height, width = self.luma.shape
        small = min(SMALL_WIDTH, width)
        size = small, max(1, round(height * small / width))
        return cv2.resize(self.luma, size, interpolation=cv2.INTER_AREA)

    @cached_property
    def shares(self) -> np.ndarray:
        """float64 (256,): the share of the picture that is as dark as each level, or darker."""
        stored, full = self._stored
        counts = cv2.calcHist([stored], [0], None, [256], [0, 256]).ravel()
        if not full:
            counts = np.bincount(_FULL_RANGE, counts, 256)
        return np.cumsum(counts, dtype=np.float64) / stored.size

    @cached_property
    def black(self) -> bool:
        """Whether nothing is to be seen. Such a frame says nothing about sharpness, light or motion.

        Pixels are counted as they are stored: most takes are asked for nothing else.
        """
        stored, full = self._stored
        dark = np.count_nonzero(stored <= (BLACK_LEVEL if full else _STORED_BLACK))
        return dark / stored.size >= 1 - BLACK_SPARE

    @cached_property
    def colour(self) -> np.ndarray:
        """uint8 RGB (height, width, 3)."""
        return self.picture.to_ndarray(format="rgb24")


# BT.709 limited range: 16 is black and 235 is white.
_FULL_RANGE = np.clip(np.rint((np.arange(256) - 16) * (255 / 219)), 0, 255).astype(np.uint8)
_STORED_BLACK = int(np.searchsorted(_FULL_RANGE, BLACK_LEVEL, side="right")) - 1
"""The highest level in limited range that is no brighter than ``BLACK_LEVEL``."""


def watch(clip: Path) -> Iterator[Frame]:
    """Every frame of a clip in the order in which it is shown. Raises MediaError where it ends too early."""
    with opened(clip) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for number, picture in enumerate(container.decode(stream)):
            yield Frame(number, picture, picture.is_corrupt)


def spread(count: int, samples: int) -> tuple[int, ...]:
    """Numbers of ``samples`` frames (or of all) that stand evenly in a clip of ``count`` frames."""
    samples = min(samples, count)
    return tuple(int((2 * item + 1) * count // (2 * samples)) for item in range(samples))
