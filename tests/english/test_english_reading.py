"""English text in words: what a narrator would say, nothing left in figures, no word changed."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from swav.english import numbers, read_out
from swav.english.letters import is_word


@pytest.mark.parametrize(
    ("written", "said"),
    [
        # numbers
        ("16 companies and 54 inventions", "sixteen companies and fifty-four inventions"),
        (
            "45,000 and 1,00,000 and 1,234,567",
            "forty-five thousand and one hundred thousand and "
            "one million two hundred and thirty-four thousand five hundred and sixty-seven",
        ),
        ("3.05, 0.5 and .5", "three point zero five, zero point five and zero point five"),
        ("the 1st, 2nd, 3rd, 21st and 30th", "the first, second, third, twenty-first and thirtieth"),
        ("1/2, 3/4 mile, 2 1/2 hours", "one half, three quarters mile, two and a half hours"),
        ("4–6 weeks, 10 to 12", "four to six weeks, ten to twelve"),
        (
            "16:9, 10x, 007, version 1.2.3",
            "sixteen to nine, ten times, zero zero seven, version one point two point three",
        ),
        # years and dates
        (
            "in 2025, 2005, 1905 and 1900",
            "in twenty twenty-five, two thousand and five, nineteen oh five and nineteen hundred",
        ),
        ("the 1990s, the '60s", "the nineteen nineties, the sixties"),
        (
            "1500 ships, about 1200 men, 1500 m",
            "one thousand five hundred ships, "
            "about one thousand two hundred men, one thousand five hundred metres",
        ),
        ("on 12 November 2025", "on the twelfth of November twenty twenty-five"),
        ("on the 12th of November", "on the twelfth of November"),
        ("November 12, 2025", "November twelfth twenty twenty-five"),
        ("2025-11-12", "the twelfth of November twenty twenty-five"),
        ("10–12 November", "the tenth to the twelfth of November"),
        (
            "in 2025–26 and 1945–1990",
            "in twenty twenty-five to twenty-six and nineteen forty-five to nineteen ninety",
        ),
        ("12 may go", "twelve may go"),
        # times of day
        ("12:30, 9:05, 8:00", "twelve thirty, nine oh five, eight o'clock"),
        ("at 5 p.m. on Monday", "at five P M on Monday"),
        ("at 0600 hours and 14:00", "at oh six hundred hours and fourteen hundred hours"),
        # money, percentages, measures
        (
            "$5, £3.50, ₹450 crore, $1.5m, US$3bn, Rs. 500, $1",
            "five dollars, three pounds and fifty pence, "
            "four hundred and fifty crore rupees, one point five million dollars, three billion U S dollars, "
            "five hundred rupees, one dollar",
        ),
        ("60% of 3.5–4 %", "sixty percent of three point five to four percent"),
        (
            "12 km, 1 km, 200 nm, 30 kn, 9.4 GHz, 5 m/s",
            "twelve kilometres, one kilometre, two hundred nautical "
            "miles, thirty knots, nine point four gigahertz, five metres per second",
        ),
        ("-5 °C, 12°N", "minus five degrees Celsius, twelve degrees north"),
        (
            "a 76 mm gun, the 45-km range, its 30 m mast",
            "a seventy-six millimetre gun, the forty-five kilometre range, its thirty metre mast",
        ),
        ("3 m x 4 m", "three metres by four metres"),
        (
            "two F-16s, 100s of ships, a $4.5-billion plan",
            "two F sixteens, hundreds of ships, a four point five billion dollar plan",
        ),
        (
            "18°58′30″N, 50/50, Rs. 500/-",
            "eighteen degrees fifty-eight minutes thirty seconds north, fifty fifty, five hundred rupees",
        ),
        # names
        (
            "INS Vikrant, DRDO, two UAVs, the IMO's rule",
            "I N S Vikrant, D R D O, two U A V's, the I M O's rule",
        ),
        ("NATO and SWAV and ISRO", "NATO and SWAV and ISRO"),
        ("The U.S. Navy. An AI. It is NOT over", "The U S Navy. An A I. It is NOT over"),
        ("Mk II, Phase III, World War II, Mk I", "Mark two, Phase three, World War two, Mark one"),
        ("Elizabeth II and Then I said", "Elizabeth the second and Then I said"),
        (
            "R11, P-8I, F-35B, A320, MiG-29K, 4K",
            "R eleven, P eight I, F thirty-five B, A three twenty, Mig twenty-nine K, four K",
        ),
        (
            "Dr. Rao, No. 7, approx. 3, Lt Cdr Singh",
            "Doctor Rao, number seven, approximately three, Lieutenant Commander Singh",
        ),
        ("R&D, ~20, 50+, #1", "R and D, about twenty, fifty plus, number one"),
        ("ships, etc. Then", "ships, et cetera. Then"),
        # left alone
        ("Before dawn, this sea is full of voices.", "Before dawn, this sea is full of voices."),
        ("THE SEA REMEMBERS US ALL", "THE SEA REMEMBERS US ALL"),
        ("I am, at last, a captain.", "I am, at last, a captain."),
    ],
)
def test_what_a_narrator_would_say(written, said):
    assert read_out(written) == said
    assert read_out(said) == said


_LIKELY = st.lists(
    st.sampled_from(
        (
            *("INS", "12", "2025", ".", ",", " ", "-", "–", "km", "%", "$", "₹", ":", "30", "Mk II", "°C"),
            *("the ", "1,000", "/", "s", "m", "A", "No. ", "November", "x", "'", "(", ")", "st", "I", "५"),
        )
    ),
    max_size=12,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(_LIKELY, st.text(max_size=40)))
@example("12:30:45 1:2:3 1/0 0/0 31/12/2025 00:00 $.5 .. 1,2,3 1e9 --5 x5x ²½")
@example("9" * 5000 + "th")
@example("1," * 2500)
@example(",".join(["100"] * 2000) + "th")
def test_any_text_is_read_and_no_figure_is_left(text):
    assert not re.search(r"\d", read_out(text))


@given(st.integers(0, 10**9))
def test_a_number_in_words_is_that_number(number):
    assert _value(numbers.cardinal(number)) == number


def _value(words):
    ones = {numbers.cardinal(value): value for value in range(20)}
    tens = {numbers.cardinal(value): value for value in range(20, 100, 10)}
    total = group = 0
    for word in re.split(r"[ -]", words):
        if word in ("thousand", "million", "billion"):
            total += group * {"thousand": 10**3, "million": 10**6, "billion": 10**9}[word]
            group = 0
        elif word == "hundred":
            group *= 100
        elif word != "and":
            group += ones.get(word, tens.get(word, 0))
    return total + group


def test_acronyms_are_words_only_where_english_can_say_them():
    for word in ("NATO", "SWAV", "ISRO", "RIMPAC", "OPEC", "SONAR", "AUKUS"):
        assert is_word(word)
    for word in ("INS", "UAV", "DRDO", "GMDSS", "HMNZS", "IIT"):
        assert not is_word(word)
