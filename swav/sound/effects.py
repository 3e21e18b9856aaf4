"""Sound effects: a stretch of any sound or film file becomes a track of the mix, at an even level."""

from math import isfinite
from pathlib import Path

import numpy as np
import soundfile

from swav.errors import MediaError
from swav.sound.cues import CUT_IN, CUT_OUT, EDGE_IN, EDGE_OUT, Effect, Recording
from swav.sound.decode import decoded
from swav.sound.loudness import SAMPLE_RATE, loudest_moment, measure
from swav.sound.track import Track, boost
from swav.sound.wav import writing

# The short-term window of EBU Tech 3341: what is shorter is one event, not a sound scene.
_SHORT = 3 * SAMPLE_RATE
# dB by which the true peaks of speech pass its loudness (docs/sound.md has the measurement): a knock at the
# level of speech may reach no higher.
_CREST = 17.0


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
    length, cut = decode_to(scratch, effect, wanted)
    fade_in = effect.fade_in if effect.fade_in is not None else CUT_IN if effect.source_start else EDGE_IN
    fade_out = effect.fade_out if effect.fade_out is not None else CUT_OUT if cut else EDGE_OUT
    gain = boost(level + effect.level - level_of(scratch, length))
    longest_fade = length // 2
    return Track(scratch, effect.start, length, gain, min(fade_in, longest_fade), min(fade_out, longest_fade))


def decode_to(target: Path, sound: Effect | Recording, wanted: int) -> tuple[int, bool]:
    """Write up to ``wanted`` samples of what is heard: how many there are, and whether the file holds more.

    Raises MediaError for a file that holds no sound from its in-point on.
    """
    length, cut = 0, False
    with (
        sound.guard(sound.media) as media,
        writing(target, wanted, "FLOAT") as file,
    ):
        for block in decoded(media, sound.source_start):
            part = block[: wanted - length]
            file.write(part)
            length += len(part)
            cut = len(part) < len(block)
            if cut:
                break
    if length == 0:
        at = float(sound.source_start)
        raise MediaError(f"{sound.media} holds no sound from {at:g} s on; choose an earlier in-point")
    return length, cut


def level_of(wav: Path, length: int) -> float:
    """LUFS of what is heard of a sound, as ``track_of`` tells."""
    if length >= _SHORT:
        return measure(wav).integrated
    samples = soundfile.read(wav, dtype="float32", always_2d=True)[0]
    loudness, peak = loudest_moment(samples), float(np.abs(samples).max(initial=0))
    return max(loudness, 20 * np.log10(peak) - _CREST) if isfinite(loudness) and peak else loudness
