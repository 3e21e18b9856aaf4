"""From written English to its readings: every way in which a correct narrator may say it.

Numbers, dates, units, acronyms, contractions, hyphens and spellings are where a recogniser writes otherwise
than the author did. A text becomes a lattice of readings, and two texts are the same if any of them meet.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from swav.hearing import english_words, numbers
from swav.hearing.lattice import Comparison, Lattice, compared
from swav.hearing.sounds import sound
from swav.hearing.spelling import plain

Words = tuple[str, ...]

_PART = re.compile(
    r"(?P<clock>\d{1,2}):(?P<minutes>\d\d)(?!\d)"
    r"|(?P<above>\d+)/(?P<below>\d+)(?![\d/])"
    r"|(?P<money>[$£€₹¥])?(?P<number>\d+(?:,\d{2,3}(?!\d))*)?(?:\.(?P<after>\d+))"
    r"|(?P<price>[$£€₹¥])?(?P<digits>\d+(?:,\d{2,3}(?!\d))*)(?:(?P<ordinal>st|nd|rd|th)|(?P<decade>['’]?s))?\b"
    r"|(?P<code>\d+)"
    r"|(?P<rate>(?:km|m|mi|kg|g|l)/(?:h|s|min)\b)"
    r"|(?P<word>[^\W\d_]+(?:['’.][^\W\d_]+)*['’.]?)"
    r"|(?P<range>(?<=\d)[-–—](?=\d))"
    r"|(?P<sign>°[CF]\b|[%°&+=@#×])"
)
_STOPS = ".,;:!?\"'()[]“”‘’"


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
    written, heard = readings(text, lexicon), readings(heard_text)
    found = compared(written, heard, str)
    return compared(written, heard, sound) if found.errors else found


def readings(text: str, lexicon: Mapping[str, str] | None = None) -> Lattice:
    """The lattice of a text; its edges number the words that white space parts, from 0."""
    written = text.split()
    found = Lattice()
    runs: list[_Run] = []
    number = 0
    while number < len(written):
        said = _said(written, number, lexicon or {})
        last = number + (said.words - 1 if said else 0)
        around = written[number - 1] if number else "", (written[number + 1 :] or [""])[0]
        for options in [said.ways] if said else _alternatives(written[number], *around):
            node = found.size - 1
            found.add(options, number, last)
            runs = list(_compounds(found, runs, node, options, number, last))
        number = last + 1
    return found


@dataclass(frozen=True)
class _Entry:
    """A lexicon's entry that was found: over how many written words, and how they may be said."""

    words: int
    ways: list[Words]


def _said(written: Sequence[str], number: int, lexicon: Mapping[str, str]) -> _Entry | None:
    """The longest entry of the lexicon that stands at a written word; capitals count if the entry has any."""
    for entry in sorted(lexicon, key=lambda entry: (-len(entry.split()), entry)):
        words = entry.split()
        own = [_bare(word) for word in written[number : number + len(words)]]
        if entry == entry.lower():
            own = [word.lower() for word in own]
        if words and own == words:
            ways = [tuple(filter(None, map(plain, words))), _spoken(lexicon[entry])]
            if re.search(r"['’]s\W*$", written[number + len(words) - 1]):
                ways += [(*way[:-1], f"{way[-1]}s") for way in ways if way]
            return _Entry(len(words), ways)
    return None


def _bare(word: str) -> str:
    """A written word without the punctuation around it and without a possessive's ending."""
    return re.sub(r"['’]s$", "", word.strip(_STOPS)).replace("’", "'")


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


def _alternatives(word: str, before: str, after: str) -> Iterator[list[Words]]:
    """For each part of a written word that is read on its own, the ways to read it."""
    for sign, number in (("½", "1/2"), ("¼", "1/4"), ("¾", "3/4")):
        word = word.replace(sign, number)
    parts = [part for part in _PART.finditer(unicodedata.normalize("NFKC", word)) if part[0]]
    texts = [before, *(part[0] for part in parts), after]
    for part, left, right in zip(parts, texts, texts[2:], strict=False):
        yield list(dict.fromkeys(_options(part, left, right)))


