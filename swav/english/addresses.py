"""Telephone numbers, postal codes, web and mail addresses, hashtags and handles, as English says them."""

import re
from collections.abc import Iterator

from swav.english import numbers
from swav.english.said import Rule, Said, any_of, part

STREETS = {
    **{"St": "Street", "Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard", "Ln": "Lane", "Dr": "Drive"},
    **{"Sq": "Square", "Hwy": "Highway", "Street": "Street", "Avenue": "Avenue", "Road": "Road"},
}
"""In an address, behind a house's number and a name."""

_GAP = r"[ .-]"
_PHONE = re.compile(
    r"(?<![\w.,$£€₹+-])(?P<phone>"
    r"\+\d{1,3}(?:[ .-]?\(?\d{2,5}\)?){2,5}"  # +91 22 2345 6789
    rf"|\(\d{{2,5}}\)\s?\d{{3,5}}{_GAP}?\d{{3,4}}"  # (022) 2345-6789
    rf"|1-\d{{3}}-\d{{3}}-\d{{4}}|\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}}|0\d{{2,4}}[ -]\d{{3,4}}[ -]?\d{{3,4}}"
    r"|1800-\d{2,3}-\d{4}|\d{3}-\d{4}|[6-9]\d{4} \d{5}|[6-9]\d{9}"
    r")(?![\w-]|[.,]\d)"
)
_GROUP = re.compile(r"\+?\(?\d+\)?")
_CALLED = re.compile(
    r"(?i:\b(?:call|dial|phone|ring|tel|telephone|helpline|hotline|emergency)\.?:?"
    r"(?: (?:us|on|at|number|is)){0,2} )"
    r"(?P<phone>\d{3,12})(?![\w.,:%-]\w)(?!\s(?:%|times|people|men|ships))"
)

_POSTAL = re.compile(
    r"\b(?P<lead>[A-Z]{2} |(?i:zip|pin|postcode|postal)(?i: ?code)?:? (?:is )?)"
    r"(?P<code>\d{5}(?:-\d{4})?|\d{3} ?\d{3})(?![\w,.]\d|\w)"
)
_PIN = re.compile(r"(?<=[a-z][ -])(?P<code>[1-9]\d{2} ?\d{3})(?![\w%]|,?\d|[.]\d| [a-z])")
_ROAD = rf"(?P<road>(?:{any_of(STREETS)})\b(?:\.(?!\s*$|\s+[A-Z]))?)(?!\w)"
_HOUSE = re.compile(rf"(?<![\w.,$£€₹])(?P<code>\d{{1,5}})[A-Z]? (?:[A-Z][\w'.]* ){{1,3}}{_ROAD}")
_STREET = re.compile(rf"\b[A-Z][a-z]+ {_ROAD}(?=\.?\s*(?:[,;!?]|$)|\s[a-z])")
_BRITISH = re.compile(r"\b(?P<out>[A-Z]{1,2}\d[A-Z\d]?)(?P<gap> )(?P<in>\d[A-Z]{2})\b")
_CANADIAN = re.compile(r"\b(?P<out>[A-Z]\d[A-Z])(?P<gap> ?)(?P<in>\d[A-Z]\d)\b")

_SCHEME = r"(?:[Hh]ttps?://)"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
_TOP = r"(?:com|org|net|edu|gov|mil|int|info|biz|in|uk|eu|us|de|fr|io|ai|co|tv|app|dev|film|news|me|example)"
_URL = re.compile(
    rf"(?<![\w@.])(?:{_SCHEME}{_HOST}|www\.{_HOST}|(?:[A-Za-z0-9-]+\.)+{_TOP}(?=/|[\s,;:!?)]|[.]?(?:\s|$)))"
    r"(?::\d+)?(?:/[^\s<>\"”]*)?(?<![.,;:!?)])"
)
_MAIL = re.compile(rf"(?<![\w.])[A-Za-z0-9][\w.+-]*@{_HOST}")
_TAGGED = re.compile(r"(?<![\w&])(?P<mark>[#@])(?P<name>[A-Za-z]\w*)")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+|[^\w\s]|_")

