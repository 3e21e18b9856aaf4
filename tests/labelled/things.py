"""Clean scenes of single things: products, ships, lamps, instruments, fireworks."""

import math
from collections.abc import Iterator

import cv2
import numpy as np

from .nature import clouds, hills, sea
from .picture import Shot, fractal, glow, gradient, mixed, over, smooth_step, window
from .signs import lettered

Pictures = Iterator[np.ndarray]


def _bottle(shot: Shot) -> np.ndarray:
    """A glazed bottle on a table before a backdrop: smooth, still, and cheap to encode."""
    height, width = shot.height, shot.width
    random = shot.random("product")
    tint = random.uniform(0.3, 0.8, 3)
    picture = gradient(height, width, tuple(0.75 * tint + 0.2), tuple(0.35 * tint + 0.1))
    table = int(height * 0.72)
    picture[table:] = gradient(height - table, width, (0.50, 0.46, 0.42), (0.28, 0.25, 0.22))
    wood = fractal(random, 16, width, coarsest=3, octaves=3)
    picture[table:] *= (0.85 + 0.3 * cv2.resize(wood, (width, height - table)))[..., None]
    rows = (np.arange(height, dtype=np.float32)[:, None] / height - 0.84) / -0.66
    columns = (np.arange(width, dtype=np.float32)[None] - width / 2) / height
    radius = 0.15 * (1 - 0.68 * smooth_step(0.58, 0.78, rows)) * smooth_step(-0.01, 0.03, rows)
    radius = np.where(rows > 1.0, 0, radius)
    across = columns / np.maximum(radius, 1e-4)
    cover = np.clip((radius - np.abs(columns)) * height, 0, 1).astype(np.float32)
    normal = np.sqrt(np.clip(1 - across**2, 0, 1))
    glaze = random.uniform(0.1, 0.7, 3)
    shade = (0.25 + 0.75 * np.clip(normal * 0.8 - 0.45 * across, 0, 1))[..., None] * glaze
    shine = np.exp(-(((across + 0.45) / 0.10) ** 2)) * 0.8 + np.exp(-(((across - 0.7) / 0.06) ** 2)) * 0.25
    shadow = np.exp(-((columns - 0.06) ** 2) / 0.03 - ((rows + 0.015) ** 2) / 0.0012)
    picture *= 1 - 0.6 * shadow[..., None]
    return over(picture, (shade + shine[..., None]).astype(np.float32), cover)


def product(shot: Shot) -> Pictures:
    """A product on a table, the camera locked off: nothing moves, and nothing should."""
    picture = _bottle(shot)
    for frame in range(shot.count):
        yield picture * (1 + 0.004 * math.sin(1.3 * shot.seconds(frame)))


def product_push(shot: Shot) -> Pictures:
    """The same product under a slow push in."""
    picture = _bottle(shot)
    for frame in range(shot.count):
        yield window(picture, shot.width, shot.height, left=0, top=0, zoom=1.02 + 0.10 * shot.progress(frame))


