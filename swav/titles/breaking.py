"""Where a line of narration breaks into cues, and a cue into rows: at the least total cost.

Every place where a text may break has a price: nothing after a sentence, little after a clause or in a pause
of the voice, more before a conjunction, most inside of a phrase. Cues cost too, more when they are too short
to be read. The cheapest way through is a shortest path over the places to break (Knuth and Plass, "Breaking
Paragraphs into Lines", 1981, do so for a page).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from swav.titles.graphemes import clusters, lines_of, pieces
from swav.titles.legibility import GAP, LINE, LONGEST, ROWS, SHORTEST, columns

_CUE = 2.0
"""What each cue costs: fewer are calmer."""
_SENTENCE, _CLAUSE, _CONJUNCTION, _PHRASE = 0.0, 1.0, 2.5, 4.0
"""What a break costs after a sentence, after a clause, before a conjunction, and elsewhere."""
_BREATH = 0.15
"""Seconds: a shorter rest is the closure of a consonant."""
_REST = 0.6
"""Seconds: a rest between sentences; the next words are a new thought, and ought not to be read before."""
_JOINING = (
    "and but or nor so yet because although though while when where whereas since until unless before after "
    "if that which who whose whom than as with without for from into through between against under over"
)
_CONJUNCTIONS = frozenset(_JOINING.split())


@dataclass(frozen=True)
class Piece:
    """The smallest part of a cue, with the space that follows it, and when it is spoken, in seconds."""

    text: str
    start: Fraction
    end: Fraction


def pieces_of(text: str) -> Iterator[str]:
    """The smallest parts a row is made of, each with the space that follows it, if any.

    Joined they are ``text`` with every white space as one space. Only East Asian text and words longer
    than a row are cut without a space.
    """
    flat = " ".join(" ".join(lines_of(text)).split())
    for piece in pieces(flat):
        if columns(piece.rstrip()) <= LINE:
            yield piece
        else:
            yield from clusters(piece)


def cues_of(spoken: Sequence[Piece], speed: int) -> list[Sequence[Piece]]:
    """Share ``spoken`` out to cues that fit two rows; ``speed`` is in characters a second."""
    widths = [columns(piece.text) for piece in spoken]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(spoken) + 1):
        choices = []
        width = 0
        for start in range(end - 1, -1, -1):
            width += widths[start]
            texts = [piece.text for piece in spoken[start:end]]
            if start < end - 1 and (width - 1 > ROWS * LINE or _split(texts) is None):
                break
            choices.append((best[start][0] + _cost(spoken, start, end, width, speed), start))
        best.append(min(choices))
    found: list[Sequence[Piece]] = []
    end = len(spoken)
    while end:
        start = best[end][1]
        found.append(spoken[start:end])
        end = start
    return found[::-1]


def rows_of(cue: Sequence[Piece]) -> tuple[str, ...]:
    """The one or two rows that a cue is shown in."""
    texts = [piece.text for piece in cue]
    at = _split(texts)
    rows = ("".join(texts[:at]), "".join(texts[at:])) if at else ("".join(texts),)
    return tuple(row.strip() for row in rows)


def _cost(spoken: Sequence[Piece], start: int, end: int, width: int, speed: int) -> float:
    """How little a cue of ``spoken[start:end]`` pleases: each costs, a bad break and a short stand more."""
    seconds = float(spoken[end - 1].end - spoken[start].start)
    whole = len(spoken) == end - start
    cost = _CUE
    if end < len(spoken):
        rest = float(spoken[end].start - spoken[end - 1].end)
        cost += _break_cost(spoken[end - 1].text, spoken[end].text, rest)
        seconds_to_read = float(spoken[end].start - spoken[start].start - GAP)
        cost += max(0.0, (width - 1) / speed - seconds_to_read) * (rest > 0)
    if seconds < SHORTEST and not whole:
        cost += 6.0 * (1 - seconds)
    if seconds > LONGEST:
        cost += seconds - float(LONGEST)
    for before, after in zip(spoken[start:end], spoken[start + 1 : end], strict=False):
        rest = float(after.start - before.end)
        cost += 4.0 * max(0.0, rest - _REST)
    return cost + (2.0 if width > LINE else 0.0) * abs(width / (ROWS * LINE) - 0.75)


def _break_cost(before: str, after: str, rest: float) -> float:
    """What it costs to break between two pieces with ``rest`` seconds of silence between them."""
    bare = before.rstrip().rstrip("\"'”’)]»")
    if re.search(r"[.!?…।॥。！？؟۔]$", bare):
        return _SENTENCE
    if re.search(r"[,;:–—，、；：،؛]$", bare) or rest > _BREATH:
        return max(_SENTENCE, _CLAUSE - max(0.0, rest - _BREATH))
    return _CONJUNCTION if after.strip().strip("\"'“‘(").casefold() in _CONJUNCTIONS else _PHRASE


def _split(texts: Sequence[str]) -> int | None:
    """After how many pieces the second row begins; 0 for a single row, None if two rows cannot hold them."""
    widths = [columns(text) for text in texts]
    total = sum(widths)
    if columns("".join(texts).rstrip()) <= LINE or len(texts) == 1:
        return 0
    choices = []
    first = 0
    for at in range(1, len(texts)):
        first += widths[at - 1]
        if columns("".join(texts[:at]).rstrip()) > LINE:
            break
        if columns("".join(texts[at:]).rstrip()) <= LINE:
            # Even rows, rather after a clause, and the upper one rather the shorter.
            uneven = abs(total - 2 * first) + (3 if 2 * first > total else 0)
            choices.append((uneven + 4 * _break_cost(texts[at - 1], texts[at], 0.0), at))
    return min(choices)[1] if choices else None
