"""A line whose tags will not be said is worth a notice, at its place."""

import pytest

from swav.storyboard import load

BOARD = "title: T\nshots:\n  - {{id: a, card: {{title: A}}, narration: {0}}}\n"


@pytest.mark.parametrize(
    ("narration", "said"),
    [
        ("'Wait <break time=\"1s\"/> here.'", "a short pause"),
        ("{text: 'Wait <BREAK/> here.'}", "a short pause"),
        ("'It is <emphasis>now</emphasis>.'", "markup is left out"),
        ("'<speak>Hello</speak>'", "markup is left out"),
    ],
)
def test_tags_are_told(tmp_path, narration, said):
    file = tmp_path / "board.yaml"
    file.write_text(BOARD.format(narration))
    notices = load(file).notices
    told = [notice for notice in notices if "markup" in str(notice) or "pause" in str(notice)]
    assert [notice.line for notice in told] == [3] and said in str(told[0])


@pytest.mark.parametrize("narration", ["'5 < 6 and 7 > 3'", "'I <3 you'", "Plain words."])
def test_signs_are_no_tags(tmp_path, narration):
    file = tmp_path / "board.yaml"
    file.write_text(BOARD.format(narration))
    assert not [notice for notice in load(file).notices if "markup" in str(notice) or "pause" in str(notice)]
