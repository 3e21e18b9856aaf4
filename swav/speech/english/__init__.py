"""Written English as it is said: numbers, dates, units, abbreviations and acronyms in words.

Synthesisers read "2025", "45 km" or "INS" each in their own way, and some in none. Here they become words
before any of them sees the text, so that every voice says them alike.
"""

import re

from swav.speech.english import abbreviations, dates, letters, numbers, quantities

__all__ = ["read_out"]

_SERIAL = re.compile(r"\d{16,}")  # longer than any number that is said as one


def read_out(text: str) -> str:
    """The text in words: no digit is left, and letters to be named stand alone (``I N S Vikrant``).

    What is in words already is unchanged.
    """
    text = _SERIAL.sub(lambda found: f" {numbers.digits(found[0])} ", text)
    text = abbreviations.read(text)
    text = dates.read(text)
    text = quantities.read_measured(text)
    text = letters.read(text)
    text = dates.read_years(text)
    text = quantities.read_numbers(text)
    return " ".join(text.split())
