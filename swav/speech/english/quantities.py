"""Money, percentages, measures, ranges and all other numbers in English, as they are said."""

import re

from swav.speech.english import numbers

# Digits with groups of three, or of two and three as India writes them: 45,000 and 1,00,000.
_WHOLE = r"\d{1,3}(?:,\d{2,3}){0,6},\d{3}|\d+"
NUMBER = rf"(?:(?:{_WHOLE})(?:\.\d+)?|(?<!\w)\.\d+)"
_SIGN = r"(?<![\w)])[-−–](?=[.\d])"
_DASH = r"\s?[-–—]\s?"
_SCALE = r"thousand|million|billion|trillion|lakh|crore"

_SCALES = {
    **{"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion", "tn": "trillion"},
    **{"cr": "crore"},
}

# Written, said of one, said of more.
_CURRENCIES = {
    **{"$": ("dollar", "dollars"), "US$": ("US dollar", "US dollars"), "£": ("pound", "pounds")},
    **{"€": ("euro", "euros"), "¥": ("yen", "yen"), "₹": ("rupee", "rupees"), "Rs.": ("rupee", "rupees")},
    **{"Rs": ("rupee", "rupees"), "INR": ("rupee", "rupees"), "USD": ("US dollar", "US dollars")},
    **{"EUR": ("euro", "euros"), "GBP": ("pound", "pounds")},
}
_MINOR = {"dollar": ("cent", "cents"), "pound": ("penny", "pence"), "euro": ("cent", "cents")}
_MINOR |= {"rupee": ("paisa", "paise"), "US dollar": ("cent", "cents")}

