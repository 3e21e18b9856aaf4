"""Sound longer than a plain WAV can count, four hours of it, goes the whole way: here from the first byte on."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from swav.cut.aac import encode
from swav.media.decodes import can_be_read
from swav.music.finish import level
from swav.music.players.musicgen import _resample
from swav.sound import wav
from swav.sound.cues import Bed, Effect, Placed, Recording
from swav.sound.decode import decoded
from swav.sound.levels import Levels
from swav.sound.master import master
from swav.sound.stems import write_stems
from swav.whole import looks_whole

RATE, SECONDS = 48000, 6


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
    line = Placed(noise(folder / "line.wav", 2), RATE)
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
    return {path.stem: path for path in (bed, *stems.paths, folder / "mix.wav", folder / "mix.m4a")}


@pytest.fixture
def long(tmp_path, monkeypatch) -> dict[str, Path]:
    """The sound of a film that no plain WAV can hold."""
    monkeypatch.setattr(wav, "MOST_BYTES", 0)
    return sound_of(tmp_path / "long")


def test_it_is_the_same_sound_in_files_that_can_count_it(tmp_path, long):
    short = sound_of(tmp_path / "short" if wav.MOST_BYTES else tmp_path / "again")
    assert set(long) == {"bed", "dialogue", "music", "effects", "ambience", "mix"}
    for name, file in long.items():
        if file.suffix == ".wav":
            assert soundfile.info(file).format == "RF64"
            assert np.array_equal(soundfile.read(file)[0], soundfile.read(short[name])[0]), name
            assert np.array_equal(np.concatenate([*decoded(file)]), soundfile.read(file)[0]), name
