"""A title card is drawn only where something changes, and comes out as if all of it had been."""

from fractions import Fraction

import numpy as np
import pytest

from swav.opencv import cv2
from swav.titles import card
from swav.titles.palette import WHITE, palette

SIZES = [(320, 180), (854, 480), (180, 320), (130, 98)]


def picture_of(width, height, seed=3):
    return np.random.default_rng(seed).random((height, width, 3), dtype=np.float32) * 255


@pytest.mark.parametrize("moved", [(0, 0), (1, 0), (0, 7), (97, 129), (41, 77)])
def test_a_card_is_printed_with_grain_that_was_rolled(moved):
    grain, picture = picture_of(130, 98, seed=1)[..., 0] / 255, picture_of(130, 98) * 1.2 - 20
    printed = np.empty(picture.shape, np.uint8)
    card._print(printed, picture, card._rolled(np.tile(grain, (2, 2)), *moved))
    whole = picture + np.roll(grain, moved, axis=(0, 1))[..., None]
    assert np.array_equal(printed, np.clip(whole, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("width, height", SIZES)
@pytest.mark.parametrize("progress", [0.0, 0.05, 0.43, 0.9999, 1.0])
def test_lettering_is_drawn_as_over_the_whole_picture(width, height, progress):
    mask, _, _ = card._lettering("Gjöll, the river", "and its bridge", "en", width, height)
    drawn, whole = picture_of(width, height), picture_of(width, height)
    card._Letters(mask).draw(drawn, progress)
    rise = (1 - progress) * 0.018 * height
    if rise > 0.01:
        shift = np.float32([[1, 0, 0], [0, 1, rise]])
        mask = cv2.warpAffine(mask, shift, mask.shape[::-1], flags=cv2.INTER_LINEAR)
    whole += (np.asarray(WHITE, np.float32) - whole) * (mask * progress)[..., None]
    assert np.array_equal(drawn, whole)


@pytest.mark.parametrize("width, height", SIZES)
def test_the_field_is_what_its_pools_lie_over_one_another(width, height):
    colours = palette(4)
    pools = card._pools(colours, np.random.default_rng(4))
    rows = max(2, round(192 * height / width))
    x, y = (np.arange(192) + 0.5) / 192, ((np.arange(rows) + 0.5) / rows)[:, None]
    field = np.broadcast_to(np.asarray(colours.ground, np.float64), (rows, 192, 3)).copy()
    for at_x, at_y, radius, drift_x, drift_y, phase, *colour, strength in pools:
        turn = 2 * np.pi * 1.7 / 23 + phase
        across = x - at_x - drift_x * np.cos(turn)
        down = (y - at_y - drift_y * np.sin(turn)) * max(height / width, 0.75)
        share = strength * np.exp(-(across**2 + down**2) / (2 * (radius / 1.7) ** 2))
        field += (np.asarray(colour) - field) * share[..., None]
    field *= (1 - 0.42 * ((x - 0.5) ** 2 * 1.6 + (y - 0.5) ** 2 * 1.9))[..., None]
    whole = cv2.resize(field.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    painted = np.empty((height, width, 3), np.float32)
    card._Field(pools, colours, width, height).paint(painted, 1.7)
    assert np.array_equal(painted, whole)


def test_a_card_without_a_subtitle_draws_nothing_for_it():
    drawn = picture_of(130, 98)
    card._Letters(np.zeros((98, 130), np.float32)).draw(drawn, 1.0)
    assert np.array_equal(drawn, picture_of(130, 98))


def test_frames_of_a_card_that_are_kept_stay_as_they_are():
    def drawn():
        given = {"language": "en", "seed": 5, "width": 130, "height": 98, "rate": Fraction(24), "count": 5}
        return card.card_frames("Gjöll", "a river", **given)

    one_by_one = [frame.copy() for frame in drawn()]
    assert np.array_equal(one_by_one, list(drawn()))
