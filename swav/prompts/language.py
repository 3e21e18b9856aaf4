"""Is a prompt English? Only then may English words for camera and light be added to it."""

import re

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "with",
        "and",
        "in",
        "at",
        "on",
        "over",
        "by",
        "from",
        "through",
        "its",
        "is",
        "are",
        "to",
        "as",
        "into",
        "under",
        "behind",
        "near",
        "across",
    ]
)
_OTHERS = frozenset(
    [
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "und",
        "ein",
        "eine",
        "einen",
        "einem",
        "einer",
        "mit",
        "auf",
        "im",
        "vor",
        "zur",
        "zum",
        "ist",
        "bei",
        "über",
        "le",
        "la",
        "les",
        "un",
        "une",
        "et",
        "avec",
        "sur",
        "dans",
        "du",
        "aux",
        "par",
        "près",
        "sous",
        "el",
        "los",
        "las",
        "una",
        "con",
        "en",
        "del",
        "por",
        "al",
        "junto",
        "il",
        "gli",
        "della",
        "dei",
        "nel",
        "sul",
        "di",
        "che",
        "um",
        "uma",
        "com",
        "na",
        "da",
        "dos",
        "ao",
        "een",
        "het",
        "met",
        "op",
        "van",
    ]
)


def is_english(text: str) -> bool:
    """A judgement from letters and small words; words that no list knows, such as names, count as English."""
    words = _WORD.findall(text.lower())
    if not text.isascii() and any(ord(letter) > 0x24F for letter in text):
        letters = "".join(words)
        if 3 * sum(ord(letter) > 0x24F for letter in letters) > len(letters):
            return False
    english = foreign = 0
    for word in words:
        english += word in _ENGLISH
        foreign += word in _OTHERS
    if english == foreign == 0:
        # No small word at all: accented letters speak for another language ("Küste im Nebel").
        return text.isascii() or not any(letter in "äöüßéèêàçñãõíóúìòù" for letter in text.lower())
    return english >= foreign
