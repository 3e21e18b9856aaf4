"""Acronyms, hull numbers, model numbers and Roman numerals in English, as they are said.

Capitals are letters to be named one by one (``INS`` is I N S) unless they are said as a word: three letters
are named, longer ones are a word where English can pronounce them (NATO, SWAV). The lists hold what that
rule gets wrong; a film's own exceptions belong in the storyboard's lexicon.
"""

import re

from swav.speech.english import numbers

_WORDS = frozenset(("RADAR", "SONAR", "LIDAR", "NATO", "AUKUS", "SAM", "RAM", "ROM", "SIM", "PIN", "GIF"))
_LETTERS = frozenset(("USAF", "AESA", "IIIT", "ASAP"))
_READ_AS = {"IEEE": "I triple E"}

# Short words that are capitals only for emphasis: "it is NOT over". US and IT are names, and left out.
_SHORT_WORDS = frozenset(
    (
        *("ALL", "AM", "AN", "AND", "ANY", "ARE", "AS", "AT", "BE", "BUT", "BY", "CAN", "DID", "DO", "FOR"),
        *("GET", "GO", "HAD", "HAS", "HE", "HER", "HIS", "HOW", "IF", "IN", "IS", "ITS", "MAY", "ME", "MY"),
        *("NEW", "NO", "NOT", "NOW", "OF", "OFF", "OLD", "ON", "ONE", "OR", "OUR", "OUT", "SEA", "SEE"),
        *("SHE", "SO", "THE", "TO", "TOO", "TWO", "UP", "WAS", "WAY", "WE", "WHY", "YES", "YET", "YOU"),
    )
)

_ACRONYM = re.compile(r"(?<![\w'’])[A-Z]{2,}(?P<many>s)?(?P<owner>['’]s|['’](?!\w))?(?![\w])")
_DOTTED = re.compile(r"(?<![\w.])(?:[A-Z]\.){2,}(?=(?P<end>\s+[A-Z][a-z]|\s*$)?)(?:[A-Z](?!\w))?")
_CODE = re.compile(
    r"(?<![\w-])(?P<name>[A-Z]{1,4}|[A-Z][a-z]?[A-Z]|[A-Z][a-z])"
    r"[-.]?(?P<number>\d{1,4})-?(?P<mark>[A-Z]{0,3})(?P<many>s?)(?!\w)"
)
_DIGIT_LETTER = re.compile(r"(?<![\w.,-])(?P<number>\d{1,4})(?P<mark>[A-Z]{1,2})(?!\w)")
_IN_CAPITALS = re.compile(r"[A-Z]+")

_ROMAN = r"(?P<roman>[IVX]+)"
_NUMBERED = (
    *("Mk", "Mk.", "Mark", "Type", "Phase", "Part", "Chapter", "Block", "War", "Act", "Volume", "Stage"),
    *("Level", "Tier", "Batch", "Flight", "Section", "Class", "State", "Unit", "Book", "Category", "Project"),
)
_RULERS = ("Elizabeth", "Henry", "George", "Charles", "Edward", "William", "James", "Louis", "Philip")
_AFTER_WORD = re.compile(rf"\b(?P<word>{'|'.join(map(re.escape, _NUMBERED))}) {_ROMAN}(?![\w'’])")
_RULER = re.compile(rf"\b(?P<word>{'|'.join(_RULERS)}) {_ROMAN}(?!\w)")
_AFTER_NAME = re.compile(r"\b(?P<word>[A-Z][a-z]+) (?P<roman>[IVX]{2,})(?![\w'’])")

_VALUES = {"I": 1, "V": 5, "X": 10}
_VALID_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")

# What English can begin and end a syllable with, as far as acronyms need it.
_ONSET = r"(?:[bcdfghjklmnprstvwyz]|[bcfgpst]h|[bcdfgkpt]r|[bcfgkps]l|s[cklmnptwq]|s[cpt]r|qu|tw|dw)?"
_RHYME = r"[aeiou]{1,2}(?:[bcdfgklmnprstvxz]|ck|[lmnr][bcdfgkmnpst]|s[kpt]|[cfp]t|ng|[cs]h|th|ll|ss)?"
_PRONOUNCEABLE = re.compile(rf"(?:{_ONSET}{_RHYME}){{1,3}}[eoy]?")


def read(text: str) -> str:
    """The text with acronyms and codes as letters, words and numbers; their digits become words."""
    text = _DOTTED.sub(_dotted, text)
    text = _AFTER_WORD.sub(_cardinal_numeral, text)
    text = _RULER.sub(_ordinal_numeral, text)
    text = _AFTER_NAME.sub(_cardinal_numeral, text)
    text = re.sub(r"\bMk\.?(?=[\s\d-])", "Mark ", text)
    text = _CODE.sub(_code, text)
    text = _DIGIT_LETTER.sub(lambda found: f"{numbers.code(found['number'])} {_named(found['mark'])}", text)
    if _is_shouted(text):
        return text
    return _ACRONYM.sub(_acronym, text)


def is_word(capitals: str) -> bool:
    """Whether an acronym is said as a word rather than letter by letter."""
    if capitals in _WORDS or capitals in _SHORT_WORDS:
        return True
    if len(capitals) < 4 or capitals in _LETTERS:
        return False
    return _PRONOUNCEABLE.fullmatch(capitals.lower()) is not None


def _is_shouted(text: str) -> bool:
    """Whether the text is set in capitals throughout, as titles are: then capitals mark no acronym."""
    words = [word for word in _IN_CAPITALS.findall(text) if len(word) > 1]
    return len(words) > 2 and not re.search(r"[a-z]", text)


def _named(letters: str) -> str:
    return " ".join(letters)


def _acronym(found: re.Match[str]) -> str:
    ending = "'s" if found["many"] or found["owner"] else ""
    capitals = _IN_CAPITALS.match(found[0])[0]
    if capitals in _READ_AS:
        return _READ_AS[capitals] + ending
    if is_word(capitals):
        return found[0]
    return _named(capitals) + ending


def _dotted(found: re.Match[str]) -> str:
    """``U.S.`` and ``I.N.S.``: the last point ends a sentence only where one seems to end."""
    letters = _named(found[0].replace(".", ""))
    return letters + ("." if found["end"] is not None and not found["end"].strip() else "")


def _code(found: re.Match[str]) -> str:
    name = found["name"]
    said = name.title() if not name.isupper() or is_word(name) else _named(name)  # MiG, SAM
    number = numbers.code(found["number"])
    number = numbers.plural(number) if found["many"] else number
    parts = [said, number, *([_named(found["mark"])] if found["mark"] else [])]
    return " ".join(parts)


def _value(roman: str) -> int:
    total = 0
    for letter, following in zip(roman, [*roman[1:], ""], strict=True):
        value = _VALUES[letter]
        total += -value if value < _VALUES.get(following, 0) else value
    return total


def _cardinal_numeral(found: re.Match[str]) -> str:
    if not _VALID_ROMAN.fullmatch(found["roman"]):
        return found[0]
    return f"{found['word']} {numbers.cardinal(_value(found['roman']))}"


def _ordinal_numeral(found: re.Match[str]) -> str:
    if not _VALID_ROMAN.fullmatch(found["roman"]):
        return found[0]
    return f"{found['word']} the {numbers.ordinal(_value(found['roman']))}"
