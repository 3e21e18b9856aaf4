"""Figures in every language of every voice: no crash, and none left that the voice would pass over."""

import re

import pytest

from swav.speech.figures import czech, hindi, in_words, legible
from swav.speech.language_codes import NAMES
from swav.speech.voices import voice_engine
from swav.speech.voices.xtts import LANGUAGES

KINDS = {
    "cardinal": "25",
    "thousands": "1,000",
    "lakhs": "1,00,000",
    "points": "1.000",
    "large": "2025318",
    "huge": "1234567890" * 6,
    "ordinal": "5. x",
    "at the end": "x 5.",
    "large at the end": "x 1.000.",
    "year": "x 2025 x",
    "year at the end": "x 1947.",
    "decimal": "3.5",
    "decimal comma": "3,5",
    "percent": "50%",
    "dollars": "$4.50",
    "dollars at the end": "$5.",
    "euros": "€7,80",
    "rupees": "₹450",
    "time": "9:30",
    "date": "12.11.2025",
    "date with spaces": "12. 11. 2025",
    "date with strokes": "12/11/2025",
    "date, ISO": "2025-11-12",
    "half": "1/2",
    "range": "4–6",
    "minus": "-7",
    "telephone": "+91 98765 43210",
    "noughts": "007",
}
# What coqui-tts 0.28 takes for an ordinal (TTS/tts/layers/xtts/tokenizer.py, _ordinal_re): in Czech
# num2words 0.5.14 has none, and raises NotImplementedError.
CZECH_ORDINAL = re.compile(r"[0-9]+\.(?=\s|$)")
NUM2WORDS_LARGEST = 15
DIGITS = {
    "Devanagari": "०",
    "Tamil": "௦",
    "Bengali": "০",
    "Arabic": "٠",
    "Persian": "۰",
    "Thai": "๐",
    "Burmese": "၀",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_xtts_gets_only_figures_that_its_tokenizer_reads(language, kind):
    said = voice_engine("xtts").words(f"x {KINDS[kind]}", language)
    figures = re.findall(r"\d+", said)
    if language in ("hi", "en"):
        assert not figures, said
    if language == "cs":
        assert not CZECH_ORDINAL.search(said), said
    assert all(len(number) <= NUM2WORDS_LARGEST for number in figures), said
    assert said.isascii() or all(figure.isascii() for figure in figures)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language not in ("hi", "cs")])
def test_figures_that_num2words_reads_are_left_as_they_are(language):
    assert in_words("x 2025, 3.5", language) == "x 2025, 3.5"


@pytest.fixture(scope="module")
def phonemes():
    from piper.phonemize_espeak import EspeakPhonemizer

    reader = EspeakPhonemizer()

    def read(text: str, language: str) -> str:
        return "".join("".join(sentence) for sentence in reader.phonemize(language, text)).strip(" .,")

    return read


# The phonemizer knows British English by no code of its own; it is read as American English is.
SPOKEN = sorted(set(NAMES) - {"en-gb", "en-gb-scotland"})


@pytest.mark.parametrize("language", SPOKEN)
def test_espeak_reads_every_kind_of_figure_or_check_says_that_it_does_not(language, phonemes):
    espeak = voice_engine("espeak")
    assert phonemes("a i o", language), "it speaks the language at all"
    silent = [kind for kind, text in KINDS.items() if not phonemes(espeak.figures(text, language), language)]
    assert bool(silent) == bool(espeak.unspeakable("x 25", language)), silent


@pytest.mark.parametrize("script", DIGITS)
@pytest.mark.parametrize("language", ["hi", "mr", "ne", "ta", "bn", "ar", "fa", "th", "my", "ru"])
def test_the_digits_of_every_script_are_read_in_every_language(language, script, phonemes):
    text = "".join(chr(ord(DIGITS[script]) + digit) for digit in (2, 5))
    read = phonemes(legible(text, language), language)
    own = "२५" if language == "ne" else "25"
    assert read and read == phonemes(own, language)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("जहाज 2025 में बना।", "जहाज दो हज़ार पच्चीस में बना।"),
        ("1947 में", "उन्नीस सौ सैंतालीस में"),
        ("1,00,000 लोग", "एक लाख लोग"),
        ("2,50,75,000", "दो करोड़ पचास लाख पचहत्तर हज़ार"),
        ("3.05", "तीन दशमलव शून्य पाँच"),
        ("50% छूट", "पचास प्रतिशत छूट"),
        ("₹450 करोड़", "चार सौ पचास करोड़ रुपये"),
        ("₹1,500", "एक हज़ार पाँच सौ रुपये"),
        ("$4.50", "चार डॉलर पचास सेंट"),
        ("9:30 बजे", "नौ बजकर तीस मिनट"),
        ("10:00", "दस बजे"),
        ("15/08/1947", "पंद्रह अगस्त उन्नीस सौ सैंतालीस"),
        ("2025-11-12", "बारह नवंबर दो हज़ार पच्चीस"),
        ("5वाँ और 1ली और 6ठे", "पाँचवाँ और पहली और छठे"),
        ("1/2", "एक बटा दो"),
        ("4–6", "चार से छह"),
        ("007", "शून्य शून्य सात"),
        ("99", "निन्यानवे"),
    ],
)
def test_hindi_figures_are_put_into_words(written, said):
    assert in_words(legible(written, "hi"), "hi-IN") == said


def test_hindi_has_a_word_for_every_number_below_a_hundred():
    words = [hindi.cardinal(number) for number in range(100)]
    assert len(set(words)) == 100 and not any(" " in word for word in words)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Loď byla postavena v roce 2025.", "Loď byla postavena v roce dva tisíce dvacet pět."),
        ("Je 15. listopadu 2025", "Je patnáctého listopadu 2025"),
        ("Dne 3. 5. 2025", "Dne třetího pátého 2025"),
        ("Ve 21. století.", "Ve dvacátý první století."),
        ("Má 1.000. Ano.", "Má tisíc. Ano."),
        ("Stojí $5.", "Stojí pět dolarů."),
        ("Bylo jich 200.", "Bylo jich dvě stě."),
        ("3,5 a 25", "3,5 a 25"),
    ],
)
def test_czech_numbers_before_a_full_stop_are_put_into_words(written, said):
    assert in_words(written, "cs") == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "nula"),
        (41, "čtyřicet jedna"),
        (115, "sto patnáct"),
        (999, "devět set devadesát devět"),
        (1000, "tisíc"),
        (4321, "čtyři tisíce tři sta dvacet jedna"),
        (22345, "dvacet dva tisíc tři sta čtyřicet pět"),
    ],
)
def test_czech_cardinals(number, said):
    assert czech.cardinal(number) == said


def test_a_line_carries_the_recipe_of_figures_only_where_they_are_rewritten():
    xtts, espeak = voice_engine("xtts"), voice_engine("espeak")
    assert xtts.recipe_of("2025 Boote", "de") == xtts.recipe == xtts.recipe_of("नावें", "hi")
    assert xtts.recipe_of("2025 नावें", "hi") != xtts.recipe
    assert espeak.recipe_of("25", "hi") == espeak.recipe_of("२५ boats", "en") == espeak.recipe
    assert espeak.recipe_of("२५", "hi") != espeak.recipe
