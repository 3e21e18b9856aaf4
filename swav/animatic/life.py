"""Small life in the picture: glitter, lamps, snow, rain, bubbles, sparks. Each is a pure function of time."""

import math

import numpy as np

from swav.animatic.art import Blink, Fall, Glitter
from swav.animatic.canvas import Sheet, cloud_noise
from swav.bands import bands
from swav.opencv import cv2

_SHIFT = 4


class Glints:
    """Sparkle on water: two fields of noise that slide against each other; where both are high, it glints."""

    def __init__(self, glitter: Glitter, sheet: Sheet):
        self.glitter, self.sheet = glitter, sheet
        self.top = sheet.row(glitter.top)
        rows = sheet.rows - self.top
        rng = np.random.default_rng(11)
        fine = max(2.0, 0.005 * sheet.unit)
        self.fields = [
            cloud_noise(rng, (rows, sheet.columns), (fine, fine * spread), 2) for spread in (4.0, 3.0)
        ]
        down = np.arange(rows, dtype=np.float32)[:, None] / max(1, rows)
        path = np.exp(-(((sheet.x - glitter.x) / (0.06 + 0.42 * down)) ** 2)) * (1 - down) ** 0.7
        self.path = (path * glitter.strength).astype(np.float32)

    def paint(self, frame: np.ndarray, matrix: np.ndarray, seconds: float) -> None:
        """Add the glints of a moment to a float32 RGBA frame."""
        height, width = frame.shape[:2]
        first = max(0, int((self.top - matrix[1, 2]) / matrix[1, 1]) + 1)
        if first >= height:
            return
        size = (width, height - first)
        local = matrix.copy()
        local[:, 2] += local[:, 1] * first
        local[1, 2] -= self.top
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        layers = []
        for field, way in zip(self.fields, (1, -1), strict=True):
            moved = local.copy()
            moved[0, 2] += (
                way * 0.016 * self.sheet.unit * math.sin(0.5 * seconds + way)
                + way * 0.008 * self.sheet.unit * seconds
            )
            layers.append(cv2.warpAffine(field, moved, size, flags=flags, borderMode=cv2.BORDER_REFLECT))
        path, area = cv2.warpAffine(self.path, local, size, flags=flags), frame[first:]
        for band in bands(height - first):
            one, other = (cv2.max(layer[band], 0) for layer in layers)
            light = cv2.max(cv2.subtract(cv2.multiply(one, other), 0.32), 0)
            light = cv2.multiply(cv2.min(cv2.multiply(light, 1.6), 1.0), path[band])
            colour = cv2.merge([light * np.float32(c) for c in self.glitter.colour] + [light])
            cv2.add(area[band], colour, dst=area[band])


def blink(frame: np.ndarray, lamp: Blink, x: float, y: float, scale: float, seconds: float) -> None:
    """Add a lamp at frame pixel (x, y): a soft pulse, dark for most of its period."""
    phase = (seconds / lamp.period + lamp.phase) % 1
    power = math.exp(-(((phase - 0.5) / 0.13) ** 2))
    radius = lamp.radius * scale
    reach = max(2, math.ceil(3 * radius))
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    right, bottom = min(frame.shape[1], int(x) + reach + 2), min(frame.shape[0], int(y) + reach + 2)
    if power < 0.01 or left >= right or top >= bottom:
        return
    across = np.exp(-(((np.arange(left, right) - x) / radius) ** 2))
    down = np.exp(-(((np.arange(top, bottom) - y) / radius) ** 2))
    light = (power * down[:, None] * across[None, :]).astype(np.float32)
    frame[top:bottom, left:right, :3] += light[..., None] * np.asarray(lamp.colour, np.float32)


