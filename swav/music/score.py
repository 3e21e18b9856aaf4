"""The composition: a form becomes notes, one layer at a time.

A bed stays behind the voice: the pad carries the harmony, an ostinato moves it, a melody speaks in short
phrases and leaves room, the bass and the drums come in when the piece has grown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from random import Random

from swav.music.character import Character, Register
from swav.music.form import BEATS, Movement, Section, movements
from swav.music.theory import CADENCES, chord, pitch, pivot, voiced

DRUM_KIT = "drums"
_CENTRES: dict[Register, int] = {"low": 55, "middle": 60, "high": 66}

# Ostinati: for each eighth of a bar, which chord tone (0 is the lowest; past the top, an octave up).
_FLOWING = (
    *((0, 1, 2, 3, 2, 1, 2, 1), (0, 2, 1, 2, 3, 2, 1, 2), (0, 1, 2, 1, 3, 1, 2, 1), (0, 2, 3, 2, 4, 3, 2, 1)),
    *((3, 2, 1, 2, 0, 1, 2, 1), (0, 3, 2, 1, 0, 3, 2, 1)),
)
_STILL = (
    *((0, None, 2, None, 3, None, 2, None), (0, None, None, 2, None, None, 3, None)),
    *((0, None, 1, None, 2, None, None, None), (3, None, 2, None, 1, None, None, None)),
)
# Melodic rhythms, in eighths from the start of a two-bar phrase: where a note begins.
_PHRASES = ((0, 3, 4, 8), (0, 4, 6, 8), (2, 4, 8, 11), (0, 2, 4, 7, 8), (0, 6, 8), (4, 6, 8, 12))

_LEAN = 16  # MIDI velocity, for a change from stillness to full energy

# General MIDI percussion.
_KICK, _RIM, _SNARE, _SHAKER, _LOW_TOM, _TOM, _SOFT_CYMBAL = 36, 37, 38, 70, 41, 45, 49


@dataclass(frozen=True)
class Note:
    """One note: who plays it, its MIDI pitch, its start and length in seconds, its velocity from 1 to 127."""

    role: str
    pitch: int
    start: Fraction
    length: Fraction
    velocity: int


def composed(
    characters: Sequence[tuple[Fraction, Character]], length: Fraction, seed: int
) -> list[tuple[Movement, list[list[Note]]]]:
    """The movements of a piece, each with the notes of its sections in order of their start.

    ``characters`` begin at their seconds, the first at 0. The last movement's last list is the ending.
    """
    random = Random(seed)
    laid = movements(characters, length, random)
    piece, voicing = [], ()
    for movement, coming in pairwise([*laid, None]):
        writer = _Writer(movement, coming, random, voicing)
        sections = [sorted(writer.section(section), key=_order) for section in movement.sections]
        if movement.closing:
            sections.append(sorted(writer.ending(), key=_order))
        piece.append((movement, sections))
        voicing = writer.voicing
    return piece


def _order(note: Note) -> tuple:
    return note.start, note.role, note.pitch


class _Writer:
    """Writes section after section; remembers the last voicing, from which the next chord moves on.

    Where another movement is ``coming``, the last bar leads into it: its chord belongs to both keys, the
    notes that both chords share are held over, and the playing leans towards what comes.
    """

    def __init__(self, movement: Movement, coming: Movement | None, random: Random, voicing: tuple[int, ...]):
        self.character, self.movement, self.random = movement.character, movement, random
        self.centre = _CENTRES[movement.character.register]
        self.voicing = voicing
        self.coming = coming
        self.arrival, self.pivot = frozenset[int](), 0
        if coming:
            tonic, mode = coming.sections[0].tonic, coming.character.mode
            self.arrival = frozenset(chord(tonic, mode, 0, colour=False))
            self.pivot = pivot(movement.tonic, movement.character.mode, tonic, mode)

    def section(self, section: Section) -> Iterator[Note]:
        still = self.character.energy + 0.3 * section.intensity < 0.5
        ostinato = self.random.choice(_STILL if still else _FLOWING)
        phrase, contour = self.random.choice(_PHRASES), self.random.choice((-1, 1))
        for bar in range(section.first, section.first + section.bars):
            degree = self._degree(section, bar)
            classes = chord(section.tonic, self.character.mode, degree, colour=self.character.energy < 0.75)
            self.voicing = voiced(classes, self.voicing, self.centre)
            yield from self._pad(bar, section)
            if "arpeggio" in section.layers:
                yield from self._arpeggio(bar, section, ostinato)
            if "bass" in section.layers:
                yield from self._bass(bar, classes[0], section)
            if "melody" in section.layers and (bar - section.first) % 4 == 0:
                yield from self._melody(bar, section, phrase, contour)
            if "drums" in section.layers:
                yield from self._drums(bar, section)
            elif self.coming and bar == self.movement.bars - 1 and self.coming.character.drums == "driving":
                yield from self._pick_up(bar)

    def ending(self) -> Iterator[Note]:
        """The tonic, rolled softly from below, to ring until the reel ends."""
        tonic = self.movement.tonic
        classes = chord(tonic, self.character.mode, 0, colour=False)
        self.voicing = voiced(classes, self.voicing, self.centre)
        start, left = self.movement.ending, self.movement.start + self.movement.length - self.movement.ending
        low = self._low(classes[0])
        for role, notes in (
            ("pad", self.voicing),
            ("arpeggio", (*self.voicing, self.voicing[0] + 12)),
            ("bass", (low,)),
        ):
            for place, note in enumerate(notes):
                roll = Fraction(place, 14) if role == "arpeggio" else 0
                yield Note(role, note, start + min(roll, left / 4), left, self._touch(58))

    def _degree(self, section: Section, bar: int) -> int:
        remaining = self.movement.bars - bar
        if bar == 0 and (self.movement.start > 0 or (self.coming and self.movement.bars == 1)):
            return 0  # a new key is heard as one from its tonic on; a single bar only says where it is
        if self.coming and remaining == 1:
            return self.pivot
        if self.movement.closing and remaining <= 2 and self.movement.bars > 1:
            return CADENCES[self.character.mode][2 - remaining]
        if self.movement.closing and self.movement.bars == 1:
            return CADENCES[self.character.mode][1]
        # Where time passes quickly, a chord stands for two bars.
        pace = 2 if self.character.tempo > 100 and section.bars >= 8 else 1
        return section.progression[(bar - section.first) // pace % len(section.progression)]

    def _pad(self, bar: int, section: Section) -> Iterator[Note]:
        last = bar == self.movement.bars - 1
        for note in self.voicing:
            eighths = 12 if last and note % 12 in self.arrival else 8
            yield self._note(
                "pad", note, bar, 0, eighths, 44 + 22 * section.intensity * self.character.energy
            )

    def _arpeggio(self, bar: int, section: Section, ostinato: tuple[int | None, ...]) -> Iterator[Note]:
        for eighth, tone in enumerate(ostinato):
            if tone is None:
                continue
            octave, step = divmod(tone, len(self.voicing))
            accent = 8 if eighth == 0 else 3 if eighth == 4 else 0
            velocity = 44 + 26 * section.intensity * (0.4 + self.character.energy) + accent
            yield self._note("arpeggio", self.voicing[step] + 12 * (octave + 1), bar, eighth, 3, velocity)

    def _bass(self, bar: int, root: int, section: Section) -> Iterator[Note]:
        low = self._low(root)
        velocity = 44 + 20 * section.intensity * self.character.energy
        if self.character.energy > 0.6 and section.intensity > 0.55:
            for eighth in (0, 3, 6):
                yield self._note("bass", low, bar, eighth, 2, velocity)
        elif self.character.energy > 0.35 and section.intensity > 0.6:
            yield self._note("bass", low, bar, 0, 6, velocity)
            yield self._note("bass", low, bar, 6, 2, velocity - 10)
        else:
            yield self._note("bass", low, bar, 0, 8, velocity)

    def _low(self, root: int) -> int:
        return 33 + (root - 33) % 12

    def _melody(self, bar: int, section: Section, phrase: tuple[int, ...], contour: int) -> Iterator[Note]:
        """Two bars of melody and two of rest; chord tones on the strong beats, scale steps between."""
        degree = self.random.choice((2, 4, 7))
        final = section.first + section.bars
        for place, eighth in enumerate(phrase):
            at = bar + eighth // 8
            if at >= final:
                return
            if place:
                degree += contour * self.random.choice((1, 1, 2, -1))
                contour = -contour if not 0 <= degree <= 9 else contour
            note = pitch(section.tonic, self.character.mode, degree)
            if eighth % 4 == 0:
                note = self._nearest_in_chord(note, section, at)
            until = phrase[place + 1] if place + 1 < len(phrase) else eighth + 6
            length = min(until - eighth, (final - bar) * 8 - eighth)
            velocity = 48 + 20 * section.intensity * (0.5 + self.character.energy)
            yield self._note("melody", self._sung(note), at, eighth % 8, length, velocity)

    def _nearest_in_chord(self, note: int, section: Section, bar: int) -> int:
        classes = chord(section.tonic, self.character.mode, self._degree(section, bar), colour=False)
        return min(range(note - 6, note + 7), key=lambda one: (one % 12 not in classes, abs(one - note), one))

    def _sung(self, note: int) -> int:
        """The note in the octave above the pad, where a solo instrument is at its best."""
        low = self.centre + 3
        while note < low:
            note += 12
        while note > low + 16:
            note -= 12
        return note

    def _drums(self, bar: int, section: Section) -> Iterator[Note]:
        level = 30 + 34 * section.intensity * self.character.energy
        fresh = bar == section.first and (section.intensity > 0.6 or (bar == 0 and self.movement.start > 0))
        if self.character.drums == "soft":
            hits = [(_SHAKER, eighth, level * (0.8 if eighth % 2 else 1)) for eighth in range(8)]
            hits += [(_KICK, 0, level + 6), (_RIM, 4, level * 0.8)]
        else:
            hits = [
                (_LOW_TOM, 0, level + 14),
                (_KICK, 0, level + 12),
                (_TOM, 3, level),
                (_KICK, 4, level + 4),
            ]
            hits += [(_TOM, 6, level + 4), (_SNARE, 4, level * 0.7)]
            hits += [(_SHAKER, eighth, level * 0.7) for eighth in range(8)]
            if (bar - section.first) % 4 == 3:
                hits += [(_LOW_TOM, 7, level + 6)]
        if fresh:
            hits += [(_SOFT_CYMBAL, 0, level)]
        for drum, eighth, velocity in hits:
            yield self._note(DRUM_KIT, drum, bar, eighth, 1, velocity)

    def _pick_up(self, bar: int) -> Iterator[Note]:
        """Four soft strokes on the low tom that grow into the drums that come."""
        for place, eighth in enumerate(range(4, 8)):
            yield self._note(DRUM_KIT, _LOW_TOM, bar, eighth, 1, 26 + 7 * place)

    def _note(self, role: str, note: int, bar: int, eighth: int, eighths: int, velocity: float) -> Note:
        unit = self.movement.bar / (2 * BEATS)
        # Players are never quite together: up to 12 ms late, drawn in whole milliseconds.
        late = Fraction(self.random.randrange(0, 13), 1000) if eighth or bar else Fraction(0)
        start = self.movement.start + self.movement.bar * bar + unit * eighth + late
        return Note(role, note, start, unit * eighths, self._touch(velocity + self._lean(bar)))

    def _lean(self, bar: int) -> float:
        """How much louder or softer the last two bars are played, towards the energy that comes."""
        left = self.movement.bars - bar
        if not self.coming or left > 2:
            return 0.0
        return (1.0 if left == 1 else 0.5) * _LEAN * (self.coming.character.energy - self.character.energy)

    def _touch(self, velocity: float) -> int:
        return min(max(round(velocity + self.random.uniform(-4, 4)), 1), 127)
