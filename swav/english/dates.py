"""Dates, years and times of day in English, as they are said.

A day is read as ``the twelfth of November``, or ``November twelfth`` where the month is written first.
``12/11/2025`` could be either month, so its numbers are read as they stand.
"""

import re
from collections.abc import Iterator

from swav.english import numbers
from swav.english.said import Rule, Said, part

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_SHORT = {month[:3].lower(): month for month in MONTHS} | {"sept": "September"}
# "May 5" is a date but "may" is a verb, so months begin with a capital. "Mar." and "Mar" are both March.
_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|(?:{'|'.join(short.title() for short in _SHORT)})\b\.?)"
_NTH = r"(?:st|nd|rd|th)"
_DAY = rf"(?P<day>(?P<figure>[0-3]?\d){_NTH}?)"
_YEAR = r"(?P<year>[12]\d{3})\b(?![.,:]?\d|%)"
_DASH = r"(?P<dash>\s?[-–—]\s?)"
_FROM = rf"(?:(?P<from>(?P<first>[0-3]?\d){_NTH}?){_DASH})?"

_ISO = re.compile(r"(?<![\d-])(?P<year>[12]\d{3})-(?P<number>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?![\d-])")
_NUMERIC = re.compile(
    r"(?<![\w/.-])(?P<first>[0-3]?\d)(?P<mark>[/.-])(?P<second>[0-3]?\d)(?P=mark)(?P<year>[12]\d{3})(?![\w/]|[.-]\d)"
)
_DAY_FIRST = re.compile(
    rf"(?P<the>\b[Tt]he )?(?<![\d.,:])\b{_FROM}{_DAY}(?P<of> of)? {_MONTH}(?!\w)(?P<tail>,? {_YEAR})?"
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH} {_FROM}{_DAY}(?![\w:%]|[.,]\d)(?P<tail>,? {_YEAR})?")
_MONTH_YEAR = re.compile(rf"\b{_MONTH}(?P<tail>,? {_YEAR})")
_MONTH_ALONE = re.compile(r"\b(?P<month>(?:Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\.)(?=\s+[a-z])")
_DECADE = re.compile(
    r"(?<![\w.,])(?P<all>"
    r"(?:(?P<century>1[1-9]|20)|['’]|(?<=\bthe )|(?<=\bearly )|(?<=\blate ))(?P<tens>\d)0['’]?s)\b"
)
_SPAN = re.compile(
    rf"(?<![\d.,])(?P<first>1[1-9]\d\d|20\d\d){_DASH}(?P<last>1[1-9]\d\d|20\d\d|\d\d)(?![\d%]|[.,]\d)"
)

# A number of four digits is a year unless something is counted, measured or priced by it. The test looks for
# a plural behind it ("1500 ships") and a word of measure before it ("about 1200").
_PLAIN_YEAR = re.compile(
    r"(?<![\w.,:$£€₹/°+−])(?<!\babout )(?<!\bover )(?<!\bnearly )(?<!\balmost )(?<!\bsome )(?<!\bthan )"
    r"(1[1-9]\d\d|20\d\d)(?![\w%°/]|[.,:]\d|-\d)(?! (?!was\b|is\b|as\b|has\b|this\b|its\b)[a-z]{2,}s\b)"
    r"(?! (?:people|men|women|hundred|thousand|million|crore|lakh|of)\b)"
)

# The point of "5 p.m." is the sentence's where one ends.
_HALF = r"(?P<half>\s?[ap]\.?m\b(?:\.(?-i:(?! [A-Z]|$)))?)"

_CLOCK = re.compile(
    r"(?<![\d:.,])(?P<time>(?P<hours>[01]?\d|2[0-4]):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?)(?![\d:])"
    rf"{_HALF}?(?P<named>\s?(?:hours|hrs|h)\b)?",
    re.IGNORECASE,
)
_HOUR = re.compile(rf"(?<![\d:.,])(?P<hours>1[0-2]|0?[1-9]){_HALF}", re.IGNORECASE)
_POINTED = re.compile(
    rf"(?<![\d:.,])(?P<time>(?P<hours>[01]?\d|2[0-4])\.(?P<minutes>[0-5]\d)){_HALF}",
    re.IGNORECASE,
)
_MILITARY = re.compile(
    r"(?<![\d:.,])(?P<time>(?P<hours>[01]\d|2[0-4])(?P<minutes>[0-5]\d))(?P<named>\s?(?:hours|hrs|h))\b"
)


