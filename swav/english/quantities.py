"""Percentages, measures, fractions, ranges and all other numbers in English, as they are said."""

import re
from collections.abc import Iterator

from swav.english import numbers
from swav.english.money import DASH, NUMBER, SCALE, SCALES, WHOLE
from swav.english.said import Rule, Said, always, part
from swav.english.units import UNIT, unit_ways

_SIGN = r"(?<![\w)])[-−–](?=[.\d])"

_PERCENT = re.compile(
    rf"(?P<first>(?P<sign>{_SIGN})?(?P<number>{NUMBER}))(?P<dash>\s?%?{DASH})?(?(dash)(?P<to>{NUMBER}))(?P<unit>\s?[%‰])"
)
_ARTICLE = r"(?P<article>\b[Aa]n? |\b(?:[Tt]he|[Ii]ts|[Hh]er|[Tt]heir|[Oo]ur) )"
_MEASURE = re.compile(
    rf"{_ARTICLE}?(?P<sign>{_SIGN})?(?<![\w.,])(?<![A-Za-z]-)(?!\d{{3,}}s)"  # F-16s, the 100s
    rf"(?P<number>{NUMBER})(?:(?P<dash>{DASH})(?P<to>{NUMBER}))?(?P<scale>\s(?:{SCALE}))?"
    rf"(?P<link>[-\s]?){UNIT}(?P<next>\s[a-z]+)?"
)
_POSITION = re.compile(
    r"(?P<degrees>\d{1,3})(?P<of>°\s?)(?P<minutes>\d{1,2})(?P<mark>[′'])(?:\s?(?P<seconds>\d{1,2}(?:\.\d+)?)(?P<last>[″\"]))?"
    r"\s?(?P<to>[NSEW](?!\w))?"
)
_BY = re.compile(rf"(?<=\d)\s?[x×](?=\s?{NUMBER})|(?<=\w)\s[x×](?=\s{NUMBER})")
_TIMES = re.compile(rf"(?<![\w.,])(?P<number>{NUMBER})(?P<times>\s?(?:×|(?<=\d)x))(?!\w)")
_RANGE = re.compile(rf"(?<![\w.,-])(?P<number>{NUMBER})(?P<dash>{DASH})(?={NUMBER}(?![\w-]))")
_RATIO = re.compile(r"(?<![\d:.])\d+(?P<colon>:)(?=\d+(?![\d:]))")
_FRACTION = re.compile(
    r"(?<![\w/.,])(?P<article>[Aa] )?(?:(?P<whole>\d+) )?"
    r"(?P<part>(?P<above>\d)/(?P<below>[2-9]|10|16|100))(?![\w/]|[.,]\d)"
)
_SLASH = re.compile(r"(?<=\d)/(?=\d)")  # "50/50" is said fifty fifty
_ORDINAL = re.compile(rf"(?<![\w.,])(?P<all>(?P<number>{WHOLE})(?:st|nd|rd|th))\b")
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}(?![\w.]\w)")
_SCALED = re.compile(rf"(?<![\w.,])(?P<number>{NUMBER})(?P<scale>k|mn|bn|[KMB](?= [a-z]+s\b))(?![\w-])")
_SIGNED = re.compile(rf"(?P<sign>{_SIGN})(?P<number>{NUMBER})")
_SERIAL = re.compile(r"\d{16,}")  # longer than any number that is said as one
_ANY = re.compile(rf"(?P<number>{NUMBER})(?P<many>s\b)?")
_FOREIGN = re.compile(r"\d")

_PARTS = {2: ("half",), 4: ("quarter", "fourth")}
_TO = ("to", "", "dash", "through", "minus", "hyphen")


def _numbered(found: re.Match[str], group: str, signed: bool = False) -> Said:
    ways = numbers.ways(found["number" if group in ("first", "all") else group])
    return part(found, group, *(_negative(ways) if signed else ways))


