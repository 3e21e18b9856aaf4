"""Sums of money in English, as they are said."""

import re
from collections.abc import Iterator

from swav.english import numbers
from swav.english.said import Rule, Said, any_of, part

# Digits with groups of three, or of two and three as India writes them: 45,000 and 1,00,000.
WHOLE = r"\d{1,3}(?:,\d{2,3}){0,6},\d{3}|\d+"
NUMBER = rf"(?:(?:{WHOLE})(?:\.\d+)?|(?<!\w)\.\d+)"
DASH = r"\s?[-–—]\s?"
SCALE = r"thousand|million|billion|trillion|lakh|crore"

SCALES = {
    **{"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion", "tn": "trillion"},
    **{"cr": "crore"},
}

CURRENCIES = {
    **{"$": ("dollar", "dollars"), "US$": ("U S dollar", "U S dollars"), "£": ("pound", "pounds")},
    **{"€": ("euro", "euros"), "¥": ("yen", "yen"), "₹": ("rupee", "rupees"), "Rs.": ("rupee", "rupees")},
    **{"Rs": ("rupee", "rupees"), "INR": ("rupee", "rupees"), "USD": ("U S dollar", "U S dollars")},
    **{"EUR": ("euro", "euros"), "GBP": ("pound", "pounds"), "JPY": ("yen", "yen"), "CNY": ("yuan", "yuan")},
    **{"A$": ("Australian dollar", "Australian dollars"), "C$": ("Canadian dollar", "Canadian dollars")},
    **{"S$": ("Singapore dollar", "Singapore dollars"), "AED": ("dirham", "dirhams"), "₩": ("won", "won")},
    **{"CHF": ("Swiss franc", "Swiss francs"), "₽": ("rouble", "roubles"), "₺": ("lira", "lira")},
    **{
        "₪": ("shekel", "shekels"),
        "₦": ("naira", "naira"),
        "₱": ("peso", "pesos"),
        "₿": ("bitcoin", "bitcoins"),
    },
}
"""Written before or behind a sum, said of one, said of more."""

_CENTS = ("cent", "cents")
MINOR = {
    **{"pound": ("penny", "pence"), "rupee": ("paisa", "paise"), "Swiss franc": ("centime", "centimes")},
    **{"rouble": ("kopek", "kopeks"), "dirham": ("fils", "fils")},
}
_WITHOUT_MINOR = ("yen", "won", "yuan", "lira", "naira", "bitcoin")

_CURRENCY = rf"(?P<currency>{any_of(CURRENCIES)})"
_MONEY = re.compile(
    rf"(?<!\w)(?P<first>{_CURRENCY}\s?(?P<amount>{NUMBER}))(?:(?P<dash>{DASH})(?P<last>\S?(?P<to>{NUMBER})))?"
    rf"(?:(?P<scale>[\s-]?(?:{SCALE})|\s?(?:k|K|mn|m|M|bn|b|B|tn|cr))\b)?"
)
_BEHIND = re.compile(
    rf"(?<![\w.,])(?P<first>(?P<amount>{NUMBER}))(?:(?P<dash>{DASH})(?P<last>(?P<to>{NUMBER})))?"
    rf"(?P<scale>\s(?:{SCALE}))?(?P<currency>\s?(?:[$€£₹¥]|(?:USD|EUR|GBP|INR|CHF|JPY)\b))"
)
_CENT = re.compile(rf"(?<![\w.,])(?P<amount>{NUMBER})\s?(?P<unit>¢)")


def _money(found: re.Match[str]) -> Iterator[Said]:
    one, many = CURRENCIES[found["currency"].strip()]
    yield from _sum(found, one, many)


def _sum(found: re.Match[str], one: str, many: str) -> Iterator[Said]:
    amount, to, scale = found["amount"], found["to"], found["scale"]
    behind = scale or (found["currency"] if found.start("currency") > found.start("first") else None)
    if to:
        yield part(found, "first", *numbers.ways(amount))
        yield part(found, "dash", "to", "")
    last = "last" if to else "first"
    if behind is None:
        yield part(found, last, *_spoken_sum(to or amount, one, many))
        return
    single = amount == "1" and not to and not scale
    names = (one, many) if single or (scale or "").startswith("-") else (many, one)  # "a $4.5-billion plan"
    yield part(found, last, *numbers.ways(to or amount))
    if scale:
        word = scale.strip(" -")
        word = SCALES.get(word.lower(), word)
        yield part(found, "scale", *(f"{word} {name}" for name in names))
        names = ("",)
    if found.start("currency") > found.start("first"):
        yield part(found, "currency", *names)


def _spoken_sum(amount: str, one: str, many: str) -> Iterator[str]:
    """A sum without a scale: four dollars and fifty cents, four dollars fifty, four fifty."""
    whole, point, fraction = amount.replace(",", "").partition(".")
    names = (one, many) if amount == "1" else (many, one)
    minor = None if one in _WITHOUT_MINOR else MINOR.get(one, _CENTS)
    if point and len(fraction) == 2 and (minor or fraction == "00"):
        yield from _with_minor(whole or "0", fraction, (one, many), minor or ("", ""))
    yield from (f"{way} {name}" for name in names for way in numbers.ways(amount))
    if fraction and fraction.endswith("0") and fraction.strip("0"):
        yield from (f"{way} {many}" for way in numbers.ways(f"{whole}.{fraction.rstrip('0')}"))


def _with_minor(whole: str, fraction: str, major: tuple[str, str], minor: tuple[str, str]) -> Iterator[str]:
    heads = [f"{way} {name}" for name in major[:: 1 if whole == "1" else -1] for way in numbers.ways(whole)]
    if fraction == "00":
        yield from heads
        return
    parts = numbers.each([numbers.cardinal(int(fraction)), *numbers.ways(fraction)])
    tails = [f"{part} {name}" for name in minor[:: 1 if fraction == "01" else -1] for part in parts]
    yield from (f"{head}{link}{tail}" for head in heads for link in (" and ", " ") for tail in tails)
    yield from (f"{head}{link}{part}" for head in heads for link in (" ", " and ") for part in parts)
    if not whole.strip("0"):
        yield from tails
    yield from (f"{way} {part}" for way in numbers.ways(whole) for part in parts)


def _cents(found: re.Match[str]) -> Iterator[Said]:
    yield part(found, "amount", *numbers.ways(found["amount"]))
    yield part(found, "unit", *(_CENTS if found["amount"] == "1" else reversed(_CENTS)))


RULES: list[Rule] = [(_MONEY, _money), (_BEHIND, _money), (_CENT, _cents)]
