"""The list of labelled takes: which scene with which fault, at which size, in which half of the set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from zlib import crc32

import numpy as np

from swav.media.writer import ClipWriter
from swav.quality.verdict import Expected

from .catalogue import CLEAN, DETAILED, Subject
from .faults import FAULTS
from .faults import smeared as smear
from .picture import Shot, filmed
from .signs import with_sign

HALVES = ("tuning", "held out")
"""Limits may be tuned on the first half; the second tells whether they hold elsewhere."""

_SIZES = ((480, 272), (512, 288), (640, 360))
_RATES = (16, 24)
_COUNTS = (33, 41, 49, 65)
_QUALITY = 14  # the rate factor of takes (swav.media.writer)


@dataclass(frozen=True)
class LabelledTake:
    """A clip and the truth about it."""

    name: str
    fault: str
    """The gate that should fail; empty for a clean clip, on which none should."""
    strength: str
    half: str
    """One of ``HALVES``."""
    expected: Expected
    write: Callable[[Path], None]
    """Draws the clip and writes it as an mp4."""


def takes(scale: float = 1.0) -> list[LabelledTake]:
    """The whole set, always the same. ``scale`` enlarges the pictures (480 to 640 wide at 1)."""
    made = []
    for half in HALVES:
        made += [_clean(subject, half, scale) for subject in CLEAN]
        for gate in _VARIATIONS:
            made += _faulty(gate, half, scale)
    return made


def long_take(seconds: int = 5) -> LabelledTake:
    """A clean take of 1280x720 at 24 frames a second, to measure what judging costs."""
    subject = next(subject for subject in CLEAN if subject.name == "city")
    shot = Shot(1, 1280, 720, Fraction(24), 24 * seconds)
    return LabelledTake("long", "", "", "tuning", _expected(shot, subject), _Recipe(subject, shot).write)


@dataclass(frozen=True)
class _Recipe:
    """How one clip is made."""

    subject: Subject
    shot: Shot
    fault: Callable[[list[np.ndarray], Shot], list[np.ndarray]] | None = None
    sign: dict | None = None
    quality: int = _QUALITY
    keep: int | None = None
    """Frames that are written, where that is not what was asked for."""
    cut_to: Subject | None = None

    def write(self, target: Path) -> None:
        """Draw the frames and encode them; ``target`` is an mp4."""
        frames = self._frames()
        first = next(frames)
        height, width = first.shape[:2]
        options = {"rate": self.shot.rate, "metadata": {}, "quality": self.quality}
        with ClipWriter(target, width=width, height=height, **options) as clip:
            clip.write(first)
            for frame in frames:
                clip.write(frame)

    def _frames(self) -> Iterator[np.ndarray]:
        pictures = self.subject.scene(self.shot)
        if self.sign:
            pictures = with_sign(pictures, self.shot, **self.sign)
        frames = filmed(pictures, self.shot, grain=self.subject.grain)
        if self.cut_to:
            frames = self._with_cut(frames)
        if self.fault:
            frames = iter(self.fault(list(frames), self.shot))
        for number, frame in enumerate(frames):
            if self.keep is None or number < self.keep:
                yield frame

    def _with_cut(self, frames: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        """The first scene until a moment in the middle half, then the other one."""
        at = int(self.shot.count * self.shot.random("cut").uniform(0.25, 0.75))
        other = replace(self.shot, seed=self.shot.seed + 1)
        after = filmed(self.cut_to.scene(other), other, grain=self.cut_to.grain)
        for number, (first, second) in enumerate(zip(frames, after, strict=True)):
            yield first if number < at else second


def _shot(name: str, half: str, scale: float) -> Shot:
    """Seed, size, rate and length by the clip's name: adding a clip leaves the others alone."""
    seed = crc32(f"{name} {half}".encode())
    random = np.random.default_rng(seed)
    width, height = (round(side * scale / 2) * 2 for side in random.choice(_SIZES))
    rate, count = int(random.choice(_RATES)), int(random.choice(_COUNTS))
    return Shot(seed, width, height, Fraction(rate), count)


def _expected(shot: Shot, subject: Subject) -> Expected:
    return Expected(shot.width, shot.height, shot.rate, shot.count, moves=subject.moves)


