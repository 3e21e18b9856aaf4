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
_KEPT = Fraction(3, 10)
"""Share of its time that a pause may leave to the word behind it."""
_QUICKEST = Fraction(3, 100)
"""Seconds that each letter takes at least."""

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
    """The words with the times around each pause set to where the sound ends and begins again.

    Between pauses words keep the times that they were heard at, but for those that are left without room.
    """
    if not words or not spans:
        return list(words)
    found: list[HeardWord] = []
    begin, first = spans[0][0], 0
    for (_, rest), (again, _) in pairwise(spans):
        after = _boundary(words, first, rest, again)
        if after is not None:
            found += _spaced(words[first:after], begin, rest)
            begin, first = again, after
    return found + _spaced(words[first:], begin, spans[-1][1])


def _boundary(words: Sequence[HeardWord], first: int, rest: Fraction, again: Fraction) -> int | None:
    """The word before which a pause belongs, if it belongs between two words."""
    choices = []
    for after in range(first + 1, len(words)):
        before, following = words[after - 1], words[after]
        distance = abs((before.end + following.start) / 2 - (rest + again) / 2)
        if before.text[-1] in ",.;:!?":
            distance -= _CLAUSE
        # The word that follows must keep some of its time; an end is often heard late, a start less so.
        if following.end - again >= (following.end - following.start) * _KEPT:
            choices.append((distance, after))
    distance, after = min(choices, default=(_REACH + 1, 0))
    return after if distance <= _REACH else None


def _spaced(words: Sequence[HeardWord], begin: Fraction, end: Fraction) -> list[HeardWord]:
    """The words between two pauses, each with time enough to be said, from ``begin`` to ``end``."""
    least = [_QUICKEST * len(word.text) for word in words]
    scale = min(Fraction(1), (end - begin) / sum(least))
    least = [scale * time for time in least]
    starts = [begin]
    for word, time in zip(words[1:], least, strict=False):
        starts.append(max(word.start, starts[-1] + time))
    following = end
    for place in range(len(words) - 1, 0, -1):
        starts[place] = following = min(starts[place], following - least[place])
    found = []
    for word, start, time, limit in zip(words, starts, least, [*starts[1:], end], strict=True):
        ends = min(max(word.end, start + time), limit) if limit != end else end
        found.append(replace(word, start=stepped(start), end=stepped(ends)))
    return found
