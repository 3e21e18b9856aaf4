"""What can be read in time: the limits of a subtitle, and the width of a text.

The limits are the broadcaster's usual ones (Netflix, Timed Text Style Guide, general requirements; BBC
Subtitle Guidelines 1.2): two lines of 42 characters, 17 characters a second, no cue under a second or over
seven, two frames between cues. East Asian characters count double, as they take twice the width.
"""

from fractions import Fraction
from unicodedata import category, east_asian_width

LINE = 42  # characters
ROWS = 2
SPEED = 17  # characters a second
SHORTEST, LONGEST = Fraction(1), Fraction(7)  # seconds
SUBTITLE_ROWS = 0.22
"""Share of the frame's height, from below, in which players show two rows. ffmpeg's own style has rows of
16/288 with 10/288 below; the largest that is usual ends at a fifth."""
GAP = Fraction(80, 1000)  # two frames at 25 to the second

# Reading speed of scripts whose characters say more than a letter does (Netflix, by language).
_SPEEDS = {"ja": 8, "zh": 18, "ko": 24}  # in half widths: 4, 9 and 12 characters a second


def reading_speed(language: str) -> int:
    """Characters a second that are read with comfort in a language (ISO code); East Asian ones count two."""
    return _SPEEDS.get(language.split("-")[0].lower(), SPEED)


def columns(text: str) -> int:
    """The width of ``text`` in characters; East Asian wide ones count two, invisible marks nothing."""
    return sum(
        2 if east_asian_width(character) in "WF" else 1 for character in text if category(character) != "Cf"
    )
