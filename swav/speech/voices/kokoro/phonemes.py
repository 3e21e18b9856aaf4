"""From text to the symbols that Kokoro reads: espeak-ng's phonemes, respelled.

Kokoro was trained on the phonemes of misaki (hexgrad, Apache-2.0), which writes English affricates and
diphthongs as one letter each. The respelling follows misaki 0.9.4's ``EspeakFallback``, and for the numbers
of the symbols the ``vocab`` of Kokoro-82M's ``config.json``. Hindi follows its ``EspeakG2P``.
"""

import re
import unicodedata
from functools import cache

# Symbols that no rule below can produce are left out of Kokoro's table: tones and other languages' vowels.
SYMBOLS: dict[str, int] = {
    **{";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, " ": 16, "\u0303": 17},
    **{"A": 24, "I": 25, "O": 31, "Q": 33, "T": 36, "W": 39, "Y": 41, "ᵊ": 42, "a": 43, "b": 44, "c": 45},
    **{"d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57},
    **{"p": 58, "q": 59, "r": 60, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68},
    **{"ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "ɔ": 76, "ɖ": 80, "ð": 81, "ʤ": 82, "ə": 83, "ɛ": 86, "ɜ": 87},
    **{"ɟ": 90, "ɡ": 92, "ɪ": 102, "ŋ": 112, "ɳ": 113, "ɲ": 114, "θ": 119, "ɹ": 123, "ɾ": 125, "ɽ": 129},
    **{"ʂ": 130, "ʃ": 131, "ʈ": 132, "ʧ": 133, "ʊ": 135, "ʋ": 136, "ʌ": 138, "ɣ": 139, "ʒ": 147},
    **{"ˈ": 156, "ˌ": 157, "ː": 158, "ʰ": 162, "ʲ": 164, "ᵻ": 177},
}
"""Kokoro's symbols and their numbers; 0 pads the ends."""

_ENGLISH = {
    **{"tʃ": "ʧ", "dʒ": "ʤ", "aɪ": "I", "aʊ": "W", "eɪ": "A", "ɔɪ": "Y"},
    **{"ɐ": "ə", "r": "ɹ", "x": "k", "ç": "k", "ɬ": "l", "ʲ": "", "\u0303": ""},
    **{"n\u0329": "ᵊn", "m\u0329": "ᵊm", "l\u0329": "ᵊl"},
}
_AMERICAN = _ENGLISH | {
    **{"oʊ": "O", "ɚɹ": "əɹ", "ɚ": "əɹ", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ː": "", "ɾ": "T", "ʔ": "t"},
    **{"e": "A", "o": "ɔ"},
}
_BRITISH = _ENGLISH | {"əʊ": "Q", "eə": "ɛː", "iə": "ɪə", "ʔ": "t", "e": "A", "o": "ɔ"}

# Hindi's own stops (tʃ is written c, dʒ ɟ) are kept; what is respelt comes with words from English. The
# flap of बड़ा stays the two signs "r.", as espeak-ng writes it: "ɽ" came out less clear.
_HINDI = {"tʃ": "ʧ", "dʒ": "ʤ", "aɪ": "I", "aʊ": "W", "eɪ": "A", "oʊ": "O", "əʊ": "Q", "ɔɪ": "Y"}

_RESPELLED = {"en-us": _AMERICAN, "en-gb": _BRITISH, "hi": _HINDI}
_ESPEAK_VOICES = {"en-gb": "en"}  # what espeak-ng calls British English when asked for by name

_PUNCTUATION = tuple(",.;:!?—…")

# A dark l after a schwa that ends a word is syllabic: "vessel". Misaki sees it by a mark that piper drops.
_SYLLABIC_L = re.compile(r"əl(?=[zd]?(?:[ ,.;:!?]|$))")


def sentences(text: str, language: str) -> list[str]:
    """The text's sentences in Kokoro's symbols, each with the punctuation that ends it.

    ``language`` is ``en-us``, ``en-gb`` or ``hi``.
    """
    from piper.phonemize_espeak import EspeakPhonemizer

    spoken = EspeakPhonemizer().phonemize(_ESPEAK_VOICES.get(language, language), text)
    found = [_closed(respelled(unicodedata.normalize("NFD", "".join(sounds)), language)) for sounds in spoken]
    return [sounds for sounds in found if sounds.strip(" ".join(_PUNCTUATION))]


def _closed(sentence: str) -> str:
    """The sentence with its full stop, where the script has one that espeak-ng drops: Hindi's danda."""
    return sentence if sentence.endswith(_PUNCTUATION) or not sentence else f"{sentence}."


def respelled(sounds: str, language: str) -> str:
    """espeak-ng's phonemes as Kokoro spells them; a sound that Kokoro has no symbol for is left out."""
    table = _RESPELLED[language]
    sounds = _pattern(language).sub(lambda found: table[found[0]], sounds)
    if language == "en-us":
        sounds = _SYLLABIC_L.sub("ᵊl", sounds)
    return "".join(symbol for symbol in sounds if symbol in SYMBOLS).strip()


@cache
def _pattern(language: str) -> re.Pattern[str]:
    longest_first = sorted(_RESPELLED[language], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))
