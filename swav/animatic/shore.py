"""The sound of a shore, made of noise: a wash that swells and falls over a murmur that stays."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile

from swav.files import replacing

RATE = 48_000
_SWELLS = ((5.0, 0.0), (7.5, 0.4))
"""Seconds from wave to wave, and the share of that by which the first is late; both divide 15 s."""


def write_shore(target: Path, *, seconds: Fraction, seed: int) -> None:
    """Write 16-bit stereo WAV at 48 kHz.

    Noise is smoothed by sums of whole numbers, which are the same on every machine.
    """
    count = int(seconds * RATE)
    rng = np.random.default_rng(seed)
    time = np.arange(count) / RATE
    swell = sum(np.sin(np.pi * (time / period - late)) ** 6 for period, late in _SWELLS)
    sides = []
    for _ in range(2):
        murmur, wash = _smooth(rng, count, 60), _smooth(rng, count, 9)
        sides.append(0.03 * murmur + 0.06 * wash * (0.15 + swell))
    sound = np.rint(np.stack(sides, axis=1).clip(-1, 1) * 32767).astype(np.int16)
    with replacing(target) as partial:
        soundfile.write(partial, sound, RATE, subtype="PCM_16", format="WAV")


def _smooth(rng: np.random.Generator, count: int, width: int) -> np.ndarray:
    """Noise of variance 1 whose high notes are taken away by two moving sums over ``width`` samples."""
    noise = rng.integers(-1000, 1001, count + 2 * width)
    for _ in range(2):
        summed = np.cumsum(noise)
        noise = summed[width:] - summed[:-width]
    noise = noise[:count]
    return noise / np.sqrt(np.mean(np.square(noise, dtype=np.float64)))
