"""How English reads numbers aloud: every way that a good narrator may choose.

"2025" is twenty twenty-five, two thousand and twenty-five or two zero two five; none of them is a mistake.
"""

import re

_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_SMALL = _NAMES.split()
_ROUND = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = _ROUND.split()
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_FRACTIONS = {(1, 2): ("half",), (1, 4): ("quarter",), (3, 4): ("quarters",)}
_LONGEST = 15
"""Digits up to which a number has a name; what is longer is read digit by digit."""

Words = tuple[str, ...]


def cardinal(number: int) -> Words:
    """The number's name, without ``and``: ``cardinal(121)`` is one hundred twenty one."""
    for size, name in _SCALES:
        if number >= size:
            rest = cardinal(number % size) if number % size else ()
            return (*cardinal(number // size), name, *rest)
    if number < 20:
        return (_SMALL[number],)
    return (_TENS[number // 10], *([_SMALL[number % 10]] if number % 10 else []))


def ordinal(words: Words) -> Words:
    """The ordinal of a number's name: twenty one becomes twenty first."""
    last = words[-1]
    if last in _IRREGULAR:
        last = _IRREGULAR[last]
    elif last.endswith("y"):
        last = f"{last[:-1]}ieth"
    else:
        last += "th"
    return (*words[:-1], last)


def whole(digits: str) -> set[Words]:
    """Every reading of a whole number written in digits."""
    found = _digit_by_digit(digits)
    if len(digits) > _LONGEST:
        return found
    number = int(digits)
    if not digits.startswith("0") or number == 0:
        found |= _british(cardinal(number))
    if len(digits) == 3 and digits[0] != "0":
        found |= {(*cardinal(number // 100), *rest) for rest in _pair(digits[1:]) if rest}
    if len(digits) == 4:
        first = _pair(digits[:2]) if digits[0] == "0" else {cardinal(number // 100)}
        second = _pair(digits[2:]) if digits[2:] != "00" else {("hundred",), ("hundred", "hours")}
        found |= {(*a, *b) for a in first for b in second if a and b}
    return found


def ordinals(digits: str) -> set[Words]:
    """Every reading of ``12th``, given its digits."""
    return {ordinal(words) for words in _british(cardinal(int(digits)))} if len(digits) <= _LONGEST else set()


def decade(digits: str) -> set[Words]:
    """Every reading of ``1980s``, given its digits."""
    ways = whole(digits)
    return {(*way[:-1], re.sub("ys$", "ies", f"{way[-1]}s")) for way in ways}


def decimal(before: str, after: str) -> set[Words]:
    """Every reading of a decimal fraction, given the digits before and after its point."""
    tails = _digit_by_digit(after) | (whole(after) if not after.startswith("0") else set())
    heads = whole(before) if before else {("zero",)}
    if not before.strip("0"):
        heads |= {(), ("oh",)}
    return {(*head, "point", *tail) for head in heads for tail in tails}


def fraction(above: str, below: str) -> set[Words]:
    """Every reading of ``3/4``: three quarters, three fourths, three by four, three over four."""
    found = {
        (*head, *joint, *tail)
        for head in whole(above)
        for joint in ((), ("by",), ("over",), ("of",), ("slash",))
        for tail in whole(below)
    }
    for key, name in _FRACTIONS.items():
        if (int(above), int(below)) == key:
            found |= {(*head, *name) for head in (*whole(above), ("a",))}
    parts = {(*words[:-1], words[-1] + ("s" if int(above) > 1 else "")) for words in ordinals(below)}
    return found | {(*head, *part) for head in whole(above) for part in parts}


def clock(hours: str, minutes: str) -> set[Words]:
    """Every reading of ``10:30``."""
    second = _pair(minutes) if minutes != "00" else {(), ("oclock",), ("hundred",), ("hundred", "hours")}
    return {(*first, *rest) for first in whole(hours) for rest in second}


def _british(words: Words) -> set[Words]:
    """The name with and without ``and``, and with ``a`` for a leading one."""
    linked = list(words)
    for place in range(len(words) - 1, 0, -1):
        small = not re.search("hundred|thousand|illion", " ".join(words[place:]))
        if words[place - 1] in ("hundred", "thousand", "million") and small:
            linked.insert(place, "and")
            break
    inner = _linked_everywhere(words)
    found = {words, tuple(linked), inner}
    return found | {("a", *way[1:]) for way in found if way[0] == "one" and len(way) > 1}


def _linked_everywhere(words: Words) -> Words:
    """``and`` after each hundred that something smaller than a scale's name follows."""
    linked: list[str] = []
    for place, word in enumerate(words):
        if place and words[place - 1] == "hundred" and word not in ("thousand", "million", "billion"):
            linked.append("and")
        linked.append(word)
    return tuple(linked)


def _pair(digits: str) -> set[Words]:
    """Two digits as years and hours have them: 05 is oh five, zero five or five."""
    if digits[0] == "0":
        return {(), *((zero, _SMALL[int(digits[1])]) for zero in ("oh", "zero"))} - {()}
    return {cardinal(int(digits))}


def _digit_by_digit(digits: str) -> set[Words]:
    named = tuple(_SMALL[int(digit)] for digit in digits)
    return {named, tuple("oh" if word == "zero" else word for word in named)}
