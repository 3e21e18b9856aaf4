"""Clean scenes of streets, buildings and people: hard edges, rectangles and lamps that are not lettering."""

import math
from collections.abc import Iterator

import cv2
import numpy as np

from .picture import Shot, fractal, glow, gradient, mixed, over, window

Pictures = Iterator[np.ndarray]


def _house(
    random: np.random.Generator, plate: np.ndarray, cover: np.ndarray, box: tuple, night: bool
) -> None:
    """Draw one building with its windows into a plate, in place."""
    left, top, width, bottom = box
    right = left + width
    tint = np.array([0.55, 0.50, 0.46]) + random.normal(0, 0.05, 3)
    wall = tint * (0.05 if night else random.uniform(0.7, 1.2))
    plate[top:bottom, left:right] = wall * np.linspace(1.1, 0.85, max(1, bottom - top))[:, None, None]
    cover[top:bottom, left:right] = 1
    pitch_x, pitch_y = max(6, width // int(random.integers(4, 8))), max(8, int(random.integers(9, 17)))
    for y in range(top + pitch_y // 2, bottom - pitch_y // 2, pitch_y):
        for x in range(left + pitch_x // 3, right - pitch_x // 2, pitch_x):
            lit = random.random() < (0.35 if night else 0.08)
            pane = np.array([1.0, 0.80, 0.45]) * random.uniform(0.5, 1.0) if lit else wall * 0.45 + 0.02
            plate[y : y + pitch_y // 2, x : x + pitch_x // 2] = pane
            if not lit and not night:
                plate[y : y + 1, x : x + pitch_x // 2] = wall * 1.35


def _street(shot: Shot, depth: int, width: int, night: bool) -> tuple[np.ndarray, np.ndarray]:
    """One row of houses: colour and cover; row 0 is the farthest."""
    random = shot.random(f"row {depth}")
    height = shot.height
    plate, cover = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    bottom = int(height * (0.78 + 0.11 * depth))
    x = -int(random.integers(0, 20))
    while x < width:
        breadth = int(height * random.uniform(0.14, 0.30) * (0.8 + 0.35 * depth))
        top = int(bottom - height * random.uniform(0.25, 0.55) * (0.9 + 0.05 * depth))
        left, right = max(0, x), min(width, x + breadth)
        if right - left > 3:
            _house(random, plate, cover, (left, top, right - left, bottom), night)
        x += breadth - 1
    stone = fractal(random, height, width, coarsest=24, octaves=4, persistence=0.8)
    plate *= (0.8 + 0.4 * stone)[..., None]
    haze = (0.02, 0.03, 0.06) if night else (0.72, 0.78, 0.85)
    return mixed(haze, plate, 0.45 + 0.275 * depth), cover


def city(shot: Shot, *, night: bool = False) -> Pictures:
    """Three rows of houses in parallax, as from a tram."""
    height, width = shot.height, shot.width
    wide = int(width * 1.6)
    colours = ((0.01, 0.015, 0.04), (0.05, 0.05, 0.09)) if night else ((0.42, 0.58, 0.80), (0.90, 0.90, 0.88))
    sky = gradient(height, wide, *colours)
    rows = [_street(shot, depth, wide, night) for depth in range(3)]
    random = shot.random("ground")
    ground = fractal(random, height, wide, coarsest=16, octaves=5, persistence=0.8)[..., None]
    ground = ground * np.float32(0.03 if night else 0.42) + np.float32(0.01 if night else 0.08)
    lamps = [(random.uniform(0, wide), random.uniform(0.80, 0.97)) for _ in range(14)]
    for frame in range(shot.count):
        x = 0.42 * width * shot.progress(frame) + 4
        picture = window(sky, width, height, left=x * 0.1, top=0)
        for depth, (colour, cover) in enumerate(rows):
            left = x * (0.35 + 0.35 * depth)
            seen = window(colour, width, height, left=left, top=0)
            picture = over(picture, seen, window(cover, width, height, left=left, top=0))
        foot = int(height * 0.97)
        picture[foot:] = window(ground, width, height, left=x * 1.2, top=0).reshape(height, width, 1)[foot:]
        if night:
            for number, (place, row) in enumerate(lamps):
                ahead = 1 if number % 2 else -1
                at = (place - x + ahead * 0.25 * width * shot.seconds(frame)) % wide - 0.2 * width
                light = (1.0, 0.93, 0.75) if ahead > 0 else (1.0, 0.15, 0.08)
                glow(picture, at, row * height, 0.009 * height, light, 1.1)
                glow(picture, at, row * height, 0.05 * height, light, 0.12)
        yield picture


def city_at_night(shot: Shot) -> Pictures:
    """The same street by night: lit windows and passing cars."""
    return city(shot, night=True)


def window_grid(shot: Shot) -> Pictures:
    """An office facade, all equal rectangles, under a tilt: what is most easily mistaken for lettering."""
    height, width = shot.height, shot.width
    random = shot.random("facade")
    tall = int(height * 1.5)
    plate = gradient(tall, width, (0.62, 0.60, 0.58), (0.50, 0.48, 0.46))
    columns, pitch_y = int(random.integers(9, 15)), int(height * random.uniform(0.10, 0.15))
    pitch_x = width / columns
    sky = fractal(random, tall, width, coarsest=3, octaves=5)
    for y in range(-pitch_y // 2, tall, pitch_y):
        for column in range(columns):
            left, right = int((column + 0.2) * pitch_x), int((column + 0.82) * pitch_x)
            top, bottom = max(0, y + int(pitch_y * 0.25)), y + int(pitch_y * 0.85)
            if bottom <= top or right - left < 2:
                continue
            glass = mixed((0.14, 0.20, 0.27), (0.66, 0.76, 0.86), sky[top:bottom, left:right])
            plate[top:bottom, left:right] = glass * np.float32(random.uniform(0.65, 1.1))
            if random.random() < 0.4:
                blind = top + int((bottom - top) * random.uniform(0.2, 0.9))
                plate[top:blind, left:right] = (0.80, 0.77, 0.70)
            plate[top:bottom, (left + right) // 2 : (left + right) // 2 + 1] = 0.35
            plate[bottom : bottom + 1, left:right] = 0.78
    plate *= (0.9 + 0.2 * fractal(random, tall, width, coarsest=40, octaves=3, persistence=0.9))[..., None]
    for frame in range(shot.count):
        yield window(plate, width, height, left=0, top=(tall - height - 2) * (1 - shot.progress(frame)))


def crowd(shot: Shot) -> Pictures:
    """Some sixty people who cross a square."""
    height, width = shot.height, shot.width
    random = shot.random("crowd")
    stone = fractal(random, height, width, coarsest=20, octaves=4, persistence=0.8)[..., None]
    ground = gradient(height, width, (0.66, 0.64, 0.60), (0.50, 0.47, 0.43)) * (0.85 + 0.3 * stone)
    ground[: height // 5] *= 0.75
    places = [(random.uniform(0.3, 1.08), random.uniform(0, 1)) for _ in range(64)]
    people = [(row, start, random.choice([-1, 1])) for row, start in sorted(places)]
    coats = np.clip(random.uniform(0.08, 0.7, (64, 1)) + random.normal(0, 0.07, (64, 3)), 0.03, 0.9)
    paces = random.uniform(0.7, 1.3, 64)
    for frame in range(shot.count):
        picture = ground.astype(np.float32)
        seconds = shot.seconds(frame)
        for (row, start, way), coat, pace in zip(people, coats, paces, strict=True):
            size = height * 0.24 * row
            x = ((start + way * 0.055 * pace * row * seconds) % 1.2 - 0.1) * width
            step = math.sin(seconds * 7 * pace + start * 40)
            _person(picture, x, row * height + 0.008 * size * step, size, coat, step)
        yield cv2.GaussianBlur(picture, (0, 0), 0.6)


def _person(picture: np.ndarray, x: float, foot: float, size: float, coat: np.ndarray, step: float) -> None:
    """A walking figure of height ``size`` pixels, in place."""

    def at(dx: float, dy: float) -> tuple[int, int]:
        return int((x + dx * size) * 16), int((foot - dy * size) * 16)

    coat = tuple(map(float, coat))
    dark = tuple(0.45 * value for value in coat)
    thick = max(1, int(size * 0.09))
    shadow = (int(size * 0.24 * 16), int(size * 0.05 * 16))
    cv2.ellipse(picture, at(0.05, 0.0), shadow, 0, 0, 360, (0.30, 0.28, 0.26), -1, cv2.LINE_AA, 4)
    for side in (-1, 1):
        cv2.line(picture, at(0, 0.45), at(0.10 * step * side, 0.02), dark, thick, cv2.LINE_AA, 4)
        hand = at((0.13 + 0.05 * step) * side, 0.45)
        cv2.line(picture, at(0.09 * side, 0.74), hand, dark, thick, cv2.LINE_AA, 4)
    body = (int(size * 0.125 * 16), int(size * 0.22 * 16))
    cv2.ellipse(picture, at(0, 0.60), body, 0, 0, 360, coat, -1, cv2.LINE_AA, 4)
    cv2.circle(picture, at(0, 0.90), int(size * 0.075 * 16), (0.72, 0.54, 0.43), -1, cv2.LINE_AA, 4)
    hair = (int(size * 0.076 * 16), int(size * 0.05 * 16))
    cv2.ellipse(picture, at(0, 0.93), hair, 0, 180, 360, dark, -1, cv2.LINE_AA, 4)


def passing_train(shot: Shot) -> Pictures:
    """A train crosses close to the lens in the middle of the shot and hides everything for a while."""
    random = shot.random("train")
    height, width = shot.height, shot.width
    long = int(width * 4.5)
    tint = random.uniform(0.2, 0.6, 3)
    train = gradient(height, long, tuple(tint * 1.25), tuple(tint * 0.55))
    for x in range(0, long, int(width * 0.22)):
        left, right = x + int(width * 0.03), x + int(width * 0.19)
        train[int(height * 0.28) : int(height * 0.55), left:right] = (0.10, 0.13, 0.16)
        train[int(height * 0.28) : int(height * 0.40), left:right] *= 2.2
        train[:, x : x + 3] *= 0.6
    train[: int(height * 0.10)] = 0
    train *= (0.85 + 0.3 * fractal(random, height, long, coarsest=30, octaves=3))[..., None]
    cover = np.ones((height, long), np.float32)
    cover[: int(height * 0.10)] = 0
    for frame, picture in enumerate(city(shot)):
        left = int(long * 1.25 * shot.progress(frame) - width * 1.2)
        colour, hidden = np.zeros_like(picture), np.zeros(picture.shape[:2], np.float32)
        first, last = max(0, left), min(long, left + width)
        if first < last:
            colour[:, first - left : last - left] = train[:, first:last]
            hidden[:, first - left : last - left] = cover[:, first:last]
            spread = int(width * 0.03)
            colour, hidden = cv2.blur(colour, (spread, 1)), cv2.blur(hidden, (spread, 1))
        yield picture * (1 - hidden[..., None]) + colour


def containers(shot: Shot) -> Pictures:
    """Stacks of freight containers, ribbed and coloured, under a slow push."""
    random = shot.random("containers")
    height, width = shot.height, shot.width
    plate = np.zeros((height, width, 3), np.float32)
    rows, columns = 5, 4
    paints = [(0.62, 0.20, 0.14), (0.13, 0.30, 0.48), (0.20, 0.42, 0.28), (0.72, 0.52, 0.18), (0.5, 0.5, 0.5)]
    ribs = 0.86 + 0.14 * np.sign(np.sin(np.arange(width) * math.tau * 22 / width))[None, :, None]
    for row in range(rows):
        for column in range(columns):
            top, bottom = row * height // rows, (row + 1) * height // rows
            left, right = column * width // columns, (column + 1) * width // columns
            paint = np.array(paints[int(random.integers(len(paints)))]) * random.uniform(0.7, 1.1)
            plate[top:bottom, left:right] = paint
            plate[top : top + 2, left:right] = paint * 1.5
            plate[bottom - 3 : bottom, left:right] = paint * 0.4
            plate[top:bottom, right - 3 : right] = paint * 0.5
    rust = 0.75 + 0.5 * fractal(random, height, width, coarsest=6)
    plate = (plate * ribs * rust[..., None]).astype(np.float32)
    for frame in range(shot.count):
        yield window(plate, width, height, left=0, top=0, zoom=1.02 + 0.22 * shot.progress(frame))
