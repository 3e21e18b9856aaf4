"""What every bed goes through before it is a file: soft ends, and one loudness."""

from collections.abc import Iterator
from math import isfinite
from pathlib import Path

import numpy as np
import soundfile

from swav.files import replacing
from swav.sound.loudness import measure
from swav.sound.wav import writing

SAMPLE_RATE = 48000
_LOUDNESS = -23.0  # LUFS, EBU R 128
_PEAK = -2.0  # dBTP
_BLOCK = 10 * SAMPLE_RATE


def edges(first: int, count: int, samples: int, *, rise: int, fall: int) -> np.ndarray:
    """Gain at both ends of a bed of ``samples`` samples, for ``count`` of them from ``first`` on; float32.

    It rises over the first ``rise`` samples and falls along a half cosine over the last ``fall``.
    """
    time = np.arange(first, first + count)
    left = np.clip((samples - 1 - time) / max(1, fall - 1), 0, 1)
    return ((0.5 - 0.5 * np.cos(np.pi * left)) * np.clip(time / rise, 0, 1)).astype(np.float32)


def blocks(wav: Path) -> Iterator[np.ndarray]:
    """A sound file in blocks of ten seconds, float32, shape (samples, channels)."""
    yield from soundfile.blocks(wav, _BLOCK, dtype="float32", always_2d=True)


def level(played: Path, target: Path) -> None:
    """Write ``played`` (stereo, 48 kHz) as 24-bit at -23 LUFS, or less where its peaks would pass -2 dBTP."""
    heard = measure(played)
    change = min(_LOUDNESS - heard.integrated, _PEAK - heard.true_peak) if isfinite(heard.integrated) else 0.0
    samples = soundfile.info(played).frames
    with replacing(target) as partial, writing(partial, samples, "PCM_24") as file:
        for block in blocks(played):
            file.write(block * np.float32(10 ** (change / 20)))
