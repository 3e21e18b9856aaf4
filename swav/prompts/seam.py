"""Closing the gap where words were taken out, so that what stays still reads as a sentence."""

import re

_BOUNDARY = re.compile(r"[,.;:!?)\]\n،。，；：！？।]")
_SENTENCE_END = ".!?\n。！？।"
_COMMAS = ",;:，；：、،–—"
_DANGLING_LEFT = re.compile(
    r"(?:[ \t,;:，；：、،–—]+|(?<![\w'’-])(?:with|and|or|but|plus|that|which|where|while|as|of|the|a|an|"
    r"featuring|showing|including|mit|und|avec|et|con|y|com)(?![\w'’-]))+\Z",
    re.IGNORECASE,
)
_DANGLING_RIGHT = re.compile(
    r"\A(?:[ \t,;:.!?，；：、،。！？।–—]+|(?:and|while|but|then|und|et|y)(?=[ \t]))+", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?<![\w'’])(an?)\Z", re.IGNORECASE)
_VOWEL_SOUND = re.compile(
    r"(?:[aeio]|u(?!ni[^nm]|s[aeiu]|-|boat|k\b|to)|hour|honest)(?!(?<=o)ne\b)", re.IGNORECASE
)
_SPACES = re.compile(r"[ \t]{2,}")
_LETTERS = re.compile(r"[^\W_]")
_ONLY_SMALL_WORDS = re.compile(r"\W*(?:(?:a|an|the|with|and|of|in|on|at|is|are)\b\W*)*\Z", re.IGNORECASE)


def close(left: str, middle: str, right: str, *, spaced: bool, capital: bool) -> tuple[str, int]:
    """Join what stood on both sides of a cut, and say at which offset the right-hand side now begins.

    ``middle`` replaces what was cut; ``spaced`` says that a space touched the cut (Chinese has none);
    ``capital`` that the cut words opened a sentence with a capital.
    """
    left, right = left.rstrip(" \t"), right.lstrip(" \t")
    if middle:
        left = f"{left} {middle}" if left else middle
    while left.endswith(("(", "[", "（")) and right[:1] in (")", "]", "）") and right:
        left, right = left[:-1].rstrip(" \t"), right[1:].lstrip(" \t")
    if not right or _BOUNDARY.match(right):
        left = _DANGLING_LEFT.sub("", left)
    opens = not left or left[-1] in _SENTENCE_END
    if opens:
        right = _DANGLING_RIGHT.sub("", right).lstrip(" \t")
        right = right[:1].upper() + right[1:] if capital or left else right
    elif left[-1] in _COMMAS and right[:1] in tuple(_COMMAS):
        right = right[1:].lstrip(" \t")
    left = _right_article(left, right)
    no_gap = not left or not right or _BOUNDARY.match(right) or left[-1] in "\n(["
    gap = "" if no_gap or not spaced else " "
    return left + gap + right, len(left) + len(gap)


def tidy(text: str) -> str:
    """One space where there were more, none at the ends; empty when nothing that can be seen is left."""
    text = _SPACES.sub(" ", text).strip()
    return "" if not _LETTERS.search(text) or _ONLY_SMALL_WORDS.match(text) else text


def _right_article(left: str, right: str) -> str:
    article = _ARTICLE.search(left)
    if article is None or not right[:1].isalpha():
        return left
    wanted = "an" if _VOWEL_SOUND.match(right) else "a"
    if article[1].lower() == wanted:
        return left
    return left[: article.start()] + (wanted.capitalize() if article[1][0].isupper() else wanted)
