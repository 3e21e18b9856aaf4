"""What lies where on the reel's time line: values only, light to import. All places are samples at 48 kHz."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

STEMS = ("dialogue", "music", "effects", "ambience", "footage")
"""What a mix is the sum of: the names of its stems."""
_MILLISECOND = 48  # samples
EDGE_IN = _MILLISECOND // 2
"""Fade where a sound begins as its file does: too short to soften a knock, long enough not to click."""
EDGE_OUT = 5 * _MILLISECOND
"""Fade where a sound ends as its file does."""
CUT_IN = 10 * _MILLISECOND
"""Fade where a sound begins in the middle of its file."""
CUT_OUT = 80 * _MILLISECOND
"""Fade where a sound is cut off: two frames at 24 or 25 frames a second."""


@dataclass(frozen=True)
class Placed:
    """A line of narration, and the sample of the reel at which its file begins."""

    wav: Path
    start: int


@dataclass(frozen=True)
class Recording:
    """A sound file that fills a stretch of the reel: ``length`` samples from sample ``start`` on.

    It begins at ``source_start`` seconds of its file, and if it ``loop``s, begins there again where the file
    is over: with the old end over the new beginning for up to ``seam`` samples. It comes in over ``fade_in``
    samples, and goes over ``fade_out`` where it is cut off. ``guard`` is as an effect's.
    """

    media: Path
    start: int
    length: int
    source_start: Fraction = Fraction(0)
    loop: bool = False
    seam: int = CUT_OUT
    fade_in: int = EDGE_IN
    fade_out: int = CUT_OUT
    guard: Callable[[Path], AbstractContextManager[Path]] = nullcontext


@dataclass(frozen=True)
class Bed:
    """A file of music that was made for its place, and the sample of the reel at which it begins."""

    wav: Path
    start: int = 0


@dataclass(frozen=True)
class Effect:
    """A sound effect: a stretch of any sound or film file.

    It begins at sample ``start`` of the reel, and at ``source_start`` seconds of its file. After ``length``
    samples it is cut off (where its shot ends); None lets it ring until its file is over. ``level`` is its
    loudness against full speech, in dB. Fades are in samples; None takes the shortest that does not click.
    ``guard`` is entered while the file is read, and says where to read it.
    """

    media: Path
    start: int
    source_start: Fraction = Fraction(0)
    length: int | None = None
    level: float = -12.0
    fade_in: int | None = None
    fade_out: int | None = None
    guard: Callable[[Path], AbstractContextManager[Path]] = nullcontext
