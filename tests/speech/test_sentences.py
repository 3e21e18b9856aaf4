"""Where a narrator may pause: sentences of many languages, then clauses, then words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swav.speech.sentences import pieces


def texts(text, language="en", limit=250):
    return [piece.text for piece in pieces(text, language, limit)]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            ["Dr. Rao saw No. 5 at 12:30, i.e. at noon.", "The hull weighs 3.5 tonnes.", "It floats well."],
        ),
        ("en", ["J. R. D. Tata built the first of them.", "The U.S. Navy came to look at it."]),
        ("en", ["The ship left at 5 p.m.", "Nobody had seen it go."]),
        ("en", ["Was it ready in time?", "No. 5 was not ready.", "“Sail on,” she said…", "And so they did!"]),
        ("en", ["“Is it ready?” he asked.", "It was ready at last."]),
        ("en", ["INS Vikrant is 262 m long.", "1,600 people sail in her."]),
        ("de", ["Am 12. November kam das Schiff.", "Es war 1945.", "Danach kam lange nichts."]),
        ("fr", ["M. Dupont est arrivé hier.", "Le navire est prêt !", "Tout le monde regarde."]),
        ("es", ["¿Está listo el barco?", "¡Sí, está listo ya!", "Zarpa mañana."]),
        ("hi", ["समुद्र में नई तकनीक का स्वागत है।", "यह जहाज़ बहुत बड़ा है।", "क्या वह तैयार है?"]),
        ("ar", ["مرحبا بالعالم كله.", "هل السفينة جاهزة؟", "نعم هي جاهزة الآن."]),
        ("ru", ["Корабль вышел в море.", "Его ждут в порту."]),
        ("ko", ["배가 항구를 떠났다.", "모두가 보고 있었다."]),
    ],
)
def test_sentences_end_where_a_reader_would_say_so(language, sentences):
    assert texts(" ".join(sentences), language) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("zh-cn", ["港口在黎明开放。", "这是一艘新船！", "它会去哪里？"]),
        ("ja", ["港が朝に開く。", "「いいね！」と彼は言った。", "船が来る。"]),
    ],
)
def test_scripts_without_spaces_end_their_sentences_too(language, sentences):
    assert texts("".join(sentences), language) == sentences


def test_a_lone_word_joins_its_neighbour():
    assert texts("Is the hull ready for the sea? Yes. We sail at dawn with the tide.") == [
        "Is the hull ready for the sea? Yes.",
        "We sail at dawn with the tide.",
    ]


def test_a_long_sentence_is_cut_at_clauses_and_the_pauses_say_so():
    text = (
        "At first light the harbour opens, and the grey hulls along the quay begin to stir; "
        "engines cough, lines are cast off, and one after another the ships slide out to sea."
    )
    found = pieces(f"{text} The exercise begins.", "en", 100)
    assert [(piece.text, piece.pause) for piece in found] == [
        ("At first light the harbour opens, and the grey hulls along the quay begin to stir;", "clause"),
        ("engines cough, lines are cast off, and one after another the ships slide out to sea.", "sentence"),
        ("The exercise begins.", "sentence"),
    ]


def test_without_a_clause_words_are_kept_whole_and_parts_are_even():
    text = " ".join(["harbour"] * 40) + "."
    found = pieces(text, "en", 100)
    assert [piece.pause for piece in found] == ["none"] * (len(found) - 1) + ["sentence"]
    assert " ".join(piece.text for piece in found) == text
    assert min(len(piece.text) for piece in found) > 40


def test_conjuncts_and_vowel_signs_are_not_torn():
    found = texts("क्षि" * 60, "hi", 50)
    assert all(part.startswith("क्षि") and part.endswith("क्षि") for part in found)


@given(
    st.text(st.sampled_from("ab Ab.,;?!…。、।12 \n—\"'()क्षि海"), max_size=300),
    st.sampled_from(["en", "de", "hi", "zh-cn", "ja"]),
    st.integers(20, 90),
)
def test_nothing_is_lost_and_nothing_is_too_long(text, language, limit):
    found = texts(text, language, limit)
    letters = [character for character in text if not character.isspace()]
    assert [character for part in found for character in part if not character.isspace()] == letters
    spoken = sum(unicodedata.category(letter)[0] in "LN" for letter in letters)
    # Signs without a letter among them are left where they stand: they are not said.
    assert spoken == 0 or all(len(part) <= limit or not _said(part[limit:]) for part in found)
    assert all(part == part.strip() and part for part in found)


def _said(text):
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def test_a_sentence_goes_on_in_small_letters():
    asked = "“Is the old hull ready for the sea?” he said to the crew of the harbour."
    assert [piece.text for piece in pieces(asked, "en", 200)] == [asked]
