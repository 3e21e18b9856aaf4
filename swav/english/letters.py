"""Acronyms, hull numbers, model numbers and Roman numerals in English, as they are said.

Capitals are letters to be named one by one (``INS`` is I N S) unless they are said as a word: up to three
letters are a word where English has it (``THE END``), longer ones where English can pronounce them (NATO,
SWAV, WORKS). The lists hold what that rule gets wrong; a film's own exceptions belong in the storyboard's
lexicon.
"""

import re
import unicodedata
from collections.abc import Iterator

from swav.english import numbers
from swav.english.said import Rule, Said, any_of, part
from swav.english.short_words import ACRONYMS_SAID_AS_WORDS, AMBIGUOUS, LETTERS, SHORT_WORDS
from swav.written import NUMERALS

_READ_AS = {"IEEE": "I triple E", "AAA": "triple A", "NCAA": "N C double A", "IIT": "I I T"}

_ACRONYM = re.compile(
    r"(?<![\w'’])(?P<name>[A-Z]{2,})(?P<many>s)?(?P<owner>['’]s|['’](?!\w))?(?!\w|['’][A-Z])"
)
_DOTTED = re.compile(r"(?<![\w.])(?P<name>(?:[A-Z]\.)+[A-Z](?!\w))(?P<point>\.(?!\s*$))?(?P<owner>['’]s)?")
_CODE = re.compile(
    r"(?<![\w-])(?P<name>[A-Z]{1,4}|[A-Z][a-z]?[A-Z]|[A-Z][a-z])"
    r"[-.]?(?P<number>\d{1,4})-?(?P<mark>[A-Z]{0,3})(?P<many>s?)(?!\w)"
)
_DIGIT_LETTER = re.compile(r"(?<![\w.,-])(?P<number>\d{1,4})(?P<mark>[A-Z]{1,2})(?!\w)")
_POWER = re.compile(
    r"(?<![\w'’])(?P<base>[A-Za-z]{1,3}|\d+|(?<=\))|[^\W\d_]{4,})(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ]+|\^-?\d+)"
)

_ROMAN = rf"(?P<roman>[IVX]+|[{NUMERALS}]+)"
_NUMBERED = (
    *("Mk", "Mk.", "Mark", "Type", "Phase", "Part", "Chapter", "Block", "War", "Act", "Volume", "Stage"),
    *("Level", "Tier", "Batch", "Flight", "Section", "Class", "State", "Unit", "Book", "Category", "Project"),
    *("Scene", "Episode", "Season", "Bowl", "Article", "Apollo", "Generation", "Gen"),
)
_RULERS = ("Elizabeth", "Henry", "George", "Charles", "Edward", "William", "James", "Louis", "Philip", "Pope")
_AFTER_WORD = re.compile(rf"\b(?:{any_of(_NUMBERED)}) {_ROMAN}(?![\w'’])", re.IGNORECASE)
_RULER = re.compile(rf"\b(?:{any_of(_RULERS)}) {_ROMAN}(?!\w)")
_AFTER_NAME = re.compile(r"\b[A-Z][a-z]+ (?P<roman>[IVX]{2,})(?![\w'’])")
_NUMERAL = re.compile(rf"(?P<roman>[{NUMERALS}]+)")
_MARK = re.compile(r"\b(?P<mark>Mk\b\.?)(?=[\s\d¦-])")

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_VALID_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")

# What English can begin and end a syllable with, as far as acronyms need it.
_ONSET = (
    r"(?:[bcdfghjklmnprstvwyz]|[bcfgpstw]h|[bcdfgkptw]r|[bcfgkps]l|s[cklmnptwq]|s[cpt]r|spl|shr|thr|sch|squ|"
    r"qu|tw|dw|kn|wr|gn)?"
)
_CODA = (
    r"(?:[bcdfgklmnprstvwxz]|ck|[bcdfgklmnprstvwx]s|[cs]h|ch|th|ght|ng|ngs|tch|dge|[lmnr][bcdfgkmnpstv]|"
    r"[lnr]th|[lmnr][bcdfgkmnpt]s|s[kpt]|s[kpt]s|[cfpx]t|[cfpx]ts|ll|ss|ff|zz|tt|dd|gg|bb|pp|nn|mm|rr|lls|"
    r"n[cg]e|r[cg]e|ngth|ngths|nks|nk|lk|lm|rld|rlds|rst|lf|wn|wns|wl|wk|wd|mb|mn|bt|gn)?"
)
_PRONOUNCEABLE = re.compile(rf"(?:{_ONSET}[aeiouy]{{1,3}}{_CODA}){{1,5}}e?[sd]?")


