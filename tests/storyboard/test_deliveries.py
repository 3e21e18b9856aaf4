"""A delivery is a storyboard that is made from the storyboard: other words, another shape, other shots."""

import copy
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from swav.config import Config
from swav.errors import InputError
from swav.reel.formats import formatted
from swav.storyboard import load
from swav.storyboard.deliveries import size_of, target_of
from swav.storyboard.model import Delivery, Storyboard
from swav.times import to_frames

BOARD = {
    "title": "The Sea",
    "size": "1280x720",
    "voice": {"engine": "kokoro", "speaker": "am_michael", "speed": 0.9, "lexicon": {"SWAV": "swahv"}},
    "translations": {
        "hi": {
            "title": "समुद्र",
            "voice": {"speaker": "hm_omega"},
            "shots": {
                "a": {"narration": "समुद्र।", "overlay": [["समुद्र", "तट"], "भोर"]},
                "c": {"title": "अंत", "subtitle": "धन्यवाद"},
            },
        }
    },
    "deliver": {
        "hi": {"language": "hi"},
        "tall": {"aspect": "9:16", "anchor": "centre", "native": ["b"]},
        "teaser": {"shots": ["c", {"shot": "a", "in": 1, "out": 3}, "b"], "length": 5},
        "quiet": {"silent": True},
    },
    "shots": [
        {
            "id": "a",
            "prompt": "a boat",
            "duration": 6,
            "anchor": [0.2, 0.5],
            "narration": {"text": "The sea.", "speaker": "bm_george", "start": 0.5},
            "overlay": [{"text": ["Sea", "Coast"], "end": 4}, {"text": "Dawn", "start": 3}],
            "transition": "fade",
        },
        {"id": "b", "prompt": "a storm", "duration": 3, "overlay": {"text": "कोई नहीं", "language": "hi"}},
        {
            "id": "c",
            "card": {"title": "The end", "subtitle": "Thank you"},
            "duration": 2,
            "overlay": {"text": "2026"},
        },
    ],
}


