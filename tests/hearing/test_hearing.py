"""Hearing: correct readings are no errors, wrong ones are; every word has its time; a line is heard once."""

import json
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from swav.errors import MediaError
from swav.hearing import Heard, HeardWord, aligned, can_hear, error_rate, listen, recognise, timed_words
from swav.hearing.pauses import settled, sounding
from swav.speech import length, speak

LINES = (
    "At first light, the fleet leaves harbour.",
    "Ninety seconds from the call to the raft.",
    "Every metre of the seam is as steady as the first.",
    "No propeller, no noise, and half a year without a harbour.",
    "The show opens at 10:30 on 12 November 2025.",
    "Samudrika Autonomy builds autonomous surface vessels.",
    "It shrinks a little, sinks, and lets its wings do the rest.",
    "The DRDO began in 1984; by 2025, 4.5 MW of hydrogen power was at sea.",
)


def say(text, target):
    speak(text, engine="piper", language="en", speaker=None, speed=1.0, seed=0, target=target)
    return target


@pytest.fixture(scope="module")
def wavs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lines")
    return [say(text, folder / f"{number}.wav") for number, text in enumerate(LINES)]


@pytest.fixture(scope="module")
def heard(wavs):
    return list(recognise(wavs, LINES))


# What is no error -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("on 12 November 2025", "On twelve November twenty twenty-five."),
        ("on 12 November 2025", "on the twelfth of November two thousand and twenty five"),
        ("November 3rd, 1984", "November third nineteen eighty four"),
        ("the 1980s", "the nineteen-eighties"),
        ("1,600 sailors", "sixteen hundred sailors"),
        ("1,600 sailors", "one thousand six hundred sailors"),
        ("a crew of 150", "a crew of a hundred and fifty"),
        ("one hundred and one", "101"),
        ("23 ships", "20-three ships"),
        ("4.5 MW", "four point five megawatts"),
        ("30 km/h", "thirty kilometres per hour"),
        ("30km", "30 kilometers"),
        ("12 nm", "twelve nautical miles"),
        ("45°C", "forty five degrees Celsius"),
        ("25%", "twenty-five per cent"),
        ("$5 million", "five million dollars"),
        ("₹500 crore", "five hundred crore rupees"),
        ("at 0600 hours", "at oh six hundred hours"),
        ("at 10:30", "at 10.30"),
        ("3/4 of it", "three quarters of it"),
        ("2020–2025", "twenty twenty to twenty twenty five"),
        ("INS Vikrant", "I-N-S Vikrant"),
        ("INS Vikrant", "I.N.S. Vikrant"),
        ("the UAVs", "the U A Vs"),
        ("GSAT-7", "G sat seven"),
        ("F-35B", "F thirty-five B"),
        ("Mark II", "Mark two"),
        ("cyber-security", "cyber security"),
        ("cyber-security", "cybersecurity"),
        ("light weight", "lightweight"),
        ("It's hers, isn't it?", "it is hers is not it"),
        ("the ship’s bell", "the ships bell"),
        (
            "harbour, colour, defence, organised, metre, travelled",
            "Harbor color defense organized meter traveled",
        ),
        ("manoeuvring through the theatre", "maneuvering through the theater"),
        ("Dr. Rao, No. 5", "Doctor Rao, number five"),
        ("Nuts & bolts", "nuts and bolts"),
        ("He sails the sea.", "He sales the C."),
        ("Café Zoë", "cafe zoe"),
    ],
)
def test_a_correct_reading_is_no_error(written, heard):
    assert error_rate(written, heard) == 0
    assert error_rate(heard, written) == 0


@pytest.mark.parametrize(
    ("written", "heard", "rate"),
    [
        ("half the weight of steel", "half the way of steel", 1 / 5),
        ("half the weight of steel", "half the weight steel", 1 / 5),
        ("half the weight of steel", "half of the weight of steel", 1 / 5),
        ("in 2025", "in 2024", 1 / 4),
        ("1,600 sailors", "600 sailors", 1 / 3),
        ("four words are here", "", 1),
        ("one", "one two three", 2),
        ("the whole sentence is another", "nobody said a thing like that", 6 / 5),
    ],
)
def test_a_wrong_reading_is_counted_in_words(written, heard, rate):
    assert error_rate(written, heard) == pytest.approx(rate)


def test_a_text_without_words_expects_silence():
    assert error_rate("", "") == 0 and error_rate("…", "something") == 1


