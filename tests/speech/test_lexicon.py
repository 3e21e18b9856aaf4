"""A storyboard's own words are said its way, and named letters as espeak-ng has to see them."""

import pytest

from swav.speech.lexicon import spoken, used
from swav.speech.spelling import for_espeak
from swav.speech.text import given_words


def test_named_letters_are_one_word_for_espeak():
    assert for_espeak("I N S Vikrant and two U A V's.") == "I.N.S Vikrant and two U.A.V's."
    assert (
        for_espeak("Project seventeen A. A ship. Am I right?") == "Project seventeen eh. A ship. Am I right?"
    )


LEXICON = {
    "SWAV": "swayv",
    "INS": "I N S",
    "INS Vikrant": "I N S Vik-raant",
    "radome": "ray dome",
    "O'Neil": "oh neel",
    "राम": "raam",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SWAV's day; swav, SWAV2, (SWAV).", "swayv's day; swav, SWAV2, (swayv)."),
        ("INS  Vikrant’s and INS Kochi, ins", "I N S Vik-raant’s and I N S Kochi, ins"),
        ("Radome, RADOME, radomes", "ray dome, ray dome, radomes"),
        ("O’Neil", "oh neel"),
        ("रामायण राम।", "रामायण raam।"),
        ("", ""),
    ],
)
def test_the_lexicon_says_whole_words_its_way(text, said):
    assert spoken(text, LEXICON) == said
    assert spoken(text, {}) == text


def test_only_the_entries_that_occur_are_part_of_a_line():
    assert used("INS Vikrant sails", LEXICON) == {"INS Vikrant": "I N S Vik-raant"}
    assert used("RADOME and radomes", LEXICON) == {"radome": "ray dome"}
    assert used("nothing here", LEXICON) == {} == used("SWAV", {})
    assert used("Ins ins", {"ins": "a", "Ins": "b"}) == {"Ins": "b", "ins": "a"}
    assert spoken("a b", {"a": "b", "b": "a", " ": "c"}) == "b a"


@pytest.mark.parametrize(
    ("text", "language", "given"),
    [
        ("The boats go out at dawn.", "en-us", ""),
        ("नावें सुबह 5 बजे निकलती हैं।", "hi", ""),
        ("The boats go out at 0600 hours.", "en-us", "The boats go out at oh six hundred hours."),
        ("THE END", "en-us", "THE END"),  # which were letters once
        ("Radome", "en-us", "ray dome"),
        ("…", "en-us", ""),
    ],
)
def test_a_voice_is_given_words_and_they_are_named_where_they_are_not_the_text(text, language, given):
    assert given_words(text, LEXICON, language) == given
