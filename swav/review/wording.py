"""How a difference is said to people: from what to what, in as few words as tell it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from swav.cut.shot import CutShot
from swav.times import to_seconds

MOST_WORDS = 12
"""Words of an edited text that are shown on either side of the arrow."""

# Scripts that put no spaces between words (kana, Han, Thai, Lao, Khmer, Burmese) go letter by letter.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


def differing(before: Any, after: Any, but: Sequence[str] = ()) -> list[str]:
    """Names of the fields in which two values of one dataclass differ, all of them ``but`` some."""
    return [
        field.name
        for field in fields(after)
        if field.name not in but and getattr(before, field.name) != getattr(after, field.name)
    ]


def edit(name: str, before: Any, after: Any) -> str:
    """``seed 1 -> 5``, ``prompt: one lantern -> two lanterns``: what a value was and what it is now."""
    if isinstance(before, str) and isinstance(after, str) and max(map(_words, (before, after))) > 1:
        return f"{name}: {text_edit(before, after)}"
    return f"{name} {said(before)} -> {said(after)}"


def said(value: Any) -> str:
    """A value as it would be written."""
    if value is None or value == "":
        return "none"
    if isinstance(value, Fraction):
        return number(value)
    return number(value) if isinstance(value, float) else str(value)


def number(value: Fraction | float) -> str:
    """At most three decimals, and none that are not needed."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def counted(count: int, thing: str, things: str = "") -> str:
    """``1 shot``, ``2 shots``."""
    return f"{count} {thing if count == 1 else things or thing + 's'}"


def seconds(frames: int, rate: Fraction) -> str:
    """A count of frames as seconds: ``2.5 s``."""
    return f"{number(to_seconds(frames, rate))} s"


@dataclass(frozen=True)
class Rates:
    """Frames a second of two cuts, by which their times can be compared."""

    before: Fraction
    after: Fraction

    def same(self, old: int, new: int) -> bool:
        """Whether two counts of frames are one time: to the frame, or where fps differ, to less than one."""
        drift = abs(old / self.before - new / self.after)
        return drift == 0 or (self.before != self.after and drift < 1 / min(self.before, self.after))

    def said(self, old: int, new: int) -> str:
        """``0.5 s -> 1 s``."""
        return f"{seconds(old, self.before)} -> {seconds(new, self.after)}"


def text_edit(before: str, after: str) -> str:
    """The words that differ, ``one lantern -> two lanterns``.

    Where words only came or only went, the one before and the one after them say where.
    """
    old, new = before.split(), after.split()
    if " ".join(old) == " ".join(new):
        return "only its spaces"
    old, new = _WORD.findall(before), _WORD.findall(after)
    front = 0
    while front < min(len(old), len(new)) and old[front] == new[front]:
        front += 1
    back = 0
    while back < min(len(old), len(new)) - front and old[-1 - back] == new[-1 - back]:
        back += 1
    if front + back in (len(old), len(new)):
        front, back = max(0, front - 1), max(0, back - 1)
    return f"{_short(old[front : len(old) - back])} -> {_short(new[front : len(new) - back])}"


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def _short(words: list[str]) -> str:
    shown = words[:MOST_WORDS] + (["..."] if len(words) > MOST_WORDS else [])
    return re.sub(rf"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])", "", " ".join(shown)).strip(",;:") or "nothing"


def several(items: Sequence[str], most: int = 3) -> str:
    """Some reasons in one line, and how many there are besides."""
    distinct = list(dict.fromkeys(items))
    rest = len(distinct) - most
    more = [f"{rest} more {'edit' if rest == 1 else 'edits'}"] if rest > 0 else []
    return "; ".join([*distinct[:most], *more])


def rates_of(before: CutShot, after: CutShot) -> Rates:
    """The rates of the two cuts of a shot."""
    return Rates(before.request.rate, after.request.rate)


def unmatched(before: tuple, after: tuple) -> tuple[list, list]:
    """The items of two lists that are not in both, in order."""
    return [item for item in before if item not in after], [item for item in after if item not in before]
