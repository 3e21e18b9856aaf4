"""Sound effects: a stretch of any sound or film file becomes a track of the mix, at an even level."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import isfinite
from pathlib import Path

import av
import numpy as np
import soundfile

from swav.errors import MediaError
from swav.media.ffmpeg import location
from swav.sound.cues import CUT_IN, CUT_OUT, EDGE_IN, EDGE_OUT, Effect
from swav.sound.loudness import SAMPLE_RATE, loudest_moment, measure
from swav.sound.track import Track, boost

# The short-term window of EBU Tech 3341: what is shorter is one event, not a sound scene.
_SHORT = 3 * SAMPLE_RATE
# dB by which the true peaks of speech pass its loudness (docs/sound.md has the measurement): a knock at the
# level of speech may reach no higher.
_CREST = 17.0

# Containers in which a seek is exact for sound; others are decoded from their start, which is quick.
_EXACT_SEEK = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "wav", "w64", "aiff"}
_RUN_UP = Fraction(1)  # seconds decoded before an in-point: lossy codecs need some packets to settle
_GAP = Fraction(1, 25)  # seconds; a longer hole between frames is silence, a shorter one a rounded time stamp


def track_of(effect: Effect, samples: int, level: float, scratch: Path) -> Track | None:
    """The effect on a reel of ``samples`` samples, where ``level`` is full speech in LUFS.

    The stretch that is heard is decoded to ``scratch``, 48 kHz stereo. What is heard decides the level: its
    integrated loudness, or, where it is shorter than 3 s, its loudest 400 ms, and no less than its peak less
    17 dB. None if nothing is heard within the reel. Raises MediaError for a file that holds no such sound.
    """
    longest = samples - effect.start
    wanted = longest if effect.length is None else min(effect.length, longest)
    if wanted <= 0:
        return None
    length, cut = _decode_to(scratch, effect, wanted)
    fade_in = effect.fade_in if effect.fade_in is not None else CUT_IN if effect.source_start else EDGE_IN
    fade_out = effect.fade_out if effect.fade_out is not None else CUT_OUT if cut else EDGE_OUT
    gain = boost(level + effect.level - _level_of(scratch, length))
    longest_fade = length // 2
    return Track(scratch, effect.start, length, gain, min(fade_in, longest_fade), min(fade_out, longest_fade))


def _decode_to(target: Path, effect: Effect, wanted: int) -> tuple[int, bool]:
    """Write the stretch that is heard: how many samples it has, and whether the file holds more of it."""
    length, cut = 0, False
    with soundfile.SoundFile(target, "w", SAMPLE_RATE, 2, "FLOAT", format="WAV") as file:
        for block in decoded(effect.media, effect.source_start):
            part = block[: wanted - length]
            file.write(part)
            length += len(part)
            cut = len(part) < len(block)
            if cut:
                break
    if length == 0:
        at = float(effect.source_start)
        raise MediaError(f"{effect.media} holds no sound from {at:g} s on; choose an earlier in-point")
    return length, cut


def _level_of(wav: Path, length: int) -> float:
    """LUFS of an effect, as ``track_of`` tells."""
    if length >= _SHORT:
        return measure(wav).integrated
    samples = soundfile.read(wav, dtype="float32", always_2d=True)[0]
    loudness, peak = loudest_moment(samples), float(np.abs(samples).max(initial=0))
    return max(loudness, 20 * np.log10(peak) - _CREST) if isfinite(loudness) and peak else loudness


def decoded(media: Path, start: Fraction = Fraction(0)) -> Iterator[np.ndarray]:
    """The first sound track of any file from ``start`` seconds on: blocks of float32, (n, 2), at 48 kHz.

    Time counts from the beginning of the file, picture included; where the track begins later, or has a
    hole, there is silence. Other layouts are folded to stereo, and other rates resampled, by libswresample.
    Raises MediaError for a file without sound, or one that cannot be read.
    """
    skip = round(start * SAMPLE_RATE)
    with _opened(media) as container:
        stream = container.streams.audio[0]
        if container.format.name in _EXACT_SEEK and start > 2 * _RUN_UP:
            origin = Fraction(container.start_time or 0, av.time_base)
            container.seek(int((origin + start - _RUN_UP) / stream.time_base), stream=stream)
        for position, block in _blocks(container, stream):
            late = position - skip
            if late > 0:  # a hole: silence up to this block
                yield from _silence(late)
                skip = position
            if position + len(block) > skip:
                yield block[skip - position :]
                skip = position + len(block)


def _blocks(container, stream) -> Iterator[tuple[int, np.ndarray]]:
    """Decoded blocks, each with the sample at 48 kHz, counted from the file's beginning, at which it lies."""
    origin = Fraction(container.start_time or 0, av.time_base)
    resampler, position, expected, kind = None, 0, Fraction(0), None
    for frame in container.decode(stream):
        at = frame.pts * frame.time_base - origin if frame.pts is not None else expected
        frame_kind = frame.format.name, frame.layout.name, frame.sample_rate
        if frame_kind != kind or at - expected > _GAP:
            if resampler is not None:
                yield from _placed(resampler, None, position)
            resampler, kind = av.AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE), frame_kind
            position, expected = round(at * SAMPLE_RATE), at
        expected += Fraction(frame.samples, frame.sample_rate)
        for place, block in _placed(resampler, frame, position):
            yield place, block
            position = place + len(block)
    if resampler is not None:
        yield from _placed(resampler, None, position)


def _placed(resampler, frame, position: int) -> Iterator[tuple[int, np.ndarray]]:
    for result in resampler.resample(frame):
        block = result.to_ndarray().reshape(-1, 2)
        yield position, block
        position += len(block)


def _silence(count: int) -> Iterator[np.ndarray]:
    for begin in range(0, count, SAMPLE_RATE):
        yield np.zeros((min(SAMPLE_RATE, count - begin), 2), np.float32)


@contextmanager
def _opened(media: Path) -> Iterator["av.container.InputContainer"]:
    """Open a file for its sound. Raises MediaError in one sentence, for failures inside the block as well."""
    if not media.is_file():
        raise MediaError(f"{media} is not there; check the name of the sound, or put the file there")
    try:
        with av.open(location(media)) as container:
            if not container.streams.audio:
                raise MediaError(f"{media} holds no sound track; give a sound file, or a film that has one")
            yield container
    except av.error.FFmpegError as error:
        raise MediaError(
            f"{media} cannot be read as sound ({error.strerror or error}); "
            "is it truncated, or of another kind?"
        ) from None
