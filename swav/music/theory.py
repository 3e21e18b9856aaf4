"""Scales, chords and voice leading: what the composition is made of.

Pitches are MIDI note numbers (60 is middle C); degrees count scale steps from the tonic, from 0.
"""

from itertools import pairwise, product
from random import Random

from swav.music.character import Mode

SCALES: dict[Mode, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}

# Four chords each, as degrees of the root. No diminished chord, nothing that asks to be noticed.
PROGRESSIONS: dict[Mode, tuple[tuple[int, ...], ...]] = {
    "major": (
        (0, 4, 5, 3),
        (0, 5, 3, 4),
        (3, 0, 4, 5),
        (0, 2, 3, 4),
        (5, 3, 0, 4),
        (0, 3, 1, 4),
        (3, 4, 5, 0),
    ),
    "lydian": ((0, 1, 0, 4), (0, 1, 5, 4), (0, 4, 1, 0), (5, 1, 0, 4), (0, 2, 1, 5), (4, 1, 5, 0)),
    "dorian": ((0, 3, 0, 6), (0, 6, 3, 0), (0, 2, 3, 6), (0, 4, 3, 2), (2, 6, 0, 3), (6, 3, 0, 0)),
    "minor": ((0, 5, 2, 6), (0, 3, 5, 6), (0, 6, 5, 6), (5, 6, 0, 2), (0, 2, 3, 5), (3, 0, 5, 6)),
}

# The last two chords before the tonic: plagal and authentic in major, by way of the seventh elsewhere.
CADENCES: dict[Mode, tuple[int, int]] = {"major": (3, 4), "lydian": (5, 1), "dorian": (3, 6), "minor": (5, 6)}


def pitch(tonic: int, mode: Mode, degree: int) -> int:
    """The note a number of scale steps above (or below) the tonic."""
    octave, step = divmod(degree, 7)
    return tonic + 12 * octave + SCALES[mode][step]


def chord(tonic: int, mode: Mode, degree: int, colour: bool) -> tuple[int, ...]:
    """Pitch classes of the triad on a degree, its root first, with the ninth where ``colour`` is wanted.

    A ninth a semitone above its root (on the third degree, say) would grate, and is left out.
    """
    notes = [pitch(tonic, mode, degree + step) for step in (0, 2, 4)]
    ninth = pitch(tonic, mode, degree + 1)
    if colour and ninth - notes[0] == 2:
        notes.append(ninth)
    return tuple(note % 12 for note in notes)


def scale(tonic: int, mode: Mode) -> frozenset[int]:
    """The pitch classes of a key."""
    return frozenset((tonic + step) % 12 for step in SCALES[mode])


def related(tonic: int, mode: Mode, following: Mode, random: Random) -> int:
    """A tonic for music in the mode ``following`` that comes after a key: six notes in common, or all seven.

    Such keys are each other's relatives or lie a fifth apart: the ear passes from one into the other.
    """
    here = scale(tonic, mode)
    near = [note for note in range(55, 67) if len(here & scale(note, following)) >= 6]
    return random.choice(near)


# Where the root of the last chord before a new key lies above the new tonic, the best first: dominant,
# subdominant, the seventh (as minor and dorian close), supertonic, and the tonic itself.
_LEADING = (7, 5, 10, 2, 0)


def pivot(tonic: int, mode: Mode, coming: int, following: Mode) -> int:
    """The degree of a chord that belongs to a key and to the one that comes, and leads into its tonic."""
    there = scale(coming, following)
    choices = []
    for degree in range(7):
        notes = chord(tonic, mode, degree, colour=False)
        above = (notes[0] - coming) % 12
        diminished = (notes[2] - notes[0]) % 12 == 6
        strange = len(set(notes) - there)
        choices.append((diminished, strange, _rank(above), degree))
    return min(choices)[-1]


def _rank(above: int) -> int:
    return _LEADING.index(above) if above in _LEADING else len(_LEADING)


def voiced(classes: tuple[int, ...], previous: tuple[int, ...], centre: int) -> tuple[int, ...]:
    """Set a chord in four voices (three where it has three notes), moving as little as it can from the last.

    The notes lie within an octave around ``centre``, no two closer than two semitones but for the ninth.
    """
    choices = [[note for note in range(centre - 9, centre + 10) if note % 12 == one] for one in classes]
    settings = {tuple(sorted(notes)) for notes in product(*choices)}
    spread = [notes for notes in settings if notes[-1] - notes[0] <= 16]
    return min(spread or settings, key=lambda notes: (_motion(notes, previous, centre), notes))


def _motion(notes: tuple[int, ...], previous: tuple[int, ...], centre: int) -> float:
    """Semitones that the nearest voices travel, with a mild pull towards the middle of the register."""
    travel = sum(min(abs(note - old) for old in previous) for note in notes) if previous else 0
    crowding = sum(2 for low, high in pairwise(notes) if high - low < 2)
    return travel + crowding + 0.25 * abs(sum(notes) / len(notes) - centre)
