"""Exact time: seconds are fractions, and everything that is cut is counted in frames.

Floats never accumulate: a time is read from its written form ("4.1" is 41/10), turned into a whole
number of frames once, and only ever added up as frames.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

HOLD = Fraction(1, 2)
"""Seconds for which the last frame of footage that ends early may stand still."""


def exact(value: int | float | str | Fraction) -> Fraction:
    """The number that the user wrote, exactly: ``exact("24000/1001")``, ``exact(4.1) == Fraction(41, 10)``.

    Raises ValueError for anything that is not a finite number.
    """
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a number")
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    try:
        if isinstance(value, str) and "/" in value:
            return Fraction(value.replace(" ", ""))
        return Fraction(Decimal(str(value)))
    except (InvalidOperation, ValueError, OverflowError, ZeroDivisionError):
        raise ValueError(f"{value!r} is not a number") from None


RATES = tuple(
    map(Fraction, ("24000/1001", 24, 25, "30000/1001", 30, 48, 50, "60000/1001", 60, "120000/1001", 120))
)
"""Frames a second of films and cameras."""
_STRAY = Fraction(1, 50)
"""The share of its rate by which the average of an uneven film strays from what its camera meant."""


def nominal(rate: Fraction) -> Fraction:
    """The rate that a film means whose average rate is ``rate``: a phone's 29.87 are 30."""
    nearest = min(RATES, key=lambda known: abs(known - rate))
    return nearest if rate not in RATES and abs(nearest - rate) <= _STRAY * rate else rate


def to_frames(seconds: Fraction, rate: Fraction) -> int:
    """The nearest whole number of frames; halves go up, so that equal times always agree."""
    whole = seconds.denominator * rate.denominator  # no fractions in between: they cost four times as much
    return (2 * seconds.numerator * rate.numerator + whole) // (2 * whole)


def to_seconds(frames: int, rate: Fraction) -> Fraction:
    """When frame number ``frames`` (counted from 0) starts."""
    return frames / rate


def to_samples(frames: int, rate: Fraction, sample_rate: int) -> int:
    """The audio sample at which frame number ``frames`` starts, rounded down."""
    return int(frames * sample_rate // rate)


def clock(seconds: Fraction | float) -> str:
    """``M:SS`` for tables that people read."""
    whole = int(seconds + Fraction(1, 2))
    return f"{whole // 60}:{whole % 60:02}"


@dataclass(frozen=True)
class Word:
    """A written word as it was spoken; ``start`` and ``end`` in seconds."""

    text: str
    start: Fraction
    end: Fraction
