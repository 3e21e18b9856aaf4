"""Clips whose every moment is known: scenes as functions of time, for ``benchmarks/motion.py``.

A scene gives a picture for any second, uint8 RGB. Speeds are for pictures of 832 pixels across.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache

import numpy as np

from swav.opencv import cv2

W, H = 832, 480
X, Y = np.meshgrid(np.arange(W, dtype=np.float32), np.arange(H, dtype=np.float32))
Scene = Callable[[float], np.ndarray]


@cache
def texture(seed: int) -> np.ndarray:
    """Rough and fine structure, three pictures wide and two high; float32 RGB."""
    width, height, rng = 3 * W, 2 * H, np.random.default_rng(seed)
    out, strength = np.zeros((height, width, 3), np.float32), 1.0
    for octave in (128, 64, 32, 16, 8, 4, 2):
        small = rng.standard_normal((height // octave + 2, width // octave + 2, 3)).astype(np.float32)
        small = 0.75 * small.mean(-1, keepdims=True) + 0.35 * small
        out += strength * cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        strength *= 0.72
    return np.clip((out - out.mean()) / out.std() * 42 + rng.uniform(90, 140, 3), 0, 255).astype(np.float32)


def seen(seed: int, matrix: list[list[float]]) -> np.ndarray:
    """A texture through an affine map from the picture's pixels to the texture's."""
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(texture(seed), np.float32(matrix), (W, H), flags=how, borderMode=cv2.BORDER_REFLECT)


def pan(t: float, seed: int = 1, speed: float = 260, rise: float = 30) -> np.ndarray:
    return seen(seed, [[1, 0, 100 + speed * t], [0, 1, 60 + rise * t]])


def whip_pan(t: float) -> np.ndarray:
    return pan(t, speed=1500, rise=0)


def night_pan(t: float) -> np.ndarray:
    """Dark, with little contrast, and noise of a sensor."""
    noise = np.random.default_rng(round(t * 48) + 90).normal(0, 1.5, (H, W, 1))
    return pan(t, speed=120, rise=0) * 0.12 + 4 + noise


def zoom(t: float) -> np.ndarray:
    scale, angle = 1 / (1 + 0.45 * t), 0.12 * t
    c, d = scale * np.cos(angle), scale * np.sin(angle)
    return seen(1, [[c, -d, 1.5 * W - c * W / 2 + d * H / 2], [d, c, H - d * W / 2 - c * H / 2]])


def occlusion(t: float) -> np.ndarray:
    """A disc and a box cross each other before a background that moves."""
    out = pan(t, speed=90, rise=0)
    disc = np.clip(85 - np.hypot(X - W * 0.85 + 300 * t, Y - H * 0.55) + 0.5, 0, 1)[..., None]
    out = (
        out * (1 - disc)
        + np.clip(seen(2, [[1, 0, 900 + 300 * t], [0, 1, 200]]) * [0.5, 0.7, 1.2], 0, 255) * disc
    )
    left, top = W * 0.15 + 330 * t - 70, H * 0.3
    edges = (X - left, left + 140 - X, Y - top, H * 0.8 - Y)
    box = np.prod([np.clip(edge + 0.5, 0, 1) for edge in edges], axis=0)[..., None]
    return (
        out * (1 - box)
        + np.clip(seen(2, [[1, 0, 300 - 330 * t], [0, 1, 100]]) * [1.2, 0.7, 0.4], 0, 255) * box
    )


def still(factor: float = 0.6) -> np.ndarray:
    return texture(1)[100 : 100 + H, 200 : 200 + W] * factor


def wheel(t: float) -> np.ndarray:
    away, radius = np.hypot(X - W / 2, Y - H / 2), 190
    turned = np.arctan2(Y - H / 2, X - W / 2) - 2.2 * t
    spokes = np.clip((np.cos(turned * 5) - 0.55) * away * 0.25 + 0.5, 0, 1) * np.clip(
        radius - away + 0.5, 0, 1
    )
    seen_at = np.maximum(spokes, np.clip(14 - np.abs(away - radius) + 0.5, 0, 1))[..., None]
    shade = (150 + 70 * np.cos(turned * 3) + 20 * np.sin(away / 6))[..., None] * np.float32([1, 0.85, 0.6])
    return still(0.55) * (1 - seen_at) + shade * seen_at


def water(t: float) -> np.ndarray:
    height, rng = np.zeros((H, W), np.float32), np.random.default_rng(3)
    for _ in range(28):
        k, angle = rng.uniform(0.02, 0.16), rng.normal(0.3, 0.9)
        across = np.cos(angle) * X + np.sin(angle) * Y * 2.2
        wave = np.sin(k * across - 2.6 * np.sqrt(k * 100) * t + rng.uniform(0, 6.28))
        height += 0.09 * rng.uniform(0.4, 1) / k * wave
    gx, gy = np.gradient(height, axis=1), np.gradient(height, axis=0)
    glint = np.clip((gx * 1.6 + gy * 0.9) * 3.2 - 1.1, 0, 1) ** 2 * 190
    return (
        np.stack([30 + 26 * gx, 74 + 40 * gx + 1.2 * height, 100 + 46 * gy + 1.4 * height], -1)
        + glint[..., None]
    )


def rain(t: float) -> np.ndarray:
    """Streaks that travel 30 to 55 pixels from a source frame to the next, further than they are long."""
    layer, rng = np.zeros((H, W), np.float32), np.random.default_rng(4)
    for _ in range(420):
        x, y = rng.uniform(-40, W), rng.uniform(0, H * 1.4)
        speed, length = rng.uniform(500, 900), rng.uniform(14, 34)
        x, y = x + 0.12 * (speed * t % (H * 1.4)), (y + speed * t) % (H * 1.4) - 0.2 * H
        ends = [(int(a * 16), int(b * 16)) for a, b in ((x, y), (x + 0.12 * length, y + length))]
        cv2.line(layer, *ends, rng.uniform(0.25, 0.7), 1, cv2.LINE_AA, 4)
    return still() + layer[..., None] * 190


def snow(t: float) -> np.ndarray:
    layer, rng = np.zeros((H, W), np.float32), np.random.default_rng(5)
    for _ in range(260):
        x, y, speed = rng.uniform(0, W), rng.uniform(0, H), rng.uniform(60, 220)
        size, phase = rng.uniform(1.2, 4.5), rng.uniform(0, 6.28)
        at = (x + 14 * np.sin(3 * t + phase)) % W, (y + speed * t) % H
        cv2.circle(layer, tuple(int(v * 16) for v in at), int(size * 16), 0.9, -1, cv2.LINE_AA, 4)
    return still() * (1 - layer[..., None]) + 235 * layer[..., None]


def flash(t: float) -> np.ndarray:
    """The whole light jumps by 1.9 four times a second, and a lamp swells."""
    gain = 1 + 0.9 * (np.sin(2 * np.pi * 4.1 * t) > 0.55)
    lamp = (
        np.exp(-((X - W * 0.7) ** 2 + (Y - H * 0.35) ** 2) / (2 * 90**2)) * 75 * (1 + np.sin(6 * np.pi * t))
    )
    return pan(t, speed=70, rise=0) * gain * 0.7 + lamp[..., None]


def cut(t: float) -> np.ndarray:
    if t < 0.39:
        return pan(t, speed=150, rise=0)
    return pan(t, seed=2, speed=-150, rise=20) * [1.1, 0.95, 0.7]


def cross_fade(t: float) -> np.ndarray:
    share = np.clip((t - 0.1) / 0.5, 0, 1)
    return pan(t, speed=120, rise=0) * (1 - share) + pan(t, seed=2, speed=-90, rise=0) * share


def grain(t: float) -> np.ndarray:
    return still(1.0) + np.random.default_rng(round(t * 48) + 50).normal(0, 9, (H, W, 1))


def sign(t: float) -> np.ndarray:
    """Lettering that stands still before a pan."""
    mask = np.zeros((H, W), np.uint8)
    cv2.putText(mask, "HARBOUR 2026", (60, int(H * 0.8)), cv2.FONT_HERSHEY_DUPLEX, 2.6, 255, 4, cv2.LINE_AA)
    letters = mask[..., None] / 255.0
    return pan(t, speed=230, rise=0) * 0.6 * (1 - letters) + 245 * letters


def fence(t: float) -> np.ndarray:
    """Bars, 46 pixels from one to the next, that travel 19 from a source frame to the next."""
    bars = 0.5 + 0.5 * np.clip(np.sin((X + 300 * t) * 2 * np.pi / 46) * 6, -1, 1)[..., None]
    return still(0.7) * bars + np.float32([200, 170, 120]) * (1 - bars)


def shake(t: float) -> np.ndarray:
    rng = np.random.default_rng(9)
    swings = [(rng.uniform(3, 9), rng.uniform(0, 6.28), rng.uniform(4, 11)) for _ in range(4)]
    dx, dy = (sum(far * np.sin(3.14 * fast * t + phase + o) for far, phase, fast in swings) for o in (0, 2))
    return seen(1, [[1, 0, 400 + dx], [0, 1, 150 + dy]])


SCENES: dict[str, tuple[str, Scene]] = {
    "pan": ("pan over texture, 260 px/s", pan),
    "whip": ("whip pan, 1500 px/s", whip_pan),
    "night": ("dark pan with noise", night_pan),
    "zoom": ("zoom and turn", zoom),
    "occlusion": ("two objects cross (occlusion)", occlusion),
    "wheel": ("turning wheel", wheel),
    "water": ("water with glints", water),
    "rain": ("rain, streaks of 30 to 55 px a frame", rain),
    "snow": ("snow", snow),
    "flash": ("flashing light, and a lamp", flash),
    "cut": ("hard cut", cut),
    "fade": ("cross-fade of two pans", cross_fade),
    "grain": ("still picture with grain", grain),
    "sign": ("lettering before a pan", sign),
    "fence": ("fence: repeats each 46 px, moves 19", fence),
    "shake": ("camera shake", shake),
}

PROMPTS = {
    "sea": (
        "animatic: sea, rain",
        "A grey frigate cuts through a rough sea at dawn, spray over the bow. Wide shot.",
        "pan left",
    ),
    "town": (
        "animatic: town, push",
        "A busy harbour town street with people walking and a car passing, midday. Medium shot.",
        "push",
    ),
}


def drawn(name: str, rate: int, count: int) -> Iterator[np.ndarray]:
    """``count`` frames of a scene at ``rate`` frames a second: uint8 RGB (H, W, 3)."""
    if name in PROMPTS:
        from swav.animatic.panel import frames

        _, prompt, camera = PROMPTS[name]
        size = {"width": W, "height": H, "rate": Fraction(rate), "count": count}
        yield from frames(prompt, camera=camera, seed=3, slate=None, **size)
        return
    scene = SCENES[name][1]
    for number in range(count):
        yield np.clip(np.rint(scene(number / rate)), 0, 255).astype(np.uint8)
