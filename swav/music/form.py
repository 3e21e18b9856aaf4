"""The form of a piece: its movements, how many bars in which sections, how full each one is, where it ends.

A piece has a movement for each mood of the reel. The tempo gives way by a few percent so that a whole number
of bars fits between two changes of mood, and the last chord rings out within the reel. All times are exact
fractions of a second.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log
from random import Random

from swav.music.character import Character
from swav.music.theory import PROGRESSIONS, related

BEATS = 4  # in a bar
_SECTION = 8  # bars: two progressions of four chords
_LONGEST_RING = 5  # seconds that the last chord may take to die away
_RATIOS = (Fraction(1, 2), Fraction(2, 3), Fraction(3, 4), 1, Fraction(4, 3), Fraction(3, 2), 2)


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
class Movement:
    """A movement: music of one character, from ``start`` seconds on, ``length`` seconds long.

    ``bar`` is a bar's length in seconds. The last movement closes the piece: its last chord begins after
    ``bars`` bars. Any other leads on: its bars fill it, and the next movement's first beat is its end.
    """

    character: Character
    length: Fraction
    bar: Fraction
    bars: int
    sections: tuple[Section, ...]
    start: Fraction = Fraction(0)
    closing: bool = True

    @property
    def ending(self) -> Fraction:
        """When its bars are over, in seconds of the piece."""
        return self.start + self.bar * self.bars

    @property
    def tonic(self) -> int:
        """The key that it ends in, as a MIDI note number."""
        return self.sections[-1].tonic


def movements(
    characters: Sequence[tuple[Fraction, Character]], length: Fraction, random: Random
) -> list[Movement]:
    """Lay out a piece of ``length`` seconds in which each character begins at its second, the first at 0.

    A movement begins exactly where it should, in a key near that of the one before, at a tempo near its own
    that stands, where it can, in a simple ratio to the one before.
    """
    found: list[Movement] = []
    ends = [*(start for start, _ in characters[1:]), length]
    for (start, character), end in zip(characters, ends, strict=True):
        previous = found[-1] if found else None
        found.append(planned(character, end - start, random, start, previous, closing=end == length))
    return found


def planned(
    character: Character,
    length: Fraction,
    random: Random,
    start: Fraction = Fraction(0),
    previous: Movement | None = None,
    *,
    closing: bool = True,
) -> Movement:
    """Lay out a movement of ``length`` seconds; anything from a second to hours."""
    ring = min(Fraction(_LONGEST_RING), length * Fraction(2, 5)) if closing else Fraction(0)
    natural = Fraction(60 * BEATS, character.tempo)
    bars = max(1, round((length - ring) / natural))
    if previous:
        bars = _bars_after(previous.bar, natural, length - ring)
    if closing and bars == 1:  # too short for a phrase: a gesture, and its resolution
        ring = max(ring, length - natural)
    bar = (length - ring) / bars
    if previous:
        tonic = related(previous.tonic, previous.character.mode, character.mode, random)
    else:
        tonic = random.randrange(-5, 7) + 60
    sections = tuple(_sections(character, bars, tonic, random, opening=not previous, closing=closing))
    return Movement(character, length, bar, bars, sections, start, closing)


def _bars_after(before: Fraction, natural: Fraction, span: Fraction) -> int:
    """How many bars fill ``span`` seconds, for a tempo near the natural one and related to that before.

    Lengths are compared as musicians do, by ratio: being off by a tenth weighs as much either way.
    """

    def strain(bars: int) -> float:
        bar = float(span / bars)
        relation = min(abs(log(bar / float(before * ratio))) for ratio in _RATIOS)
        return abs(log(bar / float(natural))) + relation / 2

    nearest = max(1, round(span / natural))
    return min(range(max(1, nearest * 4 // 5), nearest * 5 // 4 + 2), key=strain)


def _sections(
    character: Character, bars: int, tonic: int, random: Random, *, opening: bool, closing: bool
) -> Iterator[Section]:
    lengths = _lengths(bars)
    last_progression, previous_layers = None, frozenset()
    count = len(lengths)
    for index, length in enumerate(lengths):
        if index and index % 6 == 0:  # a new key now and then, so that an hour is a journey
            tonic = 55 + (tonic - 55 + random.choice((2, 5, -3, -5))) % 12
        choices = [p for p in PROGRESSIONS[character.mode] if p != last_progression]
        if index == 0 and not opening:  # it arrives on its tonic
            choices = [p for p in choices if p[0] == 0]
        progression = random.choice(choices)
        intensity = _intensity(index, count, random, opening=opening, closing=closing)
        layers = _layers(character, intensity, random)
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


def _intensity(index: int, count: int, random: Random, *, opening: bool, closing: bool) -> float:
    """A slow arch over a movement, with a breath in every fourth section; from 0 to 1."""
    if count == 1:
        return 0.6
    if index == 0:
        return 0.2 if opening else 0.55  # what takes over takes over at once
    if index == count - 1 and closing:
        return 0.55
    arch = 0.5 + 0.4 * min(1.0, 1.6 * index / count)
    breath = 0.45 if index % 4 == 3 else 0.0
    return max(0.2, arch - breath + random.uniform(-0.05, 0.05))


def _layers(character: Character, intensity: float, random: Random) -> frozenset[str]:
    layers = {"pad"}
    if intensity > 0.3 or random.random() < 0.4:
        layers.add("arpeggio")
    if intensity > 0.4:
        layers.add("bass")
    if intensity > 0.5 and random.random() < 0.7:
        layers.add("melody")
    if character.drums != "none" and intensity > 0.52:
        layers.add("drums")
    return frozenset(layers)
