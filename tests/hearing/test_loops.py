"""What a recogniser cannot hear is told apart from what was not said."""

import pytest

from swav.hearing.loops import cannot_be_judged, looped
from swav.quality.speech import judge_line
from swav.quality.speech_limits import SpeechLimits

LINE = "The sea is full of voices that nobody hears."
SOUND = {"seconds": 2.0, "clipped": 0.0, "silent": 0.0, "level": -20.0}


def judged(text, heard):
    words = [{"text": word, "start": "0.0", "end": "0.1", "confidence": 1.0} for word in heard.split()]
    return judge_line({"model": "m", "words": words}, SOUND, text, SpeechLimits()).findings[0]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Brrr.", "Burr the bird"),
        ("Shh.", "Chef"),
        ("Brrr, it is cold.", "These are our, it is cold."),
        ("Hmm, uh, oh... ah!", "A home of our own"),
        ("Vikrant! Vikrant!", "Big rant, the ground"),
        ("sea sea sea sea sea sea sea sea", "C-C-C-C"),
        ("Ha ha ha!", "How are you"),
        ("Go!", "No."),
        ("La la la la la", "Lalala"),
        (LINE, "The sea of the sea of the sea of the sea of the sea of"),
        (LINE, "you you you you you you you you"),
        (LINE, "[Music]"),
        (LINE, "(soft music) ♪"),
    ],
)
def test_what_cannot_be_judged_warns_and_says_why(text, heard):
    finding = judged(text, heard)
    assert finding.status in ("warn", "pass") and (finding.status == "pass" or cannot_be_judged(text, heard))
    assert finding.status == "pass" or "cannot be judged" in finding.sentence
    assert len(finding.sentence) < 300


@pytest.mark.parametrize("heard", ["", "Nobody said a thing like that, at all, today.", "it is a ship"])
def test_other_words_fail_and_the_sentence_names_the_way_on(heard):
    finding = judged(LINE, heard)
    assert finding.status == "fail" and len(finding.sentence) < 300
    assert all(way in finding.sentence for way in ("voice.lexicon", "on_fail: warn", "speech_quality"))


def test_a_long_line_is_quoted_in_part():
    assert len(judged(LINE * 20, "nothing of the kind " * 3).sentence) < 275


def test_a_loop_is_named_and_a_refrain_is_none():
    assert looped("and the sea and the sea, and the sea and the sea") == ("and the sea", 4)
    assert looped("row row row row your boat", "Row, row, row, row your boat") is None
    assert looped("row " * 9, "Row, row, row, row your boat") == ("row", 9)
    assert looped("the sea is full of voices") is None
