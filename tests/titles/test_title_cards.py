"""A title card is drawn only where something changes, and comes out as if all of it had been."""

import numpy as np
import pytest

from swav.opencv import cv2
from swav.titles import card
from swav.titles.palette import WHITE, palette

SIZES = [(320, 180), (854, 480), (180, 320), (130, 98)]


def picture_of(width, height, seed=3):
    return np.random.default_rng(seed).random((height, width, 3), dtype=np.float32) * 255


@pytest.mark.parametrize("moved", [(0, 0), (1, 0), (0, 7), (97, 129), (41, 77)])
def test_grain_that_is_added_in_four_parts_is_grain_that_was_rolled(moved):
    grain, whole = picture_of(130, 98, seed=1), picture_of(130, 98)
    parts = whole.copy()
    card._add_rolled(parts, grain, *moved)
    assert np.array_equal(parts, whole + np.roll(grain, moved, axis=(0, 1)))


@pytest.mark.parametrize("width, height", SIZES)
@pytest.mark.parametrize("progress", [0.0, 0.05, 0.43, 0.9999, 1.0])
def test_lettering_is_drawn_as_over_the_whole_picture(width, height, progress):
    mask, _, _ = card._lettering("Gjöll, the river", "and its bridge", "en", width, height)
    drawn, whole = picture_of(width, height), picture_of(width, height)
    card._draw_letters(drawn, mask, progress, height)
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
    assert np.array_equal(card._Field(pools, colours, width, height).at(1.7), whole)
