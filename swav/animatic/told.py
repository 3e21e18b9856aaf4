"""A prompt as the animatic shows it: a painted panel, or its words on a card where a panel would be wrong.

A wrong picture tells another film; a card says what the shot will be.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from swav.animatic.panel import frames
from swav.animatic.slate import Slate, slate_strip
from swav.animatic.understood import is_understood, seen_of
from swav.titles.card import card_frames

MOST_LETTERS = 70
_CLAUSE = re.compile(r"[,;:.!?…。，；：！？।]")


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
    threads: int = 1,
) -> Iterator[np.ndarray]:
    """Yield ``count`` frames, each uint8 RGB (height, width, 3), at ``rate`` frames a second.

    The same arguments give the same bytes, whatever the number of ``threads`` that draw.
    """
    shape = {"seed": seed, "width": width, "height": height, "rate": rate, "count": count}
    words = first_words(prompt)
    if is_understood(prompt) or not words:
        yield from frames(
            seen_of(prompt) or prompt, camera=camera or prompt, slate=slate, threads=threads, **shape
        )
        return
    strip = slate_strip(slate, width, height) if slate else None
    for frame in card_frames(words, "", language="en", **shape):
        yield frame if strip is None else strip.over(frame)
