"""How the phrase books are written: a rule is a pattern whose ``cut`` group leaves the prompt."""

import re
from dataclasses import dataclass
from functools import cached_property

from swav.prompts.quotation import ANY, LOUD

# White space stands at one place alone where no word joins two: else each gap could be read in several ways.
QUOTE = rf"{ANY}(?:\s*(?:(?:,|and|&|or|/|und|et|y|e|、)\s*)?{ANY})*"
LOUD_QUOTE = LOUD

FOR_AN_OVERLAY = "No video model can write, so these words wait to be set as an overlay."
SET_AFTERWARDS = "No video model can write; subtitles and captions are set over the picture afterwards."


@dataclass(frozen=True)
class Rule:
    """A way of asking for lettering.

    ``expression`` may have these groups: ``cut`` (what leaves the prompt; all that matched if absent) and
    ``words`` (lettering that was written without quotation marks). ``needs`` are substrings in small
    letters of which the prompt must hold one: looking for them is much cheaper than the pattern.
    """

    name: str
    expression: str
    needs: tuple[str, ...]
    quoted: bool
    why: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a prompt first asks for it, which most never do."""
        return re.compile(self.expression, re.IGNORECASE)


def rule(name: str, pattern: str, *needs: str, why: str) -> Rule:
    """A rule from its pattern; spaces in it stand for any run of white space in a prompt."""
    quoted = ANY in pattern or LOUD in pattern
    return Rule(name, pattern.replace(" ", r"[ \t\n]+"), needs, quoted, why)
