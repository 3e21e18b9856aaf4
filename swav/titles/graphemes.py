"""What a reader sees as one letter, and where a line may break between them.

Both are small readings of the Unicode annexes, in the rules that film lettering meets: UAX #29 for grapheme
clusters, UAX #14 for line breaks. Where they simplify, they keep together rather than tear apart.
"""

import re
import unicodedata

_JOINER = "\u200d"
_SPACING_AFTER_BASE = "\u0e33\u0eb3"  # Thai and Lao SARA AM: letters that belong to the syllable before
_REGIONAL = range(0x1F1E6, 0x1F200)
_MODIFIERS = range(0x1F3FB, 0x1F400)  # skin tones
_TAGS = range(0xE0020, 0xE0080)
_VIRAMA = 9  # canonical combining class of the sign that makes conjuncts, in every Indic script
_NO_BREAK = "\u00a0\u202f\u2007\u2060\ufeff"
_SMALL_KANA = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮー々〻ゝゞヽヾ"


def clusters(text: str) -> list[str]:
    """``text`` cut into grapheme clusters; joined again they are ``text``.

    A cluster is a base with its marks, an emoji sequence, a flag, CR LF, or a whole Indic conjunct (GB9c).
    """
    found: list[str] = []
    for character in text:
        if found and _clings(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _clings(cluster: str, character: str) -> bool:
    """Whether ``character`` continues ``cluster``."""
    if cluster == "\r":
        return character == "\n"
    if unicodedata.category(cluster[-1]) in ("Cc", "Zl", "Zp"):
        return False
    category, code = unicodedata.category(character), ord(character)
    if category in ("Mn", "Me", "Mc") or character in (_JOINER, "\u200c") or character in _SPACING_AFTER_BASE:
        return True
    if code in _MODIFIERS or code in _TAGS:
        return True
    if cluster[-1] == _JOINER and (category == "So" or code >= 0x1F000):
        return True
    if code in _REGIONAL:
        return len(cluster) == 1 and ord(cluster) in _REGIONAL
    return category == "Lo" and unicodedata.combining(cluster.rstrip("\u200c\u200d")[-1:] or " ") == _VIRAMA


def lines_of(text: str) -> list[str]:
    """The lines that the writer meant: broken at every kind of newline, tabs as spaces, controls left out."""
    lines = re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text)
    return ["".join(c for c in line.replace("\t", " ") if unicodedata.category(c) != "Cc") for line in lines]


def pieces(line: str) -> list[str]:
    """``line`` cut at every place where it may break; joined again the pieces are ``line``.

    Breaks come after spaces, hyphens and dashes, and between East Asian characters, with no closing sign at
    the start of a line and no opening one at its end.
    """
    found: list[str] = []
    for cluster in clusters(line):
        if found and not _may_break(found[-1], cluster):
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def _may_break(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    if first.isspace() or first in _NO_BREAK or last in _NO_BREAK:
        return False
    if last.isspace() or last == "\u200b":
        return True
    if unicodedata.category(last) in ("Ps", "Pi") or unicodedata.category(first) in ("Pe", "Pf", "Po"):
        return False
    if last in "-\u2010\u2013\u2014\u00ad":
        # "-5", "--option" and a dash between numbers stay whole.
        return len(before) > 1 and before[-2].isalpha() and first.isalpha()
    return (_wide(before) or _wide(after)) and first not in _SMALL_KANA


def _wide(piece: str) -> bool:
    return (
        unicodedata.east_asian_width(piece[-1] if len(piece) == 1 else piece.rstrip("\ufe0f")[-1:] or " ")
        in "WF"
    )
