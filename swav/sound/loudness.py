"""How loud is it? Integrated loudness and true peak, as broadcasters measure them."""

import re
import subprocess
from dataclasses import dataclass
from math import inf
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from swav.errors import MediaError

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
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-nostats"]
    command += ["-i", f"file:{wav}", "-map", "0:a:0", "-af", "ebur128=peak=true:framelog=quiet"]
    done = subprocess.run([*command, "-f", "null", "-"], capture_output=True, check=False)
    report = done.stderr.decode(errors="replace")
    summary = report.rpartition("Summary:")[2]
    found = {name: re.search(rf"\b{name}:\s+(\S+)", summary) for name in ("I", "LRA", "Peak")}
    if done.returncode != 0 or not all(found.values()):
        reason = (report.strip().splitlines() or ["no reason given"])[-1]
        raise MediaError(f"the loudness of {wav} could not be measured: {reason}; check that it holds sound")
    integrated, spread, peak = (float(found[name][1]) for name in ("I", "LRA", "Peak"))
    return Loudness(integrated if integrated > _ABSOLUTE_GATE else -inf, peak, spread)


def loudness_of(samples: np.ndarray) -> float:
    """LUFS of a short stretch at 48 kHz, shape (samples, channels), gated as in BS.1770-4; -inf for silence.

    For lines of speech, where a process per line would cost more than the mix. The filters are applied to
    the spectrum; what is shorter than one block of 400 ms is measured as if it filled one.
    """
    count = len(samples)
    if count == 0:
        return -inf
    # Room for the filters to ring out instead of wrapping around, and a power of two, which is quickest.
    size = 1 << (count + SAMPLE_RATE // 4 - 1).bit_length()
    spectrum = np.fft.rfft(samples.astype(np.float64), size, axis=0) * _k_weighting(size)[:, None]
    power = np.sum(np.square(np.fft.irfft(spectrum, size, axis=0)[:count]), axis=1)
    block, step = SAMPLE_RATE * 4 // 10, SAMPLE_RATE // 10
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, max(1, count - block + 1), step)
    ends = np.minimum(starts + block, count)
    energies = (sums[ends] - sums[starts]) / (ends - starts)
    energies = energies[energies > _energy(_ABSOLUTE_GATE)]
    if len(energies) == 0:
        return -inf
    gated = energies[energies > np.mean(energies) / 10]  # the relative gate: 10 LU below the mean
    return float(-0.691 + 10 * np.log10(np.mean(gated)))


def _k_weighting(size: int) -> np.ndarray:
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones_like(z)
    for numerator, denominator in (_SHELF, _HIGH_PASS):
        response *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return response


def _energy(lufs: float) -> float:
    return 10 ** ((lufs + 0.691) / 10)
