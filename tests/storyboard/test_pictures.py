"""Keyframes in a storyboard: each picture is there or can be drawn, by engines that can work from it."""

import pytest
from PIL import Image

from swav.errors import InputError
from swav.storyboard import Abilities, load
from swav.storyboard.look import look

ABILITIES = Abilities(
    reads={
        "wan2.2": {"prompt"},
        "mover": {"prompt", "first_frame"},
        "wan2.2-i2v": {"prompt", "first_frame", "last_frame"},
        "animatic": {"prompt", "first_frame", "last_frame"},
    },
    needs={"mover": {"first_frame"}},
    draws={"painter": {"prompt"}, "copyist": {"prompt", "references"}},
    stand_in="animatic",
)
ENGINES = (*ABILITIES.reads, "footage", "still", "card")


def loaded(tmp_path, shot: str):
    Image.new("RGB", (64, 36), (90, 20, 20)).save(tmp_path / "boat.png")
    Image.new("CMYK", (64, 36)).save(tmp_path / "print.jpg")
    (tmp_path / "broken.png").write_bytes((tmp_path / "boat.png").read_bytes()[:40])
    file = tmp_path / "reel.yaml"
    file.write_text(f"title: T\nshots:\n  - {{id: a, duration: 2, prompt: a boat drifts, {shot}}}\n")
    return load(file, engines=ENGINES, abilities=ABILITIES, look=look)


@pytest.mark.parametrize(
    "shot",
    [
        "keyframe: boat.png",
        "keyframe: {file: print.jpg}",
        "keyframe: {prompt: a boat}, end: {prompt: a quay}",
        "keyframe: {prompt: a boat, references: [boat.png]}",
        "keyframe: {prompt: a boat, engine: animatic}, engine: auto",
        "keyframe: boat.png, engine: mover",
    ],
)
def test_a_picture_that_is_there_or_can_be_drawn_is_no_fault(tmp_path, shot):
    assert loaded(tmp_path, shot).board.shots[0].keyframe is not None


@pytest.mark.parametrize(
    ("shot", "sentence"),
    [
        ("keyframe: none.png", "there is no file none.png"),
        ("keyframe: broken.png", "broken.png"),
        ("keyframe: {file: boat.png, prompt: a boat}", "it has file and prompt, but can be only one picture"),
        ("keyframe: {seed: 4}", "no picture is named"),
        ("keyframe: {prompt: '...'}", "the prompt has no word in it"),
        (
            "keyframe: {prompt: a, engine: wan2.2}",
            "wan2.2 makes clips, and draws no picture; copyist, painter draw",
        ),
        ("keyframe: {prompt: a, engine: paintr}", "there is no engine 'paintr' that draws"),
        (
            "keyframe: {prompt: a, engine: painter, references: [boat.png]}",
            "not after other pictures; copyist does",
        ),
        ("keyframe: {prompt: a, references: [none.png]}", "there is no file none.png"),
        ("keyframe: boat.png, engine: wan2.2", "wan2.2 cannot begin with a picture; mover, wan2.2-i2v can"),
        (
            "keyframe: boat.png, end: boat.png, engine: mover",
            "mover cannot end with a picture; wan2.2-i2v can",
        ),
        ("engine: mover", "mover has to begin with a picture; give the shot `keyframe:`"),
    ],
)
def test_each_fault_of_a_picture_is_one_sentence(tmp_path, shot, sentence):
    with pytest.raises(InputError) as error:
        loaded(tmp_path, shot)
    assert [sentence in str(fault) for fault in error.value.faults] == [True], str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("size", "lost"),
    [
        ((640, 360), None),
        ((192, 120), None),
        ((600, 360), None),
        ((360, 640), "68 % of it is cut off above and below"),
        ((640, 640), "44 % of it is cut off above and below"),
        ((2390, 1000), "26 % of it is cut off at its sides"),
    ],
)
def test_what_the_films_form_cuts_off_a_picture_is_said(tmp_path, size, lost):
    """A take begins with the middle of it: better known before half an hour is spent on it."""
    Image.new("RGB", size).save(tmp_path / "form.png")
    said = [notice.message for notice in loaded(tmp_path, "keyframe: form.png").notices]
    expected = f"form.png has {size[0]}x{size[1]} pixels, and the film has 1280x720: {lost}"
    assert [message for message in said if message.startswith("form.png")] == (
        [f"{expected}; give a picture of the film's form"] if lost else []
    )
