"""Figures in other languages than English: every one becomes such as its synthesiser can read.

espeak-ng reads figures in the digits that it knows: European ones in nearly every language, and a few
languages' own. XTTS reads them by num2words, which has no Hindi and no Czech ordinals, and ends with an error
where it has no word. So digits are respelt here for every voice, and put into words for those that need it.
English has a reader of its own: ``swav.english``.
"""

import re
import unicodedata

from swav.speech.figures import czech, hindi

# Languages whose figures espeak-ng reads only in their own digits, by the first of these.
_OWN_DIGITS = {"ne": "०"}
_LONGEST = 15
"""Digits of the longest number that every reader has a name for; longer ones are said digit by digit."""
_NUMBER = re.compile(rf"\d{{{_LONGEST + 1},}}")
_WORDS = {"hi": hindi.in_words, "cs": czech.in_words}


def legible(text: str, language: str) -> str:
    """The text with its figures in digits that a synthesiser reads; ``२५`` and ``٢٥`` are 25.

    Superscripts and other figures that are no digits of a number are left as they are.
    """
    code = _code(language)
    zero = _OWN_DIGITS.get(code, "0")
    text = "".join(_digit(letter, zero) for letter in text)
    return _NUMBER.sub(lambda found: " ".join(found[0]), text)


def in_words(text: str, language: str) -> str:
    """The text with those figures in words that num2words cannot read in that language."""
    put = _WORDS.get(_code(language))
    return put(text) if put else text


def _digit(letter: str, zero: str) -> str:
    if unicodedata.category(letter) != "Nd":
        return letter
    return chr(ord(zero) + unicodedata.digit(letter))


def _code(language: str) -> str:
    return language.lower().replace("_", "-").partition("-")[0]