def _month(written: str) -> str:
    return written if written in MONTHS else _SHORT[written.rstrip(".").lower()]


def _said_month(found: re.Match[str]) -> Said:
    name = _month(found["month"])
    return part(found, "month", name, found["month"].rstrip("."))


def _year_ways(written: str) -> tuple[str, ...]:
    return numbers.ways(written, numbers.year(int(written)))


def _said_year(found: re.Match[str]) -> Iterator[Said]:
    if found["year"]:
        yield part(found, "tail", *_year_ways(found["year"]))


def _day_ways(figure: str, first: str) -> list[str]:
    """A day: twelfth, the twelfth, twelve, the twelfth of."""
    nth = numbers.ordinal(int(figure))
    return [first, nth, f"the {nth}", numbers.cardinal(int(figure)), f"the {nth} of", f"{nth} of"]


def _day_first(found: re.Match[str]) -> Iterator[Said]:
    the, of = "" if found["the"] else "the ", "" if found["of"] else " of"
    nth = numbers.ordinal(int(found["figure"]))
    if found["from"]:
        yield part(found, "from", *_day_ways(found["first"], f"{the}{numbers.ordinal(int(found['first']))}"))
        yield part(found, "dash", "to the", "to", "")
        the = ""
    yield part(found, "day", *_day_ways(found["figure"], f"{the}{nth}{of}"))
    yield _said_month(found)
    yield from _said_year(found)


def _month_first(found: re.Match[str]) -> Iterator[Said]:
    yield _said_month(found)
    if found["from"]:
        yield part(found, "from", *_day_ways(found["first"], numbers.ordinal(int(found["first"]))))
        yield part(found, "dash", "to", "to the", "")
    yield part(found, "day", *_day_ways(found["figure"], numbers.ordinal(int(found["figure"]))))
    yield from _said_year(found)


def _month_year(found: re.Match[str]) -> Iterator[Said]:
    yield _said_month(found)
    yield from _said_year(found)


def _written_out(day: str, month: str, year: str) -> Iterator[str]:
    """The ways to say a date whose day and month are figures."""
    nth, name = numbers.ordinal(int(day)), MONTHS[int(month) - 1]
    for said in _year_ways(year):
        yield from (f"the {nth} of {name} {said}", f"{name} {nth} {said}", f"{name} the {nth} {said}")
        yield from (f"{nth} {name} {said}", f"{numbers.cardinal(int(day))} {name} {said}")


def _iso(found: re.Match[str]) -> Iterator[Said]:
    year, month, day = found["year"], found["number"], found["day"]
    digits = (numbers.ways(year), numbers.ways(month), numbers.ways(day))
    yield part(found, 0, *_written_out(day, month, year), *numbers.joined(*digits))


def _numeric(found: re.Match[str]) -> Iterator[Said]:
    first, second, year = found["first"], found["second"], found["year"]
    spoken = ", ".join([numbers.cardinal(int(first)), numbers.cardinal(int(second)), numbers.year(int(year))])
    ways = [spoken, *numbers.joined(numbers.ways(first), numbers.ways(second), _year_ways(year))]
    for day, month in ((first, second), (second, first)):
        if 1 <= int(month) <= 12 and int(day):
            ways += _written_out(day, month, year)
    yield part(found, 0, *ways)


def _decade(found: re.Match[str]) -> Iterator[Said]:
    tens, century = int(found["tens"]) * 10, found["century"]
    head = numbers.cardinal(int(century)) if century else ""
    decade = "tens" if tens == 10 else numbers.plural(numbers.cardinal(tens))
    if tens == 0:
        decade = "thousands" if century == "20" else "hundreds"
        head = "two" if century == "20" else head or "two"
    figures = f"{century or ''}{found['tens']}0"
    yield part(found, "all", *numbers.plural_ways(figures, f"{head} {decade}".strip()))


