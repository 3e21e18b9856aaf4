"""A line has a language and a voice of its own: who is cast, what check finds, what the gate hears."""

import json
from pathlib import Path

import pytest
import soundfile
import yaml
from project import Project

from swav.config import Config
from swav.errors import InputError
from swav.reel.workflow import read_reel
from swav.storyboard import load
from swav.storyboard.casting import cast
from swav.titles.captions import Line, cues

VOICES = {
    "meera": {"language": "hi", "lexicon": {"SWAV": "स्वेव"}},
    "captain": {"engine": "espeak", "speaker": "m3", "speed": 0.8},
    "clone": {"engine": "xtts", "language": "de", "reference": "other.wav"},
}
LINES = {
    # what the line says -> engine, language, speaker, speed that are asked for
    "plain": ("Hello.", ("piper", "en", "joe", 0.9)),
    "voice": ({"text": "नाव", "voice": "meera"}, ("piper", "hi", None, 0.9)),
    "engine": ({"text": "Hello.", "voice": "captain"}, ("espeak", "en", "m3", 0.8)),
    "speed": ({"text": "Hello.", "voice": "captain", "speed": 1.2}, ("espeak", "en", "m3", 1.2)),
    "language": ({"text": "Guten Tag.", "language": "de"}, ("piper", "de", None, 0.9)),
    "speaker": ({"text": "நன்றி", "language": "ta", "speaker": "f2"}, ("piper", "ta", "f2", 0.9)),
    "same": ({"text": "Hello.", "language": "en"}, ("piper", "en", "joe", 0.9)),
    "clone": ({"text": "Hallo.", "voice": "clone"}, ("xtts", "de", None, 0.9)),
}


def board(tmp_path: Path, lines: dict, **more) -> Path:
    """A storyboard with a card for each line."""
    shots = [
        {"id": name, "card": {"title": "A"}, "duration": 4, "narration": said} for name, said in lines.items()
    ]
    file = tmp_path / "board.yaml"
    soundfile.write(tmp_path / "other.wav", [0.0] * 8000, 8000)
    voice = {"engine": "piper", "speaker": "joe", "speed": 0.9, "lexicon": {"INS": "I N S"}}
    whole = {
        "title": "Voices",
        "size": "128x72",
        "fps": 12,
        "voice": voice,
        "voices": VOICES,
        "shots": shots,
    } | more
    file.write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))
    return file


@pytest.mark.parametrize("name", LINES)
def test_what_a_line_does_not_say_is_its_voices_or_the_narrators(tmp_path, name):
    said, (engine, language, speaker, speed) = LINES[name]
    loaded = load(board(tmp_path, {name: said})).board
    asked = cast(loaded, loaded.shots[0].narration)
    assert (asked.engine, asked.language, asked.speaker, asked.speed) == (engine, language, speaker, speed)
    assert asked.lexicon["INS"] == "I N S" and ("SWAV" in asked.lexicon) == (name == "voice")
    assert asked.reference == ("other.wav" if name == "clone" else None)


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ("यहाँ इस्पात सोता नहीं।", "narration", "a voice for English cannot say Devanagari letters: 'यहाँ'"),
        ("Sail to Мурманск now.", "narration", "cannot say Cyrillic letters: 'Мурманск'"),
        ({"text": "வணக்கம்", "language": "hi"}, "narration.text", "a voice for Hindi cannot say Tamil letters"),
        ({"text": "नाव", "language": "ta"}, "narration.text", "give the line its language"),
        ({"text": "漢字です", "language": "ja"}, "narration.text", "cannot say Chinese letters: '漢字です'"),
        ({"text": "25 кун", "language": "cv"}, "narration.text", "cannot say figures: '25'"),
        ({"text": "x", "language": "ps"}, "narration.language", "no voice speaks the language 'ps'"),
        (
            {"text": "x", "voice": "mera"},
            "narration.voice",
            "there is no voice 'mera' in voices; did you mean 'meera'?",
        ),
        (
            {"text": "x", "voice": "captain", "speaker": "joe"},
            "narration.speaker",
            "espeak has no English speaker",
        ),
        (
            {"text": "x", "language": "Hindi"},
            "narration.language",
            "write an ISO code such as en, hi or pt-BR",
        ),
    ],
)
def test_what_a_voice_cannot_say_is_found_in_its_place(tmp_path, said, field, sentence):
    with pytest.raises(InputError) as error:
        load(board(tmp_path, {"fine": "Hello.", "odd": said}))
    (fault,) = error.value.faults
    assert fault.field == f"shots[1] (odd).{field}" and sentence in str(fault)
    assert len(str(fault)) < 300


