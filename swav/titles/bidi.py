"""The order in which a line of mixed directions is set: the Unicode Bidirectional Algorithm (UAX #9).

The paragraph rules P2-P3, the weak types W1-W7, brackets N0, neutrals N1-N2, implicit levels I1-I2 and the
reordering L1-L2 are here. Explicit embeddings, overrides and isolates (X1-X8) are ignored:
film lettering has no use for them, and hostile text uses them to disguise itself.
"""

import unicodedata
from typing import Literal

Direction = Literal["ltr", "rtl"]

# Languages that are written from the right, after the scripts of CLDR's likely subtags.
_FROM_THE_RIGHT = {"ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"}
_FROM_THE_RIGHT |= {"arb", "arc", "ary", "arz", "fas", "iw", "ji", "lrc", "mzn", "nqo", "pnb", "prs"}
_IGNORED = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}
_NEUTRAL = {"B", "S", "WS", "ON"}
_BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "「": "」", "『": "』", "【": "】"}


def base_direction(line: str) -> Direction:
    """The direction of the first strong character; left to right if there is none (P2, P3)."""
    for character in line:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def direction_in(text: str, language: str) -> Direction:
    """The direction of ``text`` as a line of a language (BCP 47 tag).

    A sentence of Hebrew may begin with a ship's Latin name: in a language that is written from the right, one
    letter of that direction decides. Elsewhere, and without any such letter, the first letter does.
    """
    if language.split("-")[0].lower() in _FROM_THE_RIGHT:
        return "rtl" if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text) else "ltr"
    return base_direction(text)


def runs(line: str, base: Direction) -> list[tuple[str, Direction]]:
    """``line`` as stretches of one direction each, in the order in which they stand from left to right.

    The text inside a stretch stays in reading order: the shaper turns it round.
    """
    levels = _levels(line, base)
    stretches: list[tuple[str, int]] = []
    for character, level in zip(line, levels, strict=True):
        if stretches and stretches[-1][1] == level:
            stretches[-1] = (stretches[-1][0] + character, level)
        else:
            stretches.append((character, level))
    for level in range(max(levels, default=0), 0, -1):  # L2
        stretches = _reverse_at(stretches, level)
    return [(text, "rtl" if level % 2 else "ltr") for text, level in stretches]


def _reverse_at(stretches: list[tuple[str, int]], level: int) -> list[tuple[str, int]]:
    ordered: list[tuple[str, int]] = []
    held: list[tuple[str, int]] = []
    for stretch in stretches:
        if stretch[1] >= level:
            held.append(stretch)
        else:
            ordered += [*reversed(held), stretch]
            held = []
    return ordered + held[::-1]


def _levels(line: str, base: Direction) -> list[int]:
    base_level = 1 if base == "rtl" else 0
    kinds = [unicodedata.bidirectional(character) or "L" for character in line]
    seen = [at for at, kind in enumerate(kinds) if kind not in _IGNORED]
    resolved = _weak([kinds[at] for at in seen], base_level)
    _pair_brackets([line[at] for at in seen], resolved, base_level)
    _neutral(resolved, base_level)
    levels = [-1] * len(line)
    for at, kind in zip(seen, resolved, strict=True):
        levels[at] = _implicit(kind, base_level)
    for at in range(len(line)):  # what is invisible goes with what stands before it
        if levels[at] < 0:
            levels[at] = levels[at - 1] if at else base_level
    for at in range(len(line) - 1, -1, -1):  # L1: trailing space stands at the line's end
        if kinds[at] not in _IGNORED | {"WS", "S", "B"}:
            break
        levels[at] = base_level
    return levels


def _implicit(kind: str, base_level: int) -> int:
    if base_level % 2:
        return base_level + (kind in ("L", "EN", "AN"))
    return base_level + {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)


def _strong(level: int) -> str:
    return "R" if level % 2 else "L"


def _weak(kinds: list[str], base_level: int) -> list[str]:
    kinds = list(kinds)
    previous = strong = _strong(base_level)
    for at, kind in enumerate(kinds):
        if kind == "NSM":  # W1
            kind = previous
        elif kind == "EN" and strong == "AL":  # W2
            kind = "AN"
        if kind in ("L", "R", "AL"):
            strong = kind
        kinds[at] = previous = kind
    kinds = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for at in range(1, len(kinds) - 1):  # W4
        before, after = kinds[at - 1], kinds[at + 1]
        if before == after and (
            (kinds[at] == "CS" and before in ("EN", "AN")) or (kinds[at], before) == ("ES", "EN")
        ):
            kinds[at] = before
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):  # W5
        beside = ""
        for at in order:
            if kinds[at] == "ET" and beside == "EN":
                kinds[at] = "EN"
            beside = kinds[at]
    strong = _strong(base_level)
    for at, kind in enumerate(kinds):
        if kind in ("ES", "ET", "CS"):  # W6
            kinds[at] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":  # W7
            kinds[at] = "L"
    return kinds


def _as_strong(kind: str) -> str | None:
    return "R" if kind in ("R", "EN", "AN") else "L" if kind == "L" else None


def _pair_brackets(characters: list[str], kinds: list[str], base_level: int) -> None:
    """N0: both brackets of a pair take the direction of what they enclose, if that is the line's own."""
    base = _strong(base_level)
    pairs, open_brackets = [], []
    for at, character in enumerate(characters):
        if kinds[at] != "ON":
            continue
        if character in _BRACKETS:
            open_brackets.append((_BRACKETS[character], at))
        elif any(closing == character for closing, _ in open_brackets):
            while open_brackets:
                closing, start = open_brackets.pop()
                if closing == character:
                    pairs.append((start, at))
                    break
    for start, end in sorted(pairs):
        inside = {_as_strong(kind) for kind in kinds[start + 1 : end]} - {None}
        if base in inside:
            kinds[start] = kinds[end] = base
        elif inside:
            before = next((s for kind in reversed(kinds[:start]) if (s := _as_strong(kind))), base)
            kinds[start] = kinds[end] = before if before in inside else base


def _neutral(kinds: list[str], base_level: int) -> None:
    """N1 and N2: neutrals between two of one direction take it, all others the line's own."""
    base = _strong(base_level)
    at = 0
    while at < len(kinds):
        if kinds[at] not in _NEUTRAL:
            at += 1
            continue
        end = at
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        before = (_as_strong(kinds[at - 1]) if at else None) or base
        after = (_as_strong(kinds[end]) if end < len(kinds) else None) or base
        kinds[at:end] = [before if before == after else base] * (end - at)
        at = end
