"""What goes wrong with takes, done on purpose: each fault is a function on frames, at several strengths.

A fault takes the uint8 RGB frames of a clean clip, its shot and a strength, and gives the spoilt frames.
``FAULTS`` lists for every gate the strengths that are tried, as (label, function).
"""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from .picture import Shot, fractal

Frames = list[np.ndarray]
Fault = Callable[[Frames, Shot], Frames]


def _scaled(frame: np.ndarray, gain: np.ndarray | float, lift: float = 0.0) -> np.ndarray:
    return np.clip(frame.astype(np.float32) * gain + lift * 255 + 0.5, 0, 255).astype(np.uint8)


# Frozen and repeated


def frozen(frames: Frames, shot: Shot, *, first: float, last: float) -> Frames:
    """The picture stands still between two shares of the clip."""
    start, end = round(first * len(frames)), round(last * len(frames))
    return [frames[start] if start <= number < end else frame for number, frame in enumerate(frames)]


def stutter(frames: Frames, shot: Shot, *, every: int) -> Frames:
    """Only one frame of ``every`` is new: a clip of fewer frames a second than it says."""
    return [frames[number - number % every] for number in range(len(frames))]


def hiccup(frames: Frames, shot: Shot, *, every: int) -> Frames:
    """Each time after ``every`` frames, one is shown twice and the next one dropped."""
    return [frames[number - (number % every == every - 1)] for number in range(len(frames))]


def looped(frames: Frames, shot: Shot, *, length: float) -> Frames:
    """The clip's first part is shown over and over."""
    part = max(4, round(length * len(frames)))
    return [frames[number % part] for number in range(len(frames))]


# Black


def black(frames: Frames, shot: Shot, *, first: float, last: float, level: float = 0.0) -> Frames:
    """Black, or nearly (``level`` is a share of white, with noise), between two shares of the clip."""
    random = shot.random("black")
    start, end = round(first * len(frames)), round(last * len(frames))
    spoilt = []
    for number, frame in enumerate(frames):
        if start <= number < end:
            noise = random.normal(level, level / 3, frame.shape).astype(np.float32)
            frame = np.clip(noise * 255, 0, 255).astype(np.uint8)
        spoilt.append(frame)
    return spoilt


# Light