def _negative(ways: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{minus} {way}" for minus in ("minus", "negative") for way in ways)


def _percent(found: re.Match[str]) -> Iterator[Said]:
    yield _numbered(found, "first", bool(found["sign"]))
    if found["to"]:
        yield part(found, "dash", "to", "percent to", "")
        yield _numbered(found, "to")
    yield part(
        found, "unit", *(("percent", "per cent") if "%" in found["unit"] else ("per mille", "per thousand"))
    )


def _measure(found: re.Match[str]) -> Iterator[Said]:
    start = found.start("sign") if found["sign"] else found.start("number")
    ways = numbers.ways(found["number"])
    if found["unit"] == "s" and re.fullmatch(r"[2-9]0", found["number"]) and not found["link"]:  # or a decade
        decades = map(numbers.plural, ways)
        yield Said(start, found.end("unit"), (f"{ways[0]} seconds", f"{ways[0]} second", *decades))
        return
    end = found.end("number") if found["to"] or found["scale"] else found.start("unit")
    yield Said(start, end, _negative(ways) if found["sign"] else ways)
    if found["to"]:
        yield part(found, "dash", *_TO)
        yield Said(found.start("to"), found.end("to"), numbers.ways(found["to"]))
    single = found["number"] == "1" and not found["to"] and not found["scale"]
    yield part(found, "unit", *unit_ways(found["unit"], single=single or _describes(found)))


def _describes(found: re.Match[str]) -> bool:
    """Whether a measure stands before its noun, in the singular: "a 76 mm gun", "the 45-km range"."""
    article, follows = (found["article"] or "").strip().lower(), (found["next"] or "").strip()
    if found["link"] == "-" or article in ("a", "an"):
        return True
    return bool(article and follows) and follows not in _NO_NOUNS


_NO_NOUNS = frozenset(
    ("of", "and", "or", "to", "in", "at", "from", "away", "off", "per", "by", "is", "are", "was")
)
_DIRECTIONS = {"N": "north", "S": "south", "E": "east", "W": "west"}


def _position(found: re.Match[str]) -> Iterator[Said]:
    """Degrees, minutes and seconds of a position: 18°58′N."""
    yield from _position_part(found, "degrees", "of", "degrees")
    yield from _position_part(found, "minutes", "mark", "minutes")
    if found["seconds"]:
        yield from _position_part(found, "seconds", "last", "seconds")
    if found["to"]:
        yield part(found, "to", _DIRECTIONS[found["to"]], found["to"])


def _position_part(found: re.Match[str], group: str, mark: str, name: str) -> Iterator[Said]:
    yield part(found, group, *numbers.ways(found[group]))
    yield part(found, mark, name, name[:-1])


def _times(found: re.Match[str]) -> Iterator[Said]:
    yield _numbered(found, "number")
    yield part(found, "times", "times", "X")


def _range(found: re.Match[str]) -> Iterator[Said]:
    yield _numbered(found, "number")
    yield part(found, "dash", *_TO)


def _fraction(found: re.Match[str]) -> Iterator[Said]:
    whole, above, below = found["whole"], found["above"], found["below"]
    spoken = list(_fraction_ways(above, below))
    if whole:
        yield part(found, "whole", *numbers.ways(whole))
        ways = [f"and {way}" for way in spoken]
        if above == "1":
            name = spoken[0].removeprefix("one ")
            ways = [f"and a {name}", *ways]
        yield part(found, "part", *ways, *spoken)
    elif found["article"] and above == "1":
        yield part(found, "part", *(way.removeprefix("one ") for way in spoken))
    else:
        yield part(found, "part", *spoken)


def _fraction_ways(above: str, below: str) -> Iterator[str]:
    """Three quarters, three fourths, three by four, three over four."""
    named = numbers.ordinal(int(below))
    for name in (*_PARTS.get(int(below), ()), named):
        many = {"half": "halves"}.get(name, f"{name}s")
        for head in numbers.ways(above):
            yield f"{head} {name if above == '1' else many}"
        if above == "1":
            yield f"a {name}"
            yield name
    for joint in ("by", "over", "out of", "of", "slash", ""):
        yield from numbers.joined(numbers.ways(above), (joint,), numbers.ways(below))


def _ordinal(found: re.Match[str]) -> Iterator[Said]:
    nths = numbers.ordinal_ways(found["number"])
    yield part(found, "all", *nths, *(f"the {nth}" for nth in nths), *(f"the {nth} of" for nth in nths))


def _version(found: re.Match[str]) -> Iterator[Said]:
    first = " point ".join(map(numbers.decimal, found[0].split(".")))
    points = [numbers.ways(figure) for figure in found[0].split(".")]
    ways = [way for point in ("point", "dot", "") for way in _chained(points, point)]
    yield part(found, 0, first, *ways)


def _chained(parts: list[tuple[str, ...]], link: str) -> tuple[str, ...]:
    if len(parts) > 4:  # every way of each would be too many
        parts = [ways[:1] for ways in parts]
    linked = [each for ways in parts for each in ((link,), ways)][1:]
    return numbers.joined(*linked)


def _scaled(found: re.Match[str]) -> Iterator[Said]:
    yield _numbered(found, "number")
    yield part(found, "scale", SCALES[found["scale"].lower()], found["scale"])


def _serial(found: re.Match[str]) -> Iterator[Said]:
    yield part(found, 0, *numbers.ways(found[0], numbers.digits(found[0])))


def _signed(found: re.Match[str]) -> Iterator[Said]:
    yield part(found, 0, *_negative(numbers.ways(found["number"])))


def _any(found: re.Match[str]) -> Iterator[Said]:
    figures = found["number"]
    ways = numbers.ways(figures)
    if found["many"]:  # 100s: hundreds
        first = numbers.plural(ways[0]).removeprefix("one ")
        ways = numbers.each([first, *map(numbers.plural, ways)])
    elif re.fullmatch(r"\d{1,2}\.\d\d", figures):  # 10.30 is how some write 10:30
        ways = numbers.each([*ways, *numbers.clock_ways(*figures.split("."), ways[0])])
    yield part(found, 0, *ways)


SERIALS: list[Rule] = [(_SERIAL, _serial)]
MEASURED: list[Rule] = [
    (_POSITION, _position),
    (_PERCENT, _percent),
    (_BY, always("by", "times", "X")),
    (_SCALED, _scaled),
    (_MEASURE, _measure),
]
"""Percentages and measures: before acronyms are looked for."""

RULES: list[Rule] = [
    (_FRACTION, _fraction),
    (_SLASH, always("", "slash", "by", "out of", "over", "to")),
    (_VERSION, _version),
    (_TIMES, _times),
    (_RANGE, _range),
    (_RATIO, lambda found: [part(found, "colon", "to", "", "is to")]),
    (_ORDINAL, _ordinal),
    (_SIGNED, _signed),
    (_ANY, _any),
]
"""All other numbers; no figure is left."""
