"""An animatic shot that has keyframes: the shot's camera move over them, from the first to the last."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from swav.animatic.slate import Slate, slate_strip
from swav.animatic.still import still_frames

PASSAGE = (1 / 3, 2 / 3)
"""Of the shot: where the first picture begins to pass into the last, and where it is gone."""


def keyframe_frames(
    first: Path | None,
    last: Path | None,
    *,
    camera: str,
    width: int,
    height: int,
    rate: Fraction,
    count: int,
    slate: Slate | None,
    note: Callable[[str], None] = lambda sentence: None,
) -> Iterator[np.ndarray]:
    """Yield ``count`` frames, uint8 RGB (height, width, 3), C-contiguous, of one picture or of two.

    ``rate`` is in frames a second. Raises MediaError at the first frame where a picture cannot be read.
    """
    shape = {"camera": camera, "width": width, "height": height, "rate": rate, "count": count}
    moves = [still_frames(picture, **shape, note=note) for picture in (first, last) if picture is not None]
    strip = slate_strip(slate, width, height) if slate else None
    for number, seen in enumerate(zip(*moves, strict=True)):
        frame = seen[0] if len(seen) == 1 else _mixed(*seen, _share(number, count))
        yield frame if strip is None else strip.over(frame)


def _share(number: int, count: int) -> float:
    """How much of the last picture is seen, 0 to 1."""
    begin, end = PASSAGE
    return min(1.0, max(0.0, ((number + 0.5) / count - begin) / (end - begin)))


def _mixed(first: np.ndarray, last: np.ndarray, share: float) -> np.ndarray:
    if share in (0.0, 1.0):
        return last if share else first
    return np.rint(first * (1 - share) + last * share).astype(np.uint8)