def board(tmp_path: Path, **changes: object) -> Path:
    file = tmp_path / "board.yaml"
    for name in ("logos/$(x).png", "voices/a.wav", "voices/'हि' $(x).wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    file.write_text(yaml.safe_dump(copy.deepcopy(BOARD) | changes, allow_unicode=True, sort_keys=False))
    return file


def version(tmp_path: Path, name: str, **changes: object) -> Storyboard:
    return load(board(tmp_path, **changes), version=name).board


def refused(tmp_path: Path, name: str, **changes: object) -> list[str]:
    with pytest.raises(InputError) as refusal:
        load(board(tmp_path, **changes), version=name)
    return [f"{fault.field}: {fault.message}; {fault.remedy}" for fault in refusal.value.faults]


def test_a_language_has_its_words_and_voice_and_all_else_of_the_film(tmp_path):
    film, hindi = load(board(tmp_path)).board, version(tmp_path, "hi")
    assert (hindi.title, hindi.voice.language, hindi.voice.speaker) == ("समुद्र", "hi", "hm_omega")
    assert (hindi.voice.engine, hindi.voice.speed, hindi.voice.lexicon) == ("kokoro", 0.9, {})
    line = hindi.shots[0].narration
    assert (line.text, line.speaker, line.start) == ("समुद्र।", None, Fraction(1, 2))
    assert [item.lines for item in hindi.shots[0].overlay] == [("समुद्र", "तट"), ("भोर",)]
    assert hindi.shots[0].overlay[1].start == 3
    assert (hindi.shots[2].card.title, hindi.shots[2].card.subtitle) == ("अंत", "धन्यवाद")
    assert hindi.shots[1] == film.shots[1]  # its lettering says its own language
    assert hindi.shots[2].overlay == film.shots[2].overlay  # a year is no word
    assert hindi.deliver == {} == hindi.translations
    assert [shot.prompt for shot in hindi.shots] == [shot.prompt for shot in film.shots]


@pytest.mark.parametrize(
    ("gone", "says"),
    [
        ("narration", "shots[0] (a).narration: version hi: there is no hi of it"),
        ("overlay", "shots[0] (a).overlay[0].text: version hi: there is no hi of it"),
        ("title", "shots[2] (c).card.title: version hi: there is no hi of it"),
        ("subtitle", "shots[2] (c).card.subtitle: version hi: there is no hi of it"),
    ],
)
def test_a_missing_translation_is_a_fault_of_that_version_alone(tmp_path, gone, says):
    words = copy.deepcopy(BOARD["translations"])
    for shot in words["hi"]["shots"].values():
        shot.pop(gone, None)
    said = refused(tmp_path, "hi", translations=words)
    assert said[0].startswith(says)
    assert f"translations.hi.shots.{'a' if gone in ('narration', 'overlay') else 'c'}.{gone}" in said[0]
    for name in ("", "tall", "teaser"):
        assert load(board(tmp_path, translations=words), version=name).board.shots


def test_a_fault_of_a_version_stands_where_its_words_stand(tmp_path):
    words = copy.deepcopy(BOARD["translations"])
    words["hi"]["voice"]["speaker"] = "am_michael"
    file = board(tmp_path, translations=words)
    with pytest.raises(InputError) as refusal:
        load(file, version="hi")
    fault = refusal.value.faults[0]
    assert "am_michael" in file.read_text().splitlines()[fault.line - 1]
    assert fault.field == "voice.speaker" and fault.message.startswith("version hi: ")


def test_another_shape_crops_takes_by_their_anchor_and_makes_anew_what_it_names(tmp_path):
    tall = version(tmp_path, "tall")
    assert str(tall.size) == "720x1280"
    assert [shot.size and str(shot.size) for shot in tall.shots] == ["1280x720", None, None]
    assert [shot.anchor for shot in tall.shots] == [(0.2, 0.5), None, None]


def test_nothing_is_cropped_blindly(tmp_path):
    deliver = {"tall": {"aspect": "9:16"}, "small": {"size": "640x360"}}
    assert refused(tmp_path, "tall", deliver=deliver) == [
        "shots[1] (b): version tall: 720x1280 would cut off a part of it, and nobody says which; "
        "give the shot an anchor (left, centre, ...), or deliver.tall one for all"
    ]
    assert version(tmp_path, "small", deliver=deliver).shots[1].anchor is None  # the shape is the film's


def test_a_picture_of_another_shape_is_not_rendered_from(tmp_path):
    shots = copy.deepcopy(BOARD["shots"])
    shots[1]["keyframe"] = "wide.png"
    (tmp_path / "wide.png").write_bytes(b"")
    (tmp_path / "tall.png").write_bytes(b"")
    said = refused(tmp_path, "tall", shots=shots)
    assert any("wide.png was composed for another" in sentence for sentence in said)
    own = {"tall": {"aspect": "9:16", "anchor": "left", "keyframes": {"b": "tall.png"}}}
    tall = version(tmp_path, "tall", shots=shots, deliver=own)
    assert (tall.shots[1].keyframe.file, tall.shots[1].size) == ("tall.png", None)


def test_a_choice_of_shots_lasts_as_long_as_is_asked(tmp_path):
    teaser = version(tmp_path, "teaser")
    assert [shot.id for shot in teaser.shots] == ["c", "a", "b"]
    frames = [
        to_frames(s.trim.end, Fraction(24)) - to_frames(s.trim.start, Fraction(24)) for s in teaser.shots
    ]
    assert frames[1] == 48
    assert sum(frames) - 12 == 5 * 24  # the fade out of a overlaps half a second
    assert teaser.shots[1].trim.start == 1
    assert [item.lines for item in teaser.shots[1].overlay] == [("Sea", "Coast")]  # the other begins too late
    assert teaser.shots[1].duration == 6  # its take is the film's
    assert teaser.shots[-1].transition.type == "cut"


@pytest.mark.parametrize("seconds", [1, 2, 3.5, 7, 10.5])
@pytest.mark.parametrize("rate", ["24", "24000/1001", "25", "29.97"])
def test_lengths_are_exact_at_every_rate(tmp_path, seconds, rate):
    deliver = {"t": {"shots": ["b", "c", "a"], "length": seconds}}
    made = version(tmp_path, "t", deliver=deliver, fps=rate)
    frames = [
        to_frames(s.trim.end - s.trim.start, made.fps) if s.trim else to_frames(s.duration, made.fps)
        for s in made.shots
    ]
    assert sum(frames) == to_frames(Fraction(str(seconds)), made.fps)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"shots": ["x"]}, "deliver.t.shots[0]: version t: the storyboard has no shot 'x'"),
        ({"shots": ["a", "a"]}, "deliver.t.shots[1]: version t: a is there twice"),
        (
            {"shots": [{"shot": "a", "in": 5, "out": 9}]},
            "deliver.t.shots[0]: version t: its stretch is 5 s to 9 s",
        ),
        (
            {"shots": [{"shot": "a", "in": 5, "out": 2}]},
            "deliver.t.shots[0]: version t: its stretch is 5 s to 2 s",
        ),
        ({"length": 60}, "deliver.t.length: version t: its shots last 11 s at most"),
        (
            {"shots": [{"shot": "a", "out": 4}], "length": 2},
            "deliver.t.length: version t: its shots last 4 s",
        ),
        ({"language": "fr"}, "deliver.t.language: version t: there is no translation into fr"),
        (
            {"size": "256x118", "format": "dnxhr"},
            "deliver.t.format: version t: a frame of 256x118 is too small for dnxhr, which begins at 256x120",
        ),
        ({"native": ["zz"]}, "deliver.t.native[0]: version t: the storyboard has no shot 'zz'"),
        (
            {"native": "all", "keyframes": {"zz": "x.png"}},
            "deliver.t.keyframes.zz: version t: the storyboard has no shot 'zz'",
        ),
    ],
)
def test_what_cannot_be_is_said_where_it_is_written(tmp_path, asked, says):
    assert refused(tmp_path, "t", deliver={"t": asked})[0].startswith(says)


