"""A look-ahead limiter for true peaks, without memory: any block can be computed from its surroundings.

The peak between samples is estimated by the four-phase interpolator of ITU-R BS.1770-4, annex 2. The gain
that each sample needs is held over the reach (a sliding minimum) and smoothed over the same reach (a Hann
window), so that the smooth gain is never above the needed one.
"""

from collections.abc import Callable, Iterator

import numpy as np

# Half of each phase's mirror image: phases 3 and 2 are phases 0 and 1 read backwards (BS.1770-4, annex 2).
_PHASE_0 = [0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875]
_PHASE_0 += [0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250]
_PHASE_0 += [0.0148925781250, -0.0083007812500]
_PHASE_1 = [-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500]
_PHASE_1 += [0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625]
_PHASE_1 += [0.0330810546875, -0.0189208984375]
_PHASES = [np.array(taps) for taps in (_PHASE_0, _PHASE_1, _PHASE_1[::-1], _PHASE_0[::-1])]

_LARGEST_RISE = max(float(np.abs(taps).sum()) for taps in _PHASES)  # of a true peak over the sample peak

_REACH = 960  # samples on each side (20 ms at 48 kHz): one period of a 50 Hz tone
CONTEXT = 2 * _REACH + len(_PHASE_0)  # samples needed on each side of a block
_BLOCK = 48_000  # samples: short, because a block without high peaks is passed on as it is


def limited_blocks(
    read: Callable[[int, int], np.ndarray], total: int, ceiling: float
) -> Iterator[np.ndarray]:
    """A whole sound of ``total`` samples, limited, in blocks: an hour takes no more memory than a minute.

    ``read(begin, end)`` gives any stretch of the sound, shape (n, channels); stretches overlap.
    """
    for begin in range(0, total, _BLOCK):
        end = min(begin + _BLOCK, total)
        first, last = max(0, begin - CONTEXT), min(total, end + CONTEXT)
        yield limited(read(first, last), ceiling)[begin - first : end - first]


def limited(samples: np.ndarray, ceiling: float) -> np.ndarray:
    """The samples, shape (n, channels), with true peaks at most ``ceiling`` (linear, 1 is full scale).

    All channels share one gain, so that the picture in space stays. The first and last ``CONTEXT`` samples
    only serve the ones between them: give a block with its surroundings, and keep its middle.
    """
    if np.abs(samples).max(initial=0) * _LARGEST_RISE <= ceiling:
        return samples
    peaks = _true_peaks(samples)
    if peaks.max(initial=0) <= ceiling:
        return samples
    needed = np.minimum(1, ceiling / np.maximum(peaks, 1e-9))
    held = _sliding_minimum(np.pad(needed, _REACH, constant_values=1), 2 * _REACH + 1)
    window = np.hanning(2 * _REACH + 3)[1:-1]
    smooth = _convolve(np.pad(held, _REACH, mode="edge"), window / window.sum())
    return samples * smooth[:, None].astype(samples.dtype)


def _true_peaks(samples: np.ndarray) -> np.ndarray:
    """The largest magnitude near each sample, over channels and the four phases; shape (n,)."""
    peaks = np.abs(samples).max(axis=1, initial=0)
    for channel in samples.T:
        for taps in _PHASES:
            between = np.convolve(channel, taps)[len(taps) // 2 :][: len(peaks)]
            np.maximum(peaks, np.abs(between), out=peaks)
    return peaks


def _sliding_minimum(values: np.ndarray, width: int) -> np.ndarray:
    """Minimum over each run of ``width`` values, by doubling; shorter than the input by ``width - 1``."""
    reach = 1
    while 2 * reach <= width:
        values = np.minimum(values[:-reach], values[reach:])
        reach *= 2
    rest = width - reach
    return np.minimum(values[: len(values) - rest], values[rest:])


def _convolve(values: np.ndarray, window: np.ndarray) -> np.ndarray:
    """The part of the convolution that needs no values beyond the ends, by the spectrum."""
    size = 1 << (len(values) + len(window) - 2).bit_length()  # a power of two is quickest
    spectrum = np.fft.rfft(values, size) * np.fft.rfft(window, size)
    return np.fft.irfft(spectrum, size)[len(window) - 1 : len(values)]
