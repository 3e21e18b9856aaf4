"""Which instants of a take each frame of the reel shows: exact at every pair of rates."""

from fractions import Fraction

import pytest

from swav.motion.instants import Instant, instants

NTSC = Fraction(24000, 1001)


@pytest.mark.parametrize(
    ("source_rate", "rate"),
    [
        (own, reel)
        for own in (Fraction(8), Fraction(16), Fraction(30000, 1001), Fraction(50))
        for reel in (NTSC, Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60))
    ],
)
def test_every_frame_shows_its_own_time(source_rate, rate):
    seconds = 20
    shown = instants(
        int(seconds * rate), rate, source_frames=int(seconds * source_rate) + 2, source_rate=source_rate
    )
    for number, instant in enumerate(shown):
        assert (instant.source + instant.share) / source_rate == number / rate
        assert 0 <= instant.share < 1


def test_sixteen_frames_in_twenty_four_and_what_lies_behind_the_last():
    thirds = [Fraction(0), Fraction(2, 3), Fraction(1, 3)]
    shown = instants(9, Fraction(24), source_frames=5, source_rate=Fraction(16))
    assert shown == [
        *(Instant(source, share) for source, share in zip((0, 0, 1, 2, 2, 3), thirds * 2, strict=True)),
        *[Instant(4)] * 3,
    ]
    assert [instant.kept for instant in shown] == [True, False, False] * 2 + [True] * 3