@pytest.mark.parametrize("text", ["$(reboot)", "a:b'c\\", "{build}", "../../etc", "%{n}", "😀" * 50])
def test_hostile_words_are_words(tmp_path, text):
    words = copy.deepcopy(BOARD["translations"])
    words["hi"] |= {
        "title": text,
        "shots": {"a": {"narration": text, "overlay": [text, text]}, "c": words["hi"]["shots"]["c"]},
    }
    hindi = version(tmp_path, "hi", translations=words)
    assert (hindi.title, hindi.shots[0].narration.text) == (text, text)


@pytest.mark.parametrize("name", ["../x", "a b", "", "-x", "x" * 40, "final", "burned", "deliveries", "$(x)"])
def test_a_name_that_is_no_name_of_a_file_is_refused(tmp_path, name):
    with pytest.raises(InputError):
        load(board(tmp_path, deliver={name: {"silent": True}}))


def test_sizes_targets_and_formats():
    film = Storyboard.model_validate(BOARD)
    shapes = {"1:1": "720x720", "4:5": "720x900", "9:16": "720x1280", "21:9": "1680x720"}
    for aspect, size in shapes.items():
        assert str(size_of(film, Delivery(aspect=aspect))) == size
    assert target_of("hi", film.deliver["hi"]) == "final.hi.mp4"
    assert target_of("teaser", film.deliver["teaser"]) == "teaser.mp4"
    assert target_of("m", Delivery(format="prores")) == "final.m.mov"
    config = formatted(Config(), Delivery(format="broadcast"))
    assert (config.loudness.integrated, config.loudness.true_peak) == (-23, -1)
    assert formatted(Config(), Delivery(loudness=-14)).loudness.integrated == -14
    assert formatted(Config(), Delivery()) == Config()


LOGO = {"picture": "logos/$(x).png", "place": "top right"}
RECORDING = {"text": "The sea.", "file": "voices/a.wav", "in": 1, "out": 4, "start": 0.5}


def recorded(**translated: object) -> dict:
    """The storyboard with a recorded line and logos, one of them before its lettering."""
    shots, words = copy.deepcopy(BOARD["shots"]), copy.deepcopy(BOARD["translations"])
    shots[0]["narration"] = RECORDING
    shots[0]["overlay"] = [LOGO, *shots[0]["overlay"], LOGO]
    shots[1]["overlay"] = LOGO
    words["hi"]["shots"]["a"] |= translated
    return {"shots": shots, "translations": words}


@pytest.mark.parametrize(
    ("said", "file", "begin", "end"),
    [
        ("समुद्र।", None, 0, None),
        ({"text": "समुद्र।"}, None, 0, None),
        ({"text": "समुद्र।", "file": "voices/'हि' $(x).wav", "in": 2}, "voices/'हि' $(x).wav", 2, None),
    ],
)
def test_a_recording_is_heard_in_its_own_language_alone(tmp_path, said, file, begin, end):
    changes = recorded(narration=said)
    line = version(tmp_path, "hi", **changes).shots[0].narration
    assert (line.text, line.file, line.begin, line.end, line.start) == (
        "समुद्र।", file, begin, end, Fraction(1, 2)
    )  # fmt: skip
    assert load(board(tmp_path, **changes)).board.shots[0].narration.file == "voices/a.wav"
    assert version(tmp_path, "tall", **changes).shots[0].narration.file == "voices/a.wav"


def test_logos_are_the_same_in_every_language_and_are_not_counted(tmp_path):
    overlays = version(tmp_path, "hi", **recorded()).shots[0].overlay
    assert [item.picture or item.lines for item in overlays] == [
        LOGO["picture"], ("समुद्र", "तट"), ("भोर",), LOGO["picture"]
    ]  # fmt: skip
    said = refused(tmp_path, "hi", **recorded(overlay="समुद्र"))
    assert "a has 2 overlays with text, and 1 are translated" in said[0]
    said = refused(tmp_path, "hi", **recorded(overlay=[]))
    assert "overlay[1].text: version hi: there is no hi of it" in said[0]
