"""Dates, years and times of day in English, as they are said.

A day is read as ``the twelfth of November``, or ``November twelfth`` where the month is written first.
``12/11/2025`` could be either month, so its numbers are read as they stand.
"""

import re

from swav.speech.english import numbers

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_SHORT = {month[:3].lower(): month for month in _MONTHS} | {"sept": "September"}
# "May 5" is a date but "may" is a verb, so months begin with a capital. "Mar." and "Mar" are both March.
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|(?:{'|'.join(short.title() for short in _SHORT)})\b\.?)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[12]\d{3})\b(?![.,:]?\d|%)"
_DASH = r"\s?[-–—]\s?"

_ISO = re.compile(r"(?<![\d-])(?P<year>[12]\d{3})-(?P<number>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?![\d-])")
_NUMERIC = re.compile(r"(?<![\d/])([0-3]?\d)/([0-3]?\d)/([12]\d{3})(?![\d/])")
_DAY_FIRST = re.compile(
    rf"(?P<the>\b[Tt]he )?(?<![\d.,:])\b(?:(?P<from>[0-3]?\d)(?:st|nd|rd|th)?{_DASH})?{_DAY}(?P<of> of)? "
    rf"{_MONTH}(?!\w)(?:,? {_YEAR})?"
)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH} (?:(?P<from>[0-3]?\d)(?:st|nd|rd|th)?{_DASH})?{_DAY}(?![\w:%]|[.,]\d)(?:,? {_YEAR})?"
)
_MONTH_YEAR = re.compile(rf"\b{_MONTH},? {_YEAR}")
_DECADE = re.compile(r"(?<![\w.,])(?:(?P<century>1[1-9]|20)|['’])(?P<tens>\d)0['’]?s\b")
_SPAN = re.compile(rf"(?<![\d.,])(1[1-9]\d\d|20\d\d){_DASH}(1[1-9]\d\d|20\d\d|\d\d)(?![\d%]|[.,]\d)")

# A number of four digits is a year unless something is counted, measured or priced by it. The test looks for
# a plural behind it ("1500 ships") and a word of measure before it ("about 1200").
_PLAIN_YEAR = re.compile(
    r"(?<![\w.,:$£€₹/°+−])(?<!\babout )(?<!\bover )(?<!\bnearly )(?<!\balmost )(?<!\bsome )(?<!\bthan )"
    r"(1[1-9]\d\d|20\d\d)(?![\w%°/]|[.,:]\d|-\d)(?! (?!was\b|is\b|as\b|has\b|this\b|its\b)[a-z]{2,}s\b)"
    r"(?! (?:people|men|women|hundred|thousand|million|crore|lakh|of)\b)"
)

_CLOCK = re.compile(
    r"(?<![\d:.,])(?P<hours>[01]?\d|2[0-4]):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?(?![\d:])"
    r"(?P<half>\s?[ap]\.?m\b\.?(?-i:(?! [A-Z])))?(?P<named>\s?(?:hours|hrs|h)\b)?",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"(?<![\d:.,])(?P<hours>1[0-2]|0?[1-9])\s?(?P<half>[ap])\.?m\b\.?(?-i:(?! [A-Z]))", re.IGNORECASE
)
_MILITARY = re.compile(r"(?<![\d:.,])(?P<hours>[01]\d|2[0-4])(?P<minutes>[0-5]\d)\s?(?:hours|hrs|h)\b")


def read(text: str) -> str:
    """The text with its dates and times in words; a lone year is left for ``read_years``."""
    text = _ISO.sub(_iso, text)
    text = _NUMERIC.sub(
        lambda found: ", ".join([*map(_number, found.groups()[:2]), numbers.year(int(found[3]))]), text
    )
    text = _DAY_FIRST.sub(_day_first, text)
    text = _MONTH_FIRST.sub(_month_first, text)
    text = _MONTH_YEAR.sub(lambda found: f"{_month(found['month'])} {numbers.year(int(found['year']))}", text)
    text = _DECADE.sub(_decade, text)
    text = _MILITARY.sub(_military, text)
    text = _CLOCK.sub(_clock, text)
    return _HOUR.sub(lambda found: f"{_number(found['hours'])} {found['half'].upper()} M", text)


def read_years(text: str) -> str:
    """The text with the numbers in words that can only be years, once dates and measures are read."""
    text = _SPAN.sub(_span, text)
    return _PLAIN_YEAR.sub(lambda found: numbers.year(int(found[1])), text)


def _number(written: str) -> str:
    return numbers.cardinal(int(written))


def _month(written: str) -> str:
    return written if written in _MONTHS else _SHORT[written.rstrip(".").lower()]


def _with_year(words: str, year: str | None) -> str:
    return f"{words} {numbers.year(int(year))}" if year else words


def _iso(found: re.Match[str]) -> str:
    day = f"the {numbers.ordinal(int(found['day']))} of {_MONTHS[int(found['number']) - 1]}"
    return _with_year(day, found["year"])


def _day_first(found: re.Match[str]) -> str:
    day = numbers.ordinal(int(found["day"]))
    if found["from"]:
        day = f"{numbers.ordinal(int(found['from']))} to the {day}"
    return _with_year(f"{found['the'] or 'the '}{day} of {_month(found['month'])}", found["year"])


def _month_first(found: re.Match[str]) -> str:
    day = numbers.ordinal(int(found["day"]))
    if found["from"]:
        day = f"{numbers.ordinal(int(found['from']))} to {day}"
    return _with_year(f"{_month(found['month'])} {day}", found["year"])


def _decade(found: re.Match[str]) -> str:
    tens = int(found["tens"]) * 10
    century = found["century"]
    if tens == 0:
        return numbers.plural(
            f"{_number(century)} hundred" if century and century != "20" else "two thousand"
        )
    decade = numbers.plural(numbers.cardinal(tens)) if tens > 10 else "tens"
    return f"{_number(century)} {decade}" if century else decade


def _span(found: re.Match[str]) -> str:
    return f"{numbers.year(int(found[1]))} to {numbers.year(int(found[2]))}"


def _clock(found: re.Match[str]) -> str:
    hours, minutes = int(found["hours"]), int(found["minutes"])
    half = f" {found['half'].strip()[0].upper()} M" if found["half"] else ""
    if found["seconds"]:
        parts = [_unit(hours, "hour"), _unit(minutes, "minute"), _unit(int(found["seconds"]), "second")]
        return f"{parts[0]}, {parts[1]} and {parts[2]}{half}"
    if found["named"] or (minutes == 0 and not half and not 1 <= hours <= 12):
        return f"{_hundreds(found['hours'], minutes)} hours"
    if minutes == 0:
        return _number(found["hours"]) + (half or " o'clock")
    return f"{_number(found['hours'])} {'oh ' if minutes < 10 else ''}{numbers.cardinal(minutes)}{half}"


def _military(found: re.Match[str]) -> str:
    return f"{_hundreds(found['hours'], int(found['minutes']))} hours"


def _hundreds(hours: str, minutes: int) -> str:
    """Hours as a watch officer says them: 0600 is ``oh six hundred``, 1430 ``fourteen thirty``."""
    said = f"oh {_number(hours)}" if hours.startswith("0") and hours != "00" else _number(hours)
    if minutes == 0:
        return f"{said} hundred"
    return f"{said} {'oh ' if minutes < 10 else ''}{numbers.cardinal(minutes)}"


def _unit(number: int, name: str) -> str:
    return f"{numbers.cardinal(number)} {name}{'' if number == 1 else 's'}"