def _span(found: re.Match[str]) -> Iterator[Said]:
    yield part(found, "first", *_year_ways(found["first"]))
    yield part(found, "dash", "to", "", "through", "dash")
    yield part(found, "last", *_year_ways(found["last"]))


def _plain_year(found: re.Match[str]) -> Iterator[Said]:
    yield part(found, 1, *_year_ways(found[1]))


def _clock(found: re.Match[str]) -> Iterator[Said]:
    hours, minutes, seconds = found["hours"], int(found["minutes"]), found["seconds"]
    if seconds:
        names = (_unit(int(hours), "hour"), _unit(minutes, "minute"), _unit(int(seconds), "second"))
        digits = numbers.joined(*map(numbers.ways, (hours, found["minutes"], seconds)))
        yield part(found, "time", f"{names[0]}, {names[1]} and {names[2]}", *digits)
    else:
        yield part(found, "time", *numbers.clock_ways(hours, found["minutes"], _time(found)))
    if found["half"]:
        yield _half(found)
    if found["named"]:
        yield part(found, "named", "hours", "")


def _time(found: re.Match[str]) -> str:
    hours, minutes = found["hours"], int(found["minutes"])
    if found["named"]:
        return _hundreds(hours, minutes)
    if minutes == 0 and not found["half"] and not 1 <= int(hours) <= 12:
        return f"{_hundreds(hours, minutes)} hours"
    said = numbers.cardinal(int(hours))
    if minutes == 0:
        return said if found["half"] else f"{said} o'clock"
    return f"{said} {'oh ' if minutes < 10 else ''}{numbers.cardinal(minutes)}"


def _half(found: re.Match[str]) -> Said:
    letter = found["half"].strip()[0].upper()
    return part(found, "half", f"{letter} M", "in the morning" if letter == "A" else "in the evening")


def _hour(found: re.Match[str]) -> Iterator[Said]:
    yield part(found, "hours", *numbers.ways(found["hours"], numbers.cardinal(int(found["hours"]))))
    yield _half(found)


def _pointed(found: re.Match[str]) -> Iterator[Said]:
    said = numbers.cardinal(int(found["hours"]))
    minutes = int(found["minutes"])
    rest = f" {'oh ' if minutes < 10 else ''}{numbers.cardinal(minutes)}" if minutes else ""
    yield part(found, "time", *numbers.clock_ways(found["hours"], found["minutes"], f"{said}{rest}"))
    yield _half(found)


def _military(found: re.Match[str]) -> Iterator[Said]:
    said = _hundreds(found["hours"], int(found["minutes"]))
    yield part(found, "time", *numbers.clock_ways(found["hours"], found["minutes"], said))
    yield part(found, "named", "hours", "")


def _hundreds(hours: str, minutes: int) -> str:
    """Hours as a watch officer says them: 0600 is ``oh six hundred``, 1430 ``fourteen thirty``."""
    name = numbers.cardinal(int(hours))
    said = f"oh {name}" if hours.startswith("0") and hours != "00" else name
    if minutes == 0:
        return f"{said} hundred"
    return f"{said} {'oh ' if minutes < 10 else ''}{numbers.cardinal(minutes)}"


def _unit(number: int, name: str) -> str:
    return f"{numbers.cardinal(number)} {name}{'' if number == 1 else 's'}"


RULES: list[Rule] = [
    (_ISO, _iso),
    (_NUMERIC, _numeric),
    (_DAY_FIRST, _day_first),
    (_MONTH_FIRST, _month_first),
    (_MONTH_YEAR, _month_year),
    (_DECADE, _decade),
    (_MILITARY, _military),
    (_CLOCK, _clock),
    (_POINTED, _pointed),
    (_HOUR, _hour),
    (_MONTH_ALONE, lambda found: [_said_month(found)]),
]

YEARS: list[Rule] = [(_SPAN, _span), (_PLAIN_YEAR, _plain_year)]
"""For numbers that can only be years, once dates and measures are read."""
