"""The moods of a reel: from when on the music is like what."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from swav.errors import EngineError

SHORTEST = Fraction(2)
"""Seconds: music that lasts less has no time to say anything, and is left out."""


@dataclass(frozen=True)
class Mood:
    """What the music is like from ``start`` seconds of the reel on, in the storyboard's words."""

    start: Fraction
    prompt: str


def settled(moods: Sequence[Mood] | str, length: Fraction) -> list[Mood]:
    """The moods that are heard within ``length`` seconds, in order; the first begins with the reel.

    What would begin after the end, or last less than ``SHORTEST``, is left out; a mood that goes on as the
    one before it is one with it. Raises EngineError for no mood, or moods out of order.
    """
    if isinstance(moods, str):
        return [Mood(Fraction(0), moods)]
    if not moods:
        raise EngineError("music needs a mood: say what it should be like")
    for one, other in pairwise(moods):
        if other.start <= one.start:
            raise EngineError(
                f"the mood {other.prompt!r} begins at {float(other.start):g} s, which is not after the one "
                f"before it, at {float(one.start):g} s; put moods in order of time"
            )
    ends = [*(mood.start for mood in moods[1:]), length]
    heard: list[Mood] = []
    for mood, end in zip(moods, ends, strict=True):
        lasting = min(end, length) - mood.start >= SHORTEST
        if lasting and not (heard and heard[-1].prompt == mood.prompt):
            heard.append(mood)
    heard = heard or [moods[0]]
    return [Mood(Fraction(0), heard[0].prompt), *heard[1:]]
