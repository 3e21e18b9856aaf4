"""Frames between two pictures: where things are in them, how sharp they are, and when there are none."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from drawn import SIZE, fence, pan, planes, texture, view

from swav.motion.between import Between

THIRD = Fraction(1, 3)


@pytest.fixture(autouse=True)
def _one_thread():
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def error(made, true) -> float:
    """Mean levels of 255 by which lumas differ, but for the border."""
    return float(np.abs(made[0].astype(int) - true[0])[12:-12, 12:-12].mean())


def sharpness(picture) -> float:
    return float(np.abs(cv2.Laplacian(picture[0][12:-12, 12:-12], cv2.CV_32F)).mean())


@pytest.mark.parametrize("share", [Fraction(1, 5), THIRD, Fraction(1, 2), 1 - THIRD])
@pytest.mark.parametrize("travel", [0, 1.5, 9, -14])
def test_a_pan_is_where_it_then_is(share, travel):
    between, true = Between(pan(0), pan(travel)), pan(float(share) * travel)
    made = between.interpolated(share)
    assert between.continuous
    assert error(made, true) < 2.5
    if abs(travel) > 5:
        assert error(made, true) < error(between.blended(share), true) / 3


@pytest.mark.parametrize("travel", [5, 8, -8])
def test_what_repeats_goes_the_shorter_way(travel):
    between = Between(fence(0), fence(travel))
    assert between.continuous
    for share in (THIRD, 1 - THIRD):
        made = between.interpolated(share)
        on, back = (error(made, fence(sign * float(share) * travel)) for sign in (1, -1))
        assert on < 8 and on < back / 3


@pytest.mark.parametrize(
    "second", [pan(0, seed=7), planes(np.full(SIZE[::-1], 12.0)), planes(255 - view(texture(), 40))]
)
@pytest.mark.parametrize("share", [THIRD, 1 - THIRD])
def test_nothing_lies_between_what_a_cut_parts(second, share):
    first = pan(0)
    between = Between(first, second)
    assert not between.continuous
    for made in (between.interpolated(share), between.blended(share)):
        wanted = first if share < Fraction(1, 2) else second
        assert all(np.array_equal(one, other) for one, other in zip(made, wanted, strict=True))


@pytest.mark.parametrize("gain", [0.55, 1.9])
def test_a_flash_is_no_cut_and_no_half_light(gain):
    dark = view(texture(), 40) * 0.5
    second = planes(view(texture(), 46) * 0.5 * gain)
    between = Between(planes(dark), second)
    assert between.continuous
    made = between.interpolated(THIRD)
    true = planes(view(texture(), 42) * 0.5 * (1 if between.light.jumps else 1 + (gain - 1) / 3))
    assert error(made, true) < 6


def test_a_fade_goes_evenly():
    between = Between(planes(view(texture(), 40)), planes(view(texture(), 46) * 0.88))
    for number in range(1, 6):
        made = between.interpolated(Fraction(number, 6))
        true = planes(view(texture(), 40 + number) * (1 - 0.02 * number))
        assert abs(float(made[0].mean() - true[0].mean())) < 0.3


def test_made_frames_are_as_sharp_as_kept_ones():
    rng = np.random.default_rng(3)
    first, second = (planes(view(texture(), 40 + x) + rng.normal(0, 6, SIZE[::-1])) for x in (0, 3.5))
    kept = sharpness(first)
    between = Between(first, second)
    for share in (Fraction(1, 5), THIRD, Fraction(1, 2), 1 - THIRD):
        assert 0.95 * kept < sharpness(between.interpolated(share)) < 1.05 * kept
    assert sharpness(between.blended(Fraction(1, 2))) < 0.8 * kept


def test_what_a_passing_thing_uncovers_is_taken_from_the_picture_that_shows_it():
    def passing(x):
        luma = view(texture(), 40)
        luma[40:90, x : x + 40] = view(texture(5), 20)[40:90, :40] + 60
        return planes(luma)

    made, true = Between(passing(60), passing(72)).interpolated(THIRD), passing(64)
    assert error(made, true) < 4


@pytest.mark.parametrize("width, height", [(16, 16), (34, 18), (64, 360), (400, 32)])
def test_pictures_of_any_size(width, height):
    rng = np.random.default_rng(2)
    first, second = (planes(rng.integers(0, 255, (height, width)).astype(np.float32)) for _ in range(2))
    made = Between(first, second).interpolated(THIRD)
    assert [plane.shape for plane in made] == [plane.shape for plane in first]


def test_still_pictures_stay_as_they_are():
    made = Between(pan(0), pan(0)).interpolated(THIRD)
    assert np.abs(made[0].astype(int) - pan(0)[0]).max() <= 1
