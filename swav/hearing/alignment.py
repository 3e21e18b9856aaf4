"""Times for written words: what was written is laid beside what was heard, and takes its times."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from swav.hearing.english import comparison
from swav.hearing.heard import Heard, HeardWord, stepped
from swav.times import Word

_QUICKEST = Fraction(3, 100)
"""Seconds a letter: less room than this for words that were not heard, and they share their neighbour's."""


class _Block:
    """Written words ``first`` to ``last`` that were spoken from ``start`` to ``end``."""

    def __init__(self, first: int, last: int, start: Fraction, end: Fraction):
        self.first, self.last, self.start, self.end = first, last, start, end


def timed_words(
    text: str,
    heard: Mapping[str, Any],
    length: Fraction,
    *,
    start: Fraction = Fraction(0),
    lexicon: Mapping[str, str] | None = None,
) -> tuple[Word, ...]:
    """``aligned`` for what ``listen`` found, on the clock of a reel in which the line begins at ``start``.

    Empty where the line could not be heard.
    """
    if "missing" in heard:
        return ()
    words = aligned(text, Heard.read(heard), length, lexicon)
    return tuple(Word(word.text, start + word.start, start + word.end) for word in words)


def aligned(
    text: str, heard: Heard, length: Fraction, lexicon: Mapping[str, str] | None = None
) -> tuple[Word, ...]:
    """Every word of ``text`` (as white space parts it) with the time at which it is spoken.

    ``heard`` is what was heard of it, ``length`` the seconds of the recording; ``lexicon``
    maps words to how they are said. Words that were heard take
    the times of what was heard; others share the time between their neighbours by their length. Times are
    whole milliseconds, rise, and lie within the recording.
    """
    words = text.split()
    if not words:
        return ()
    blocks = _with_unheard(_linked(text, heard, lexicon), heard.words, len(words), length, words)
    found: list[Word] = []
    for block in blocks:
        own = words[block.first : block.last + 1]
        edges = list(accumulate((_weight(word) for word in own), initial=0))
        for word, (before, after) in zip(own, pairwise(edges), strict=True):
            begin, end = (
                stepped(min(block.start + (block.end - block.start) * Fraction(part, edges[-1]), length))
                for part in (before, after)
            )
            begin = max(begin, found[-1].end) if found else begin
            found.append(Word(word, begin, max(begin, end)))
    return tuple(found)


def _weight(word: str) -> int:
    """How long a word takes to say: its letters, and as much for a digit as for a word."""
    return 1 + sum(5 if character.isdigit() else 1 for character in word if character.isalnum())


def _linked(text: str, heard: Heard, lexicon: Mapping[str, str] | None) -> list[_Block]:
    """Runs of written words that face runs of heard words; neighbours that share a word are one run."""
    runs: list[list[int]] = []
    for written, other, _ in comparison(text, heard.text, lexicon).pairs:
        if runs and (written.first <= runs[-1][1] or other.first <= runs[-1][3]):
            runs[-1][1] = max(runs[-1][1], written.last)
            runs[-1][3] = max(runs[-1][3], other.last)
        else:
            runs.append([written.first, written.last, other.first, other.last])
    return [_Block(a, b, heard.words[c].start, heard.words[d].end) for a, b, c, d in runs]


def _with_unheard(
    blocks: Sequence[_Block], heard: Sequence[HeardWord], count: int, length: Fraction, words: Sequence[str]
) -> list[_Block]:
    """The blocks, and between them those words that faced nothing, where there is time for them."""
    found: list[_Block] = []
    for block in [*blocks, _Block(count, count, length, length)]:
        first = found[-1].last + 1 if found else 0
        begin = found[-1].end if found else Fraction(0)
        if first < block.first:
            missing = _Block(first, block.first - 1, *_room(heard, begin, block.start))
            needed = _QUICKEST * sum(_weight(word) for word in words[first : block.first])
            if missing.end - missing.start >= needed or not (found or block.first < count):
                found.append(missing)
            elif found:
                found[-1].last, found[-1].end = missing.last, max(missing.end, found[-1].end)
            else:
                block.first, block.start = first, missing.start
        if block.first < count:
            found.append(block)
    return found


def _room(heard: Sequence[HeardWord], begin: Fraction, end: Fraction) -> tuple[Fraction, Fraction]:
    """From when to when something else was heard between two times; all of the time if nothing was."""
    inside = [word for word in heard if begin <= word.start and word.end <= end and word.end > word.start]
    return (inside[0].start, inside[-1].end) if inside else (begin, max(begin, end))
