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
from functools import lru_cache

from swav.titles.graphemes import clusters, lines_of, pieces
from swav.titles.legibility import GAP, LINE, LONGEST, ROWS, SHORTEST, columns

_CUE = 2.0
"""What each cue costs: fewer are calmer."""
_SENTENCE, _CLAUSE, _CONJUNCTION, _PREPOSITION, _PHRASE, _TORN = 0.0, 1.0, 2.0, 6.0, 8.0, 16.0
"""What breaks cost: after a sentence, after a clause, before a conjunction, before a preposition, elsewhere,
and after a word that belongs to the next one."""
_ROW = 0.125
"""Part of a break's cost that it costs between rows: both are read at once."""
_BEGUN = 2.0
"""What it costs to begin a sentence in the cue in which another ends, and not to end it there."""
_BREATH = 0.15
"""Seconds: a shorter rest is the closure of a consonant."""
_REST = 0.6
"""Seconds: a rest between sentences; the next words are a new thought, and ought not to be read before."""
_JOINING = (
    "and but or nor so yet because although though while when where whereas since until unless if that which "
    "who whose whom"
)
_LEADING = (
    "with without for from into through between against under over before after at by in on to of as than"
)
_LEANING = (
    "a an the my your his her its our their this these those no every each some any all i you he she it we "
    "they what is are was were be do does did has have had will would can could may must not very"
)
_SHORTENED = "dr. mr. mrs. ms. prof. st. lt. cdr. capt. adm. vs. e.g. i.e."
_ABBREVIATED = frozenset(_SHORTENED.split())
_LEANS = frozenset(f"{_LEADING} {_JOINING} {_LEANING} {_SHORTENED}".split())
_STOPS = tuple(".!?…।॥。！？؟۔")
_STARTS = dict.fromkeys(_LEADING.split(), _PREPOSITION) | dict.fromkeys(_JOINING.split(), _CONJUNCTION)


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
            if start < end - 1 and width - 1 > ROWS * LINE:
                break
            rows = _split([piece.text for piece in spoken[start:end]])
            if rows is None:
                break
            cost = _cost(spoken, start, end, width, speed) + _ROW * rows.cost
            choices.append((best[start][0] + cost, start))
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
    at = _split(texts).at
    rows = ("".join(texts[:at]), "".join(texts[at:])) if at else ("".join(texts),)
    return tuple(row.strip() for row in rows)


@dataclass(frozen=True)
class _Rows:
    """After how many pieces the second row begins (0: there is none), and what that break costs."""

    at: int
    cost: float


def _cost(spoken: Sequence[Piece], start: int, end: int, width: int, speed: int) -> float:
    """How little a cue of ``spoken[start:end]`` pleases: each costs, a bad break and a short stand more."""
    seconds = float(spoken[end - 1].end - spoken[start].start)
    whole = len(spoken) == end - start
    cost = _CUE
    if end < len(spoken):
        rest = float(spoken[end].start - spoken[end - 1].end)
        cost += _break_cost(spoken[end - 1].text, spoken[end].text, rest)
        seconds_to_read = float(spoken[end].start - spoken[start].start - GAP)
        cost += max(0.0, (width - 1) / speed - seconds_to_read)
    if seconds < SHORTEST and not whole:
        cost += 6.0 * (1 - seconds)
    if seconds > LONGEST:
        cost += seconds - float(LONGEST)
    ended = [_ends_sentence(piece.text) for piece in spoken[start:end]]
    cost += _BEGUN * (any(ended) and not ended[-1])
    for before, after in zip(spoken[start:end], spoken[start + 1 : end], strict=False):
        rest = float(after.start - before.end)
        cost += 4.0 * max(0.0, rest - _REST)
    return cost + (2.0 if width > LINE else 0.0) * abs(width / (ROWS * LINE) - 0.75)


@lru_cache(65536)
def _break_cost(before: str, after: str, rest: float) -> float:
    """What it costs to break between two pieces with ``rest`` seconds of silence between them."""
    bare = _bare(before)
    if _ends_sentence(before):
        return _SENTENCE
    if re.search(r"[,;:–—，、；：،؛]$", bare) or rest > _BREATH:
        return max(_SENTENCE, _CLAUSE - max(0.0, rest - _BREATH))
    if bare.strip("\"'“‘(").casefold() in _LEANS:
        return _TORN
    return _STARTS.get(after.strip().strip("\"'“‘(").casefold(), _PHRASE)


def _bare(piece: str) -> str:
    return piece.rstrip().rstrip("\"'”’)]»")


@lru_cache(65536)
def _ends_sentence(piece: str) -> bool:
    return _bare(piece).endswith(_STOPS) and piece.strip("\"'“‘( ").casefold() not in _ABBREVIATED


def _split(texts: Sequence[str]) -> _Rows | None:
    """Where to break a cue into rows; None if two rows cannot hold it."""
    widths = [columns(text) for text in texts]
    total = sum(widths)
    if columns("".join(texts).rstrip()) <= LINE or len(texts) == 1:
        return _Rows(0, 0.0)
    choices = []
    first = 0
    for at in range(1, len(texts)):
        first += widths[at - 1]
        if columns("".join(texts[:at]).rstrip()) > LINE:
            break
        if columns("".join(texts[at:]).rstrip()) <= LINE:
            # Even rows, rather after a clause, and the upper one rather the shorter.
            uneven = abs(total - 2 * first) + (3 if 2 * first > total else 0)
            cost = _break_cost(texts[at - 1], texts[at], 0.0)
            choices.append((uneven + 2 * cost, at, cost))
    return _Rows(*min(choices)[1:]) if choices else None