def test_what_the_lexicon_says_is_no_error():
    lexicon = {
        "Vikrant": "Vik-raant",
        "DRDO": "D R D O",
        "Lehar & Holm": "lay her and home",
        "radome": "ray dome",
    }
    said = "the ray domes of vik raant's crew and lay her and home"
    assert error_rate("The radome's of Vikrant's crew, and Lehar & Holm.", said, lexicon) == 0
    assert error_rate("Lehar & Holm", "lay her and home") > 0
    assert error_rate("vikrant", "vik raant", {"VIKRANT": "something else"}) > 0  # its capitals count


# The recogniser -------------------------------------------------------------------------------------------


def test_piper_is_understood(heard):
    errors = [error_rate(text, each.text) for text, each in zip(LINES, heard, strict=True)]
    assert np.mean(errors) <= 0.05, list(zip(errors, [each.text for each in heard], strict=True))


def test_words_have_times_and_confidence_and_survive_json(heard, wavs):
    for each, wav in zip(heard, wavs, strict=True):
        assert each.words and all(word.text and " " not in word.text for word in each.words)
        assert all(0 <= word.confidence <= 1 for word in each.words)
        times = [time for word in each.words for time in (word.start, word.end)]
        assert times == sorted(times) and times[0] >= 0 and times[-1] <= length(wav)
        assert Heard.read(json.loads(json.dumps(each.plain()))) == each


def test_the_same_recording_is_heard_alike(heard, wavs):
    assert list(recognise(wavs[5:6], LINES[5:6])) == heard[5:6]


def test_names_that_are_told_are_not_heard_where_they_were_not_said(tmp_path):
    wav = say("Everyone was happy in the harbour.", tmp_path / "other.wav")
    (found,) = recognise([wav], [LINES[5]])
    assert error_rate("Everyone was happy in the harbour.", found.text) == 0


def test_silence_is_heard_as_nothing_and_a_broken_file_is_named(tmp_path):
    soundfile.write(tmp_path / "silent.wav", np.zeros(48000), 48000)
    assert next(recognise([tmp_path / "silent.wav"], ["Hello."])).words == ()
    (tmp_path / "broken.wav").write_bytes(b"RIFF nonsense")
    with pytest.raises(MediaError, match=r"broken\.wav cannot be listened to"):
        next(recognise([tmp_path / "broken.wav"], ["Hello."]))


def test_only_english_is_heard():
    assert can_hear("en") == can_hear("en-GB") == ""
    assert "hi" in can_hear("hi")