_SPOKEN_MARKS = {
    **{".": "dot", "/": "slash", "-": "dash", "_": "underscore", "@": "at", "?": "question mark"},
    **{"=": "equals", "&": "and", "+": "plus", ":": "colon", "#": "hash", "%": "percent", "~": "tilde"},
}
_OTHER_MARKS = {"-": ("hyphen", ""), ".": ("point", ""), "?": ("",), "_": ("",), "/": ("forward slash", "")}
_SPELT = frozenset(("uk", "eu", "us", "io", "ai", "tv", "www", "http", "https", "ftp", "html", "pdf", "ac"))


def _phone(found: re.Match[str]) -> Iterator[Said]:
    """Each group digit by digit, with a pause between."""
    start, end = found.span("phone")
    groups = list(_GROUP.finditer(found.string, start, end))
    for place, group in enumerate(groups):
        figures = re.sub(r"\D", "", group[0])
        plus = "plus " if group[0].startswith("+") else ""
        mark = "," if place < len(groups) - 1 else ""
        ways = [f"{plus}{way}{mark}" for way in numbers.ways(figures, numbers.digits(figures))]
        stop = groups[place + 1].start() if mark else end
        yield Said(group.start(), stop, tuple(ways))


def _postal(found: re.Match[str]) -> Iterator[Said]:
    for figures in re.finditer(r"\d+", found["code"]):
        start = found.start("code") + figures.start()
        yield Said(start, start + len(figures[0]), numbers.ways(figures[0], numbers.digits(figures[0])))
    if "-" in found["code"]:
        place = found.start("code") + found["code"].index("-")
        yield Said(place, place + 1, (",", "dash"))


def _house(found: re.Match[str]) -> Iterator[Said]:
    figures = found["code"]
    first = numbers.digits(figures) if len(figures) == 5 else numbers.code(figures)
    yield part(found, "code", *numbers.ways(figures, first))
    yield _road(found)


def _road(found: re.Match[str]) -> Said:
    written = found["road"].rstrip(".")
    return part(found, "road", STREETS[written], written)


def _lettered(found: re.Match[str]) -> Iterator[Said]:
    """A postal code of letters and figures: one by one, figures of two together."""
    for group in ("out", "in"):
        parts = re.findall(r"[A-Z]|\d+", found[group])
        spoken = [numbers.ways(each) if each.isdigit() else (each,) for each in parts]
        ways = numbers.joined(*spoken)
        yield part(found, group, *(f"{way}," if group == "out" else way for way in ways))


def _address(found: re.Match[str]) -> Iterator[Said]:
    """A web or mail address, part by part; what stands before ``//`` is left out."""
    start, end = found.span()
    scheme = re.match(_SCHEME, found[0])
    if scheme:
        yield Said(start, start + scheme.end(), ("", "H T T P S colon slash slash"))
        start += scheme.end()
    yield from _parts(found.string, start, found.end() - (1 if found[0].endswith("/") else 0))
    if found[0].endswith("/"):
        yield Said(end - 1, end, ("", "slash"))


def _tagged(found: re.Match[str]) -> Iterator[Said]:
    yield part(found, "mark", *(("hashtag", "hash") if found["mark"] == "#" else ("at",)))
    yield from _parts(found.string, *found.span("name"))


def _parts(text: str, start: int, end: int) -> Iterator[Said]:
    for each in _PART.finditer(text, start, end):
        yield Said(*each.span(), _part_ways(each[0]))


def _part_ways(written: str) -> tuple[str, ...]:
    if written in _SPOKEN_MARKS:
        return (_SPOKEN_MARKS[written], *_OTHER_MARKS.get(written, ()))
    if written.isdigit():
        figures = len(written) == 4 and written[0] in "12"
        return numbers.ways(written, numbers.year(int(written)) if figures else None)
    spelt = " ".join(written.upper())
    known = written.lower() in _SPELT or (written.isupper() and not _is_word(written))
    if not any(map(str.isalnum, written)):
        return ("",)
    return (spelt, written) if known and written.isascii() else (written, spelt)


def _is_word(capitals: str) -> bool:
    from swav.english.letters import is_word

    return is_word(capitals)


RULES: list[Rule] = [
    (_MAIL, _address),
    (_URL, _address),
    (_TAGGED, _tagged),
    (_PHONE, _phone),
    (_CALLED, _phone),
    (_POSTAL, _postal),
    (_PIN, _postal),
    (_HOUSE, _house),
    (_STREET, lambda found: [_road(found)]),
    (_BRITISH, _lettered),
    (_CANADIAN, _lettered),
]
