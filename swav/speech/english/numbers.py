"""Numbers as English words, the way a narrator says them. Plain functions, no text is searched here."""

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_LARGEST = 10 ** (3 * len(_SCALES))

_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"},
    **{"nine": "ninth", "twelve": "twelfth"},
}


def cardinal(number: int) -> str:
    """45000 is ``forty-five thousand``, 450 ``four hundred and fifty``; past quintillions, digit by digit."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= _LARGEST:
        return digits(str(number))
    if number < 1000:
        return _below_thousand(number)
    groups = []
    rest, scale = number, 0
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            groups.append(f"{_below_thousand(group)} {_SCALES[scale]}".strip())
        scale += 1
    linked = 0 < number % 1000 < 100  # two thousand and five
    return " ".join([*reversed(groups[1:]), *(["and"] if linked else []), groups[0]])


def ordinal(number: int) -> str:
    """21 is ``twenty-first``."""
    words = cardinal(number)
    stem, hyphen, last = words.rpartition("-")
    if not hyphen:
        stem, hyphen, last = words.rpartition(" ")
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{stem}{hyphen}{_ORDINALS.get(last, regular)}"


def digits(written: str) -> str:
    """Digit by digit: ``007`` is ``zero zero seven``."""
    return " ".join(_ONES[int(digit)] for digit in written)


def decimal(written: str) -> str:
    """A number as written, with or without a fraction: ``3.05`` is ``three point zero five``."""
    whole, point, fraction = written.replace(",", "").partition(".")
    words = digits(whole) if len(whole) > 1 and whole[0] == "0" else cardinal(int(whole or "0"))
    return f"{words} point {digits(fraction)}" if point and fraction else words


def year(number: int) -> str:
    """2025 is ``twenty twenty-five``, 1905 ``nineteen oh five``, 2005 ``two thousand and five``."""
    century, rest = divmod(number, 100)
    if not 1000 <= number <= 9999 or (century % 10 == 0 and rest < 10):
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {f'oh {_ONES[rest]}' if rest < 10 else cardinal(rest)}"


def code(written: str) -> str:
    """The number of a ship, an aircraft or a model: 320 is ``three twenty``, 130 ``one thirty``."""
    if len(written) == 3 and written[0] != "0" and written[1:] != "00":
        return f"{_ONES[int(written[0])]} {_two_digits(written[1:])}"
    if len(written) == 4 and written[0] != "0" and written[1:] != "000":
        return year(int(written))
    return digits(written) if written[0] == "0" or len(written) > 4 else cardinal(int(written))


def plural(words: str) -> str:
    """The last of the words in the plural: ``nineteen nineties``, ``twenties``."""
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith(("s", "x")) else f"{words}s"


def _two_digits(written: str) -> str:
    return f"oh {_ONES[int(written[1])]}" if written[0] == "0" else cardinal(int(written))


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        tens = _TENS[rest // 10] + (f"-{_ONES[rest % 10]}" if rest % 10 else "")
        words.append(_ONES[rest] if rest < 20 else tens)
    return " and ".join(words) or _ONES[0]
