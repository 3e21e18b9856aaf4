"""How a storyboard's own words are said: ship names, acronyms, people.

A lexicon maps a word or a phrase, as it is written, to how it is said, written the way it sounds:
``Vikrant: Vik-raant``, ``DRDO: D R D O``, ``SWAV: swayv``. It is looked up before anything else reads the
text, and what it says goes on as if the author had written it: letters that stand alone are named.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache


def spoken(text: str, lexicon: Mapping[str, str]) -> str:
    """The text with the lexicon's words said its way; possessives and punctuation stay.

    Only whole words are replaced, the longest entry first, and a replacement is not looked up again. An
    entry is matched as it is written. One in small letters throughout matches any capitals as well, so
    ``radome`` is found in "Radome" and "RADOME", and ``INS`` never in "ins".
    """
    said, end = [], 0
    text = unicodedata.normalize("NFC", text)
    for start, stop, entry in matches(text, lexicon):
        said += [text[end:start], lexicon[entry]]
        end = stop
    return "".join([*said, text[end:]])


def used(text: str, lexicon: Mapping[str, str]) -> dict[str, str]:
    """Only the entries that ``spoken`` would use for this text: what a line's key has to cover."""
    text = unicodedata.normalize("NFC", text)
    return {entry: lexicon[entry] for entry in sorted({entry for _, _, entry in matches(text, lexicon)})}


def matches(text: str, lexicon: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Where each match begins and ends, and the lexicon's entry that it stands for."""
    entries = {_plain(entry): entry for entry in lexicon if entry.strip()}
    if not entries:
        return
    for match in _pattern(tuple(entries)).finditer(text):
        written = _plain(match[0])
        entry = entries.get(written) or entries.get(written.lower())
        if entry is not None:
            yield match.start(), match.end(), entry


def _plain(words: str) -> str:
    """One spelling for what looks the same: composed letters, single spaces, straight apostrophes."""
    return " ".join(unicodedata.normalize("NFC", words).replace("’", "'").split())


@lru_cache(maxsize=16)
def _pattern(entries: tuple[str, ...]) -> re.Pattern[str]:
    """All entries as one pattern, the longest first, each bounded where its word is."""
    return re.compile("|".join(map(_bounded, sorted(entries, key=lambda entry: (-len(entry), entry)))))


def _bounded(entry: str) -> str:
    words = r"\s+".join(re.escape(word).replace("'", "['’]") for word in entry.split())
    words = f"(?i:{words})" if entry == entry.lower() else words
    within = rf"[\w{_marks()}]"
    before = rf"(?<!{within})" if entry[0].isalnum() else ""
    after = rf"(?!{within})" if entry[-1].isalnum() or entry[-1] in _marks() else ""
    return f"{before}{words}{after}"


@cache
def _marks() -> str:
    """Vowel signs and joiners of every script, which go on with a word although they are no letters."""
    marks = (chr(code) for code in range(0x300, 0x3000) if unicodedata.category(chr(code))[0] == "M")
    return "".join(marks) + "\u200c\u200d"
