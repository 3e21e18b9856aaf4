"""Photographs and drawings under a moving camera."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from swav.animatic.camera import parse_camera
from swav.animatic.motion import plane_matrix, pose_at
from swav.bands import bands
from swav.media.photograph import read_photograph
from swav.opencv import cv2
from swav.reused import Reused
from swav.side_by_side import in_order

# A photograph has no overscan of its own: the frame looks at the part that every move stays inside.
_INSET = 0.115


def _fitted(image: np.ndarray, width: int, height: int, side_share: float) -> tuple[np.ndarray, float]:
    """The picture at the size the camera needs, and its pixels to a frame pixel.

    Larger pictures are reduced by area first, so that fine detail does not crawl under the moving camera.
    """
    rows, columns = image.shape[:2]
    need = max(width / (columns * side_share), height / (rows * side_share))
    if need < 1:
        grown = min(1.0, need * 1.15)
        size = (max(1, round(columns * grown)), max(1, round(rows * grown)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    rows, columns = image.shape[:2]
    return image, min(columns * side_share / width, rows * side_share / height)


def _around(
    anchor: tuple[float, float],
    picture: tuple[int, int],
    room: tuple[float, float],
    share: float,
    frame: tuple[float, float],
) -> tuple[float, float]:
    """Where the frame begins so that ``anchor`` is in its middle, as far as every move stays in the picture.

    The moves need (1 - ``share``) / 2 of each side around the frame that is seen.
    """
    found = []
    for at, side, over, seen in zip(anchor, picture, room, frame, strict=True):
        least = min(side * (1 - share) / 2, over / 2)
        found.append(min(max(at * side - seen / 2, least), over - least))
    return found[0], found[1]


def still_frames(
    picture: Path,
    *,
    camera: str,
    width: int,
    height: int,
    rate: Fraction,
    count: int,
    anchor: tuple[float, float] | None = None,
    note: Callable[[str], None] = lambda sentence: None,
    threads: int = 1,
) -> Iterator[np.ndarray]:
    """Yield ``count`` frames of a camera move over a picture: uint8 RGB (height, width, 3), C-contiguous.

    The picture fills the frame whatever its shape; what does not fit is cut evenly, or around ``anchor``, a
    place in it as shares of its width and height. ``rate`` is in frames a second; up to ``threads`` frames
    are drawn at one time; ``note`` is told of what is odd about the picture. Raises MediaError at the first
    frame where the picture cannot be read.
    """
    move = parse_camera(camera, "")
    share = 1.0 if move.kind == "static" else 1 - 2 * _INSET
    image, scale = _fitted(read_photograph(Path(picture), note), width, height, share)
    # In float the picture keeps its smoothness where it is enlarged; rounding happens once, at the end.
    art = image.astype(np.float32)
    rows, columns = image.shape[:2]
    left, top = columns - scale * width, rows - scale * height
    origin = (left / 2, top / 2)
    if anchor:
        origin = _around(anchor, (columns, rows), (left, top), share, (scale * width, scale * height))
    rooms, prints = (Reused((height, width, 3), kind) for kind in (np.float32, np.uint8))
    enlarged = cv2.INTER_CUBIC if scale < 0.8 else cv2.INTER_LINEAR

    def drawn(number: int) -> np.ndarray:
        seconds = float(number / rate)
        matrix = plane_matrix(
            pose_at(move, number, count, seconds, 0), move, 1.0, (width, height), scale, origin
        )
        seen = cv2.warpAffine(
            art,
            matrix,
            (width, height),
            dst=rooms.take(),
            flags=enlarged | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        printed = prints.take()
        for band in bands(height):
            rows = seen[band]
            rows += 0.5
            printed[band] = np.clip(rows, 0, 255, out=rows)
        return printed

    yield from in_order((partial(drawn, number) for number in range(count)), threads)
