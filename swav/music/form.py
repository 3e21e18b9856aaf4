"""The form of a piece: how many bars, in which sections, how full each one is, and where it ends.

The tempo gives way by a few percent so that a whole number of bars fits, and the last chord rings out
within the reel. All times are exact fractions of a second.
"""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

from swav.music.mood import Mood
from swav.music.theory import PROGRESSIONS

BEATS = 4  # in a bar
_SECTION = 8  # bars: two progressions of four chords
_LONGEST_RING = 5  # seconds that the last chord may take to die away


@dataclass(frozen=True)
class Section:
    """A stretch of bars with one idea: ``layers`` are the roles that play, ``tonic`` a MIDI note number."""

    first: int
    bars: int
    tonic: int
    progression: tuple[int, ...]
    intensity: float
    layers: frozenset[str]


@dataclass(frozen=True)
class Form:
    """The whole piece. ``bar`` is a bar's length in seconds; the last chord begins after ``bars`` bars."""

    length: Fraction
    bar: Fraction
    bars: int
    sections: tuple[Section, ...]

    @property
    def ending(self) -> Fraction:
        """When the last chord begins, in seconds."""
        return self.bar * self.bars


def planned(mood: Mood, length: Fraction, random: Random) -> Form:
    """Lay out a piece of ``length`` seconds; anything from a second to hours."""
    ring = min(Fraction(_LONGEST_RING), length * Fraction(2, 5))
    natural = Fraction(60 * BEATS, mood.tempo)
    bars = max(1, round((length - ring) / natural))
    if bars == 1:  # too short for a phrase: a gesture, and its resolution
        ring = max(ring, length - natural)
    bar = (length - ring) / bars
    tonic = random.randrange(-5, 7) + 60
    return Form(length, bar, bars, tuple(_sections(mood, bars, tonic, random)))


def _sections(mood: Mood, bars: int, tonic: int, random: Random):
    lengths = _lengths(bars)
    last_progression, previous_layers = None, frozenset()
    count = len(lengths)
    for index, length in enumerate(lengths):
        if index and index % 6 == 0:  # a new key now and then, so that an hour is a journey
            tonic = 55 + (tonic - 55 + random.choice((2, 5, -3, -5))) % 12
        progression = random.choice([p for p in PROGRESSIONS[mood.mode] if p != last_progression])
        intensity = _intensity(index, count, random)
        layers = _layers(mood, intensity, random)
        if layers == previous_layers and intensity > 0.35:
            layers ^= {"melody"}
        yield Section(sum(lengths[:index]), length, tonic, progression, intensity, layers)
        last_progression, previous_layers = progression, layers


def _lengths(bars: int) -> list[int]:
    """Sections of eight bars, or four in a short piece; what is left over is the prelude."""
    size = _SECTION if bars >= 3 * _SECTION else BEATS
    if bars <= size:
        return [bars]
    whole, rest = divmod(bars, size)
    if rest == 0:
        return [size] * whole
    if rest == 1:  # one bar is no prelude
        return [size + 1, *[size] * (whole - 1)]
    return [rest, *[size] * whole]


def _intensity(index: int, count: int, random: Random) -> float:
    """A slow arch over the piece, with a breath in every fourth section; from 0 to 1."""
    if count == 1:
        return 0.6
    if index == 0:
        return 0.2
    if index == count - 1:
        return 0.55
    arch = 0.5 + 0.4 * min(1.0, 1.6 * index / count)
    breath = 0.45 if index % 4 == 3 else 0.0
    return max(0.2, arch - breath + random.uniform(-0.05, 0.05))


def _layers(mood: Mood, intensity: float, random: Random) -> frozenset[str]:
    layers = {"pad"}
    if intensity > 0.3 or random.random() < 0.4:
        layers.add("arpeggio")
    if intensity > 0.4:
        layers.add("bass")
    if intensity > 0.5 and random.random() < 0.7:
        layers.add("melody")
    if mood.drums != "none" and intensity > 0.52:
        layers.add("drums")
    return frozenset(layers)
