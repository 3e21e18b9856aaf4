"""From written English to its readings: every way in which a correct narrator may say it.

Numbers, dates, units, acronyms, contractions, hyphens and spellings are where a recogniser writes otherwise
than the author did. A text becomes a lattice of readings, and two texts are the same if any of them meet.
How figures and abbreviations are said is ``swav.english``'s, which the narrator follows as well.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from swav.english import read_out, said
from swav.hearing.lattice import Comparison, Lattice, compared
from swav.hearing.sounds import sound
from swav.hearing.spelling import plain
from swav.written import spelled, spelled_words

Words = tuple[str, ...]

INTERJECTIONS = re.compile(
    r"a+h+|o+h+|u+h+|e+h+|h+m+|m+h*m+|m{2,}|b+r{2,}|s+h{2,}|ps+t+|u+m+|er+m*|ha(?:ha)*|he+h(?:eh)*|tsk|ugh|phew"
    r"|wh?oo+|ou?ch|oops|yay|ye+ah|wow|huh|aha|aww*|eek|gr{2,}|zz+|pf+t?"
)
"""Sounds that a recogniser may leave out, or write in any way; of plain words."""

_WORD = re.compile(r"[^\W\d_]+(?:['’.][^\W\d_]+)*['’.]?")
_STOPS = ".,;:!?\"'()[]“”‘’"
_REPEATED = 3
"""Times that a word stands in a row from which on nobody counts how often it was heard."""

_CONTRACTIONS = {
    "'s": ("is", "has", "us"),
    "'re": ("are",),
    "'ve": ("have",),
    "'ll": ("will", "shall"),
    "'d": ("would", "had"),
    "'m": ("am",),
}
_NEGATIONS = {"won't": ("will", "not"), "can't": ("can", "not"), "cannot": ("can", "not")}


def error_rate(text: str, heard_text: str, lexicon: Mapping[str, str] | None = None) -> float:
    """Word error rate of what was heard against what is written: 0 where some reading agrees in full.

    Errors (words put in, left out or replaced) over the words of the written text, as NIST's sclite counts;
    above 1 where much was put in. ``lexicon`` maps words of the text to how they are to be said. A text
    without words has rate 0 if nothing was heard, and 1 otherwise.
    """
    found = comparison(text, heard_text, lexicon)
    return found.errors / found.words if found.words else float(bool(found.errors))


def comparison(text: str, heard_text: str, lexicon: Mapping[str, str] | None = None) -> Comparison:
    """The readings of both texts that differ least, word by word; words that sound alike are the same."""
    written, heard = readings(text, lexicon, repeats=True), readings(heard_text)
    found = compared(written, heard, str)
    return compared(written, heard, sound) if found.errors else found


def readings(text: str, lexicon: Mapping[str, str] | None = None, *, repeats: bool = False) -> Lattice:
    """The lattice of a text; its edges number the words that white space parts, from 0.

    Sounds that are no words may be left out, and with ``repeats`` a word that stands many times in a row.
    """
    found = Lattice()
    runs: list[_Run] = []
    parts = list(_parts(text, lexicon or {}))
    for place, part in enumerate(parts):
        silent = _is_interjection(part.ways[0]) or (repeats and _is_repeated(parts, place))
        options = [*part.ways, ()] if silent else part.ways
        node = found.size - 1
        found.add(options, part.first, part.last)
        runs = list(_compounds(found, runs, node, options, part.first, part.last))
    return found


def judged_words(text: str) -> int:
    """How many different words of a text a recogniser can be held to: sounds such as "brrr" are none."""
    words = (part.ways[0] for part in _parts(text, {}) if part.ways[0])
    return len({way for way in words if not _is_interjection(way)})


def sounds_in(text: str) -> int:
    """How many sounds that are no words a text has: "brrr", "hmm"."""
    return sum(_is_interjection(part.ways[0]) for part in _parts(text, {}))


@dataclass(frozen=True)
class _Part:
    """What is read on its own: its readings, and the numbers of the written words that it stands for."""

    ways: list[Words]
    first: int
    last: int


def _parts(text: str, lexicon: Mapping[str, str]) -> Iterator[_Part]:
    """The text in parts: what the lexicon holds, what is not said as it is written, and single words."""
    flat, owners = spelled_words(text)
    end = 0
    for start, stop, ways in _known(flat, lexicon):
        yield from _read(flat[end:start], owners[end:start])
        yield _Part(ways, owners[start], owners[stop - 1])
        end = stop
    yield from _read(flat[end:], owners[end:])


def _read(text: str, owners: Sequence[int]) -> Iterator[_Part]:
    end = 0
    for stretch in [*said(text), None]:
        start = stretch.start if stretch else len(text)
        for word in _WORD.finditer(text, end, start):
            yield _Part(list(dict.fromkeys(_word(word[0]))), owners[word.start()], owners[word.end() - 1])
        if stretch:
            covered = _covered(text, stretch.start, stretch.end)
            ways = list(dict.fromkeys(map(_spoken, stretch.ways)))
            yield _Part(ways, owners[covered.start], owners[covered.stop - 1])
            end = stretch.end


def _covered(text: str, start: int, end: int) -> slice:
    """The characters of a stretch without the space around them."""
    inner = text[start:end]
    return slice(start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip()))


def _known(text: str, lexicon: Mapping[str, str]) -> Iterator[tuple[int, int, list[Words]]]:
    """Where the lexicon's entries stand, a possessive's ending with them, and how each may be said."""
    from swav.speech.lexicon import matches

    for start, stop, entry in matches(text, lexicon):
        written = tuple(filter(None, map(plain, entry.split())))
        ways = [_spoken(read_out(spelled(lexicon[entry]))), _spoken(lexicon[entry]), written]
        if owner := re.match(r"['’]s?(?!\w)", text[stop:]):
            ways += [(*way[:-1], f"{way[-1]}s") for way in ways if way]
            stop += owner.end()
        yield start, stop, list(dict.fromkeys(ways))


def _is_repeated(parts: Sequence[_Part], place: int) -> bool:
    """Whether a word is one more of a word that stands many times in a row."""
    way = parts[place].ways[0]
    first = last = place
    while first > 0 and parts[first - 1].ways[0] == way:
        first -= 1
    while last + 1 < len(parts) and parts[last + 1].ways[0] == way:
        last += 1
    return last - first + 1 >= _REPEATED and place > first


def _is_interjection(way: Words) -> bool:
    return len(way) == 1 and INTERJECTIONS.fullmatch(way[0]) is not None


@dataclass(frozen=True)
class _Run:
    """Neighbours that may be one word: where they begin, their letters, how many they are."""

    node: int
    letters: str
    words: int
    first: int


def _compounds(
    found: Lattice, runs: list[_Run], node: int, options: list[Words], first: int, last: int
) -> Iterator[_Run]:
    """Let up to six neighbours be one word as well: light weight and lightweight, I N S and INS."""
    single = min((option[0] for option in options if len(option) == 1), default="")
    if not single:
        return
    for run in runs[-5:]:
        grown = _Run(run.node, run.letters + single, run.words + 1, run.first)
        found.span(grown.node, grown.letters, grown.words, grown.first, last)
        yield grown
    yield _Run(node, single, 1, first)


def _spoken(way: str) -> Words:
    return tuple(filter(None, (plain(word) for word in re.split(r"[\s\-‐]+", way))))


def _word(word: str) -> Iterator[Words]:
    """A word that is said as it is written: as it is, its capitals one by one, its contraction in full."""
    key, letters = word.casefold().replace("’", "'").strip(".'"), word.replace(".", "")
    yield (plain(word),)
    if letters.isupper() or "." in word.strip("."):
        yield tuple(plain(letter) for letter in letters)
    if key in _NEGATIONS:
        yield _NEGATIONS[key]
    elif key.endswith("n't"):
        yield (plain(key[:-3]), "not")
    for ending, wholes in _CONTRACTIONS.items():
        if key.endswith(ending):
            yield from product((plain(key[: -len(ending)]),), wholes)
