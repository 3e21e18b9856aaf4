"""What is handed on: words are words, whatever they are, in the page and in the table of notes."""

import csv
import io

import pytest

from swav.errors import SwavError
from swav.page.export import _notes_table, export, tag

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'&\"<>",
    "javascript:alert(1)",
    "</title></head>",
    "தமிழ் ‮abc",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_words_are_never_markup(words):
    made = tag("p", words, title=words, class_=words).text
    inner = made.removeprefix("<p").removesuffix("</p>")
    assert "<" not in inner and inner.count('"') == 4
    assert tag("p", tag("b", "x")).text == "<p><b>x</b></p>"


@pytest.mark.parametrize("words", ["=1+1", "@x", "+1", "-1", "\t=1", *HOSTILE])
def test_a_spreadsheet_runs_nothing_of_a_note(words):
    note = {"take": "", "frame": None, "kind": "note", "text": words, "by": words, "at": "now"}
    rows = list(csv.DictReader(io.StringIO(_notes_table([("a", note)], None), newline="")))
    assert rows[0]["text"] in (words, f"'{words}") and rows[0]["text"][0] not in "=+-@\t\r"


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SwavError, match="holds something else"):
        export(None, tmp_path)
    assert [item.name for item in tmp_path.iterdir()] == ["mine.txt"]
