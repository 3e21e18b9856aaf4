"""From moods to a sound file: compose, play section by section, fade, level."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from swav.errors import EngineError
from swav.files import scratch
from swav.music.character import Character, read_character
from swav.music.finish import SAMPLE_RATE, edges, level
from swav.music.instruments import TAIL, played
from swav.music.moods import Mood, settled
from swav.music.score import Note, composed
from swav.sound.wav import writing

_FADE_IN = SAMPLE_RATE // 50

Stretch = tuple[Character, list[Note]]


def perform(moods: Sequence[Mood] | str, length: Fraction, seed: int, target: Path) -> None:
    """See ``swav.music.compose``."""
    samples = round(length * SAMPLE_RATE)
    if samples <= 0:
        raise EngineError(f"music of {float(length):g} seconds cannot be made; the reel needs a shot first")
    characters = [(mood.start, read_character(mood.prompt)) for mood in settled(moods, length)]
    piece = composed(characters, Fraction(length), seed)
    ending = round(piece[-1][0].ending * SAMPLE_RATE)
    fall = samples - ending - (samples - ending) // 5  # from within the last chord on
    stretches = [(movement.character, notes) for movement, sections in piece for notes in sections if notes]
    with scratch(target.parent) as folder:
        file_played = folder / "played.wav"
        with writing(file_played, samples, "FLOAT") as file:
            position = 0
            for block in _played(stretches, samples):
                gain = edges(position, len(block), samples, rise=_FADE_IN, fall=fall)
                file.write(block * gain[:, None])
                position += len(block)
        level(file_played, target)


def _played(stretches: Sequence[Stretch], samples: int) -> Iterator[np.ndarray]:
    """Blocks of sound that fill ``samples``; the tail of a stretch rings into the next."""
    starts = [round(min(note.start for note in notes) * SAMPLE_RATE) for _, notes in stretches]
    starts[0] = 0
    ringing = np.zeros((0, 2), np.float32)
    for (character, notes), start, until in zip(stretches, starts, [*starts[1:], samples], strict=True):
        end = round(max(note.start + note.length for note in notes) * SAMPLE_RATE)
        sound = played(notes, character, start / SAMPLE_RATE, max(end, until) - start + TAIL)
        overlap = min(len(ringing), len(sound))
        sound[:overlap] += ringing[:overlap]
        yield sound[: until - start]
        ringing = sound[until - start :]
