"""Hand a frame of one shot's take over to the shot that goes on from it."""

from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from swav.cut.continuation import Continuation, End, HandedFrame, frame_path, read_handed
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import link, making
from swav.cut.timeline import take_frames
from swav.errors import Damaged, MediaError
from swav.files import replacing
from swav.hashes import forget_damaged
from swav.shown import shown_path

if TYPE_CHECKING:
    import numpy as np

GRID = (16, 9)
"""Blocks, across and down, in each of which two frames are compared."""
BLOCK = 10
"""Pixels a side to which a block is reduced first: grain and the noise of encoding average out."""


def hand_over(cut: Cut, shot: CutShot, target: Path) -> None:
    """Let ``target`` show the frame that a shot begins or ends with, taken from its neighbour's take.

    Where it hardly differs from a frame that was handed over before, that one stands for it: so a take that
    was made from it is still right. Only frames that stand for themselves are compared with, so that many
    small differences never add up.
    """
    continuation = next(
        item.continues for item in shot.keyframes if item.continues and Path(item.path).name == target.name
    )
    kept = frame_path(cut.build, continuation.key)
    with making(kept):
        forget_damaged([Path(continuation.record)])
        try:
            found = read_handed(continuation.record)
            if not frame_path(cut.build, found.stands_for).exists():
                raise FileNotFoundError
        except (FileNotFoundError, Damaged):
            found = _take(cut, continuation, kept)
    link(frame_path(cut.build, found.stands_for), target)


def _take(cut: Cut, continuation: Continuation, kept: Path) -> HandedFrame:
    from PIL import Image

    other = cut.shot(continuation.shot)
    pixels = frame_of(
        Path(other.clip), continuation.end, take_frames(other, cut.delivery.rate), cut.delivery.rate
    )
    with replacing(kept) as file:
        Image.fromarray(pixels).save(file, "PNG")
    own = _digest(pixels)
    key, digest, far = _nearest(kept, continuation, pixels) or (continuation.key, own, 0.0)
    found = HandedFrame(continuation.shot, continuation.end, own, key, digest, round(far, 3))
    found.write(Path(continuation.record))
    return found


def _nearest(kept: Path, continuation: Continuation, pixels: "np.ndarray") -> tuple[str, str, float] | None:
    """The nearest of the frames handed over before, if it is near enough: its key, its digest, how far."""
    from swav.media.photograph import read_photograph

    near = []
    for record in sorted(kept.parent.glob("*.json")):
        picture = record.with_suffix(".png")
        try:
            other = read_handed(record)
            if (other.shot, other.end) != (continuation.shot, continuation.end) or picture == kept:
                continue
            if other.stands_for != record.stem or not picture.exists():
                continue
            near.append((difference(pixels, read_photograph(picture)), record.stem, other.frame))
        except (Damaged, MediaError):
            continue
    far, key, digest = min(near, default=(continuation.within + 1, "", ""))
    return (key, digest, far) if far <= continuation.within else None


def difference(one: "np.ndarray", other: "np.ndarray") -> float:
    """How far two frames are apart: the mean difference in levels of 255, in the block where it is largest.

    uint8 RGB (height, width, 3), of any sizes. A small thing that comes or goes in a corner counts as much as
    a change of the whole picture.
    """
    import numpy as np

    from swav.opencv import cv2

    across, down = GRID
    size = across * BLOCK, down * BLOCK
    small = [cv2.resize(each, size, interpolation=cv2.INTER_AREA).astype(np.float32) for each in (one, other)]
    blocks = np.abs(small[0] - small[1]).reshape(down, BLOCK, across, BLOCK, 3)
    return float(blocks.mean(axis=(1, 3, 4)).max())


def frame_of(clip: Path, end: End, frames: int, rate: Fraction) -> "np.ndarray":
    """The first or last frame that the cut shows of a take: uint8 RGB (height, width, 3).

    ``frames`` of the reel's ``rate`` are shown of it; each of the take's own frames comes on at the reel's
    frame nearest in time (``swav.cut.picture``). MediaError for a take that ends before its first frame.
    """
    from swav.media.probe import probe
    from swav.quality.frames import watch

    wanted = 0 if end == "first" else shown_at(frames - 1, probe(clip).rate, rate)
    shown = None
    for frame in watch(clip):
        shown = frame
        if frame.number >= wanted:
            break
    if shown is None:
        raise MediaError(f"{shown_path(str(clip))} holds no frame; remove it, and build again")
    return shown.colour


def shown_at(number: int, of_take: Fraction, of_reel: Fraction) -> int:
    """The take's frame that is on when the reel shows its frame ``number`` of the shot, both from 0."""
    return max(0, ceil((number + Fraction(1, 2)) * of_take / of_reel) - 1)


def _digest(pixels: "np.ndarray") -> str:
    import hashlib

    from swav.keys import KEY_LENGTH

    found = hashlib.sha256(repr(pixels.shape).encode())
    found.update(pixels.tobytes())
    return found.hexdigest()[:KEY_LENGTH]
