"""Where a voice rests, from the energy of the recording, and word times that agree with it.

A recogniser hears *which* word comes after a pause better than *when*: its times are drawn from attention
over frames, which smears across silence. The silence itself is plain to measure.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from swav.hearing.heard import HeardWord, stepped

_WINDOW = Fraction(1, 100)  # seconds
_QUIET = 10 ** (-36 / 20)
"""Of the loudest window: below soft consonants there is room and breath."""
_LEAST = Fraction(15, 100)
"""Seconds: a shorter rest is the closure of a stop (p, t, k), which lasts up to 120 ms."""
_REACH = Fraction(45, 100)
"""Seconds by which a recogniser may misplace a pause."""
_CLAUSE = Fraction(20, 100)
"""Seconds by which a pause rather belongs after a word with a comma or a full stop."""

Span = tuple[Fraction, Fraction]


def sounding(samples: np.ndarray, rate: int) -> list[Span]:
    """The stretches of mono ``samples`` in which someone speaks, in seconds; the rests between are pauses."""
    window = int(rate * _WINDOW)
    blocks = np.pad(samples, (0, -len(samples) % window)).reshape(-1, window)
    level = np.sqrt(np.mean(np.square(blocks.astype(np.float64)), axis=1))
    loud = np.flatnonzero(level > max(level.max(initial=0) * _QUIET, 1e-5))
    if len(loud) == 0:
        return []
    gaps = np.flatnonzero(np.diff(loud) > _LEAST / _WINDOW)
    firsts, lasts = [loud[0], *loud[gaps + 1]], [*loud[gaps], loud[-1]]
    return [(int(a) * _WINDOW, (int(b) + 1) * _WINDOW) for a, b in zip(firsts, lasts, strict=True)]


def settled(words: Sequence[HeardWord], spans: Sequence[Span]) -> list[HeardWord]:
    """The words with the times around each pause set to where the sound ends and begins again."""
    if not words or not spans:
        return list(words)
    found = list(words)
    found[0] = replace(found[0], start=spans[0][0])
    found[-1] = replace(found[-1], end=spans[-1][1])
    place = 0
    for (_, rest), (again, _) in pairwise(spans):
        choices = [
            (_distance(found, after, rest, again), after)
            for after in range(place + 1, len(found))
            if _fits(found[after - 1], found[after], rest, again)
        ]
        distance, after = min(choices, default=(_REACH + 1, 0))
        if distance <= _REACH:
            found[after - 1] = replace(found[after - 1], end=rest)
            found[after] = replace(found[after], start=again)
            place = after
    return _ordered(found)


def _fits(before: HeardWord, after: HeardWord, rest: Fraction, again: Fraction) -> bool:
    """Whether a pause between two words leaves both at least half of their time."""
    return rest - before.start >= (before.end - before.start) / 2 and (
        after.end - again >= (after.end - after.start) / 2
    )


def _distance(words: Sequence[HeardWord], after: int, rest: Fraction, again: Fraction) -> Fraction:
    """How far the boundary before word ``after`` lies from the pause, in seconds."""
    boundary = (words[after - 1].end + words[after].start) / 2
    clause = words[after - 1].text[-1] in ",.;:!?"
    return abs(boundary - (rest + again) / 2) - (_CLAUSE if clause else 0)


def _ordered(words: Sequence[HeardWord]) -> list[HeardWord]:
    """The words one after the other, none ending before it begins."""
    found: list[HeardWord] = []
    for place, word in enumerate(words):
        start = max(word.start, found[-1].end) if found else max(word.start, Fraction(0))
        following = words[place + 1].start if place + 1 < len(words) else word.end
        end = max(start, min(word.end, max(following, start)))
        found.append(replace(word, start=stepped(start), end=stepped(end)))
    return found
