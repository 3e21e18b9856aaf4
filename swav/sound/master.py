"""Mastering: the sum of the stems, at the loudness and under the peak that were promised."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path

import numpy as np
import soundfile

from swav.errors import MediaError
from swav.files import replacing
from swav.sound.limiter import limited_blocks
from swav.sound.loudness import SAMPLE_RATE, Loudness, integrated_loudness, measure
from swav.sound.stems import write_24_bit
from swav.sound.track import length_of

_TOLERANCE = 0.15  # LU; the measurement's own step is 0.1
_PEAK_MARGIN = 0.15  # dB below the promised true peak: the measurement's step, and the interpolator's error
_ROUNDS = 5
_BLOCK = 10 * SAMPLE_RATE
_NOTHING = Loudness(-inf, -inf, 0.0)

Read = Callable[[int, int], np.ndarray]


@dataclass(frozen=True)
class Mastered:
    """What was measured: the integrated loudness, in LUFS, of the plain sum, and all of the finished mix."""

    before: float
    after: Loudness


def master(
    stems: Sequence[Path],
    *,
    samples: int,
    loudness: float = -16.0,
    true_peak: float = -1.0,
    target: Path,
) -> Mastered:
    """Sum the stems and master them into ``target``: 48 kHz, stereo, 24-bit, ``samples`` samples long.

    ``loudness`` is the integrated target in LUFS, ``true_peak`` the ceiling in dBTP (ITU-R BS.1770-4). With
    nothing to hear the file is digital silence and the loudness -inf. Raises MediaError for a stem that is
    no 48 kHz stereo sound of that length.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(_stem(path, samples)) for path in stems]

        def plain(begin: int, end: int) -> np.ndarray:
            total = np.zeros((end - begin, 2), np.float32)
            for file in files:
                file.seek(begin)
                total += file.read(end - begin, dtype="float32", always_2d=True)
            return total

        starts = range(0, samples, _BLOCK)
        blocks = (plain(begin, min(begin + _BLOCK, samples)) for begin in starts)
        before = integrated_loudness(blocks) if samples else -inf
        with replacing(target) as partial:
            after = _master(plain, samples, partial, before, loudness, true_peak)
    return Mastered(before, after)


def _master(
    plain: Read, samples: int, target: Path, before: float, loudness: float, true_peak: float
) -> Loudness:
    """Write ``target`` from the plain sum; measure it, and correct gain and ceiling until both promises hold.

    The limiter takes away some of each decibel, more the harder it works: the next step is enlarged by what
    the last one lost (the secant method).
    """
    gain = loudness - before if isfinite(before) else 0.0
    step, level = gain, before
    ceiling = true_peak - _PEAK_MARGIN
    for _ in range(_ROUNDS):
        blocks = limited_blocks(_raised(plain, gain), samples, 10 ** (ceiling / 20))
        write_24_bit(target, blocks, samples)
        after = measure(target) if samples else _NOTHING
        missing = loudness - after.integrated if isfinite(after.integrated) else 0.0
        excess = after.true_peak - true_peak
        if abs(missing) <= _TOLERANCE and excess <= 0:
            break
        risen = after.integrated - level
        level, step = after.integrated, missing * min(max(step / risen if risen else 1.0, 1.0), 4.0)
        gain += step
        ceiling -= max(0.0, excess)
    return after


def _raised(plain: Read, gain: float) -> Read:
    factor = np.float32(10 ** (gain / 20))
    return lambda begin, end: plain(begin, end) * factor


def _stem(path: Path, samples: int) -> soundfile.SoundFile:
    length = length_of(path)
    file = soundfile.SoundFile(path)
    if (length, file.channels) != (samples, 2):
        file.close()
        raise MediaError(
            f"{path} has {length} samples in {file.channels} channels, and the reel {samples} in 2; "
            "delete the folder of the stems and build again"
        )
    return file
