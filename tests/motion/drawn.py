"""Small pictures whose motion is known: planes of yuv420p, luma first."""

import cv2
import numpy as np

SIZE = 192, 128


def texture(seed: int = 1, width: int = 420, height: int = 200) -> np.ndarray:
    """float32 (height, width): rough and fine structure, of levels of 255."""
    rng, found, strength = np.random.default_rng(seed), np.zeros((height, width), np.float32), 1.0
    for octave in (64, 32, 16, 8, 4, 2):
        small = rng.standard_normal((height // octave + 2, width // octave + 2)).astype(np.float32)
        found += strength * cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        strength *= 0.75
    return np.clip(120 + found / found.std() * 40, 0, 255)


def planes(luma: np.ndarray) -> tuple[np.ndarray, ...]:
    """A picture of that luma, without colour."""
    luma = np.clip(np.rint(luma), 0, 255).astype(np.uint8)
    grey = np.full((luma.shape[0] // 2, luma.shape[1] // 2), 128, np.uint8)
    return luma, grey, grey.copy()


def view(picture: np.ndarray, x: float, y: float = 30) -> np.ndarray:
    """The window of ``picture`` whose left upper corner is there."""
    return cv2.getRectSubPix(picture, SIZE, (x + (SIZE[0] - 1) / 2, y + (SIZE[1] - 1) / 2))


def pan(position: float, seed: int = 1) -> tuple[np.ndarray, ...]:
    """A camera that has travelled to ``position`` along a texture."""
    return planes(view(texture(seed), 40 + position))


def fence(position: float) -> tuple[np.ndarray, ...]:
    """Bars, 22 pixels from one to the next, that have travelled to ``position`` before a texture."""
    bars = 0.5 + 0.5 * np.clip(np.sin((np.arange(SIZE[0]) + position) * 2 * np.pi / 22) * 4, -1, 1)
    return planes(view(texture(), 40) * bars * 0.7 + 170 * (1 - bars))