# Units are written after a number only. "nm" is the mariner's nautical mile, not the physicist's nanometre;
# "in" and single letters that are words or names elsewhere are left alone.
_UNITS = {
    **{"km": "kilometre", "m": "metre", "cm": "centimetre", "mm": "millimetre", "µm": "micrometre"},
    **{"nm": "nautical mile", "NM": "nautical mile", "nmi": "nautical mile", "mi": "mile", "ft": "foot"},
    **{"yd": "yard", "kg": "kilogram", "g": "gram", "mg": "milligram", "t": "tonne", "lb": "pound"},
    **{"lbs": "pound", "oz": "ounce", "kn": "knot", "kt": "knot", "kts": "knot", "knots": "knot"},
    **{"Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "dB": "decibel"},
    **{"W": "watt", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "V": "volt", "kV": "kilovolt"},
    **{"Wh": "watt-hour", "kWh": "kilowatt-hour", "MWh": "megawatt-hour", "hp": "horsepower"},
    **{"kB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte", "PB": "petabyte"},
    **{"Mbps": "megabit per second", "Gbps": "gigabit per second", "l": "litre", "L": "litre"},
    **{"ml": "millilitre", "ha": "hectare", "kN": "kilonewton", "bar": "bar", "mbar": "millibar"},
    **{"hPa": "hectopascal", "psi": "P S I", "rpm": "revolution per minute", "fps": "frame per second"},
    **{"px": "pixel", "MP": "megapixel", "ms": "millisecond", "s": "second", "sec": "second"},
    **{"secs": "second", "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour"},
    **{"km/h": "kilometre per hour", "kmph": "kilometre per hour", "kph": "kilometre per hour"},
    **{"mph": "mile per hour", "m/s": "metre per second", "dwt": "ton deadweight", "GT": "gross ton"},
    **{"sq km": "square kilometre", "sq m": "square metre", "sq ft": "square foot"},
    **{"km²": "square kilometre", "m²": "square metre", "m³": "cubic metre"},
    **{"°C": "degree Celsius", "° C": "degree Celsius", "°F": "degree Fahrenheit", "°": "degree"},
    **{"°N": "degree north", "°S": "degree south", "°E": "degree east", "°W": "degree west"},
    **{"′": "minute", "″": "second", "mm/s": "millimetre per second", "km/s": "kilometre per second"},
}
_SAME_IN_PLURAL = ("hertz", "horsepower", "I", "bar")
_NO_NOUNS = frozenset(
    ("of", "and", "or", "to", "in", "at", "from", "away", "off", "per", "by", "is", "are", "was")
)


def _any_of(table: dict) -> str:
    return "|".join(re.escape(written) for written in sorted(table, key=len, reverse=True))


_UNIT = rf"(?P<unit>{_any_of(_UNITS)})(?![\w/²³])"
_CURRENCY = rf"(?P<currency>{_any_of(_CURRENCIES)})"

_MONEY = re.compile(
    rf"(?<!\w){_CURRENCY}\s?(?P<amount>{NUMBER})(?:{_DASH}(?P<to>{NUMBER}))?"
    rf"(?:(?P<scale>[\s-]?(?:{_SCALE})|(?:k|K|mn|m|M|bn|b|B|tn|cr))\b)?"
)
_PERCENT = re.compile(rf"(?P<sign>{_SIGN})?(?P<number>{NUMBER})(?:\s?%?{_DASH}(?P<to>{NUMBER}))?\s?%")
_ARTICLE = r"(?P<article>\b[Aa]n? |\b(?:[Tt]he|[Ii]ts|[Hh]er|[Tt]heir|[Oo]ur) )"
_MEASURE = re.compile(
    rf"{_ARTICLE}?(?P<sign>{_SIGN})?(?<![\w.,])(?<![A-Za-z]-)(?!\d{{3,}}s)"  # F-16s, the 100s
    rf"(?P<number>{NUMBER})(?:{_DASH}(?P<to>{NUMBER}))?(?P<scale>\s(?:{_SCALE}))?"
    rf"(?P<link>[-\s]?){_UNIT}(?P<next>\s[a-z]+)?"
)
_POSITION = re.compile(r"(\d{1,3})°\s?(\d{1,2})[′'](?:\s?(\d{1,2}(?:\.\d+)?)[″\"])?\s?([NSEW](?!\w))?")
_BY = re.compile(rf"(?<=\d)\s?[x×]\s?(?={NUMBER})|(?<=\w)\s[x×]\s(?={NUMBER})")
_TIMES = re.compile(rf"(?<![\w.,])({NUMBER})\s?(?:×|(?<=\d)x)(?!\w)")
_RANGE = re.compile(rf"(?<![\w.,-])({NUMBER}){_DASH}(?={NUMBER}(?![\w-]))")
_RATIO = re.compile(r"(?<![\d:.])(\d+):(?=\d+(?![\d:]))")
_FRACTION = re.compile(r"(?<![\w/.,])(?:(\d+) )?(\d)/([2-9]|10|16|100)(?![\w/]|[.,]\d)")
_SLASH = re.compile(r"(?<=\d)/(?=\d)")  # "50/50" is said fifty fifty
_ORDINAL = re.compile(rf"(?<![\w.,])({_WHOLE})(?:st|nd|rd|th)\b")
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}(?![\w.]\w)")
_ANY = re.compile(rf"(?P<sign>{_SIGN})?(?P<number>{NUMBER})(?P<many>s\b)?(?P<glued>(?=[^\W\d_]))?")

_PARTS = {2: "half", 4: "quarter"}


def read_measured(text: str) -> str:
    """The text with sums of money, percentages and measures in words."""
    text = _MONEY.sub(_money, text)
    text = _POSITION.sub(_position, text)
    text = _PERCENT.sub(_percent, text)
    text = _BY.sub(" by ", text)
    return _MEASURE.sub(_measure, text)


def read_numbers(text: str) -> str:
    """The text with all other numbers in words; no digit is left."""
    text = _FRACTION.sub(_fraction, text)
    text = _SLASH.sub(" ", text)
    text = _VERSION.sub(lambda found: " point ".join(map(numbers.decimal, found[0].split("."))), text)
    text = _TIMES.sub(r"\1 times", text)
    text = _RANGE.sub(r"\1 to ", text)
    text = _RATIO.sub(r"\1 to ", text)
    text = _ORDINAL.sub(lambda found: numbers.ordinal(int(found[1].replace(",", ""))), text)
    return _ANY.sub(_any, text)