def is_word(capitals: str, shouted: bool = False) -> bool:
    """Whether capitals are said as a word rather than letter by letter.

    ``shouted`` says that an English word in capitals stands beside them: then IT and US are words too.
    """
    if capitals in AMBIGUOUS:
        return shouted
    if capitals in _READ_AS:
        return False
    if capitals in ACRONYMS_SAID_AS_WORDS or capitals in SHORT_WORDS:
        return True
    if len(capitals) < 4 or capitals in LETTERS:
        return False
    return _PRONOUNCEABLE.fullmatch(capitals.lower()) is not None


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Whether the capitals beside a word are a word that is set in capitals, and not an acronym."""
    before = re.search(r"(\w+)\W*$", text[max(0, start - 30) : start])
    after = re.search(r"^\W*(\w+)", text[end : end + 30])
    return any(near and near[1].isupper() and _is_plain_word(near[1]) for near in (before, after))


def _is_plain_word(capitals: str) -> bool:
    """Whether capitals are a word of English, and no acronym that is said as one."""
    return capitals not in ACRONYMS_SAID_AS_WORDS and len(capitals) > 1 and is_word(capitals)


def named(letters: str) -> str:
    """The letters one by one."""
    return _READ_AS.get(letters, " ".join(letters))


def _acronym(found: re.Match[str]) -> Iterator[Said]:
    name, owner = found["name"], (found["owner"] or "").replace("’", "'")
    shouted = _is_shouted(found.string, found.start("name"), found.end("name"))
    if is_word(name, shouted):
        return
    ending = "'s" if found["many"] or owner == "'s" else owner
    written = f"{name}{found['many'] or ''}{owner}"
    yield part(found, 0, f"{named(name)}{ending}", f"{' '.join(name)}{ending}", written)


def _dotted(found: re.Match[str]) -> Iterator[Said]:
    """``U.S.`` and ``I.N.S.``: the last point stays where it ends a sentence."""
    letters = found["name"].replace(".", "")
    owner = (found["owner"] or "").replace("’", "'")
    yield part(found, 0, f"{named(letters)}{owner}", f"{letters}{owner}")


def _code(found: re.Match[str]) -> Iterator[Said]:
    name, figures = found["name"], found["number"]
    said = (
        name.title() if not name.isupper() or (len(name) > 1 and is_word(name)) else named(name)
    )  # MiG, SAM
    numbered = numbers.ways(figures, numbers.code(figures))
    if found["many"]:
        numbered = numbers.each(numbers.plural(way) for way in numbered)
    names = (said, name, " ".join(name.upper()))
    marks = (named(found["mark"]), found["mark"]) if found["mark"] else ("",)
    yield part(found, 0, *numbers.joined(names, numbered, marks))


def _digit_letter(found: re.Match[str]) -> Iterator[Said]:
    figures = numbers.ways(found["number"], numbers.code(found["number"]))
    yield part(found, 0, *numbers.joined(figures, (named(found["mark"]), found["mark"])))


def _value(roman: str) -> int | None:
    """The value of a Roman numeral, or None for letters that are none."""
    letters = unicodedata.normalize("NFKC", roman).upper()
    if not _VALID_ROMAN.fullmatch(letters):
        return None
    total = 0
    for letter, following in zip(letters, [*letters[1:], ""], strict=True):
        value = _VALUES[letter]
        total += -value if value < _VALUES.get(following, 0) else value
    return total


def _cardinal_numeral(found: re.Match[str]) -> Iterator[Said]:
    yield from _numeral(found, lambda value: numbers.cardinal(value))


def _ordinal_numeral(found: re.Match[str]) -> Iterator[Said]:
    yield from _numeral(found, lambda value: f"the {numbers.ordinal(value)}")


def _numeral(found: re.Match[str], first) -> Iterator[Said]:
    value, roman = _value(found["roman"]), found["roman"]
    if value is not None and not (roman.islower() and roman.isascii()):
        ways = (first(value), *numbers.ways(str(value)), f"the {numbers.ordinal(value)}", roman)
        yield part(found, "roman", *ways, *([" ".join(roman)] if roman.isascii() else []))


def _power(found: re.Match[str]) -> Iterator[Said]:
    base = found["base"]
    raised = unicodedata.normalize("NFKC", found["power"].lstrip("^")).replace("−", "-")
    if len(base) > 3 and not base.isdigit():
        yield part(found, "power", "")  # the number of a footnote
        return
    if base.isalpha() and len(base) > 1:
        yield part(found, "base", " ".join(base.upper()), base)
    elif base.isdigit():
        yield part(found, "base", *numbers.ways(base))
    minus, figure = ("minus ", raised[1:]) if raised.startswith("-") else ("", raised)
    said = minus + (numbers.cardinal(int(figure)) if figure.isdigit() else figure)
    ways = [f"to the power of {said}", f"to the {said}", f"to the power {said}"]
    if figure.isdigit():
        ways += [f"to the {minus}{numbers.ordinal(int(figure))}"]
    yield part(found, "power", *{"2": ["squared"], "3": ["cubed"]}.get(raised, []), *ways)


RULES: list[Rule] = [
    (_DOTTED, _dotted),
    (_AFTER_WORD, _cardinal_numeral),
    (_RULER, _ordinal_numeral),
    (_AFTER_NAME, _cardinal_numeral),
    (_NUMERAL, _cardinal_numeral),
    (_MARK, lambda found: [part(found, "mark", "Mark", "M K", "Mk")]),
    (_CODE, _code),
    (_DIGIT_LETTER, _digit_letter),
    (_ACRONYM, _acronym),
]

POWERS: list[Rule] = [(_POWER, _power)]
