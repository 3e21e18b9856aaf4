"""Written text as people paste it: tags, invisible characters, and letters that stand for other letters.

Unicode's compatibility characters (full-width letters, ligatures, ① and ㎞: https://unicode.org/reports/tr15)
become the letters that they are read as. Those that say something of their own keep it: in "mc²", "CO₂" and
"Act Ⅳ" the digits of NFKC alone would be other numbers.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ELEMENTS = (
    "audio|b|break|br|desc|em|emphasis|i|lang|lexicon|lookup|mark|metadata|meta|paragraph|phoneme|prosody|p|"
    "say-as|seq|sentence|speak|strong|sub|s|token|u|voice|w|[A-Za-z]+:[A-Za-z-]+"
)
"""What SSML 1.1 (https://www.w3.org/TR/speech-synthesis11) and its dialects know, and plain HTML."""
TAG = re.compile(rf"</?(?:{_ELEMENTS})(?:\s[^<>]*|\s*/)?>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
"""Markup is direction to a synthesiser, not words. "5 < 6" and "press <now>" are what was written."""
PAUSE = re.compile(r"\s*<break\b", re.IGNORECASE)
_SPACED_TAG = re.compile(rf"\s*(?:{TAG.pattern})", TAG.flags)

JOINERS = "\u200c\u200d"
"""Zero-width joiners shape Indic and Persian words: they are kept between such letters."""
NUMERALS = "\u2160-\u217f"
"""Roman numerals that are one character each, as the inside of a pattern's brackets."""
RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "₀₁₂₃₄₅₆₇₈₉"

_SIGNS = {"№": "No. ", "™": "", "®": "", "℠": "", "´": "'", "｀": "'", "＇": "'", "⁄": "/", "ʼ": "'"}
_PLAIN = str.maketrans(dict(zip(LOWERED, "0123456789", strict=True)))


def tags(text: str) -> list[str]:
    """The tags in a text, each once, in order."""
    return list(dict.fromkeys(TAG.findall(text)))


def without_tags(text: str) -> str:
    """The text without its tags: a tag that asks for a pause leaves a comma, unless a pause is there."""
    return _SPACED_TAG.sub(_mark, text)


def spelled(text: str) -> str:
    """The text in plain characters: no tags, nothing invisible, compatibility characters as they are read.

    White space is left as it is, so that words can still be counted.
    """
    text = unicodedata.normalize("NFC", without_tags(text))
    if text.isascii():
        return text
    return "".join(_read(character, *around) for character, *around in _with_neighbours(text))


def spelled_words(text: str) -> tuple[str, list[int]]:
    """The words of a text, as white space parts them, in plain characters with a space between them.

    With it, for each character, the number of the word that it comes from. Tags are words that say nothing.
    """
    text = TAG.sub(lambda found: re.sub(r"\S+", lambda word: "\x00" * len(word[0]), found[0]), text)
    parts, numbers = [], []
    for number, word in enumerate(text.split()):
        part = " ".join(spelled(word.replace("\x00", "")).split()) + " "
        parts.append(part)
        numbers += [number] * len(part)
    return "".join(parts), numbers


def _mark(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :].lstrip()[:1]
    if PAUSE.match(found[0]) and before.isalnum() and after.isalnum():
        return ", "
    return " " if after not in {*".,;:!?"} else ""


def _with_neighbours(text: str) -> Iterator[tuple[str, str, str]]:
    return ((c, text[place - 1 : place], text[place + 1 : place + 2]) for place, c in enumerate(text))


def _read(character: str, before: str, after: str) -> str:
    if character.isascii():
        return character
    if character in JOINERS:
        return character if _is_joined(before) and (_is_joined(after) or not after.isalpha()) else ""
    plain = _plain(character)
    if plain.isdigit() and unicodedata.category(character) == "No" and character not in RAISED + LOWERED:
        return f"{' ' if before.isalnum() else ''}{plain}{' ' if after.isalnum() else ''}"  # ①
    if "/" in plain and before.isdigit():
        return f" {plain}"  # 3½
    return plain


def _is_joined(character: str) -> bool:
    """Whether a character belongs to a script whose letters are joined: Arabic, and those of India and on."""
    return 0x600 <= ord(character or " ") <= 0x1CFF


@lru_cache(4096)
def _plain(character: str) -> str:
    """What a character is read as, whatever stands beside it."""
    if character in _SIGNS:
        return _SIGNS[character]
    if character in RAISED + "…" or re.match(f"[{NUMERALS}]", character):
        return character
    if character in LOWERED:
        return character.translate(_PLAIN)
    if unicodedata.category(character) == "Cf":
        return ""
    if unicodedata.decomposition(character).startswith("<"):
        return unicodedata.normalize("NFKC", character).replace("⁄", "/")
    return character