def _clean(subject: Subject, half: str, scale: float) -> LabelledTake:
    shot = _shot(subject.name, half, scale)
    return LabelledTake(subject.name, "", "", half, _expected(shot, subject), _Recipe(subject, shot).write)


def _faulty(gate: str, half: str, scale: float) -> list[LabelledTake]:
    """The clips of one fault in one half: every strength in turn, on subjects that take turns as well."""
    variations = _VARIATIONS[gate]
    made = []
    for number in range(max(_CLIPS.get(gate, 6), len(variations))):
        label, change = variations[number % len(variations)]
        # Another subject for each clip of a fault, and others in the other half.
        turn = crc32(gate.encode()) + 5 * number + 11 * HALVES.index(half)
        subject = DETAILED[turn % len(DETAILED)]
        name = f"{gate} {label} {number}"
        shot = _shot(name, half, scale)
        recipe = change(_Recipe(subject, shot), turn)
        said = f"{gate}: {label} ({recipe.subject.name})"
        made.append(LabelledTake(said, gate, label, half, _expected(shot, subject), recipe.write))
    return made


_CLIPS = {"bits": 12, "lettering": 18, "frozen": 10, "black": 10, "flicker": 12}
"""Clips of a fault in each half; 6 where nothing is said. The first five are what the production saw."""

_Change = Callable[[_Recipe, int], _Recipe]


def _spoilt(fault) -> _Change:
    return lambda recipe, turn: replace(recipe, fault=fault)


def _encoded(quality: int) -> _Change:
    return lambda recipe, turn: replace(recipe, quality=quality)


def _melted(length: int, detail: float) -> _Change:
    def fault(frames, shot):
        return smear(frames, shot, length=length, detail=detail)

    return lambda recipe, turn: replace(recipe, fault=fault, quality=30)


def _signed(words: int, size: float) -> _Change:
    def change(recipe: _Recipe, turn: int) -> _Recipe:
        # Subjects step by 5: grounds step by one, and by one more each time round.
        return replace(recipe, sign={"words": words, "size": size, "kind": turn // 5 + turn // 25})

    return change


def _cut(same: bool) -> _Change:
    """A cut to another scene, or to the same kind of scene in another place."""

    def change(recipe: _Recipe, turn: int) -> _Recipe:
        other = recipe.subject if same else DETAILED[(turn + 4) % len(DETAILED)]
        return replace(recipe, cut_to=other)

    return change


def _shorter(recipe: _Recipe, turn: int) -> _Recipe:
    return replace(recipe, keep=recipe.shot.count - 3)


def _smaller(recipe: _Recipe, turn: int) -> _Recipe:
    return replace(recipe, shot=replace(recipe.shot, width=recipe.shot.width - 16))


def _slower(recipe: _Recipe, turn: int) -> _Recipe:
    return replace(recipe, shot=replace(recipe.shot, rate=recipe.shot.rate / 2))


_VARIATIONS: dict[str, list[tuple[str, _Change]]] = {
    gate: [(label, _spoilt(fault)) for label, fault in strengths] for gate, strengths in FAULTS.items()
} | {
    "bits": [
        ("rate factor 38", _encoded(38)),
        ("rate factor 42", _encoded(42)),
        ("rate factor 46", _encoded(46)),
        ("rate factor 51", _encoded(51)),
        ("smeared to a sixth", _melted(8, 0.16)),
        ("smeared to a tenth", _melted(12, 0.10)),
    ],
    "lettering": [
        ("1 word, 4 %", _signed(1, 0.04)),
        ("1 word, 6 %", _signed(1, 0.06)),
        ("2 words, 6 %", _signed(2, 0.06)),
        ("1 word, 10 %", _signed(1, 0.10)),
        ("3 words, 8 %", _signed(3, 0.08)),
        ("5 words, 12 %", _signed(5, 0.12)),
    ],
    "jump": [("another scene", _cut(same=False)), ("a like scene", _cut(same=True))],
    "form": [("3 frames short", _shorter), ("16 pixels narrow", _smaller), ("half the rate", _slower)],
}
