"""Clean scenes of land, water, sky and weather, drawn with fractal noise and moved as the real ones move."""

import math
from collections.abc import Iterator

import cv2
import numpy as np

from .picture import Shot, fractal, glow, gradient, mixed, over, smooth_step, window

Pictures = Iterator[np.ndarray]

_SKIES = [((0.30, 0.48, 0.74), (0.82, 0.86, 0.88)), ((0.45, 0.42, 0.58), (0.96, 0.72, 0.50))]


def _clouded_sky(shot: Shot, height: int, width: int) -> np.ndarray:
    random = shot.random("sky")
    sky = gradient(height, width, *_SKIES[int(random.integers(len(_SKIES)))])
    cloud = smooth_step(0.5, 0.8, fractal(random, height, width, coarsest=3, octaves=7))
    return over(sky, (0.97, 0.96, 0.95), 0.8 * cloud)


def _ridge(shot: Shot, number: int, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Colour and cover of one range of hills; range 0 is the farthest, and the haziest."""
    random = shot.random(f"ridge {number}")
    line = fractal(random, 64, width, coarsest=2, octaves=6, persistence=0.5)[20]
    foot = height * (0.40 + 0.15 * number)
    top = foot - height * 0.22 * line
    rows = np.arange(height, dtype=np.float32)[:, None]
    cover = np.clip(rows - top[None], 0, 1)
    ground = fractal(random, height, width, coarsest=8, octaves=6, persistence=0.75)
    light = fractal(random, height, width, coarsest=4, octaves=3)
    near = number / 3
    colour = mixed((0.16, 0.24, 0.11), (0.52, 0.50, 0.28), smooth_step(0.3, 0.75, ground))
    colour *= (0.55 + 0.75 * light)[..., None]
    return mixed((0.66, 0.73, 0.80), colour, 0.25 + 0.75 * near), cover


def hills(shot: Shot, *, travel: float = 0.28, shake: float = 0.0) -> Pictures:
    """Ranges of hills under clouds; the camera tracks by ``travel`` widths, near ranges faster than far."""
    height, width = shot.height, shot.width
    wide = int(width * (1 + abs(travel) * 1.4 + 0.1))
    sky = _clouded_sky(shot, height, wide)
    ranges = [_ridge(shot, number, height, wide) for number in range(4)]
    for frame in range(shot.count):
        seconds = shot.seconds(frame)
        along = shot.progress(frame) if travel >= 0 else 1 - shot.progress(frame)
        x = abs(travel) * width * along + 3
        sway_x = shake * width * (math.sin(5.1 * seconds) + 0.5 * math.sin(11.7 * seconds))
        sway_y = shake * height * (math.sin(6.3 * seconds + 1) + 0.5 * math.sin(13.1 * seconds))
        picture = window(sky, width, height, left=x * 0.15 + sway_x, top=sway_y)
        for number, (colour, cover) in enumerate(ranges):
            left = x * (0.35 + 0.35 * number) + sway_x
            seen = window(colour, width, height, left=left, top=sway_y)
            picture = over(picture, seen, window(cover, width, height, left=left, top=sway_y))
        yield picture


def slow_pan(shot: Shot) -> Pictures:
    """Hills under a pan of two hundredths of the width: a fifth of a pixel a frame."""
    return hills(shot, travel=0.02)


def whip_pan(shot: Shot) -> Pictures:
    """A pan that rests, whips across three widths in a third of a second, and rests again."""
    height, width = shot.height, shot.width
    wide = 5 * width
    plate = _clouded_sky(shot, height, wide)
    for number in range(1, 4):
        colour, cover = _ridge(shot, number, height, wide)
        plate = over(plate, colour, cover)
    middle, length = 0.5, float(shot.rate) / 3 / shot.count

    def position(progress: float) -> float:
        whipped = float(smooth_step(middle - length / 2, middle + length / 2, progress))
        return width * (0.2 + 0.05 * progress + 3.4 * whipped)

    for frame in range(shot.count):
        opened = [position(shot.progress(frame + share / 8)) for share in range(-2, 3)]
        spread = max(1, int(opened[-1] - opened[0]))
        seen = window(plate, width, height, left=opened[2], top=0)
        yield cv2.blur(seen, (spread, 1)) if spread > 1 else seen


def handheld(shot: Shot) -> Pictures:
    """Hills from a shaking hand."""
    return hills(shot, travel=0.06, shake=0.008)


def _water(shot: Shot, horizon: float, dark: tuple, bright: tuple) -> Iterator[np.ndarray]:
    """The rows below the horizon: two fields of waves in perspective, running in different directions."""
    height, width = shot.height, shot.width
    top = int(height * horizon)
    random = shot.random("water")
    fields = [fractal(random, 512, 512, coarsest=10, octaves=5, persistence=0.6, wrap=True) for _ in range(2)]
    rows = np.arange(height - top, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None] - width / 2
    distance = 1 / (rows / (height - top) + 0.04)
    across = columns / width * distance * 170
    for frame in range(shot.count):
        seconds = shot.seconds(frame)
        waves = np.zeros((height - top, width), np.float32)
        for field, heading, size in zip(fields, (0.5, -0.8), (1.0, 1.9), strict=True):
            x = across * size + 42 * heading * seconds
            y = np.broadcast_to(distance * 95 * size, x.shape) + 38 * seconds
            waves += cv2.remap(
                field, np.float32(x % 511), np.float32(y % 511), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
            )
        haze = np.clip(rows / (height - top) * 2.2, 0.12, 1)
        crest = smooth_step(0.85, 1.5, waves) * haze + 0.25 * (1 - haze)
        yield mixed(dark, bright, crest)


def sea(shot: Shot) -> Pictures:
    """Open water by day under drifting clouds."""
    height, width = shot.height, shot.width
    top = int(height * 0.42)
    sky = _clouded_sky(shot, height, width * 2)
    for frame, water in enumerate(_water(shot, 0.42, (0.05, 0.17, 0.25), (0.62, 0.76, 0.82))):
        picture = window(sky, width, height, left=9 * shot.seconds(frame), top=0)
        picture[top:] = water
        yield picture


def moonlit_sea(shot: Shot) -> Pictures:
    """Night: a moon, its path on the water, and little else. Dark on purpose, not by mistake."""
    height, width = shot.height, shot.width
    top = int(height * 0.45)
    x = width * (0.3 + 0.4 * shot.random("moon").random())
    columns = np.exp(-(((np.arange(width, dtype=np.float32) - x) / (0.09 * width)) ** 2))[None, :, None]
    stars = shot.random("stars").random((top, width, 1)) > 0.9985
    for water in _water(shot, 0.45, (0.004, 0.010, 0.020), (0.05, 0.08, 0.12)):
        picture = gradient(height, width, (0.010, 0.016, 0.035), (0.035, 0.055, 0.09))
        picture[:top] += stars * np.float32(0.5)
        glow(picture, x, height * 0.16, height * 0.035, (1.0, 0.97, 0.88), 1.6)
        glow(picture, x, height * 0.16, height * 0.14, (0.5, 0.6, 0.8), 0.18)
        picture[top:] = water + water * columns * 9
        yield picture


def clouds(shot: Shot) -> Pictures:
    """Clouds that drift and boil, as in a time lapse."""
    height, width = shot.height, shot.width
    random = shot.random("clouds")
    first = fractal(random, height, 2 * width, coarsest=3, octaves=7)
    second = fractal(random, height, 2 * width, coarsest=5, octaves=6)
    sky = gradient(height, width, (0.22, 0.42, 0.72), (0.70, 0.82, 0.92))
    for frame in range(shot.count):
        seconds = shot.seconds(frame)
        sum_of_two = 0.6 * window(first, width, height, left=26 * seconds, top=0)
        sum_of_two += 0.4 * window(second, width, height, left=44 * seconds, top=3 * seconds)
        cover = smooth_step(0.42, 0.68, sum_of_two)
        shade = mixed((0.58, 0.62, 0.70), (1.0, 0.99, 0.97), smooth_step(0.45, 0.75, sum_of_two))
        yield over(sky, shade, cover)


def foliage(shot: Shot) -> Pictures:
    """A wall of leaves in the wind, with spots of light."""
    height, width = shot.height, shot.width
    random = shot.random("leaves")
    plate = np.full((height, width, 3), (0.03, 0.07, 0.03), np.float32)
    unit = height / 272
    for depth in np.linspace(0.25, 1.0, 1500):
        place = (int(random.integers(-10, width + 10)), int(random.integers(-10, height + 10)))
        axes = (int((5 + 9 * depth) * unit), int((2 + 3 * depth) * unit))
        colour = depth * (np.array([0.30, 0.52, 0.14]) + random.normal(0, 0.06, 3))
        angle = float(random.uniform(0, 180))
        cv2.ellipse(plate, place, axes, angle, 0, 360, tuple(map(float, colour)), -1, cv2.LINE_AA)
        vein = tuple(map(float, colour * 1.3))
        reach = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))]) * axes[0] * 0.8
        ends = [tuple(int(v) for v in np.array(place) + sign * reach) for sign in (-1, 1)]
        cv2.line(plate, *ends, vein, 1, cv2.LINE_AA)
    sway = fractal(random, height, width, coarsest=3, octaves=3) * math.tau
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    for frame in range(shot.count):
        seconds = shot.seconds(frame)
        shift_x = unit * (3.5 * np.sin(2.2 * seconds + sway) + 1.5 * np.sin(5.9 * seconds + 2 * sway))
        shift_y = unit * 1.8 * np.sin(3.1 * seconds + 1.3 * sway)
        seen = cv2.remap(
            plate, columns + shift_x, rows + shift_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
        )
        yield seen * (0.85 + 0.3 * np.sin(0.9 * seconds + sway))[..., None].astype(np.float32)


def _falling(
    shot: Shot, count: int, speed: float, slant: float, depths: tuple[float, float]
) -> Iterator[np.ndarray]:
    """Positions of drops or flakes, float (count, 3): x, y, depth, which wrap around the frame."""
    random = shot.random("falling")
    place = random.random((count, 2)) * 1.2 - 0.1
    depth = random.uniform(*depths, count)
    phase = random.random(count) * math.tau
    for frame in range(shot.count):
        seconds = shot.seconds(frame)
        y = (place[:, 1] + speed * depth * seconds) % 1.2 - 0.1
        x = (place[:, 0] + slant * depth * seconds + 0.008 * np.sin(2 * seconds + phase)) % 1.2 - 0.1
        yield np.stack([x * shot.width, y * shot.height, depth], axis=1)


def snow(shot: Shot) -> Pictures:
    """Snow before winter hills; near flakes are large and soft."""
    fall = _falling(shot, 320, 0.32, 0.07, (0.3, 1.4))
    for picture, flakes in zip(hills(shot, travel=0.05), fall, strict=True):
        grey = picture.mean(axis=2, keepdims=True)
        winter = (mixed(picture, np.repeat(grey, 3, axis=2), 0.7) * 0.6 + 0.28).astype(np.float32)
        white = np.zeros(winter.shape[:2], np.float32)
        for x, y, depth in flakes:
            radius = max(0.6, 1.5 * depth**2 * shot.height / 272)
            cv2.circle(white, (int(x * 16), int(y * 16)), int(radius * 16), 0.95, -1, cv2.LINE_AA, 4)
        yield over(winter, (0.97, 0.98, 1.0), cv2.GaussianBlur(white, (0, 0), 0.8))


def rain(shot: Shot) -> Pictures:
    """Rain: slanted streaks over a dull landscape."""
    fall = _falling(shot, 260, 2.6, 0.35, (0.6, 1.3))
    for picture, drops in zip(hills(shot, travel=0.08), fall, strict=True):
        grey = picture.mean(axis=2, keepdims=True)
        dull = (mixed(picture, np.repeat(grey, 3, axis=2), 0.6) * 0.62).astype(np.float32)
        streaks = np.zeros(dull.shape[:2], np.float32)
        for x, y, depth in drops:
            end = (int(x - 0.016 * shot.width * depth), int(y - 0.075 * shot.height * depth))
            cv2.line(streaks, (int(x), int(y)), end, 0.28 * depth, 1, cv2.LINE_AA)
        yield dull + cv2.GaussianBlur(streaks, (0, 0), 0.7)[..., None]


def fog(shot: Shot) -> Pictures:
    """Fog that drifts over hills: little contrast, and moving."""
    random = shot.random("fog")
    bank = fractal(random, shot.height, 2 * shot.width, coarsest=2, octaves=4)
    for frame, picture in enumerate(hills(shot, travel=0.12)):
        seen = window(bank, shot.width, shot.height, left=22 * shot.seconds(frame), top=0)
        yield over(picture, (0.76, 0.78, 0.80), np.clip(0.45 + 0.5 * seen, 0, 0.9))


def sunrise(shot: Shot) -> Pictures:
    """The light comes up from dusk to day during the shot."""
    for frame, picture in enumerate(hills(shot, travel=0.10)):
        progress = shot.progress(frame)
        level = 0.10 + 0.90 * float(smooth_step(0.0, 0.95, progress))
        warm = np.array([1.0, 0.62 + 0.38 * progress, 0.45 + 0.55 * progress], np.float32)
        lit = picture * level * warm
        x, y = shot.width * 0.6, shot.height * (0.52 - 0.25 * progress)
        glow(lit, x, y, shot.height * 0.09, (1, 0.8, 0.5), 0.9)
        yield lit


_FLASH = (1.0, 0.35, 0.75, 0.3, 0.12)
"""Brightness of a lightning stroke from frame to frame: it strikes again along its path, and fades."""


def lightning(shot: Shot) -> Pictures:
    """A storm at night with two flashes of a few frames each."""
    random = shot.random("lightning")
    strikes = [int(shot.count * share) for share in (random.uniform(0.2, 0.4), random.uniform(0.6, 0.8))]
    for frame, picture in enumerate(clouds(shot)):
        flash = sum(_FLASH[frame - start] for start in strikes if 0 <= frame - start < len(_FLASH))
        storm = picture.mean(axis=2, keepdims=True) * np.array([0.16, 0.18, 0.24], np.float32)
        yield storm * (1 + 2.6 * flash) + 0.1 * flash


def campfire(shot: Shot) -> Pictures:
    """Flames that lick upwards at night: lively light, close to flicker and none."""
    height, width = shot.height, shot.width
    random = shot.random("fire")
    field = fractal(random, 3 * height, width, coarsest=6, octaves=5)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    body = np.exp(-(((columns - width / 2) / (0.13 * width)) ** 2)) * smooth_step(0.12, 0.9, rows / height)
    ground = fractal(random, height, width, coarsest=8, octaves=5) * smooth_step(0.55, 1.0, rows / height)
    for frame in range(shot.count):
        seconds = shot.seconds(frame)
        map_y = (rows + height * 0.9 * seconds) % (3 * height - 1)
        map_x = columns + 0.02 * width * np.sin(rows / height * 9 + 4 * seconds).astype(np.float32)
        map_x, map_y = np.float32(map_x), np.float32(map_y)
        tongue = cv2.remap(field, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        heat = np.clip(body * (0.3 + 1.5 * tongue) - 0.22, 0, 1.2)
        picture = np.stack([heat * 1.7, heat**1.6 * 1.1, heat**3 * 0.7], axis=2)
        lively = 0.8 + 0.10 * math.sin(7 * seconds) + 0.06 * math.sin(17 * seconds + 1)
        picture += (lively * 0.4 * ground)[..., None] * np.array([0.9, 0.5, 0.25], np.float32)
        picture += np.array([0.012, 0.014, 0.028], np.float32)
        yield picture.astype(np.float32)


def underwater(shot: Shot) -> Pictures:
    """Light that plays on a sea bed."""
    height, width = shot.height, shot.width
    random = shot.random("caustics")
    bed = fractal(random, height, width, coarsest=6, octaves=7, persistence=0.7)
    fields = [fractal(random, height * 2, width * 2, coarsest=12, octaves=2) for _ in range(2)]
    sand = mixed((0.04, 0.25, 0.32), (0.28, 0.62, 0.60), bed)
    for frame in range(shot.count):
        seconds = shot.seconds(frame)
        a = window(fields[0], width, height, left=30 + 16 * seconds, top=10 + 8 * seconds)
        b = window(fields[1], width, height, left=60 - 13 * seconds, top=10 + 11 * seconds)
        lines = 1 - np.clip(np.abs(a - b) * 9, 0, 1)
        yield sand * (0.55 + 1.0 * lines**2)[..., None]