def test_pauses_set_the_times_around_them():
    rate = 16000
    tone = 0.5 * np.sin(np.arange(rate) / 5)
    spans = sounding(np.concatenate([np.zeros(rate // 10), tone, np.zeros(rate // 2), tone]), rate)
    assert spans == [(Fraction(1, 10), Fraction(11, 10)), (Fraction(8, 5), Fraction(13, 5))]
    words = [
        HeardWord(text, Fraction(start), Fraction(end), 1.0)
        for text, start, end in [("One", 0, "0.5"), ("two,", "0.5", "1.4"), ("three", "1.4", "2.6")]
    ]
    found = settled(words, spans)
    assert [(word.start, word.end) for word in found[1:]] == [
        (Fraction(1, 2), Fraction(11, 10)),
        (Fraction(8, 5), Fraction(13, 5)),
    ]


# Alignment ------------------------------------------------------------------------------------------------


def hearing(*words):
    return Heard(
        tuple(HeardWord(text, Fraction(start), Fraction(end), 1.0) for text, start, end in words), "test"
    )


def test_written_words_take_the_times_of_what_was_heard():
    said = hearing(("On", 0, 1), ("12", 1, 2), ("November", 2, 3), ("lightweight", 4, 6), ("hull", 6, 7))
    found = aligned("On twelve November, light-weight hull.", said, Fraction(8))
    assert [(word.text, word.start, word.end) for word in found] == [
        ("On", 0, 1),
        ("twelve", 1, 2),
        ("November,", 2, 3),
        ("light-weight", 4, 6),
        ("hull.", 6, 7),
    ]


def test_unheard_words_share_the_time_between_their_neighbours():
    found = aligned("One abcdefghi abc two.", hearing(("one", 0, 1), ("two", 3, 4)), Fraction(4))
    assert (found[1].start, found[2].end) == (1, 3)
    assert found[1].end == found[2].start > 2  # the longer word takes longer


def test_a_line_of_which_nothing_was_heard_is_shared_out():
    found = aligned("Not a word.", hearing(), Fraction(3))
    assert found[0].start == 0 and found[-1].end == 3 and len(found) == 3
    assert aligned("", hearing(), Fraction(3)) == ()


def test_words_lie_on_the_clock_of_the_reel():
    plain = hearing(("hello", 1, 2)).plain()
    (word,) = timed_words("Hello!", plain, Fraction(2), start=Fraction(10))
    assert (word.text, word.start, word.end) == ("Hello!", 11, 12)
    assert timed_words("Hello!", {"missing": "nobody listened"}, Fraction(2)) == ()


VOCABULARY = "the sea 2025 twenty five I.N.S. light weight lightweight — & 4.5 MW Vikrant's a"
WORD = st.sampled_from(VOCABULARY.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(WORD, max_size=10), st.lists(WORD, max_size=10), st.data())
def test_every_word_has_a_time_and_times_rise(written, said, data):
    edges = sorted(data.draw(st.lists(st.integers(0, 9000), min_size=2 * len(said), max_size=2 * len(said))))
    times = [Fraction(edge, 1000) for edge in edges]
    heard = hearing(*zip(said, times[::2], times[1::2], strict=True))
    found = aligned(" ".join(written), heard, Fraction(9))
    assert [word.text for word in found] == written
    assert all(0 <= word.start <= word.end <= 9 for word in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_a_real_line_is_aligned_to_its_sound(heard, wavs):
    found = aligned(LINES[3], heard[3], length(wavs[3]))
    assert [word.text for word in found] == LINES[3].split()
    starts = [found[place].start for place in (0, 2, 4)]  # after each comma
    assert starts == pytest.approx(onsets(wavs[3]), abs=0.06)


def onsets(wav):
    """Where sound begins after 0.1 s of silence, in seconds: by energy of 5 ms."""
    samples, rate = soundfile.read(wav)
    block = rate // 200
    energy = np.sqrt(np.mean(samples[: len(samples) // block * block].reshape(-1, block) ** 2, axis=1))
    loud = np.flatnonzero(energy > 0.03 * energy.max())
    firsts = [loud[0], *loud[1:][np.diff(loud) > 0.1 * 200]]
    return [first / 200 for first in firsts]


# Listening ------------------------------------------------------------------------------------------------


def test_one_edited_line_is_heard_alone(tmp_path, wavs, heard):
    store = tmp_path / "heard"
    lines = [(f"key{number}", LINES[number], wavs[number], "en") for number in range(2)]
    lines.append(("hindi", "नमस्ते", wavs[0], "hi"))
    first = listen(lines, store)
    assert Heard.read(first["key1"]) == heard[1]
    assert "hi" in first["hindi"]["missing"] and sorted(first) == ["hindi", "key0", "key1"]
    kept = {file.name: file.stat().st_mtime_ns for file in store.iterdir()}
    assert sorted(kept) == ["key0.json", "key1.json"]

    edited = listen([lines[0], ("key2", LINES[2], wavs[2], "en")], store)
    assert edited["key0"] == first["key0"] and Heard.read(edited["key2"]) == heard[2]
    assert all((store / name).stat().st_mtime_ns == time for name, time in kept.items())

    (store / "key0.json").write_text('{"recipe": 0, "words": []}')  # of an older recipe
    assert listen(lines[:1], store)["key0"] == first["key0"]


def test_nothing_is_loaded_where_everything_was_heard(tmp_path, wavs):
    listen([("key", LINES[1], wavs[1], "en")], tmp_path)
    script = (
        "import sys; from pathlib import Path; from swav.hearing import listen;"
        "found = listen([('key', sys.argv[1], Path('gone.wav'), 'en')], Path(sys.argv[2]));"
        "assert found['key']['words'];"
        "print(sorted({'numpy', 'faster_whisper', 'ctranslate2', 'av', 'piper'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, LINES[1], str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_recogniser_needs_no_network(wavs):
    script = (
        "import socket, sys; from pathlib import Path\n"
        "def refuse(*_, **__): raise OSError('no network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "from swav.hearing import recognise\n"
        "print(next(recognise([Path(sys.argv[1])], [''])).text)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(Path(wavs[1]))], capture_output=True, text=True, check=True
    )
    assert error_rate(LINES[1], done.stdout) == 0


def test_a_wrong_word_between_right_ones_is_an_error():
    written = "Before dawn, this sea is full of voices that nobody hears."
    assert error_rate(written, written.replace("this", "the")) == pytest.approx(1 / 11)
