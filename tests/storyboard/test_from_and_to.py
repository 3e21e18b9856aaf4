"""``from`` and ``to``: each names a shot that can hand a frame over, and none waits for itself."""

import pytest

from swav.errors import InputError
from swav.storyboard import Abilities, load
from swav.storyboard.neighbours import in_order

ABILITIES = Abilities(
    reads={
        "wan2.2": {"prompt"},
        "wan2.2-i2v": {"prompt", "first_frame", "last_frame"},
        "animatic": {"prompt", "first_frame", "last_frame"},
    },
    draws={"painter": {"prompt"}},
    stand_in="animatic",
)


def loaded(tmp_path, *more: str, asked=()):
    shots = "".join(
        f"- {{id: {name}, duration: 2, prompt: a boat drifts{', ' if words else ''}{words}}}\n"
        for name, words in zip("abcd", [*more, "", "", ""], strict=False)
    )
    file = tmp_path / "reel.yaml"
    file.write_text(f"title: T\nshots:\n{shots}- {{id: card, card: {{title: End}}, duration: 2}}\n")
    return load(file, engines=(*ABILITIES.reads, "card"), abilities=ABILITIES, asked=lambda shots: asked)


@pytest.mark.parametrize(
    "shots",
    [
        ("", "from: a"),
        ("to: b",),
        ("to: d", "from: a", "from: b", "keyframe: {prompt: a}"),
        ("to: b", "keyframe: {prompt: a}"),
        ("", "from: a, end: {prompt: a}"),
        ("to: card",),
    ],
)
def test_what_can_be(tmp_path, shots):
    board = loaded(tmp_path, *shots).board
    order = [shot.id for shot in in_order(board.shots)]
    for shot in board.shots:
        for other in filter(None, (shot.follows, shot.leads)):
            assert order.index(other) < order.index(shot.id)


@pytest.mark.parametrize(
    ("shots", "sentence"),
    [
        (
            ("", "from: x1"),
            "shots[1] (b).from: there is no shot 'x1'; the first shots here are a, b, c, d, card",
        ),
        (("", "from: carb"), "there is no shot 'carb'; did you mean 'card'?"),
        (("from: a",), "a cannot go on from itself; name a shot before it"),
        (("to: a",), "a cannot go on from itself; name a shot after it"),
        (
            ("from: b",),
            "b comes after a, which cannot begin where it ends; name a shot before it, or write to: b",
        ),
        (("", "to: a"), "a comes before b, which cannot lead to it; name a shot after it, or write from: a"),
        (("", "from: a, keyframe: {prompt: a}"), "it has from and keyframe, but can begin with only one"),
        (("to: b, end: {prompt: a}",), "it has to and end, but can end with only one picture"),
        (("to: b", "from: a"), "a, which waits for b, which waits for a: none of them can be the first"),
        (("to: c", "from: a", "from: b"), "a, which waits for c, which waits for b, which waits for a: none"),
        (("", "from: a, engine: wan2.2"), "wan2.2 cannot begin with a picture; wan2.2-i2v can"),
        (("", "from: '../a'"), "'../a' has the wrong form"),
        (("", "from: [a]"), "a list stands where text is needed"),
    ],
)
def test_each_that_cannot_is_one_sentence(tmp_path, shots, sentence):
    with pytest.raises(InputError) as error:
        loaded(tmp_path, *shots)
    assert [sentence in str(fault) for fault in error.value.faults] == [True], str(error.value)
    assert len(str(error.value)) < 400


def test_a_shot_that_is_asked_for_brings_those_that_it_goes_on_from(tmp_path):
    assert loaded(tmp_path, "", "from: a", "from: b, to: d", asked=["c"]).only == {"a", "b", "c", "d"}
    assert loaded(tmp_path, "", "from: a", asked=["a"]).only == {"a"}
