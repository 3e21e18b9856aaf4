"""The lettering gate reads real pictures: words are found, and what only looks like words is not."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from labelled.nature import hills
from labelled.picture import Shot, filmed
from labelled.signs import lettered, with_sign
from labelled.things import hull_number
from labelled.town import window_grid

from swav.quality.gauges.lettering import letters, strength

SHOT = Shot(seed=5, width=640, height=360, rate=Fraction(16), count=4)


def _frames(pictures) -> list[tuple[int, np.ndarray]]:
    return list(enumerate(filmed(pictures, SHOT, grain=0.005)))


def _with_text(text: str, place: tuple[int, int], frames: tuple[int, ...]) -> list[tuple[int, np.ndarray]]:
    """Hills with a line of white text in some of the frames, its top left corner at ``place`` (x, y)."""
    ink = lettered(text, 30)[..., None]
    pictures = list(hills(SHOT))
    for number in frames:
        area = pictures[number][place[1] : place[1] + ink.shape[0], place[0] : place[0] + ink.shape[1]]
        area[:] = area * (1 - ink) + ink
    return _frames(iter(pictures))


@pytest.mark.slow
@pytest.mark.parametrize("kind", range(5))
def test_garbled_words_are_found_on_every_ground(kind):
    found = letters(_frames(with_sign(hills(SHOT), SHOT, words=2, size=0.08, kind=kind)))
    assert found["value"] > 0.6
    assert {word["frame"] for word in found["words"]} == set(found["frames"])
    assert len(found["frames"]) >= 2


def test_a_word_is_said_with_its_frame_and_its_place():
    found = letters(_with_text("HARBOUR", (200, 150), (1,)))
    (word,) = found["words"]
    assert (word["text"], word["frame"]) == ("HARBOUR", 1)
    assert word["confidence"] > 0.9
    left, top, right, bottom = word["box"]
    assert 180 <= left <= 205 and 130 <= top <= 160
    assert left + 130 <= right <= left + 260 and top + 20 <= bottom <= top + 75
    assert found["frames"] == [1]


def test_a_word_that_stays_counts_more_than_one_seen_once():
    once, stays = (letters(_with_text("HARBOUR", (200, 150), frames)) for frames in ((2,), (1, 2)))
    assert once["value"] == pytest.approx(0.667)
    assert stays["value"] == pytest.approx(1.0)


@pytest.mark.parametrize("scene", [hills, hull_number, window_grid])
def test_scenery_hull_numbers_and_windows_are_no_words(scene):
    found = letters(_frames(scene(SHOT)))
    assert found == {"value": 0.0, "words": [], "frames": []}


@pytest.mark.parametrize(
    "text, confidence, expected",
    [
        ("HARBOUR", 0.99, 1.0),
        ("HARBOUR", 0.60, 0.5),
        ("HARBOUR", 0.45, 0.0),
        ("ab", 0.99, 0.5),
        ("abc", 0.99, 0.8),
        ("F4bu 7", 0.99, 0.8),
        ("港口", 0.99, 0.5),  # models that learnt from Chinese pictures draw Chinese signs
        ("a", 0.99, 0.0),
        ("AAAA", 0.99, 0.0),
        ("mm IIII", 0.99, 0.0),
        ("", 0.99, 0.0),
        ("4406", 0.99, 0.0),
        ("F221", 0.99, 0.0),
        ("CG 47", 0.99, 0.0),
        ("L-9", 0.99, 0.0),
    ],
)
def test_what_counts_as_a_word(text, confidence, expected):
    assert strength(text, confidence) == pytest.approx(expected)


def test_the_same_frames_give_the_same_words_and_nothing_is_printed(capfd):
    frames = _with_text("SEA TRIAL", (120, 90), (0, 3))
    assert letters(frames) == letters(frames)
    assert capfd.readouterr() == ("", "")


def test_no_frames_hold_no_words():
    assert letters([]) == {"value": 0.0, "words": [], "frames": []}


TABLE = """
from omegaconf import OmegaConf
whole = OmegaConf.load
from swav.quality.gauges.lettering import _reader
_reader()
from rapidocr.inference_engine.base import MODEL_URL_PATH, InferSession
from rapidocr.utils.model_resolver import _MODEL_CONFIG
assert OmegaConf.load == whole and InferSession.model_info is _MODEL_CONFIG, "read once"
every = whole(MODEL_URL_PATH)
assert _MODEL_CONFIG == {name: every[name] for name in _MODEL_CONFIG}
print(*sorted(every.keys() - _MODEL_CONFIG.keys()))
"""


def test_the_reader_knows_the_models_that_it_may_choose_from():
    """All that the table of rapidocr says, but for models of other runtimes."""
    said = subprocess.run([sys.executable, "-c", TABLE], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["mnn", "openvino", "paddle", "torch"]


def test_importing_the_gate_is_light():
    heavy = "{'rapidocr', 'onnxruntime', 'cv2'}"
    code = f"import sys, swav.quality.gauges.lettering; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
