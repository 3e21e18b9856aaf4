"""A stretch of written text and the ways in which it may be said, and the search for such stretches.

Rules look at the text in turn. What one has claimed is hidden from those after it behind a sign that is
neither letter, figure nor space, so that each sees the written text and nothing that another made of it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HIDDEN = "¦"


@dataclass(frozen=True)
class Said:
    """Characters ``start`` to ``end`` of a text, and how they may be said; the narrator's way first."""

    start: int
    end: int
    ways: tuple[str, ...]


Reader = Callable[[re.Match[str]], Iterable[Said]]
Rule = tuple[re.Pattern[str], Reader]


def part(found: re.Match[str], group: str | int, *ways: str) -> Said:
    """What a group of a match may be said as."""
    return Said(*found.span(group), tuple(dict.fromkeys(ways)))


def always(*ways: str) -> Reader:
    """A reader that gives the whole match the same ways wherever it stands."""
    return lambda found: [part(found, 0, *ways)]


def any_of(table: Iterable[str]) -> str:
    """A pattern for any of the words of a table, the longest first."""
    return "|".join(re.escape(written) for written in sorted(table, key=lambda word: (-len(word), word)))


def search(text: str, rules: Sequence[Rule]) -> list[Said]:
    """All stretches that the rules find, in order; none overlaps another."""
    hidden, claimed = text, []
    for pattern, reader in rules:
        found = [said for match in pattern.finditer(hidden) for said in reader(match)]
        if found:
            claimed += found
            hidden = _hide(hidden, found)
    return sorted(claimed, key=lambda said: said.start)


def _hide(text: str, found: Sequence[Said]) -> str:
    parts, end = [], 0
    for said in sorted(found, key=lambda said: said.start):
        parts += [text[end : said.start], re.sub(r"\S", HIDDEN, text[said.start : said.end])]
        end = said.end
    return "".join([*parts, text[end:]])