def flicker(frames: Frames, shot: Shot, *, amount: float, period: int = 2) -> Frames:
    """Brightness that swings by ``amount`` of itself, up and down every ``period`` frames."""
    return [
        _scaled(frame, 1 + amount * (1 if number % period < period // 2 else -1))
        for number, frame in enumerate(frames)
    ]


def jitter(frames: Frames, shot: Shot, *, amount: float) -> Frames:
    """Every frame is exposed by chance: normally distributed with deviation ``amount``."""
    random = shot.random("jitter")
    return [_scaled(frame, max(0.1, 1 + random.normal(0, amount))) for frame in frames]


def pulsing_regions(frames: Frames, shot: Shot, *, amount: float) -> Frames:
    """Brightness that swings in wide patches, which take turns: the boiling of a diffusion model."""
    random = shot.random("regions")
    height, width = frames[0].shape[:2]
    fields = [np.sign(fractal(random, height, width, coarsest=2, octaves=2) - 0.5) for _ in range(2)]
    fields = [cv2.GaussianBlur(field, (0, 0), height / 24)[..., None] for field in fields]
    return [
        _scaled(frame, 1 + amount * (1 if number % 2 else -1) * fields[number // 8 % 2])
        for number, frame in enumerate(frames)
    ]


def dark(frames: Frames, shot: Shot, *, white: float) -> Frames:
    """So dark that not even the brightest part is above ``white`` (a share)."""
    peak = max(1.0, float(np.percentile(np.stack(frames[:: max(1, len(frames) // 8)]), 99.9)))
    return [_scaled(frame, white * 255 / peak) for frame in frames]


def blown(frames: Frames, shot: Shot, *, share: float) -> Frames:
    """So bright that ``share`` of the picture is pure white."""
    luma = np.stack(frames[:: max(1, len(frames) // 8)]).min(axis=3)
    level = max(2.0, float(np.percentile(luma, 100 * (1 - share))))
    return [_scaled(frame, 255 / level) for frame in frames]


# Sharpness


def blurred(frames: Frames, shot: Shot, *, radius: float) -> Frames:
    """Out of focus: a Gaussian whose sigma is ``radius`` of the picture's height."""
    return [cv2.GaussianBlur(frame, (0, 0), radius * shot.height) for frame in frames]


def smeared(frames: Frames, shot: Shot, *, length: int, detail: float) -> Frames:
    """What a weak model makes of motion: ``length`` frames melted together, ``detail`` of the pixels left.

    This is the production's case: 49 frames of 720x480 in 84 KB.
    """
    height, width = shot.height, shot.width
    small = (max(8, round(width * detail)), max(8, round(height * detail)))
    spoilt, total = [], frames[0].astype(np.float32)
    for frame in frames:
        total += (frame - total) / length
        coarse = cv2.resize(total, small, interpolation=cv2.INTER_AREA)
        wide = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        spoilt.append(np.clip(wide, 0, 255).astype(np.uint8))
    return spoilt


# Motion


def still(frames: Frames, shot: Shot, *, grain: float) -> Frames:
    """One picture, alive only by its noise (standard deviation ``grain`` of white)."""
    random = shot.random("still")
    noise = (random.normal(0, grain * 255, frames[0].shape[:2]) for _ in frames)
    return [
        np.clip(frames[0].astype(np.float32) + layer[..., None], 0, 255).astype(np.uint8) for layer in noise
    ]


def torn_blocks(frames: Frames, shot: Shot, *, share: float) -> Frames:
    """Blocks land in the wrong place, others each frame: broken motion compensation."""
    random = shot.random("blocks")
    height, width = shot.height, shot.width
    side = max(8, height // 12)
    spoilt = []
    for frame in frames:
        torn = frame.copy()
        for top in range(0, height - side, side):
            for left in range(0, width - side, side):
                if random.random() < share:
                    y = int(np.clip(top + random.integers(-2 * side, 2 * side), 0, height - side))
                    x = int(np.clip(left + random.integers(-2 * side, 2 * side), 0, width - side))
                    torn[top : top + side, left : left + side] = frame[y : y + side, x : x + side]
        spoilt.append(torn)
    return spoilt


def torn_rows(frames: Frames, shot: Shot, *, amount: float) -> Frames:
    """Bands of rows slip sideways by up to ``amount`` of the width, others each frame."""
    random = shot.random("rows")
    spoilt = []
    for frame in frames:
        torn, top = frame.copy(), 0
        while top < shot.height:
            bottom = top + int(random.integers(shot.height // 30, shot.height // 8))
            torn[top:bottom] = np.roll(frame[top:bottom], int(random.normal(0, amount * shot.width)), axis=1)
            top = bottom
        spoilt.append(torn)
    return spoilt


def torn_time(frames: Frames, shot: Shot, *, reach: int) -> Frames:
    """A patchwork of moments: each tile shows a frame up to ``reach`` away, another one each frame."""
    random = shot.random("time")
    tile, spoilt = max(16, shot.height // 5), []
    for number, frame in enumerate(frames):
        torn = frame.copy()
        for top in range(0, shot.height, tile):
            for left in range(0, shot.width, tile):
                other = int(np.clip(number + random.integers(-reach, reach + 1), 0, len(frames) - 1))
                area = slice(top, top + tile), slice(left, left + tile)
                torn[area] = frames[other][area]
        spoilt.append(torn)
    return spoilt


def melting(frames: Frames, shot: Shot, *, amount: float) -> Frames:
    """The picture is bent by a field that is another one each frame: shapes that cannot hold themselves."""
    random = shot.random("melt")
    rows, columns = np.mgrid[0 : shot.height, 0 : shot.width].astype(np.float32)
    spoilt = []
    for frame in frames:
        x, y = (
            (fractal(random, shot.height, shot.width, coarsest=5, octaves=2) - 0.5) * amount * shot.height
            for _ in range(2)
        )
        spoilt.append(
            cv2.remap(frame, columns + x, rows + y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        )
    return spoilt


FAULTS: dict[str, list[tuple[str, Fault]]] = {
    "frozen": [
        ("last half", partial(frozen, first=0.5, last=1)),
        ("last third", partial(frozen, first=0.67, last=1)),
        ("first half", partial(frozen, first=0, last=0.5)),
        ("middle", partial(frozen, first=0.3, last=0.7)),
        ("nearly all", partial(frozen, first=0.1, last=1)),
    ],
    "repeated": [
        ("every 2nd frame", partial(stutter, every=2)),
        ("every 3rd frame", partial(stutter, every=3)),
        ("one in 4 twice", partial(hiccup, every=4)),
        ("loop of a quarter", partial(looped, length=0.25)),
    ],
    "black": [
        ("all", partial(black, first=0, last=1)),
        ("all, nearly", partial(black, first=0, last=1, level=0.015)),
        ("first third", partial(black, first=0, last=0.33)),
        ("last quarter", partial(black, first=0.75, last=1)),
        ("middle, nearly", partial(black, first=0.4, last=0.65, level=0.01)),
    ],
    "flicker": [
        ("6 %", partial(flicker, amount=0.06)),
        ("12 %", partial(flicker, amount=0.12)),
        ("30 %", partial(flicker, amount=0.30)),
        ("15 % every 4", partial(flicker, amount=0.15, period=4)),
        ("by chance 10 %", partial(jitter, amount=0.10)),
        ("in patches 15 %", partial(pulsing_regions, amount=0.15)),
    ],
    "blur": [
        ("1 % of height", partial(blurred, radius=0.010)),
        ("2 %", partial(blurred, radius=0.020)),
        ("4 %", partial(blurred, radius=0.040)),
    ],
    "torn": [
        ("blocks 15 %", partial(torn_blocks, share=0.15)),
        ("blocks 40 %", partial(torn_blocks, share=0.40)),
        ("rows 2 %", partial(torn_rows, amount=0.02)),
        ("rows 6 %", partial(torn_rows, amount=0.06)),
        ("time 6 frames", partial(torn_time, reach=6)),
        ("melting 8 %", partial(melting, amount=0.08)),
    ],
    # Darker than this, nothing is to be seen, and that is black.
    "dark": [
        ("white at 7 %", partial(dark, white=0.07)),
        ("white at 9 %", partial(dark, white=0.09)),
        ("white at 11 %", partial(dark, white=0.11)),
    ],
    "blown": [
        ("half white", partial(blown, share=0.5)),
        ("two thirds", partial(blown, share=0.67)),
        ("nine tenths", partial(blown, share=0.9)),
    ],
    "still": [
        ("no noise", partial(still, grain=0.0)),
        ("faint noise", partial(still, grain=0.006)),
        ("grain", partial(still, grain=0.018)),
    ],
}
"""Faults that are done to frames, by the gate that should notice. Lettering, file size, cuts and form are
made where the clip is put together (``labelled.clips``)."""
