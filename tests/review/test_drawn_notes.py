"""Drawings on frames: numbers alone, as shares of the frame, in the notebook and in what is handed on."""

import json

import pytest
from pydantic import ValidationError

from swav.cut.notebook import POINTS, STROKES, Entry, Notebook

NOTE = {
    "kind": "note",
    "shot": "a",
    "take": "0" * 12,
    "frame": 3,
    "by": "director",
    "at": "2026-01-01T00:00+00:00",
}
STROKE = [[0.25, 0.5], [0.75, 0.123456]]


def test_a_drawing_is_kept_in_numbers_finer_than_a_pixel(tmp_path):
    board = tmp_path / "board.yaml"
    Notebook.of(board).add(Entry.model_validate(NOTE | {"drawing": [STROKE, [[0, 1]]]}))
    (line,) = Notebook.of(board).file.read_text().splitlines()
    assert json.loads(line)["drawing"] == [[[0.25, 0.5], [0.75, 0.1235]], [[0, 1]]]
    (read,) = Notebook.of(board).entries
    assert read.drawing == (((0.25, 0.5), (0.75, 0.1235)), ((0.0, 1.0),)) and read.text == ""


def test_notes_without_a_drawing_are_written_as_they_were():
    assert "drawing" not in Entry.model_validate(NOTE | {"text": "x"}).model_dump(exclude_defaults=True)


@pytest.mark.parametrize(
    "wrong",
    [
        [[]],
        [[[0.1]]],
        [[[0.1, 0.2, 0.3]]],
        [[[-0.1, 0.5]]],
        [[[0.1, 1.5]]],
        [[[float("nan"), 0.5]]],
        [[[float("inf"), 0.5]]],
        [[["<script>", 0.5]]],
        [[{"x": 0.1, "y": 0.2}]],
        "<svg onload=alert(1)>",
        {"d": "M0 0"},
        [[[0.5, 0.5]] * (POINTS + 1)],
        [[[0.5, 0.5]]] * (STROKES + 1),
    ],
    ids=lambda wrong: str(wrong)[:24],
)
def test_what_is_no_drawing_is_none(wrong):
    with pytest.raises(ValidationError):
        Entry.model_validate(NOTE | {"drawing": wrong})


@pytest.mark.parametrize("without", [{"frame": None}, {"take": ""}, {"kind": "approve"}])
def test_a_drawing_belongs_to_a_note_on_a_frame_of_a_take(without):
    with pytest.raises(ValidationError, match="a drawing belongs to"):
        Entry.model_validate(NOTE | {"drawing": [STROKE]} | without)
