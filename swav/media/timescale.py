"""Time scales of mp4 tracks in which every frame, and every audio sample, starts at a whole number."""

from fractions import Fraction
from math import lcm

SAMPLE_RATE = 48_000  # of all sound in a reel
_FINEST_NEEDED = 10_000  # media players expect ticks of at most a tenth of a millisecond


def track_timescale(rate: Fraction) -> int:
    """Ticks a second of a picture track at ``rate`` frames a second: 12288 for 24, 24000 for 24000/1001."""
    scale = rate.numerator
    while scale < _FINEST_NEEDED:
        scale *= 2
    return scale


def movie_timescale(rate: Fraction) -> int:
    """Ticks a second of a whole reel: frames and samples both fall on them, so edit lists round nothing."""
    return lcm(SAMPLE_RATE, rate.numerator)
