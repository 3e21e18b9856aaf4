"""From written text to what a narrator can say."""

import re
import unicodedata
from collections.abc import Mapping

from swav.english import read_out
from swav.errors import EngineError
from swav.speech.language_codes import is_english
from swav.speech.lexicon import spoken
from swav.written import JOINERS, spelled

# Double square brackets would switch Piper to raw phonemes; round ones are read as an aside.
_BRACKETS = str.maketrans({"[": "(", "{": "(", "]": ")", "}": ")", "*": " ", "`": " "})
_CAPITALS = re.compile(r"[A-Z]{2}")
_EMPHASIS = re.compile(r"(?<!\w)_+|_+(?!\w)")


def speakable(text: str, language: str) -> str:
    """The text as it is said: cleaned, and in English with nothing left to guess.

    English has its numbers, dates, units, abbreviations and acronyms put into words; other languages keep
    their figures (``swav.speech.figures``). Saying what is speakable already changes nothing.
    Raises EngineError where no letter or digit is left: there is nothing to say.
    """
    text = _read(text, language)
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        raise EngineError("the narration has no word to say: write a word, or leave the narration out")
    return text


def given_words(text: str, lexicon: Mapping[str, str], language: str) -> str:
    """The words that a voice is given for a line; empty where they are the text as it is written.

    Capitals are always given: which of them are words and which are letters is for the reading to say.
    """
    words = _read(spoken(text, lexicon), language)
    same = words == " ".join(text.split()) and not (is_english(language) and _CAPITALS.search(text))
    return "" if same else words


def _read(text: str, language: str) -> str:
    text = cleaned(text)
    return read_out(text) if is_english(language) else text


def cleaned(text: str) -> str:
    """The text in plain characters without markup, pictographs and controls, spaces run together."""
    text = _EMPHASIS.sub(" ", spelled(text).translate(_BRACKETS))
    if not (text.isascii() and text.isprintable()):
        text = "".join(character if _is_read(character) else " " for character in text)
    return " ".join(text.split())


def _is_read(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "So" or (category == "Sk" and ord(character) > 0xFFFF):
        return ord(character) < 0x2190  # the degree sign is read, arrows and emoji are not
    return category[0] != "C" or character in JOINERS
