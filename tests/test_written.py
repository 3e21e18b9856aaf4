"""Written text in plain characters: as a narrator reads them, word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swav.speech.text import speakable
from swav.written import spelled, spelled_words, tags


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "The air holds more CO₂ than ever, and H₂O rises.",
            "The air holds more C O two than ever, and H two O rises.",
        ),
        (
            "Einstein wrote E=mc² and x² + y³.",
            "Einstein wrote E equals M C squared and x squared plus y cubed.",
        ),
        ("The ﬁne ﬂow of ofﬁce work.", "The fine flow of office work."),
        ("Room №5, see §3 on page 2.", "Room number five, see section three on page two."),
        ("The re­search con­tin­ues to­day.", "The research continues today."),
        ("zero\u200bwidth, no\u2060break, b\ufeffom", "zerowidth, nobreak, bom"),
        ("See the ＡＢＣ of Ｅｕｒｏｐｅ.", "See the A B C of Europe."),
        ("１２ ㎞ and 20 ℃", "twelve kilometres and twenty degrees Celsius"),
        ("A ½-hour ride, 3½ miles, ⅔ of it.", "A half-hour ride, three and a half miles, two thirds of it."),
        ("①Start ②Stop", "one Start two Stop"),
        ("Act Ⅳ, Henry Ⅷ, ⅹⅳ", "Act four, Henry the eighth, fourteen"),
        ("𝐁𝐨𝐥𝐝 it´s SWAV™", "Bold it's SWAV"),
        ("a word¹ with a note²", "a word with a note"),
        ("10⁹ and 10⁻³", "ten to the power of nine and ten to the power of minus three"),
        ("Wait <break time='1s'/> here, <prosody rate='slow'>now</prosody>.", "Wait, here, now."),
        ("The naïve café in Zürich.", "The naïve café in Zürich."),
    ],
)
def test_compatibility_characters_are_read_as_a_narrator_would(written, said):
    assert speakable(written, "en") == said


def test_joiners_stay_where_a_script_needs_them():
    assert spelled("क्‍ष नمی‌خواهم") == "क्‍ष नمی‌خواهم"
    assert spelled("in\u200dk 👩\u200d🚀") == "ink 👩🚀"


def test_tags_are_named():
    assert tags("a <b>c</b> 5 < 6 <b>d</b>") == ["<b>", "</b>"]


@given(st.text())
def test_words_keep_their_numbers(text):
    flat, numbers = spelled_words(text)
    assert len(flat) == len(numbers) and sorted(numbers) == numbers
    assert not numbers or numbers[-1] == len(text.split()) - 1
