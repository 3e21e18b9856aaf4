"""What every utterance goes through before it is a file: trimming, 48 kHz, a safe peak."""

from math import gcd
from pathlib import Path

import numpy as np
import soundfile

from swav.files import replacing

SAMPLE_RATE = 48000
_LEAD = 0.04  # seconds kept before the first sound: the onset of a soft consonant
_TAIL = 0.12  # seconds kept after the last: the breath
_SILENCE = 10 ** (-46 / 20)  # of the loudest 5 ms; quieter is room, not voice
_PEAK = 10 ** (-3 / 20)  # of full scale, so that filters behind have room


def trimmed(samples: np.ndarray, rate: int) -> np.ndarray:
    """Mono samples from a little before the first sound to a breath after the last, with faded ends."""
    window = rate // 200
    count = len(samples) // window
    if count == 0:
        return samples[:0]
    level = np.sqrt(np.mean(np.square(samples[: count * window].reshape(count, window)), axis=1))
    loud = np.flatnonzero(level > max(level.max() * _SILENCE, 1e-5))
    if len(loud) == 0:
        return samples[:0]
    start = max(0, loud[0] * window - int(_LEAD * rate))
    end = min(len(samples), (loud[-1] + 1) * window + int(_TAIL * rate))
    voice = samples[start:end].copy()
    _fade(voice[: int(0.005 * rate)])
    _fade(voice[::-1][: int(0.03 * rate)])
    return voice


def resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    """Mono samples at 48 kHz, band-limited exactly: the spectrum is kept and zeros are put above it.

    The transform treats its input as a loop, which is harmless where both ends have been faded to silence.
    """
    divisor = gcd(rate, SAMPLE_RATE)
    up, down = SAMPLE_RATE // divisor, rate // divisor
    if up == down or len(samples) == 0:
        return samples
    # A length with small factors only: a transform of prime length takes many times as long.
    padded = np.pad(samples, (0, -len(samples) % (down * (4096 if len(samples) > rate else 1))))
    whole = np.fft.irfft(np.fft.rfft(padded.astype(np.float64)), len(padded) * up // down) * (up / down)
    return whole[: -(-len(samples) * up // down)]


def write(samples: np.ndarray, rate: int, target: Path) -> None:
    """Write mono float samples as the 48 kHz 16-bit WAV that a narration line is."""
    voice = resampled(trimmed(samples, rate), rate)
    peak = np.max(np.abs(voice))
    with replacing(target) as partial:
        soundfile.write(partial, np.rint(voice * (_PEAK / peak * 32767)).astype(np.int16), SAMPLE_RATE)


def _fade(edge: np.ndarray) -> None:
    """Raise the samples from silence along a half cosine, in place."""
    edge *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(len(edge)) + 0.5) / max(1, len(edge)))