def _options(part: "re.Match[str]", before: str, after: str) -> Iterator[Words]:
    if part["word"]:
        yield from _word(part["word"], before)
    elif part["range"]:
        yield from english_words.RANGE
    elif part["rate"]:
        yield from _unit(part["rate"])
    elif part["sign"]:
        yield from english_words.SIGNS.get(part["sign"], ()) or _unit(part["sign"])
    else:
        yield from _number(part, before, after)


def _number(part: "re.Match[str]", before: str, after: str) -> Iterator[Words]:
    ways = _figures(part, _month(before) or _month(after))
    yield from sorted(ways)
    sign = part["money"] or part["price"] or (before.casefold().strip(".") == "rs" and "rs")
    if sign:
        yield from ((*way, name) for way in sorted(ways) for name in _currency(sign))


def _currency(sign: str) -> Words:
    name = english_words.MONEY[sign]
    return name, f"{name}s"


def _figures(part: "re.Match[str]", in_date: bool) -> set[Words]:
    if part["clock"]:
        return numbers.clock(part["clock"], part["minutes"])
    if part["above"]:
        return numbers.fraction(part["above"], part["below"])
    if part["after"]:
        before, after = (part["number"] or "").replace(",", ""), part["after"]
        hour = len(before) in (1, 2) and len(after) == 2  # 10.30 is how some write 10:30
        return numbers.decimal(before, after) | (numbers.clock(before, after) if hour else set())
    digits = (part["digits"] or part["code"]).replace(",", "")
    if part["ordinal"]:
        return _dated(numbers.ordinals(digits))
    if part["decade"]:
        return numbers.decade(digits)
    return numbers.whole(digits) | (_dated(numbers.ordinals(digits)) if in_date else set())


def _dated(ways: set[Words]) -> set[Words]:
    """An ordinal as dates have it: twelfth, the twelfth, the twelfth of."""
    return ways | {("the", *way) for way in ways} | {("the", *way, "of") for way in ways}


def _month(word: str) -> bool:
    return plain(word) in english_words.MONTHS


def _word(word: str, before: str) -> Iterator[Words]:
    key, letters = word.casefold().replace("’", "'").strip(".'"), word.replace(".", "")
    yield (plain(word),)
    if letters.isupper() or "." in word.strip("."):
        yield tuple(plain(letter) for letter in letters)
    if letters[:-1].isupper() and letters.endswith("s") and len(letters) > 2:  # UAVs
        yield (*(plain(letter) for letter in letters[:-2]), f"{plain(letters[-2])}s")
    if key.replace(".", "") in english_words.ABBREVIATIONS:
        yield _spoken(english_words.ABBREVIATIONS[key.replace(".", "")])
    if key in english_words.ROMAN and letters.isupper():
        yield numbers.cardinal(english_words.ROMAN[key])
        yield ("the", *numbers.ordinal(numbers.cardinal(english_words.ROMAN[key])))
    if before[-1:].isdigit():
        yield from _unit(word)
    if key in english_words.SCALES and before[:1] in english_words.MONEY:
        yield from ((plain(word), name) for name in _currency(before[0]))
    yield from _contracted(key)


def _unit(sign: str) -> Iterator[Words]:
    name = english_words.UNITS.get(sign.casefold().rstrip("."))
    if name is None:
        return
    head, *rest = name.split()
    if rest and rest[0] in ("mile", "hour"):
        yield (head, *rest)
        yield (head, *rest[:-1], f"{rest[-1]}s")
    else:
        yield from ((plural, *rest) for plural in (head, english_words.PLURALS.get(head, f"{head}s")))
    if name == "percent":
        yield ("per", "cent")
    if head == "degree":
        yield from ((plural,) for plural in ("degree", "degrees"))


def _contracted(key: str) -> Iterator[Words]:
    if key in english_words.NEGATIONS:
        yield english_words.NEGATIONS[key]
    elif key.endswith("n't"):
        yield (plain(key[:-3]), "not")
    for ending, wholes in english_words.CONTRACTIONS.items():
        if key.endswith(ending):
            yield from product((plain(key[: -len(ending)]),), wholes)
