"""The mix: narration at one level, music that makes room for it, mastered to a loudness.

Everything runs over the reel in blocks, so that an hour needs no more memory than a minute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from swav.errors import MediaError
from swav.files import replacing
from swav.sound import ducking
from swav.sound.limiter import CONTEXT, limited
from swav.sound.loudness import SAMPLE_RATE, Loudness, loudness_of, measure

_SPEECH_LEVEL = -23.0  # LUFS of every line before mastering: EBU R 128's level, with headroom for the sum
_LARGEST_BOOST = 30.0  # dB; what is quieter still is noise
_BLOCK = 10 * SAMPLE_RATE
_CUT_FADE = int(0.03 * SAMPLE_RATE)  # the end of what the reel's end cuts off
_TOLERANCE = 0.15  # LU; the measurement's own step is 0.1
_PEAK_MARGIN = 0.15  # dB below the promised true peak: the measurement's step, and the interpolator's error
_ROUNDS = 5


@dataclass(frozen=True)
class Placed:
    """A line of narration, and the sample at 48 kHz of the reel at which its file begins."""

    wav: Path
    start: int


@dataclass(frozen=True)
class Mastered:
    """What was measured of the plain sum, and of the finished mix."""

    before: Loudness
    after: Loudness


@dataclass(frozen=True)
class _Track:
    """A sound file on the reel's time line, at a gain."""

    wav: Path
    start: int
    length: int
    gain: float

    def read(self, begin: int, end: int) -> tuple[int, np.ndarray] | None:
        """Where in the reel's block ``begin:end`` the sound lies, and its stereo float32 samples."""
        first, last = max(begin, self.start), min(end, self.start + self.length)
        if first >= last:
            return None
        samples, _ = soundfile.read(
            self.wav, last - first, first - self.start, dtype="float32", always_2d=True
        )
        return first - begin, _stereo(samples) * np.float32(self.gain)


def mix(
    lines: Sequence[Placed],
    bed: Path | None,
    *,
    samples: int,
    music_level: float,
    loudness: float = -16.0,
    true_peak: float = -1.0,
    target: Path,
) -> Mastered:
    """Mix and master the reel's sound into ``target``: 48 kHz, stereo, 24-bit, ``samples`` samples long.

    ``music_level`` is the bed's level under speech against the speech, in dB; where nobody speaks it is
    ``ducking.DEPTH`` dB higher. ``loudness`` is the integrated target in LUFS, ``true_peak`` the ceiling in
    dBTP (ITU-R BS.1770-4). With nothing to hear the file is digital silence and the loudness -inf.
    Raises MediaError for a file that is no 48 kHz sound.
    """
    voices = [voice for line in lines if (voice := _voice(line)).start < samples]
    music = _music(bed, music_level) if bed else None
    spans = ducking.bridged(span for voice in voices for span in _spoken(voice))
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".mix-", dir=target.parent) as folder:
        plain = Path(folder, "sum.wav")
        _write(plain, "FLOAT", _sum(voices, music, spans, samples))
        before = _heard(plain)
        with replacing(target) as partial:
            after = _master(plain, partial, before, loudness, true_peak)
    return Mastered(before, after)


def _voice(line: Placed) -> _Track:
    length = _length(line.wav)
    level = loudness_of(_stereo(soundfile.read(line.wav, dtype="float32", always_2d=True)[0]))
    return _Track(line.wav, line.start, length, _decibels(_SPEECH_LEVEL - level) if isfinite(level) else 0.0)


def _music(bed: Path, music_level: float) -> _Track:
    length, level = _length(bed), measure(bed).integrated
    gain = _decibels(_SPEECH_LEVEL + music_level - level) if isfinite(level) else 0.0
    return _Track(bed, 0, length, gain)


def _spoken(voice: _Track) -> list[ducking.Span]:
    block = voice.read(voice.start, voice.start + voice.length)
    return ducking.activity(block[1][:, 0], voice.start) if block else []


def _sum(
    voices: Sequence[_Track], music: _Track | None, spans: Sequence[ducking.Span], samples: int
) -> Iterator[np.ndarray]:
    """Blocks of the reel before mastering, float32, shape (n, 2)."""
    for begin in range(0, samples, _BLOCK):
        end = min(begin + _BLOCK, samples)
        total = np.zeros((end - begin, 2), np.float32)
        for track in (*voices, *([music] if music else [])):
            found = track.read(begin, end)
            if found is None:
                continue
            place, sound = found
            first = begin + place
            if track is music:
                sound *= ducking.gain(spans, first, first + len(sound))[:, None]
            if track.start + track.length > samples:
                sound *= np.clip((samples - np.arange(first, first + len(sound))) / _CUT_FADE, 0, 1)[:, None]
            total[place : place + len(sound)] += sound
        yield total


def _master(plain: Path, target: Path, before: Loudness, loudness: float, true_peak: float) -> Loudness:
    """Write ``target`` from the plain sum; measure it, and correct gain and ceiling until both promises hold.

    The limiter takes away some of each decibel, more the harder it works: the next step is enlarged by what
    the last one lost (the secant method).
    """
    gain = loudness - before.integrated if isfinite(before.integrated) else 0.0
    step, level = gain, before.integrated
    ceiling = true_peak - _PEAK_MARGIN
    for _ in range(_ROUNDS):
        _write(target, "PCM_24", _limited_blocks(plain, 10 ** (gain / 20), 10 ** (ceiling / 20)))
        after = _heard(target)
        missing = loudness - after.integrated if isfinite(after.integrated) else 0.0
        excess = after.true_peak - true_peak
        if abs(missing) <= _TOLERANCE and excess <= 0:
            break
        risen = after.integrated - level
        level, step = after.integrated, missing * min(max(step / risen if risen else 1.0, 1.0), 4.0)
        gain += step
        ceiling -= max(0.0, excess)
    return after


def _limited_blocks(plain: Path, gain: float, ceiling: float) -> Iterator[np.ndarray]:
    with soundfile.SoundFile(plain) as file:
        total = file.frames
        for begin in range(0, total, _BLOCK):
            end = min(begin + _BLOCK, total)
            first, last = max(0, begin - CONTEXT), min(total, end + CONTEXT)
            file.seek(first)
            around = file.read(last - first, dtype="float32", always_2d=True) * np.float32(gain)
            yield limited(around, ceiling)[begin - first : end - first]


def _heard(wav: Path) -> Loudness:
    return measure(wav) if soundfile.info(wav).frames else Loudness(-inf, -inf, 0.0)


def _write(target: Path, subtype: str, blocks: Iterator[np.ndarray]) -> None:
    with soundfile.SoundFile(target, "w", SAMPLE_RATE, 2, subtype, format="WAV") as file:
        for block in blocks:
            file.write(block)


def _length(wav: Path) -> int:
    try:
        info = soundfile.info(wav)
    except (soundfile.LibsndfileError, OSError) as error:
        raise MediaError(f"{wav} cannot be read as sound: {error}; delete it and build again") from error
    if info.samplerate != SAMPLE_RATE:
        raise MediaError(f"{wav} has {info.samplerate} samples a second; the mix needs {SAMPLE_RATE}")
    return info.frames


def _stereo(samples: np.ndarray) -> np.ndarray:
    return np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]


def _decibels(change: float) -> float:
    """A change of level as a factor."""
    return 10 ** (min(change, _LARGEST_BOOST) / 20)
