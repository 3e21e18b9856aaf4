"""From a prompt to a sound file: compose, play section by section, fade, level."""

from collections.abc import Iterator
from fractions import Fraction
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from swav.errors import EngineError
from swav.files import replacing
from swav.music.mood import Mood, read_mood
from swav.music.players import SAMPLE_RATE, TAIL, player
from swav.music.score import Note, composed
from swav.sound.loudness import measure

_LOUDNESS = -23.0  # LUFS, EBU R 128
_PEAK = -2.0  # dBTP
_FADE_IN = SAMPLE_RATE // 50
_BLOCK = 10 * SAMPLE_RATE


def perform(prompt: str, length: Fraction, seed: int, target: Path) -> None:
    """See ``swav.music.compose``."""
    samples = round(length * SAMPLE_RATE)
    if samples <= 0:
        raise EngineError(f"music of {float(length):g} seconds cannot be made; the reel needs a shot first")
    mood = read_mood(prompt)
    form, stretches = composed(mood, Fraction(length), seed)
    ending = round(form.ending * SAMPLE_RATE)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".music-", dir=target.parent) as folder:
        played = Path(folder, "played.wav")
        with soundfile.SoundFile(played, "w", SAMPLE_RATE, 2, "FLOAT") as file:
            position = 0
            for block in _played(stretches, mood, samples):
                file.write(block * _edges(position, len(block), ending, samples)[:, None])
                position += len(block)
        _level(played, target)


def _played(stretches: list[list[Note]], mood: Mood, samples: int) -> Iterator[np.ndarray]:
    """Blocks of sound that fill ``samples``; the tail of a stretch rings into the next."""
    play = player()
    stretches = [notes for notes in stretches if notes]
    starts = [round(min(note.start for note in notes) * SAMPLE_RATE) for notes in stretches]
    starts[0] = 0
    ringing = np.zeros((0, 2), np.float32)
    for notes, start, until in zip(stretches, starts, [*starts[1:], samples], strict=True):
        end = round(max(note.start + note.length for note in notes) * SAMPLE_RATE)
        sound = play(notes, mood, start / SAMPLE_RATE, max(end, until) - start + TAIL)
        overlap = min(len(ringing), len(sound))
        sound[:overlap] += ringing[:overlap]
        yield sound[: until - start]
        ringing = sound[until - start :]


def _edges(first: int, count: int, ending: int, samples: int) -> np.ndarray:
    """Gain at both ends: a quick rise, and a half cosine from within the last chord to nothing."""
    time = np.arange(first, first + count)
    hold = ending + (samples - ending) // 5
    left = np.clip((samples - 1 - time) / max(1, samples - 1 - hold), 0, 1)
    rise = np.clip(time / _FADE_IN, 0, 1)
    return ((0.5 - 0.5 * np.cos(np.pi * left)) * rise).astype(np.float32)


def _level(played: Path, target: Path) -> None:
    heard = measure(played)
    change = min(_LOUDNESS - heard.integrated, _PEAK - heard.true_peak) if isfinite(heard.integrated) else 0.0
    with replacing(target) as partial, soundfile.SoundFile(partial, "w", SAMPLE_RATE, 2, "PCM_24") as file:
        for block in soundfile.blocks(played, _BLOCK, dtype="float32", always_2d=True):
            file.write(block * np.float32(10 ** (change / 20)))
