"""Held frames are found in the reel's own frames, by their rhythm, and nothing else is taken for them."""

from fractions import Fraction
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from labelled.catalogue import CLEAN
from labelled.picture import Shot

from swav.quality.gauges.held import Held
from swav.quality.judge import judge
from swav.quality.limits import Limits

SCENES = {subject.name: subject for subject in CLEAN}
NAMES = ("hills", "turntable", "handheld", "snow")
CALM = (
    *NAMES,
    "product",
    "radar",
    "passing train",
    "grainy product",
    "lightning",
    "beacon",
    "fireworks",
    "night sea",
    "whip pan",
)
SECONDS = 2


def pictures(name: str, rate: Fraction) -> list[np.ndarray]:
    """Small grey pictures of a clean scene, as frames show them, with the noise that coding leaves."""
    shot = Shot(3, 320, 180, rate, int(SECONDS * rate) + 1)
    grey = [cv2.cvtColor(255 * frame, cv2.COLOR_RGB2GRAY) for frame in SCENES[name].scene(shot)]
    return [cv2.resize(frame, (160, 90), interpolation=cv2.INTER_AREA) for frame in grey]


def value(shown: list[np.ndarray], rate: Fraction) -> dict:
    gauge, noise = Held(rate), np.random.default_rng(1)
    for number, picture in enumerate(shown):
        coded = picture.astype(np.float32) + noise.normal(0, 0.15, picture.shape)
        gauge.see(SimpleNamespace(number=number, small=np.uint8(np.clip(np.rint(coded), 0, 255))))
    return gauge.result()["held"]


def held(frames: list[np.ndarray], own: Fraction, rate: Fraction) -> list[np.ndarray]:
    """Frames of one rate shown at another, each until the next one comes."""
    return [frames[int(number * own / rate)] for number in range(int(SECONDS * rate))]


@pytest.fixture(scope="module", params=NAMES)
def drawn(request):
    return {Fraction(rate): pictures(request.param, Fraction(rate)) for rate in (8, 16)}


@pytest.mark.parametrize(("own", "rate"), [(16, 24), (16, 25), (16, 30), (8, 24)])
def test_a_take_of_another_rate_that_is_held_is_found(drawn, own, rate):
    own, rate = Fraction(own), Fraction(rate)
    found = value(held(drawn[own], own, rate), rate)
    share = 1 - own / rate
    assert abs(found["value"] - float(share)) < 0.1
    assert (
        found["of"] == SECONDS * rate
        and abs(found["held"] - float(share * SECONDS * rate)) < 0.12 * found["of"]
    )
    measured = {"form": {"faults": []}, "gates": ["held"], "held": found}
    worst = judge(measured, Limits()).worst
    assert (
        worst.status == "warn"
        and "motion: interpolate" in worst.sentence
        and str(found["held"]) in worst.sentence
    )
    worst = judge(measured | {"held": found | {"interpolated": True}}, Limits()).worst
    assert "say motion: blend" in worst.sentence and "motion: interpolate" not in worst.sentence


@pytest.mark.parametrize("name", CALM)
def test_clean_scenes_hold_nothing(name):
    rate = Fraction(16)
    assert Limits().held.status(value(pictures(name, rate), rate)["value"]) == "pass"


def test_one_frame_a_second_more_is_no_rhythm_and_a_stop_is_none(drawn):
    frames = drawn[Fraction(16)]
    once = [*frames[:16], frames[15], *frames[16:]]
    assert value(once, Fraction(16))["value"] == 0
    stopped = [*frames[:12], *[frames[12]] * 10, *frames[13:]]
    assert value(stopped, Fraction(16))["value"] == 0
