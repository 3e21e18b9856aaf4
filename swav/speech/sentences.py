"""Where a narrator may pause: text is cut at sentences, then at clauses, then between words.

A speech model has a longest text that it says well. Cuts are put where a person would breathe, and the
pieces of a long sentence are of about one length, so that none is a stray word.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Pause = Literal["sentence", "clause", "none"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is said in one go, and the pause that follows it."""

    text: str
    pause: Pause
    """``sentence``: a long one. ``clause``: a short one. ``none``: the sentence simply goes on."""


# A sentence ends in these, with closing quotes and brackets. Those of the first kind need a space behind.
_END = re.compile(r"(?:[.!?…؟۔]+[\"'”’»)\]]*(?=\s|$)|[。！？．｡।॥]+[」』】）”’\"')]*)\s*")
_CLOSERS, _OPENERS = "」』】）”’\"')", "「『【（“‘\"'("
_CLAUSE = re.compile(r"(?:[,;:،؛][\"'”’»)\]]*\s+|\s[-–—]\s+|—|[，、；：]+[」』】）]*\s*)")
_WORD = re.compile(r"\s+")

# Short forms that never end a sentence: a name or a number follows.
_TITLES = (
    "dr mr mrs ms mx prof st sr sra dra mme mlle hr fr dhr mevr sig capt cdr cmdr lt col gen maj adm sgt rev"
)
_ASIDES = "hon pres gov vs e.g i.e cf approx ca resp incl esp viz al bzw z.b u.a d.h д-р г-н г-жа"
_BEFORE_NAME = frozenset(f"{_TITLES} {_ASIDES}".split())
# Short forms that end a sentence unless a number follows: "No. 5", but "Is it ready? No. It sails later."
_NUMBERED = "no nos nr fig figs vol pp art sec ch eq ref rev ver núm nº №"
_BEFORE_NUMBER = frozenset(_NUMBERED.split())
# Where a number with a full stop is an ordinal: "am 12. November".
_DOTTED_ORDINALS = frozenset({"de", "cs", "hu", "tr", "pl", "da", "nb", "sk", "sl", "hr", "fi", "et", "lv"})

_SHORTEST = 12  # characters; models invent sounds after a lone "Yes."
_LOPSIDED = 6  # a cut leaves at least this part (a sixth) of a sentence on each side


def pieces(text: str, language: str, limit: int) -> list[Piece]:
    """Cut ``text`` into pieces of at most ``limit`` characters, in order, none empty.

    ``language`` is a code such as ``en`` or ``zh-cn``. A sentence is a piece; one of a word or two joins its
    neighbour. Joined with spaces where the script has them, the pieces hold every word of the text.
    """
    if limit < 1:
        raise ValueError(f"a piece holds at least one character, not {limit}")
    found: list[Piece] = []
    for sentence in _with_company(_sentences(" ".join(text.split()), language.lower().split("-")[0]), limit):
        parts = list(_cut(sentence, limit))
        found += [Piece(part, pause) for part, pause in parts[:-1]]
        found.append(Piece(parts[-1][0], "sentence"))
    return found


def _sentences(text: str, language: str) -> list[str]:
    found, start = [], 0
    for end in _END.finditer(text):
        if _ends_sentence(text, start, end, language):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [sentence for sentence in (*found, text[start:].strip()) if sentence]


def _ends_sentence(text: str, start: int, end: re.Match[str], language: str) -> bool:
    following = text[end.end() :].lstrip("\"'“‘«([¿¡„")[:1]
    if not following:
        return True
    if end.group()[0] in "。！？．｡।॥":
        # 「いいね！」と言った: behind a closing quote the sentence goes on, unless a quote opens.
        return end.group()[-1] not in _CLOSERS or text[end.end()] in _OPENERS
    if following.islower():
        return False  # "e.g. this", "Really?" he said.
    if end.group().strip() != ".":
        return True
    word = text[start : end.start()].rpartition(" ")[2].lstrip("\"'“‘«([").lower()
    if word in _BEFORE_NAME or (word in _BEFORE_NUMBER and following.isdigit()):
        return False
    if word.isdigit() and len(word) <= 2 and language in _DOTTED_ORDINALS:
        return False
    if word in ("a.m", "p.m"):
        return True
    # Initials, alone or in a row: "J. R. D. Tata", "U.S. Navy"; but "It was I."
    initial = word.rpartition(".")[2]
    return not (len(initial) == 1 and initial.isalpha() and word != "i" and _is_cased(initial))


def _is_cased(letter: str) -> bool:
    """Whether the letter's script has capitals: Latin, Cyrillic, Greek. Others do not abbreviate by one."""
    return letter.upper() != letter.lower()


def _with_company(sentences: Iterable[str], limit: int) -> list[str]:
    """Put a very short sentence, or one without any letter, beside its neighbour where both fit."""
    kept: list[str] = []
    for sentence in sentences:
        lonely = kept and (_is_short(kept[-1]) or _is_short(sentence))
        together = f"{kept[-1]} {sentence}" if kept else sentence
        if lonely and (len(together) <= limit or not _has_sound(sentence)):
            kept[-1] = together
        else:
            kept.append(sentence)
    return kept


def _is_short(sentence: str) -> bool:
    # A sign of Chinese, Japanese or Korean is about a syllable: three times what a letter is.
    return sum(3 if ord(letter) >= 0x2E80 else 1 for letter in sentence) < _SHORTEST


def _has_sound(text: str) -> bool:
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def _cut(text: str, limit: int) -> Iterable[tuple[str, Pause]]:
    """Halve a text until each part fits: at the clause nearest its middle, else at a word, else anywhere."""
    if len(text) <= limit:
        yield text, "none"
        return
    place, pause = _best_cut(text)
    before = list(_cut(text[:place].strip(), limit))
    yield from before[:-1]
    yield before[-1][0], pause
    yield from _cut(text[place:].strip(), limit)


def _best_cut(text: str) -> tuple[int, Pause]:
    middle, margin = len(text) / 2, len(text) // _LOPSIDED
    ways: tuple[tuple[Callable[[str], list[int]], Pause], ...] = (
        (_ends_of(_CLAUSE), "clause"),
        (_ends_of(_WORD), "none"),
        (_letters, "none"),
    )
    for places, pause in ways:
        fair = [
            place
            for place in places(text)
            if margin <= place <= len(text) - margin
            and _has_sound(text[:place])
            and _has_sound(text[place:])
            and text[:place].strip() != text
        ]
        if fair:
            return min(fair, key=lambda place: abs(place - middle)), pause
    return len(text) // 2, "none"


def _ends_of(pattern: re.Pattern[str]) -> Callable[[str], list[int]]:
    return lambda text: [match.end() for match in pattern.finditer(text)]


def _letters(text: str) -> list[int]:
    """Places between two letters where no mark, vowel sign or joiner is torn from its letter."""
    return [
        place
        for place in range(1, len(text))
        if unicodedata.category(text[place])[0] != "M"
        and text[place] not in "\u200c\u200d"
        # Behind a virama stands the rest of a conjunct.
        and unicodedata.combining(text[place - 1]) != 9
        and text[place - 1] not in "\u200c\u200d"
    ]
