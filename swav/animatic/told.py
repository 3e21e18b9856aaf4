"""A prompt as the animatic shows it: a painted panel, or its words on a card where no word of it is known.

A wrong picture tells another film; a card says what the shot will be.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from swav.animatic.panel import frames
from swav.animatic.slate import Slate, laid_over, slate_strip
from swav.animatic.vocabulary import PLACES, SUBJECTS, mentions
from swav.titles.card import card_frames

MOST_LETTERS = 70
_SENTENCE = re.compile(r"(?<=[.!?…。！？।])\s")
_CLAUSE = re.compile(r"[,;:.!?…。，；：！？।]")


def is_understood(prompt: str) -> bool:
    """Whether the first sentence names a place or a subject that can be drawn; style and light follow it."""
    first = _SENTENCE.split(prompt.strip(), maxsplit=1)[0]
    return bool(mentions(first, SUBJECTS) or mentions(first, PLACES))


def first_words(prompt: str, most: int = MOST_LETTERS) -> str:
    """The first clause of a prompt, cut between words after ``most`` letters."""
    clause = " ".join(_CLAUSE.split(prompt.strip(), maxsplit=1)[0].split())
    if len(clause) <= most:
        return clause
    kept = clause[:most].rpartition(" ")[0] or clause[:most]
    return f"{kept}…"


def told_frames(
    prompt: str,
    *,
    camera: str,
    seed: int,
    width: int,
    height: int,
    rate: Fraction,
    count: int,
    slate: Slate | None,
) -> Iterator[np.ndarray]:
    """Yield ``count`` frames, each uint8 RGB (height, width, 3), at ``rate`` frames a second.

    The same arguments give the same bytes.
    """
    shape = {"seed": seed, "width": width, "height": height, "rate": rate, "count": count}
    words = first_words(prompt)
    if is_understood(prompt) or not words:
        yield from frames(prompt, camera=camera, slate=slate, **shape)
        return
    strip = slate_strip(slate, width, height) if slate else None
    for frame in card_frames(words, "", language="en", **shape):
        yield frame if strip is None else laid_over(np.array(frame), strip)
