"""The default voices are understood: a recogniser that comes in a wheel writes down what it hears."""

import importlib.util
import sys

import pytest
from places import REPOSITORY

SCRIPT = REPOSITORY / "benchmarks/speech_words.py"


@pytest.fixture(scope="module")
def words():
    spec = importlib.util.spec_from_file_location("speech_words", SCRIPT)
    module = sys.modules["speech_words"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_at_most_one_word_in_twenty_is_misheard(words, tmp_path):
    """Every fourth line, two voices in turn. docs/speech.md has all lines by every voice."""
    from swav.speech import voice_for

    lines, wavs = words.LINES[::4], []
    for number, line in enumerate(lines):
        speaker = ("af_heart", "am_michael")[number % 2]
        wavs.append(tmp_path / f"{number:02}.wav")
        words.say(line, voice_for("kokoro", "en", speaker), wavs[-1])
    heard = list(words.hear(lines, wavs))
    wrong = [f"{hearing.said} / {hearing.heard}" for hearing in heard if hearing.errors]
    assert words.error_rate(heard) <= 0.05, "\n".join(wrong)


@pytest.mark.slow
def test_the_recogniser_notices_a_line_that_is_not_the_text(words, tmp_path):
    """What the test above leans on: other words, a word too few and a slurred line are all errors."""
    from swav.speech import voice_for

    voice = voice_for("piper", "en", None)
    for number, line in enumerate(["The lamp is lit.", "The gates open at noon.", "Five boats came home."]):
        words.say(line, voice, tmp_path / f"{number}.wav")
    meant = ["The lamp is out.", "The gates open at noon today.", "Nine ships went home."]
    found = list(words.hear(meant, [tmp_path / f"{number}.wav" for number in range(3)]))
    assert [hearing.errors for hearing in found] == [1, 1, 3]
    assert words.error_rate(found) == pytest.approx(5 / 14)
