"""Czech numbers before a full stop: num2words, by which XTTS reads figures, has no Czech ordinals and ends.

A number with a full stop is an ordinal in a date and where the sentence goes on in small letters; at the end
of a sentence it is a number. All other figures are left to num2words.
"""

import re

_NUMBERS = """
    nula jedna dva tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct patnáct šestnáct
    sedmnáct osmnáct devatenáct dvacet třicet čtyřicet padesát šedesát sedmdesát osmdesát devadesát
"""
_PLACES = """
    nultý první druhý třetí čtvrtý pátý šestý sedmý osmý devátý desátý jedenáctý dvanáctý třináctý čtrnáctý
    patnáctý šestnáctý sedmnáctý osmnáctý devatenáctý dvacátý třicátý čtyřicátý padesátý šedesátý sedmdesátý
    osmdesátý devadesátý
"""
_CARDINALS, _ORDINALS = _NUMBERS.split(), _PLACES.split()
"""Of 0 to 19, then of 20, 30 and so on to 90."""
_HUNDREDS = ("sto", "dvě stě", "tři sta", "čtyři sta", *(f"{word} set" for word in _CARDINALS[5:10]))
_CALENDAR = "ledna února března dubna května června července srpna září října listopadu prosince"
_MONTHS = frozenset(_CALENDAR.split())
_LARGEST = 10**6
_MONEY = {"$": "dolarů", "€": "eur", "£": "liber"}

# Digits, in groups of three where they are written so, before a full stop that the tokenizer takes for an
# ordinal's; a sign of money before them.
_DOTTED = re.compile(r"([$€£]?)(?<![\d,])(?<!\d\.)(\d{1,3}(?:\.\d{3})+|\d+)\.(?=\s|$)(\s*)(\S*)")


def in_words(text: str) -> str:
    """Czech text in which no number stands before a full stop."""
    found = _DOTTED.search(text)
    while found:
        text = text[: found.start()] + _said(found) + text[found.end(2) + 1 :]
        found = _DOTTED.search(text)
    return text


def _said(found: re.Match[str]) -> str:
    sign, figures, _, following = found.groups()
    number = int(figures.replace(".", ""))
    if sign:
        return f"{cardinal(number)} {_MONEY[sign]}."
    word = following.strip(".,;:!?)").lower()
    if word in _MONTHS or word.isdigit():
        return _genitive(number)
    if following[:1].islower():
        return ordinal(number)
    return f"{cardinal(number)}."


def cardinal(number: int) -> str:
    """A whole number in words; from a million on digit by digit."""
    if number >= _LARGEST:
        return " ".join(_CARDINALS[int(figure)] for figure in str(number))
    thousands, rest = divmod(number, 1000)
    said = []
    if thousands:
        counted = "" if thousands == 1 else _below_thousand(thousands)
        few = thousands % 10 in (2, 3, 4) and thousands % 100 not in (12, 13, 14) and thousands < 5
        said += [counted, "tisíce" if few else "tisíc"]
    if rest or not said:
        said.append(_below_thousand(rest))
    return " ".join(filter(None, said))


def ordinal(number: int) -> str:
    """An ordinal in its masculine nominative: 21 is dvacátý první. Larger ones end like that."""
    hundreds, rest = divmod(number, 100)
    if number >= _LARGEST or (hundreds and not rest):
        return cardinal(number)
    head = [cardinal(hundreds * 100)] if hundreds else []
    return " ".join([*head, *_below_hundred(rest, _ORDINALS)])


def _genitive(number: int) -> str:
    """The ordinal as dates have it: 15. is patnáctého, 21. is dvacátého prvního."""
    words = [re.sub("ý$", "ého", word) for word in ordinal(number).split()]
    return " ".join({"první": "prvního", "třetí": "třetího"}.get(word, word) for word in words)


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    said = [_HUNDREDS[hundreds - 1]] if hundreds else []
    return " ".join([*said, *(_below_hundred(rest, _CARDINALS) if rest or not said else ())])


def _below_hundred(number: int, words: list[str]) -> list[str]:
    if number < 20:
        return [words[number]]
    tens, ones = divmod(number, 10)
    return [words[18 + tens], *([words[ones]] if ones else [])]
