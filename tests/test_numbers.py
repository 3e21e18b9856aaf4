"""Numbers as film people write them: rounded rates, timecodes that drop frames, long seeds."""

from fractions import Fraction

import pytest

from swav.cut.choose import seed_after
from swav.numbers import Unfit, moment, rate
from swav.storyboard.shot import Shot

NTSC = {
    24: ("23.976", "23.98", "23.97", "23.9760", "23.976024", "23,976", "23.976p", "23.98 fps", "24000/1001"),
    30: ("29.97", "29.970", "29.97003", "29,97", "29.97 fps", "29.97p", "30000/1001"),
    48: ("47.95", "47.952", "47.952048"),
    60: ("59.94", "59.940", "59.94006", "59.94p", "60000/1001"),
    120: ("119.88", "119.880", "119.88012"),
    15: ("14.985", "14.99"),
}


@pytest.mark.parametrize(
    ("written", "whole"), [(written, whole) for whole, ways in NTSC.items() for written in ways]
)
def test_rates_of_television_are_those_over_1001(written, whole):
    assert rate(written) == Fraction(whole * 1000, 1001)


@pytest.mark.parametrize(
    ("written", "exactly"),
    {
        **{
            text: Fraction(text) for text in ("24", "25", "30", "50", "24.0", "30.00", "12.5", "24.5", "15.2")
        },
        **{text: Fraction(text) for text in ("16", "29.9", "30.01", "24.97", "25.00", "2997/100", "48/2")},
        "25p": Fraction(25),
        "50 fps": Fraction(50),
    }.items(),
)
def test_other_rates_are_what_is_written(written, exactly):
    assert rate(written) == exactly


@pytest.mark.parametrize(
    "written", ["", "fast", "0", "0.5", "121", "24,000/1001", "24//1", "p", "-24", "1e2", "24 25"]
)
def test_no_rates(written):
    with pytest.raises(Unfit):
        rate(written)


@pytest.mark.parametrize("whole", [30, 60])
def test_drop_frame_timecodes_count_every_frame_once(whole):
    """Through ten minutes, frame by frame: the next number is always the next frame, and none is twice."""
    real, number = Fraction(whole * 1000, 1001), 0
    dropped = whole // 15
    for minute in range(11):
        for second in (0, 1, 30, 59):
            for frame in (0, 1, dropped, whole - 1):
                written = f"00:{minute:02}:{second:02};{frame:02}"
                if minute % 10 and second == 0 and frame < dropped:
                    with pytest.raises(Unfit, match="no such frame"):
                        moment(written, real)
                    continue
                counted = moment(written, real) * real
                assert counted.denominator == 1 and counted >= number
                number = int(counted)
    assert moment("00:10:00;00", real) * real == round(600 * real)


def test_drop_frame_is_of_television_alone():
    with pytest.raises(Unfit, match=r"29\.97 or 59\.94"):
        moment("00:00:01;00", Fraction(25))
    assert moment("00:00:01:12", Fraction(24)) == Fraction(3, 2)


@pytest.mark.parametrize("seed", [0, 2**31, 2**63 - 1, 2**63, 2**63 + 12345, 2**64 - 1])
def test_seeds_of_64_bits_are_taken(seed):
    assert Shot.model_validate({"id": "a", "prompt": "sea", "seed": str(seed)}).seed == seed


def test_no_take_gets_another_seed_for_that():
    assert [seed_after(2**63 - 2, step) for step in range(3)] == [2**63 - 2, 2**63 - 1, 0]
    assert [seed_after(2**64 - 2, step) for step in range(3)] == [2**64 - 2, 2**64 - 1, 0]
    assert seed_after(2**63, 1) == 2**63 + 1


@pytest.mark.parametrize("seed", [2**63, 2**64 - 2])
def test_the_noise_of_a_take_can_be_made_of_them(seed):
    from swav.engines.wan22.sampling import noise

    assert not noise(16, 16, 1, seed).equal(noise(16, 16, 1, seed + 1))
