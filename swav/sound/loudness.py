"""How loud is it? Integrated loudness and true peak, as broadcasters measure them."""

import re
import subprocess
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import inf
from pathlib import Path

import numpy as np

from swav.errors import MediaError
from swav.media.ffmpeg import location, started

SAMPLE_RATE = 48000
_ABSOLUTE_GATE = -70.0  # LUFS; ITU-R BS.1770-4 counts nothing below

# The two K-weighting filters at 48 kHz, numerator and denominator (ITU-R BS.1770-4, tables 1 and 2).
_SHELF = (1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)
_HIGH_PASS = (1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)


@dataclass(frozen=True)
class Loudness:
    """A programme's loudness; -inf where there is no sound.

    ``integrated`` in LUFS, ``true_peak`` in dBTP (ITU-R BS.1770-4), ``range`` in LU (EBU Tech 3342).
    """

    integrated: float
    true_peak: float
    range: float


def measure(wav: Path) -> Loudness:
    """Measure a sound file with ffmpeg's ebur128 filter, to 0.1 LU. Raises MediaError if it fails."""
    with _metered("-i", location(wav), peak="true") as process:
        found = _reading(process, str(wav), "I", "LRA", "Peak")
    return Loudness(_gated(float(found["I"])), float(found["Peak"]), float(found["LRA"]))


def integrated_loudness(blocks: Iterable[np.ndarray]) -> float:
    """LUFS, to 0.1, of a sound that is no file: blocks of shape (n, 2) at 48 kHz, in order; -inf for silence.

    Without the true peak, which takes three times as long as all else. Raises MediaError if it fails.
    """
    raw = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "2", "-i", "pipe:0")
    with _metered(*raw, peak="none") as process:
        try:
            for block in blocks:
                process.stdin.write(np.ascontiguousarray(block, "<f4").data)
        except BrokenPipeError:
            pass  # ffmpeg ended, and says why
        return _gated(float(_reading(process, "the sum of the stems", "I")["I"]))


def _metered(*source: str, peak: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """An ffmpeg that measures what ``source`` names, or what is written to it."""
    meter = ["-map", "0:a:0", "-af", f"ebur128=peak={peak}:framelog=quiet", "-f", "null", "-"]
    return started([*source, *meter], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, says="info")


def _reading(process: subprocess.Popen, measured: str, *figures: str) -> dict[str, str]:
    """What ffmpeg's meter reports at its end, by the names that it gives its figures."""
    report = process.communicate()[1].decode(errors="replace")
    summary = report.rpartition("Summary:")[2]
    found = {name: re.search(rf"\b{name}:\s+(\S+)", summary) for name in figures}
    if process.returncode != 0 or not all(found.values()):
        reason = (report.strip().splitlines() or ["no reason given"])[-1]
        raise MediaError(
            f"the loudness of {measured} could not be measured: {reason}; check that it holds sound"
        )
    return {name: figure[1] for name, figure in found.items()}


def _gated(integrated: float) -> float:
    """ffmpeg's meter says -70 LUFS where nothing passes the gate."""
    return integrated if integrated > _ABSOLUTE_GATE else -inf


def loudness_of(samples: np.ndarray) -> float:
    """LUFS of a short stretch at 48 kHz, shape (samples, channels), gated as in BS.1770-4; -inf for silence.

    For lines of speech, where a process per line would cost more than the mix. The filters are applied to
    the spectrum; what is shorter than one block of 400 ms is measured as if it filled one.
    """
    if len(samples) == 0:
        return -inf
    block, step = 4 * SAMPLE_RATE // 10, SAMPLE_RATE // 10
    energies = _window_means(_k_weighted_power(samples), min(block, len(samples)), step)
    energies = energies[energies > _energy(_ABSOLUTE_GATE)]
    if len(energies) == 0:
        return -inf
    gated = energies[energies > np.mean(energies) / 10]  # the relative gate: 10 LU below the mean
    return _lufs(np.mean(gated))


def loudest_moment(samples: np.ndarray) -> float:
    """The highest momentary loudness, LUFS, of a sound at 48 kHz of shape (n, channels); -inf for silence.

    The window is 400 ms (EBU Tech 3341), moved by 10 ms. A shorter sound lies alone in its window: the ear
    too takes a click of a tenth of the energy for quieter.
    """
    window = 4 * SAMPLE_RATE // 10
    padded = np.pad(samples, ((0, max(0, window - len(samples))), (0, 0)))
    loudest = _window_means(_k_weighted_power(padded), window, SAMPLE_RATE // 100).max()
    return _lufs(loudest) if loudest > _energy(_ABSOLUTE_GATE) else -inf


def _k_weighted_power(samples: np.ndarray) -> np.ndarray:
    """The square of each K-weighted sample, summed over channels; shape (n,)."""
    count = len(samples)
    # Room for the filters to ring out instead of wrapping around, and a power of two, which is quickest.
    size = 1 << (count + SAMPLE_RATE // 4 - 1).bit_length()
    spectrum = np.fft.rfft(samples.astype(np.float64), size, axis=0) * _k_weighting(size)[:, None]
    return np.sum(np.square(np.fft.irfft(spectrum, size, axis=0)[:count]), axis=1)


def _window_means(power: np.ndarray, window: int, step: int) -> np.ndarray:
    """The mean over each whole window; at least one, and as many as fit."""
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - window + 1, step)
    return (sums[starts + window] - sums[starts]) / window


def _k_weighting(size: int) -> np.ndarray:
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones_like(z)
    for numerator, denominator in (_SHELF, _HIGH_PASS):
        response *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return response


def _energy(lufs: float) -> float:
    return 10 ** ((lufs + 0.691) / 10)


def _lufs(energy: float) -> float:
    return float(-0.691 + 10 * np.log10(energy))
