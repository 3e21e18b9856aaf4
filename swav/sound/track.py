"""A sound file on the reel's time line, at a gain, with its fades: any stretch of it can be read alone."""

from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

import numpy as np
import soundfile

from swav.errors import MediaError
from swav.sound.cues import Bed, Placed
from swav.sound.loudness import SAMPLE_RATE, loudness_of, measure

_LARGEST_BOOST = 30.0  # dB; what is quieter still is noise
_CUT_FADE = int(0.03 * SAMPLE_RATE)  # the end of what the reel's end cuts off


@dataclass(frozen=True)
class Track:
    """A sound of ``length`` samples that begins at sample ``start`` of the reel.

    ``gain`` is linear, fades are in samples; together they are no longer than the sound.
    """

    wav: Path
    start: int
    length: int
    gain: float
    fade_in: int = 0
    fade_out: int = 0

    def read(self, begin: int, end: int) -> tuple[int, np.ndarray] | None:
        """Where in the reel's block ``begin:end`` the sound lies, and its stereo float32 samples."""
        first, last = max(begin, self.start), min(end, self.start + self.length)
        if first >= last:
            return None
        samples, _ = soundfile.read(
            self.wav, last - first, first - self.start, dtype="float32", always_2d=True
        )
        return first - begin, stereo(samples) * self._edges(first - self.start, last - self.start)[:, None]

    def _edges(self, first: int, last: int) -> np.ndarray:
        """Gain from sample ``first`` to ``last`` of the sound, float32."""
        return edges(first, last, self.length, self.fade_in, self.fade_out) * np.float32(self.gain)

    def until(self, end: int) -> "Track":
        """The track, faded out where the reel is over."""
        if self.start + self.length <= end:
            return self
        length = max(0, end - self.start)
        return replace(self, length=length, fade_out=min(max(self.fade_out, _CUT_FADE), length))


def edges(first: int, last: int, length: int, fade_in: int, fade_out: int) -> np.ndarray:
    """Gain from sample ``first`` to ``last`` of ``length``: 1, and half cosines at both ends; float32."""
    gain = np.ones(last - first, np.float32)
    if first < fade_in:
        rise = _rise(fade_in)[first:last]
        gain[: len(rise)] *= rise
    into = length - fade_out  # the sample at which the fade-out begins
    if last > into and fade_out:
        fall = _rise(fade_out)[::-1][max(0, first - into) : last - into]
        gain[len(gain) - len(fall) :] *= fall
    return gain


def line(placed: Placed, level: float) -> Track:
    """A line of speech at ``level`` LUFS. Raises MediaError for a file that is no 48 kHz sound."""
    length = length_of(placed.wav)
    heard = loudness_of(stereo(soundfile.read(placed.wav, dtype="float32", always_2d=True)[0]))
    return Track(placed.wav, placed.start, length, boost(level - heard))


def bed(placed: Bed, level: float) -> Track:
    """A music bed at ``level`` LUFS. Raises MediaError as ``line`` does."""
    length = length_of(placed.wav)
    gain = boost(level - measure(placed.wav).integrated) if length else 1.0
    return Track(placed.wav, placed.start, length, gain)


def summed(tracks: list[Track], begin: int, end: int) -> np.ndarray:
    """Tracks on top of each other, float32, shape (end - begin, 2)."""
    total = np.zeros((end - begin, 2), np.float32)
    for track in tracks:
        if found := track.read(begin, end):
            place, sound = found
            total[place : place + len(sound)] += sound
    return total


def length_of(wav: Path) -> int:
    """Samples of a 48 kHz sound file. Raises MediaError if it is none."""
    try:
        info = soundfile.info(wav)
    except (soundfile.LibsndfileError, OSError) as error:
        raise MediaError(f"{wav} cannot be read as sound: {error}; delete it and build again") from error
    if info.samplerate != SAMPLE_RATE:
        raise MediaError(f"{wav} has {info.samplerate} samples a second; the mix needs {SAMPLE_RATE}")
    return info.frames


def stereo(samples: np.ndarray) -> np.ndarray:
    """Samples of shape (n, channels) as (n, 2)."""
    return np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]


def boost(change: float) -> float:
    """A change of level in dB as a factor; silence (a change without end) stays as it is."""
    return 10 ** (min(change, _LARGEST_BOOST) / 20) if isfinite(change) else 1.0


def _rise(count: int) -> np.ndarray:
    """A half cosine from nothing to 1."""
    return 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))
