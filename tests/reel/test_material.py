"""A film of a team's own material, delivered once: a recorded line, a logo, music, ambience, fades."""

import shutil
from contextlib import chdir
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
import yaml
from in_process import build
from PIL import Image

from swav.config import Config
from swav.cut.timeline import timeline
from swav.errors import InputError
from swav.files import read_json
from swav.provenance.reading import read_provenance
from swav.reel.workflow import read_reel
from swav.sound.loudness import loudness_of
from swav.speech import speak

TEXT = "No propeller, no lights, no fishing net."
RATE = 44_100
RECORDED, LOGO, MUSIC, SURF = "her 'take' $(x).flac", "logo; [v] %{n}.png", "song ' : x.wav", "surf\\,.wav"
BOARD = {
    "title": "Own material",
    "size": "256x144",
    "fps": 12,
    "voice": {"engine": "espeak", "language": "en"},
    "fade_in": 0.5,
    "fade_out": 1,
    "music": {"file": MUSIC, "in": 0.5, "fade": 0.5},
    "shots": [
        {
            "id": "a",
            "card": {"title": "A"},
            "duration": "auto",
            "narration": {"text": TEXT, "file": RECORDED, "in": 1, "start": 0.5},
            "overlay": {"picture": LOGO, "place": "top right", "size": "25%", "start": 1, "end": 2},
            "ambience": SURF,
        },
        {"id": "b", "card": {"title": "B"}, "duration": 2, "ambience": SURF},
    ],
}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """The folder of the film, and its cut; a hum precedes the in-point of the recording."""
    folder = tmp_path_factory.mktemp("material")
    speak(TEXT, engine="piper", language="en", speaker=None, speed=1.0, seed=0, target=folder / "said.wav")
    said, rate = soundfile.read(folder / "said.wav", always_2d=True)
    before = np.zeros((2 * rate, 1))
    before[: rate // 2, 0] = 0.3 * np.sin(np.arange(rate // 2) / 5)
    line = np.concatenate([before, 0.2 * said[:, :1]])
    soundfile.write(folder / RECORDED, np.repeat(line, 2, axis=1), rate)
    time = np.arange(9 * RATE) / RATE
    soundfile.write(folder / MUSIC, 0.2 * np.sin(2 * np.pi * 440 * time), RATE)
    soundfile.write(folder / SURF, np.random.default_rng(1).normal(0, 0.05, (3 * RATE, 2)), RATE)
    picture = np.zeros((60, 60, 4), np.uint8)
    picture[10:50, 10:50] = (0, 255, 0, 255)
    Image.fromarray(picture).save(folder / LOGO)
    (folder / "board.yaml").write_text(yaml.safe_dump(BOARD, allow_unicode=True))
    (folder / "config.yaml").write_text("storyboard: board.yaml\n")
    reel, _ = build(folder)
    return folder, reel.cut


@pytest.fixture
def cut(film, monkeypatch):
    monkeypatch.chdir(film[0])
    return film[1]


def stem(cut, name: str) -> np.ndarray:
    return soundfile.read(Path(cut.sound.stems).with_name(f"{name}.wav"))[0]


def level(sound: np.ndarray, first: float, last: float) -> float:
    """RMS in dB between two seconds."""
    part = sound[round(first * 48_000) : round(last * 48_000)]
    return float(10 * np.log10(np.mean(part**2) + 1e-12))


def test_a_recording_is_conformed_heard_and_shown(cut):
    line, times = cut.shots[0].narration, timeline(cut)
    assert line.recorded
    verdict = read_json(cut.judging.admission, dict)["speech"]["a"]
    assert verdict["status"] == "pass", "what was recorded is what was written"
    spoken, _ = soundfile.read(line.path)
    assert len(spoken) / 48_000 < 4, "silence before the words, and what was before the in-point, is gone"
    dialogue = stem(cut, "dialogue")
    heard = np.flatnonzero(np.abs(dialogue).max(axis=1) > 0.02)
    assert abs(heard[0] / 48_000 - 0.5) < 0.15
    assert times.spans[0].end > Fraction(heard[-1], 48_000) * 12, "the shot follows the recording"
    assert "No propeller" in Path("final.srt").read_text()


def test_a_logo_stands_in_its_corner_while_it_should(cut):
    with av.open("final.mp4") as opened:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in opened.decode(video=0)]
    green = [frame[..., 1] - frame[..., [0, 2]].max(axis=2) > 60 for frame in frames]
    shown = {number for number, mask in enumerate(green) if mask.sum() > 200}
    assert set(range(15, 21)) <= shown <= set(range(12, 24))  # it comes and goes in a quarter of a second
    rows, columns = np.nonzero(green[16])
    assert 0.045 * 144 <= rows.min() < 0.2 * 144 and 0.8 * 256 < columns.max() <= 0.955 * 256
    assert abs((rows.max() - rows.min()) - (columns.max() - columns.min())) <= 2  # its proportions