class Falling:
    """Particles whose path is known for all time, so that any frame can be drawn on its own."""

    def __init__(self, fall: Fall, seed: int, width: int, height: int):
        rng = np.random.default_rng(seed)
        self.fall, self.width, self.height = fall, width, height
        self.x, self.y, self.near, self.phase = rng.random((4, fall.count))
        self.near = 0.3 + 0.7 * self.near**2
        shares = np.arange(256, dtype=np.float32) * np.float32(1 / 255)
        self._light = np.stack([shares * np.float32(ink) for ink in (*fall.colour, 1.0)], axis=1)

    def paint(self, frame: np.ndarray, seconds: float) -> None:
        """Add the particles of a moment to a float32 RGBA frame, which is contiguous."""
        mask = np.zeros((self.height, self.width), np.uint8)
        {
            "snow": self._snow,
            "rain": self._rain,
            "bubbles": self._bubbles,
            "sparks": self._sparks,
            "motes": self._motes,
        }[self.fall.kind](mask, seconds)
        # Most of the picture has no particle.
        places = np.flatnonzero(mask)
        frame.reshape(-1, 4)[places] += self._light[mask.reshape(-1)[places]]

    def _dot(self, mask: np.ndarray, x: float, y: float, radius: float, power: float) -> None:
        place = (round((x * self.width) * 16), round((y * self.height) * 16))
        radius *= self.height
        cv2.circle(
            mask,
            place,
            max(8, round(radius * 16)),
            min(255, power * min(1.0, radius / 0.5)),
            -1,
            cv2.LINE_AA,
            _SHIFT,
        )

    def _snow(self, mask: np.ndarray, t: float) -> None:
        for x, y, near, phase in zip(self.x, self.y, self.near, self.phase, strict=True):
            sway = 0.02 * math.sin(1.1 * t + math.tau * phase)
            self._dot(
                mask,
                (x + sway + 0.03 * near * t) % 1.04 - 0.02,
                (y + (0.05 + 0.11 * near) * t) % 1.04 - 0.02,
                0.0045 * near,
                200 * near,
            )

    def _rain(self, mask: np.ndarray, t: float) -> None:
        for x, y, near in zip(self.x, self.y, self.near, strict=True):
            down = (y + (1.1 + 1.3 * near) * t) % 1.2 - 0.1
            across = (x - 0.12 * down) % 1.0
            start = (round(across * self.width * 16), round(down * self.height * 16))
            length = (0.03 + 0.05 * near) * self.height * 16
            end = (round(start[0] - 0.13 * length), round(start[1] + length))
            cv2.line(mask, start, end, 30 + 55 * near, 1, cv2.LINE_AA, _SHIFT)

    def _bubbles(self, mask: np.ndarray, t: float) -> None:
        for x, y, near, phase in zip(self.x, self.y, self.near, self.phase, strict=True):
            rise = (y - (0.03 + 0.06 * near) * t) % 1.0
            self._dot(
                mask,
                self.fall.x + (x - 0.5) * 0.5 + 0.01 * math.sin(2 * t + 6 * phase),
                rise,
                0.0045 * near,
                110 * near,
            )

    def _motes(self, mask: np.ndarray, t: float) -> None:
        for x, y, near, phase in zip(self.x, self.y, self.near, self.phase, strict=True):
            self._dot(
                mask,
                (x + 0.006 * t * (phase - 0.5) * 4) % 1,
                (y + 0.008 * math.sin(0.6 * t + 6 * phase)) % 1,
                0.0022 * near,
                90 * near,
            )

    def _sparks(self, mask: np.ndarray, t: float) -> None:
        for x, y, near, phase in zip(self.x, self.y, self.near, self.phase, strict=True):
            age = (t / 0.9 + phase) % 1
            speed, angle = 0.10 + 0.28 * near, math.pi * (0.1 + 0.8 * x)
            at = (
                self.fall.x + speed * math.cos(angle) * age * self.height / self.width,
                self.fall.y - speed * math.sin(angle) * age * (0.5 + y) + 0.42 * age * age,
            )
            back = max(0.0, age - 0.05)
            was = (
                self.fall.x + speed * math.cos(angle) * back * self.height / self.width,
                self.fall.y - speed * math.sin(angle) * back * (0.5 + y) + 0.42 * back * back,
            )
            ends = [(round(px * self.width * 16), round(py * self.height * 16)) for px, py in (was, at)]
            cv2.line(mask, *ends, 255 * (1 - age), max(1, round(0.0022 * self.height)), cv2.LINE_AA, _SHIFT)
