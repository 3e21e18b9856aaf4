"""Sounds of every depth, rate and layout are heard as they are; what is no number, or no sound, is named."""

import io
import itertools
import random
from pathlib import Path

import numpy as np
import pytest
import soundfile

from swav.errors import MediaError
from swav.sound.decode import decoded

RATE = 48_000
MONO = 0.5**0.5
"""Of a mono sound on each side: libswresample keeps its power; every sound is levelled later."""
DEPTHS = {
    "wav": ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"),
    "flac": ("PCM_16", "PCM_24"),
}
DEPTHS["aiff"] = ("PCM_S8", "PCM_16", "PCM_24", "FLOAT")
KINDS = [(suffix, depth) for suffix, depths in DEPTHS.items() for depth in depths]


def tone(rate: int = RATE, seconds: float = 0.5, channels: int = 1) -> np.ndarray:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)
    return np.repeat(wave[:, None], channels, axis=1)


def heard(path: Path) -> np.ndarray:
    return np.concatenate([*decoded(path), np.zeros((0, 2), np.float32)])


@pytest.mark.parametrize(("suffix", "depth"), KINDS)
def test_every_depth(tmp_path, suffix, depth):
    path = tmp_path / f"tone.{suffix}"
    soundfile.write(path, tone(), RATE, depth)
    sound = heard(path)
    assert sound.shape == (RATE // 2, 2) and np.abs(sound - MONO * tone()).max() < 0.02


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000, 192_000])
def test_every_rate(tmp_path, rate):
    soundfile.write(tmp_path / "tone.wav", tone(rate), rate, "PCM_24")
    sound = heard(tmp_path / "tone.wav")
    assert abs(len(sound) - RATE // 2) <= 2 and abs(np.abs(sound[2000:-2000]).max() - 0.5 * MONO) < 0.01


@pytest.mark.parametrize("channels", [1, 2, 4, 6, 8])
def test_every_layout_is_folded_to_stereo(tmp_path, channels):
    soundfile.write(tmp_path / "tone.wav", tone(channels=channels), RATE, "FLOAT")
    sound = heard(tmp_path / "tone.wav")
    assert sound.shape == (RATE // 2, 2) and np.allclose(sound[:, 0], sound[:, 1], atol=1e-4)
    assert np.abs(sound).max() > 0.3


@pytest.mark.parametrize("length", [1, 2, 7])
def test_a_few_samples_are_a_sound(tmp_path, length):
    soundfile.write(tmp_path / "few.wav", np.full((length, 1), 0.25), RATE, "FLOAT")
    assert (
        np.allclose(heard(tmp_path / "few.wav"), 0.25 * MONO) and len(heard(tmp_path / "few.wav")) == length
    )


def test_nothing_is_no_sound_and_no_error(tmp_path):
    soundfile.write(tmp_path / "none.wav", np.zeros((0, 1)), RATE)
    assert len(heard(tmp_path / "none.wav")) == 0


def test_floating_point_over_full_scale_is_not_clipped(tmp_path):
    soundfile.write(tmp_path / "hot.wav", tone() * 9, RATE, "FLOAT")
    assert abs(np.abs(heard(tmp_path / "hot.wav")).max() - 4.5 * MONO) < 0.1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("depth", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize("rate", [RATE, 44_100])
def test_what_is_no_number_is_named(tmp_path, value, depth, rate):
    wave = tone(rate)
    wave[rate // 4] = value
    soundfile.write(tmp_path / "odd.wav", wave, rate, depth)
    with pytest.raises(
        MediaError, match=r"odd\.wav holds samples that are no numbers \(NaN or infinite\), 0\.2[45] s"
    ):
        heard(tmp_path / "odd.wav")


def test_2000_damaged_headers_end_in_a_sound_or_a_sentence(tmp_path):
    chance, wholes = random.Random(15), []
    for suffix, depths in DEPTHS.items():
        for depth in depths:
            whole = io.BytesIO()
            soundfile.write(whole, tone(seconds=0.02), RATE, depth, format=suffix.upper())
            wholes.append(whole.getvalue())
    path = tmp_path / "mutant.bin"
    for _, whole in zip(range(2000), itertools.cycle(wholes), strict=False):
        mutant = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            mutant[chance.randrange(min(len(mutant), 120))] = chance.randrange(256)
        path.write_bytes(mutant[: chance.randint(1, len(mutant))] if chance.random() < 0.2 else mutant)
        try:
            for block in itertools.islice(decoded(path), 4):
                assert block.dtype == np.float32 and block.shape[1] == 2
        except MediaError as error:
            assert "\n" not in str(error) and len(str(error).replace(str(path), "")) < 300


@pytest.mark.parametrize("rate", [1, 7, 999, 2_000_000])
def test_a_rate_that_no_recorder_writes_is_refused(tmp_path, rate):
    """One sample a second would be gigabytes once it is resampled."""
    soundfile.write(tmp_path / "slow.wav", tone(), rate)
    with pytest.raises(
        MediaError, match=r"slow\.wav claims [\d,]+ samples a second, which is no rate of sound"
    ):
        heard(tmp_path / "slow.wav")