def _span(first: str, last: str | None) -> str:
    words = numbers.decimal(first)
    return f"{words} to {numbers.decimal(last)}" if last else words


def _is_one(number: str, other: str | None = None) -> bool:
    return number == "1" and not other


def _money(found: re.Match[str]) -> str:
    one, many = _CURRENCIES[found["currency"]]
    amount, scale = found["amount"], (found["scale"] or "").strip()
    many = one if scale.startswith("-") else many  # "a $4.5-billion plan"
    scale = scale.lstrip("-")
    scale = _SCALES.get(scale.lower(), scale)
    whole, point, fraction = amount.partition(".")
    if scale or found["to"] or not point or len(fraction) != 2:
        words = _span(amount, found["to"]) + (f" {scale}" if scale else "")
        return f"{words} {one if _is_one(amount, scale or found['to']) else many}"
    major = f"{numbers.decimal(whole or '0')} {one if whole == '1' else many}"
    if fraction == "00":
        return major
    minor = _MINOR.get(one)
    if minor is None:
        return f"{numbers.decimal(amount)} {many}"
    return f"{major} and {numbers.cardinal(int(fraction))} {minor[0] if fraction == '01' else minor[1]}"


def _percent(found: re.Match[str]) -> str:
    return f"{'minus ' if found['sign'] else ''}{_span(found['number'], found['to'])} percent"


def _measure(found: re.Match[str]) -> str:
    unit = _UNITS[found["unit"]]
    scale = found["scale"] or ""
    if not (_is_one(found["number"], found["to"] or scale) or _describes(found)):
        unit = _many(unit)
    number = f"{'minus ' if found['sign'] else ''}{_span(found['number'], found['to'])}"
    return f"{found['article'] or ''}{number}{scale} {unit}{found['next'] or ''}"


_DIRECTIONS = {"N": " north", "S": " south", "E": " east", "W": " west"}


def _position(found: re.Match[str]) -> str:
    """Degrees, minutes and seconds of a position: 18°58′N."""
    words = f"{numbers.decimal(found[1])} degrees {numbers.decimal(found[2])} minutes"
    words += f" {numbers.decimal(found[3])} seconds" if found[3] else ""
    return words + _DIRECTIONS.get(found[4], "")


def _describes(found: re.Match[str]) -> bool:
    """Whether a measure stands before its noun, in the singular: "a 76 mm gun", "the 45-km range"."""
    article, follows = (found["article"] or "").strip().lower(), (found["next"] or "").strip()
    if found["link"] == "-" or article in ("a", "an"):
        return True
    return bool(article and follows) and follows not in _NO_NOUNS


def _many(unit: str) -> str:
    """A unit's plural: feet, kilometres per hour, degrees Celsius."""
    for head, tail in ((first, unit[len(first) :]) for first in ("degree", "ton")):
        if unit.startswith(f"{head} "):
            return f"{head}s{tail}"
    first, per, rest = unit.partition(" per ")
    stem, space, last = first.rpartition(" ")
    if last.endswith(_SAME_IN_PLURAL):
        return unit
    last = "feet" if last == "foot" else f"{last}s"
    return f"{stem}{space}{last}{per}{rest}"


def _fraction(found: re.Match[str]) -> str:
    whole, above, below = found[1], int(found[2]), int(found[3])
    part = _PARTS.get(below, numbers.ordinal(below))
    part = part if above == 1 else ("halves" if below == 2 else f"{part}s")
    said = f"{'a' if whole and above == 1 else numbers.cardinal(above)} {part}"
    return f"{numbers.decimal(whole)} and {said}" if whole else said


def _any(found: re.Match[str]) -> str:
    words = numbers.decimal(found["number"])
    words = numbers.plural(words).removeprefix("one ") if found["many"] else words  # 100s: hundreds
    before = found.string[: found.start()][-1:]
    lead = " " if before.isalpha() else ""
    return f"{lead}{'minus ' if found['sign'] else ''}{words}{' ' if found['glued'] is not None else ''}"