def test_picture_and_all_sound_come_and_go(cut):
    with av.open("final.mp4") as opened:
        light = [frame.to_ndarray(format="gray").mean() for frame in opened.decode(video=0)]
    assert light[0] < 20 and light[-1] < 40
    assert sorted(light[:6]) == light[:6] and sorted(light[-11:], reverse=True) == light[-11:]
    mix, _ = soundfile.read(cut.sound.mix)
    end = len(mix) / 48_000
    assert level(mix, 0, 0.02) < -60 and level(mix, end - 0.02, end) < -55
    assert level(mix, end - 1.5, end - 1.1) > level(mix, end - 0.4, end - 0.2) + 6


def test_a_song_is_heard_in_its_place_and_gives_way(cut):
    music, end = stem(cut, "music"), float(timeline(cut).seconds)
    spectrum = np.abs(np.fft.rfft(music[-96_000:-48_000, 0]))
    assert abs(int(np.argmax(spectrum)) - 440) <= 1
    assert level(music, end - 1.8, end - 1.1) > level(music, 1, 2) + 6  # it lies lower under the voice


def test_an_ambience_goes_on_over_the_cut(cut):
    sound, at = stem(cut, "ambience"), float(timeline(cut).spans[1].start) / 12
    around = [level(sound, at + here / 10, at + (here + 1) / 10) for here in range(-2, 3)]
    assert max(around) - min(around) < 3
    assert abs(loudness_of(sound) - loudness_of(stem(cut, "dialogue")) + 20) < 8


def test_the_film_says_what_was_not_generated(cut):
    found = read_provenance(Path("final.mp4"))
    told = {part["id"]: part for part in found.parts}
    assert found.state == "valid"
    assert {"a", "b", "a narration", "a ambience", "a logo 1"} <= set(told)
    assert told["a narration"]["file"] == RECORDED and len(told["a narration"]["file_sha256"]) == 64


@pytest.mark.parametrize("name", [RECORDED, LOGO, MUSIC, SURF])
def test_each_missing_file_has_its_sentence(film, tmp_path, name):
    for file in ("board.yaml", "config.yaml", RECORDED, LOGO, MUSIC, SURF):
        if file != name:
            shutil.copy(film[0] / file, tmp_path / file)
    with chdir(tmp_path):
        config = Config.read(yaml.safe_load(Path("config.yaml").read_text()))
        if name == RECORDED:
            reel = read_reel(config)
            assert not reel.cut.shots[0].narration.recorded and reel.cut.shots[0].narration.text == TEXT
            said = [notice.message for notice in reel.loaded.notices]
            assert f"recording {name} is not there; the voice speaks the line of shot a" in said
            return
        with pytest.raises(InputError) as refused:
            read_reel(config)
        assert any(f"there is no file {name}" in str(fault) for fault in refused.value.faults)
        assert all(len(str(fault).replace(str(tmp_path), "")) < 300 for fault in refused.value.faults)
