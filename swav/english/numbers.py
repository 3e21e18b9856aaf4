"""Numbers as English words: the way a narrator says them, and all other ways in which people do.

"2025" is twenty twenty-five, two thousand and twenty-five or two zero two five; none of them is a mistake.
Plain functions, no text is searched here. Ways are strings, the narrator's first.

num2words 0.5.14 and inflect 7.6 agree with ``cardinal`` and ``ordinal`` on all of 2,000 numbers (but for
commas). They give one way for each; lakh and crore, hull numbers and the other ways would stand here all the
same, and the names are what the smallest part of this module makes.
"""

from collections.abc import Iterable, Sequence

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_LARGEST = 10 ** (3 * len(_SCALES))
_INDIAN = ((10**7, "crore"), (10**5, "lakh"), (1000, "thousand"))
_LONGEST = 15
"""Digits up to which a number is given all its readings; longer ones have their name and their digits."""

_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"},
    **{"nine": "ninth", "twelve": "twelfth"},
}


def each(ways: Iterable[str]) -> tuple[str, ...]:
    """The ways, each once, in order."""
    return tuple(dict.fromkeys(ways))


def joined(*parts: Sequence[str]) -> tuple[str, ...]:
    """Every way to say the parts one after the other; the first way is the first of each."""
    found: tuple[str, ...] = ("",)
    for part in parts:
        found = each(f"{before} {after}".strip() for before in found for after in part)
    return found


# Names of numbers ------------------------------------------------------------------------------------------


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
    return _ordinal(cardinal(number))


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


# All ways to say one ---------------------------------------------------------------------------------------


def ways(written: str, first: str | None = None) -> tuple[str, ...]:
    """A number as written, with or without a fraction, in all its readings; ``first`` goes before them."""
    whole, point, fraction = written.replace(",", "").partition(".")
    found = [first or decimal(written)]
    if not (point and fraction):
        return each([*found, *_whole_ways(whole)])
    heads = _whole_ways(whole) if whole else ()
    if not whole.strip("0"):
        heads = each([*heads, "zero", "", "oh"])
    tails = each([*_digit_ways(fraction), *(() if fraction[0] == "0" else _whole_ways(fraction))])
    return each([*found, *joined(heads, ("point",), tails)])


def ordinal_ways(written: str) -> tuple[str, ...]:
    """Every reading of ``12th``, given its digits."""
    number = int(written.replace(",", ""))
    return each(_ordinal(name) for name in _names(number)) if number < _LARGEST else (ordinal(number),)


def plural_ways(written: str, first: str) -> tuple[str, ...]:
    """Every reading of ``1980s`` or of the ``16s`` of an aircraft, given its digits."""
    return each([first, *map(plural, ways(written))])


def clock_ways(hours: str, minutes: str, first: str) -> tuple[str, ...]:
    """Every reading of ``10:30``."""
    rests = _pair_ways(minutes) if minutes != "00" else ("", "o'clock", "hundred", "hundred hours")
    return each([first, *joined(_whole_ways(hours), rests)])


def _whole_ways(written: str) -> tuple[str, ...]:
    if len(written) > _LONGEST:
        return _digit_ways(written)
    number = int(written)
    found = list(_names(number)) if not written.startswith("0") or number == 0 else []
    if len(written) == 3 and written[0] != "0":
        found += joined((_ONES[number // 100],), _pair_ways(written[1:]))
    if len(written) == 4:
        century = _pair_ways(written[:2]) if written[0] == "0" else (cardinal(number // 100),)
        found += joined(
            century, _pair_ways(written[2:]) if written[2:] != "00" else ("hundred", "hundred hours")
        )
    if len(written) > 4 and (pairs := _pairs(written)):
        found += joined(*((cardinal(int(pair)),) for pair in pairs))
    return each([*found, *_digit_ways(written)])


def _names(number: int) -> tuple[str, ...]:
    """A number's names: with ``and``, without, with ``a`` for a leading one, in thousands or in lakhs."""
    name = cardinal(number)
    found = [name, name.replace(" and ", " "), _linked_once(name)]
    if number >= 10**5:
        found += [_indian(number), _indian(number).replace(" and ", " ")]
    if number >= 100:
        found += [f"a {way.removeprefix('one ')}" for way in found if way.startswith("one ")]
    return each(found)


def _linked_once(name: str) -> str:
    """``and`` only before the end: one hundred twenty thousand four hundred and five."""
    before, link, last = name.rpartition(" and ")
    return before.replace(" and ", " ") + link + last


def _indian(number: int) -> str:
    """The name in lakh and crore: 150000 is ``one lakh fifty thousand``."""
    for size, name in _INDIAN:
        if number >= size:
            head, rest = divmod(number, size)
            return f"{_indian(head)} {name} {_indian(rest) if rest else ''}".strip()
    return _below_thousand(number)


def _ordinal(words: str) -> str:
    stem, hyphen, last = words.rpartition("-")
    if not hyphen or " " in last:
        stem, hyphen, last = words.rpartition(" ")
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{stem}{hyphen}{_ORDINALS.get(last, regular)}"


def _digit_ways(written: str) -> tuple[str, ...]:
    named = digits(written)
    return each([named, named.replace("zero", "oh")])


def _pair_ways(written: str) -> tuple[str, ...]:
    """Two digits as years and hours have them: 05 is oh five or zero five."""
    if written[0] != "0":
        return (cardinal(int(written)),)
    return tuple(f"{zero} {_ONES[int(written[1])]}" for zero in ("oh", "zero"))


def _pairs(written: str) -> list[str]:
    """A long number two digits at a time, where no pair begins with a zero; none otherwise."""
    pairs = [written[place : place + 2] for place in range(0, len(written), 2)]
    return pairs if not any(pair[0] == "0" for pair in pairs) else []


def _two_digits(written: str) -> str:
    return f"oh {_ONES[int(written[1])]}" if written[0] == "0" else cardinal(int(written))


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        tens = _TENS[rest // 10] + (f"-{_ONES[rest % 10]}" if rest % 10 else "")
        words.append(_ONES[rest] if rest < 20 else tens)
    return " and ".join(words) or _ONES[0]
