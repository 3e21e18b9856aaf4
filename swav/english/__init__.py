"""Written English as it is said: numbers, dates, sums, units, abbreviations, acronyms and addresses in words.

It stands here once, for the narrator and for whoever judges it: each stretch of text that is not said as it
is written has its ways to be said. The narrator takes the first (``read_out``), so that every voice says the
text alike; the gate for narration accepts all (``said``).

Why not a library: see docs/speech.md, "Why our own reading", which measures num2words, inflect and
whisper-normalizer on these tables.
"""

from swav.english import abbreviations, addresses, dates, letters, money, quantities
from swav.english.said import Said, search

__all__ = ["Said", "read_out", "said"]

_RULES = [
    *addresses.RULES,
    *quantities.SERIALS,
    *abbreviations.RULES,
    *letters.POWERS,
    *dates.RULES,
    *money.RULES,
    *quantities.MEASURED,
    *letters.RULES,
    *dates.YEARS,
    *quantities.RULES,
]


def said(text: str) -> list[Said]:
    """The stretches of a text that are not said as they are written, in order; the first way is ours.

    The text is in plain characters (``swav.written.spelled``).
    """
    return search(text, _RULES)


def read_out(text: str) -> str:
    """The text in words: no digit is left, and letters to be named stand alone (``I N S Vikrant``).

    What is in words already is unchanged.
    """
    parts, end = [""], 0
    for stretch in said(text):
        _append(parts, text[end : stretch.start])
        _append(parts, stretch.ways[0])
        end = stretch.end
    _append(parts, text[end:])
    return " ".join("".join(parts).split())


def _append(parts: list[str], words: str) -> None:
    """Put words behind what is there, parted from them where two words would run together."""
    if words:
        last = parts[-1][-1:]
        together = words[0].isalnum() and (last.isalnum() or last == ",")
        parts.append(f" {words}" if together else words)
