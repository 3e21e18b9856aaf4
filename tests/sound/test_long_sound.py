"""Sound that a plain WAV cannot count, more than four hours of it, goes the whole way: here a few seconds."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from swav.cut.aac import encode
from swav.media.decodes import can_be_read
from swav.music.finish import level
from swav.sound import wav
from swav.sound.cues import Bed, Effect, Placed, Recording
from swav.sound.decode import decoded
from swav.sound.levels import Levels
from swav.sound.master import master
from swav.sound.stems import write_stems

RATE, SECONDS = 48000, 4


def noise(path: Path, seconds: float, level: float = 0.1) -> Path:
    random = np.random.default_rng(int(seconds * 10))
    soundfile.write(path, random.normal(0, level, (round(seconds * RATE), 2)).clip(-1, 1), RATE, "PCM_24")
    return path


def sound_of(folder: Path) -> dict[str, Path]:
    """Every kind of sound that a reel has, played, laid, mastered and encoded."""
    folder.mkdir()
    bed = folder / "bed.wav"
    level(noise(folder / "played.wav", SECONDS), bed)
    rain = (Recording(noise(folder / "rain.wav", 1.5), 0, SECONDS * RATE, loop=True), -20.0)
    line = Placed(noise(folder / "line.wav", 1), RATE)
    effect = Effect(noise(folder / "door.wav", 1), 3 * RATE)
    stems = write_stems(
        [line],
        [Bed(bed, 0)],
        [effect],
        samples=SECONDS * RATE,
        levels=Levels(),
        folder=folder / "stems",
        ambience=[rain],
    )
    master(stems.paths, samples=SECONDS * RATE, target=folder / "mix.wav")
    encode(folder / "mix.wav", SECONDS * RATE, 128_000, folder / "mix.m4a")
    files = {path.stem: path for path in (bed, *stems.paths, folder / "mix.wav")}
    return files | {"mix.m4a": folder / "mix.m4a"}


@pytest.fixture(scope="module")
def long_and_short(tmp_path_factory) -> tuple[dict[str, Path], dict[str, Path]]:
    """The same sound, as of a film that no plain WAV can hold, and as it is."""
    folder = tmp_path_factory.mktemp("sound")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wav, "MOST_BYTES", 0)
        long = sound_of(folder / "long")
    return long, sound_of(folder / "short")


def test_it_is_the_same_sound_in_files_that_can_count_it(long_and_short):
    long, short = long_and_short
    assert (
        long.keys() == short.keys() == {"bed", "dialogue", "music", "effects", "ambience", "mix", "mix.m4a"}
    )
    assert long.pop("mix.m4a").read_bytes() == short["mix.m4a"].read_bytes()
    for name, file in long.items():
        samples = soundfile.read(file, dtype="float32")[0]
        assert (soundfile.info(file).format, soundfile.info(short[name]).format) == ("RF64", "WAV")
        assert np.array_equal(samples, soundfile.read(short[name], dtype="float32")[0]), name
        assert np.array_equal(samples, np.concatenate([*decoded(file)])), "as footage of another film"


def test_one_that_was_cut_short_is_not_whole(long_and_short, tmp_path):
    whole, cut = long_and_short[0]["mix"], tmp_path / "cut.wav"
    assert can_be_read(whole)
    data = whole.read_bytes()
    for length in (len(data) - 1, len(data) // 2, 27, 12, 3, 0):
        cut.write_bytes(data[:length])
        assert not can_be_read(cut), length


def test_only_what_a_plain_wav_cannot_count_is_another_file():
    most = wav.MOST_BYTES // 6
    assert most / RATE > 4 * 3600
    assert [wav.form(samples, "PCM_24") for samples in (0, most, most + 1)] == ["WAV", "WAV", "RF64"]
    assert [wav.form(samples, "FLOAT") for samples in (most * 3 // 4, most)] == ["WAV", "RF64"]
