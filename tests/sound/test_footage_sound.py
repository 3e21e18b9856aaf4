"""The sound of footage: in step with its picture, in a stem of its own, under speech, with its key."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from numbered import write_numbered

from swav.config import Config
from swav.cut.model import Cut
from swav.errors import InputError
from swav.media import ffmpeg
from swav.reel.mixing import lay_stems
from swav.reel.workflow import read_reel
from swav.sound.cues import Effect, Placed
from swav.sound.levels import Levels
from swav.sound.loudness import loudness_of
from swav.sound.stems import write_stems

RATE = 48_000
CALL = 2.0
"""Second of the footage at which something is heard in it."""


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """sea.mov (4 s, a call at second 2), mute.mp4 (without sound) and hum.mov (a steady noise)."""
    folder = tmp_path_factory.mktemp("films")
    write_numbered(folder / "mute.mp4", range(96))
    sound = np.zeros(4 * RATE, np.float32)
    sound[int(CALL * RATE) : int((CALL + 0.2) * RATE)] = np.sin(np.arange(RATE // 5) * 0.2) / 2
    noise = np.random.default_rng(1).standard_normal(4 * RATE).astype(np.float32) / 20
    for name, samples in (("sea", sound), ("hum", noise)):
        soundfile.write(folder / f"{name}.wav", samples, RATE, "FLOAT")
        with_sound = [
            "-i",
            folder / "mute.mp4",
            "-i",
            folder / f"{name}.wav",
            "-c:v",
            "copy",
            "-c:a",
            "pcm_s24le",
        ]
        ffmpeg.run([str(word) for word in (*with_sound, folder / f"{name}.mov")], what="making a film")
    return folder


def cut_of(films: Path, tmp_path: Path, *shots: dict, media: str = "") -> Cut:
    """The cut of a reel of these shots; nothing of it is built."""
    board = {"title": "T", "size": "160x90", "fps": 24, "music": {"engine": "none"}, "shots": list(shots)}
    if media:
        (films / "media.csv").write_text(media)
        board["media"] = "media.csv"
    (films / "reel.yaml").write_text(yaml.safe_dump(board, sort_keys=False))
    config = Config.read({"storyboard": str(films / "reel.yaml"), "build": str(tmp_path / "build")}, "none")
    return read_reel(config).cut


CARD = {"id": "a", "card": {"title": "T"}, "duration": 1}


def footage(**values) -> dict:
    return {"id": "b", "footage": {"file": "sea.mov", **values}}


def stem(cut: Cut, name: str = "footage") -> np.ndarray | None:
    lay_stems(cut, Path(cut.sound.stems))
    file = Path(cut.sound.stems).with_name(f"{name}.wav")
    return soundfile.read(file, dtype="float32")[0][:, 0] if file.exists() else None


@pytest.mark.parametrize("start", [0, 0.5, 1, 1.75])
def test_it_is_in_step_with_its_in_point(films, tmp_path, start):
    heard = stem(cut_of(films, tmp_path, CARD, footage(**{"in": start, "out": 3, "sound": True})))
    first = int(np.argmax(np.abs(heard) > 0.01))
    assert abs(first - (1 + CALL - start) * RATE) < 60
    assert len(heard) == (1 + 3 - start) * RATE


def test_it_ends_with_its_out_point(films, tmp_path):
    heard = stem(cut_of(films, tmp_path, CARD, footage(out=1.5, sound=True)))
    assert np.abs(heard).max() == 0, "the call comes later"


@pytest.mark.parametrize("level", [-20, -6.5, 0])
def test_a_level_is_heard_against_full_speech(films, tmp_path, level):
    heard = stem(cut_of(films, tmp_path, {"id": "b", "footage": {"file": "hum.mov", "sound": level}}))
    assert abs(loudness_of(np.stack([heard, heard], 1)) - (-23 + level)) < 0.3


@pytest.mark.parametrize("sound", [False, None])
def test_it_is_not_heard_unless_it_is_asked_for(films, tmp_path, sound):
    values = {} if sound is None else {"sound": sound}
    assert stem(cut_of(films, tmp_path, CARD, footage(**values))) is None


def test_only_the_sound_is_made_anew_when_it_is_asked_for(films, tmp_path):
    """The takes, and a reel that has none of it, keep their keys."""
    silent, heard, louder = (
        cut_of(films, tmp_path, CARD, footage(**values)) for values in ({}, {"sound": True}, {"sound": -3})
    )
    assert silent.shot("b").key == heard.shot("b").key == louder.shot("b").key
    assert silent.pieces() == heard.pieces()
    assert len({cut.sound.stems for cut in (silent, heard, louder)}) == 3
    assert cut_of(films, tmp_path, CARD, footage(sound=False)).sound.stems == silent.sound.stems
    effect = {**footage(), "sound": {"file": "sea.mov"}}
    assert cut_of(films, tmp_path, CARD, effect).sound.stems != heard.sound.stems


def test_it_passes_into_the_next_shot_as_the_picture_does(films, tmp_path):
    hum = {"file": "hum.mov", "out": 2, "sound": True}
    faded = [
        {"id": "a", "footage": hum, "transition": {"type": "fade", "duration": 1}},
        {**CARD, "id": "c", "duration": 3},
    ]
    heard = np.abs(stem(cut_of(films, tmp_path, *faded)))
    loud, middle, late = (heard[int(at * RATE) : int((at + 0.1) * RATE)].mean() for at in (0.5, 1.45, 1.88))
    assert 0.35 < middle / loud < 0.65 and late / loud < 0.1


def test_it_makes_room_for_speech(tmp_path, films):
    voice = np.sin(np.arange(RATE) * 0.05).astype(np.float32) / 4
    soundfile.write(tmp_path / "line.wav", voice, RATE)
    own = [Effect(films / "hum.mov", 0)]
    lines = [Placed(tmp_path / "line.wav", 2 * RATE)]
    for name, spoken in (("plain", []), ("spoken", lines)):
        write_stems(spoken, [], [], samples=4 * RATE, levels=Levels(), folder=tmp_path / name, footage=own)
    plain, ducked = (
        soundfile.read(tmp_path / name / "footage.wav")[0][int(2.4 * RATE) : int(2.6 * RATE)]
        for name in ("plain", "spoken")
    )
    assert abs(20 * np.log10(np.abs(ducked).mean() / np.abs(plain).mean()) + 4) < 0.1


def test_a_footage_list_can_ask_for_it(films, tmp_path):
    shots = [CARD, {"id": "b", "prompt": "the sea", "duration": 2}]
    listed = cut_of(films, tmp_path, *shots, media="shot,file,in,out,sound\nb,sea.mov,1,3,-9\n")
    (effect,) = listed.shot("b").effects
    assert (effect.level, effect.begin, effect.end, effect.own) == (-9.0, 1, 3, True)
    with pytest.raises(InputError, match="'loud': not a level of sound; write true, or dB"):
        cut_of(films, tmp_path, *shots, media="shot,file,sound\nb,sea.mov,loud\n")


def test_footage_without_sound_is_noticed_and_silent(films, tmp_path):
    config = {"id": "b", "footage": {"file": "mute.mp4", "sound": True}}
    assert cut_of(films, tmp_path, CARD, config).shot("b").effects == ()


@pytest.mark.parametrize("written", ["loud", "7", "-61", "[1]", "1e9", "nan"])
def test_what_is_no_level_is_refused(films, tmp_path, written):
    with pytest.raises(InputError, match="not a level of sound; write true, or dB against full speech"):
        cut_of(films, tmp_path, CARD, footage(sound=written))