@pytest.mark.parametrize(
    "said",
    [
        "A 5 Ω resistor, 3 μm wide, in Köln; naïve café, №5, ½ cup, 😀.",
        {"text": "नई Wan मशीन, 25% तेज़", "language": "hi"},
        {"text": "カナ と ひらがな", "language": "ja"},
        {"text": "漢字です", "language": "ja", "voice": "clone"},
        {"text": "Loď в 5.", "language": "sr"},
        {"text": "SWAV", "voice": "meera"},
    ],
)
def test_what_a_voice_can_say_is_no_fault(tmp_path, said):
    assert load(board(tmp_path, {"a": said})).board


def test_a_foreign_word_may_stand_in_the_lexicon(tmp_path):
    lexicon = {"विक्रांत": "Vik-raant"}
    assert load(board(tmp_path, {"a": "INS विक्रांत sails."}, voice={"lexicon": lexicon}))


@pytest.mark.parametrize(
    ("voices", "sentence"),
    [
        (
            {"a": {"engine": "pipr"}},
            "voices.a.engine: 'pipr' is not one of the choices; did you mean 'piper'?",
        ),
        ({"a": {"language": "qq"}}, "voices.a.language: no voice speaks the language 'qq'"),
        ({"a": {"speaker": "bob"}}, "voices.a.speaker: piper has no English speaker named 'bob'"),
        ({"a": {"reference": "other.wav"}}, "voices.a.reference: piper cannot clone a voice"),
        ({"a": {"engine": "xtts", "reference": "gone.wav"}}, "voices.a.reference: there is no file gone.wav"),
        ({"a b": {"language": "hi"}}, "voices.a b"),
    ],
)
def test_a_voice_of_the_list_is_checked(tmp_path, voices, sentence):
    with pytest.raises(InputError) as error:
        load(board(tmp_path, {"fine": "Hello."}, voices=voices))
    assert sentence in str(error.value)


def test_a_subtitle_stands_as_long_as_its_own_language_is_read():
    own, reels = (cues([Line("x" * 30, 0, 1, (), language)], "en")[-1].end for language in ("zh", ""))
    assert own == cues([Line("x" * 30, 0, 1)], "zh")[-1].end != reels


def test_lines_in_three_languages_are_spoken_heard_and_subtitled(tmp_path):
    lines = {"a": "The boats go out.", "b": {"text": "नाव २५ मीटर लंबी है।", "voice": "meera"}}
    film = Project(tmp_path / "film", yaml.safe_load(board(tmp_path, lines).read_text()), {"cards": 0})
    film.board |= {"music": {"engine": "none"}}
    film.board["shots"].append(
        {"id": "c", "card": {"title": "A"}, "duration": 4, "narration": {"text": "நன்றி", "language": "ta"}}
    )
    film.board["voices"] = {"meera": VOICES["meera"]}
    film.build("--cores", "2")
    spoken = {file.parent.name + " " + file.name[0] for file in (film.folder / "build/speech").rglob("*.wav")}
    assert spoken == {"piper a", "kokoro b", "espeak c"}
    report = json.loads(film.swav("report", "--json").stdout)
    speech = {shot["shot"]: shot["speech"] for shot in report["shots"]}
    assert speech["a"] == "pass" and "pass" not in (speech["b"], speech["c"])
    assert "नाव २५ मीटर" in (film.folder / "final.srt").read_text()
    assert any("Hindi" in line for line in report["licences"])


def test_an_edited_voice_of_the_list_speaks_only_its_own_lines_again(tmp_path, monkeypatch):
    file = board(tmp_path, {name: LINES[name][0] for name in ("plain", "voice", "engine")})
    monkeypatch.chdir(tmp_path)
    values = {"storyboard": str(file), "cards": 0}
    before = read_reel(Config.read(values)).cut.narrations()
    edited = yaml.safe_load(file.read_text())
    edited["voices"]["captain"]["speed"] = 1.1
    file.write_text(yaml.safe_dump(edited, allow_unicode=True))
    after = read_reel(Config.read(values)).cut.narrations()
    assert before[:2] == after[:2] and before[2] != after[2]