def turntable(shot: Shot) -> Pictures:
    """A mottled globe that turns under studio light."""
    height, width = shot.height, shot.width
    random = shot.random("globe")
    skin = fractal(random, 512, 1024, coarsest=6, octaves=7, persistence=0.65, wrap=True)
    paint = mixed((0.08, 0.22, 0.34), (0.72, 0.55, 0.30), smooth_step(0.42, 0.58, skin))
    paint *= (0.7 + 0.6 * fractal(random, 512, 1024, coarsest=30, octaves=4, wrap=True))[..., None]
    back = gradient(height, width, (0.60, 0.61, 0.64), (0.30, 0.30, 0.32))
    radius = 0.36 * height
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (columns - width / 2) / radius, (rows - height / 2) / radius
    square = x * x + y * y
    z = np.sqrt(np.clip(1 - square, 0, 1))
    cover = np.clip((1 - np.sqrt(square)) * radius, 0, 1)
    light = np.clip(-0.45 * x - 0.5 * y + 0.74 * z, 0, 1)[..., None]
    longitude, latitude = np.arctan2(x, z + 1e-6), np.arcsin(np.clip(y, -1, 1))
    for frame in range(shot.count):
        turn = longitude / math.tau + 0.5 + 0.09 * shot.seconds(frame)
        map_x, map_y = np.float32(turn * 1023 % 1023), np.float32((latitude / math.pi + 0.5) * 511)
        seen = cv2.remap(paint, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        yield over(back, seen * (0.12 + 0.95 * light) + 0.5 * light**24, cover)


def _ship(shot: Shot, number: str, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A grey patrol ship with its hull number: colour and cover, float32, on a plate of its own."""
    height = shot.height
    plate, cover = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    random = shot.random("ship")
    paint = fractal(random, height, width, coarsest=6, octaves=6, persistence=0.6)

    def part(points: list[tuple[float, float]], tone: float) -> None:
        outline = np.array([(x * width, y * height) for x, y in points], np.float32)
        fixed = np.round(outline * 16).astype(np.int32)
        cv2.fillPoly(plate, [fixed], (tone * 0.96, tone, tone * 1.04), cv2.LINE_AA, 4)
        cv2.fillPoly(cover, [fixed], 1.0, cv2.LINE_AA, 4)

    part([(0.44, 0.18), (0.46, 0.18), (0.46, 0.40), (0.44, 0.40)], 0.42)
    part([(0.40, 0.22), (0.50, 0.22), (0.50, 0.235), (0.40, 0.235)], 0.40)
    part([(0.30, 0.34), (0.58, 0.34), (0.62, 0.52), (0.26, 0.52)], 0.60)
    part([(0.34, 0.37), (0.56, 0.37), (0.57, 0.41), (0.33, 0.41)], 0.14)
    part([(0.64, 0.47), (0.70, 0.47), (0.71, 0.52), (0.63, 0.52)], 0.50)
    part([(0.04, 0.52), (0.97, 0.50), (0.88, 0.74), (0.09, 0.74)], 0.54)
    part([(0.09, 0.74), (0.88, 0.74), (0.87, 0.765), (0.095, 0.765)], 0.16)
    plate *= (0.82 + 0.36 * paint)[..., None]
    digits = lettered(number, round(height * 0.11), weight=700)
    top, left = int(height * 0.565), int(width * 0.70)
    ink = digits[:, : max(0, width - left)]
    area = plate[top : top + ink.shape[0], left : left + ink.shape[1]]
    area[:] = over(area, (0.92, 0.93, 0.94), ink * 0.95)
    return plate, cover


def hull_number(shot: Shot) -> Pictures:
    """A grey ship under way; its hull number, one to four digits, is no garbled lettering."""
    height, width = shot.height, shot.width
    random = shot.random("number")
    number = str(int(random.integers(2, 9999)))
    wide = int(width * 1.1)
    colour, cover = _ship(shot, number, wide)
    for frame, picture in enumerate(sea(shot)):
        seconds = shot.seconds(frame)
        left = width * (0.10 - 0.10 * shot.progress(frame))
        top = height * 0.008 * math.sin(1.4 * seconds) + height * 0.06
        roll = 0.008 * math.sin(1.1 * seconds)
        seen = window(colour, width, height, left=left, top=top, roll=roll)
        yield over(picture, seen, window(cover, width, height, left=left, top=top, roll=roll))


def _quay_lamps(shot: Shot) -> np.ndarray:
    """Steady lamps along a shore, to add to a night."""
    random = shot.random("quay")
    lamps = np.zeros((shot.height, shot.width, 3), np.float32)
    for _ in range(26):
        x, y = random.uniform(0, shot.width), shot.height * random.uniform(0.78, 0.84)
        glow(lamps, x, y, 0.008 * shot.height, (1.0, 0.82, 0.5), random.uniform(0.5, 1.1))
        glow(lamps, x, y, 0.04 * shot.height, (1.0, 0.75, 0.4), 0.10)
    return lamps


def beacon(shot: Shot) -> Pictures:
    """A harbour at night: on three masts, beacons that flash for a tenth of a second, twice a second."""
    height, width = shot.height, shot.width
    random = shot.random("beacons")
    lamps = [(random.uniform(0.15, 0.85), random.uniform(0.3, 0.5), random.random()) for _ in range(3)]
    colours = [(1.0, 0.2, 0.15), (0.3, 1.0, 0.5), (1.0, 0.95, 0.85)]
    quay = _quay_lamps(shot)
    for frame, picture in enumerate(hills(shot, travel=0.03)):
        night = picture * np.array([0.09, 0.12, 0.20], np.float32) + 0.006 + quay
        for (x, y, phase), colour in zip(lamps, colours, strict=True):
            cv2.line(
                night, (int(x * width), int(y * height)), (int(x * width), int(0.75 * height)), (0.03,) * 3, 2
            )
            if (shot.seconds(frame) / 0.55 + phase) % 1 < 0.2:
                glow(night, x * width, y * height, 0.02 * height, colour, 1.8)
                glow(night, x * width, y * height, 0.12 * height, colour, 0.25)
        yield night


def fireworks(shot: Shot) -> Pictures:
    """Bursts of sparks over a dark town."""
    height, width = shot.height, shot.width
    random = shot.random("fireworks")
    length = shot.count / float(shot.rate)
    bursts = [
        (
            random.uniform(-0.6, 0.9 * length),
            random.uniform(0.2, 0.8) * width, random.uniform(0.15, 0.45) * height,
            random.uniform(0.3, 1.0, 3), random.normal(0, 1, (90, 2)), random.uniform(0.16, 0.30) * height,
        )
        for _ in range(max(4, int(length * 2.5)))
    ]  # fmt: skip
    town = next(hills(shot, travel=0.0)) * np.float32(0.06) + _quay_lamps(shot)
    trails = np.zeros((height, width, 3), np.float32)
    for frame in range(shot.count):
        seconds = shot.seconds(frame)
        trails *= 0.80
        for start, x, y, colour, directions, reach in bursts:
            age = seconds - start
            if not 0 <= age < 1.3:
                continue
            spread = reach * (1 - math.exp(-3.2 * age))
            for dx, dy in directions:
                fallen = y + 0.6 * dy * spread + 0.10 * height * age**2
                at = (int((x + 0.6 * dx * spread) * 8), int(fallen * 8))
                light = tuple(map(float, colour * (1.3 - age)))
                cv2.circle(trails, at, 8, light, -1, cv2.LINE_AA, 3)
        yield town + trails + 0.6 * cv2.GaussianBlur(trails, (0, 0), height / 40)


def radar(shot: Shot) -> Pictures:
    """A control room's round screen: rings, spokes, echoes and a turning beam, and no letters."""
    height, width = shot.height, shot.width
    random = shot.random("radar")
    middle = (width // 2, height // 2)
    base = gradient(height, width, (0.05, 0.06, 0.07), (0.03, 0.035, 0.04))
    rings = np.zeros((height, width), np.float32)
    for ring in range(1, 5):
        cv2.circle(rings, middle, int(0.11 * height * ring), 0.35, 1, cv2.LINE_AA)
    for spoke in range(0, 360, 30):
        angle = math.radians(spoke)
        x, y = middle[0] + 0.44 * height * math.cos(angle), middle[1] + 0.44 * height * math.sin(angle)
        cv2.line(rings, middle, (int(x), int(y)), 0.18, 1, cv2.LINE_AA)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    bearing = np.arctan2(rows - middle[1], columns - middle[0])
    inside = np.clip(0.445 * height - np.hypot(rows - middle[1], columns - middle[0]), 0, 1)
    echoes = smooth_step(0.62, 0.72, fractal(random, height, width, coarsest=7, octaves=5))
    for frame in range(shot.count):
        lag = (2.2 * shot.seconds(frame) - bearing) % math.tau
        beam = np.exp(-1.1 * lag)
        light = inside * (0.07 + 0.5 * beam + 0.9 * echoes * (0.12 + beam)) + rings
        yield base + light[..., None] * np.array([0.25, 1.0, 0.55], np.float32) * 0.8


def flags(shot: Shot) -> Pictures:
    """Plain striped flags in the wind before clouds."""
    height, width = shot.height, shot.width
    random = shot.random("flags")
    cloths = [random.uniform(0.1, 0.9, (3, 3)) for _ in range(3)]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    for frame, picture in enumerate(clouds(shot)):
        seconds = shot.seconds(frame)
        for number, stripes in enumerate(cloths):
            left = width * (0.08 + 0.31 * number)
            x = (columns - left) / (0.25 * width)
            wave = np.sin(9 * x - 6.5 * seconds + number) * x * 0.05
            y = (rows / height - 0.22 - 0.05 * number) / 0.34 + wave
            band = np.clip((y * 3).astype(int), 0, 2)
            shade = 0.85 + 0.35 * np.cos(9 * x - 6.5 * seconds + number) * x
            cover = ((x > 0) & (x < 1) & (y > 0) & (y < 1)).astype(np.float32)
            pole = (np.abs(columns - left) < 0.004 * width) & (rows > 0.18 * height)
            picture = over(picture, (0.35, 0.33, 0.30), pole.astype(np.float32))
            cloth = (stripes[band] * shade[..., None]).astype(np.float32)
            picture = over(picture, cloth, cv2.GaussianBlur(cover, (0, 0), 0.7))
        yield picture


def rack_focus(shot: Shot) -> Pictures:
    """The lens finds its focus in the first half of the shot, as films do."""
    for frame, picture in enumerate(hills(shot, travel=0.04)):
        softness = 0.014 * shot.height * (1 - float(smooth_step(0.0, 0.45, np.float32(shot.progress(frame)))))
        yield cv2.GaussianBlur(picture, (0, 0), softness) if softness > 0.4 else picture
