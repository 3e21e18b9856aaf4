"""In which letters a language is written: what a voice can be given to say.

A synthesiser passes over letters that it does not know, or spells their names; a model that was trained on
other letters makes sounds. So they are found before anything is spoken.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

_WRITTEN = {
    "ARABIC": "ar fa ur ps sd ug ku",
    "ARMENIAN": "hy hyw",
    "BENGALI": "bn as bpy",
    "CYRILLIC": "ru uk be bg mk sr ba cv kaa kk ky mn nog tt uz crh tk az",
    "DEVANAGARI": "hi mr ne kok bho mai sa",
    "ETHIOPIC": "am ti",
    "GEORGIAN": "ka",
    "GREEK": "el grc",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he iw yi",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh cmn yue hak ja ko",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "MYANMAR": "my shn",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "TIBETAN": "bo dz",
}
"""Scripts by the first word of their letters' Unicode names, with the languages that are written in them; the
likeliest first. All other languages are written in Latin letters."""

_MOST_SHOWN = 40


def languages_of(script: str) -> tuple[str, ...]:
    """Codes of the languages that are written in a script, the likeliest first; none for Latin."""
    return tuple(_WRITTEN.get(script, "").split())


@lru_cache
def scripts_of(language: str) -> frozenset[str]:
    """The scripts in which a language is written. Latin letters are among them always: names and brands stand
    in them in every language, and synthesisers read them."""
    code = language.lower().replace("_", "-").partition("-")[0]
    return frozenset({"LATIN", *(script for script in _WRITTEN if code in languages_of(script))})


def foreign(text: str, scripts: Collection[str]) -> dict[str, str]:
    """The scripts in a text that are none of these, each with its first word; letters in their order.

    A single Greek letter is a sign (5 Ω, 3 μm), not a script.
    """
    found: dict[str, str] = {}
    for word in re.findall(r"\S+", unicodedata.normalize("NFKC", text)):
        for letter in word:
            script = _script(letter)
            if script and script not in scripts and not (script == "GREEK" and _is_sign(word)):
                found.setdefault(script, word[:_MOST_SHOWN])
    return found


def _script(letter: str) -> str:
    """The script of a letter by its Unicode name; empty for what is no letter of a known script."""
    if letter.isascii() or unicodedata.category(letter)[0] != "L":
        return ""
    name = unicodedata.name(letter, "").partition(" ")[0]
    return name if name in _WRITTEN else ""


def _is_sign(word: str) -> bool:
    return sum(_script(letter) == "GREEK" for letter in word) == 1
