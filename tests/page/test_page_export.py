"""What is handed on: words are words, whatever they are."""

import pytest

from swav.errors import SwavError
from swav.page.export import export
from swav.page.markup import tag

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


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SwavError, match="holds something else"):
        export(None, tmp_path)
    assert [item.name for item in tmp_path.iterdir()] == ["mine.txt"]
