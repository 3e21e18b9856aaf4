"""The mix: lines lie where they belong, music makes room, and the loudness is what was promised."""

from itertools import pairwise
from math import inf

import numpy as np
import pytest
import soundfile

from swav.errors import MediaError
from swav.sound import ducking
from swav.sound.cues import Bed, Placed
from swav.sound.levels import Ducking, Levels
from swav.sound.limiter import CONTEXT, limited
from swav.sound.loudness import loudness_of, measure
from swav.sound.master import master
from swav.sound.stems import write_stems

RATE = 48000
DUCKING = Ducking()
DEPTH = DUCKING.depth


def sound(path, samples):
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    return path


def voice(seconds, level=0.2, seed=1):
    """Something shaped like speech: a buzz of harmonics in syllables, mono."""
    time = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 120 * k * time + seed * k) / k for k in range(1, 20))
    edges = np.minimum(1, np.minimum(time, time[::-1]) / 0.01)
    return level * buzz * (0.15 + np.abs(np.sin(2 * np.pi * 2 * time))) * edges


def music(seconds, level=0.1, seed=0):
    time = np.arange(int(seconds * RATE)) / RATE
    left, right = (np.sin(2 * np.pi * pitch * time) for pitch in (220, 277.2))
    hiss = np.random.default_rng(seed).normal(0, level / 20, (len(time), 2))
    return level * np.stack([left, right], axis=1) + hiss


def mixed(folder, lines, bed, seconds, *, music_level=-20.0, **promised):
    """Mix ``lines`` [(samples, start in samples)] and a bed; the result, and its samples."""
    placed = [Placed(sound(folder / f"line{i}.wav", line), start) for i, (line, start) in enumerate(lines)]
    bed = None if bed is None else sound(folder / "bed.wav", bed)
    samples, levels = round(seconds * RATE), Levels(music=music_level)
    stems = write_stems(
        placed, [Bed(bed)] if bed else [], [], samples=samples, levels=levels, folder=folder / "stems"
    )
    target = folder / "out" / "mix.wav"
    result = master(stems.paths, samples=samples, target=target, **promised)
    info = soundfile.info(target)
    assert (info.frames, info.channels, info.samplerate) == (samples, 2, RATE)
    assert info.subtype == "PCM_24" and [file.name for file in target.parent.iterdir()] == ["mix.wav"]
    return result, soundfile.read(target)[0]


CASES = {
    "speech only": ([(voice(3), 24000)], None, 6),
    "bed only": ([], music(8), 8),
    "both": ([(voice(3), RATE), (voice(2), 6 * RATE)], music(10), 10),
    "uneven lines": ([(voice(2, 0.01), 0), (voice(2, 0.9), 3 * RATE)], music(6), 6),
    "sparse": ([(voice(2), 12 * RATE)], None, 20),
    "sparse over music": ([(voice(1), 10 * RATE)], music(15), 15),
    "two seconds": ([(voice(1), 24000)], music(2), 2),
    "clipped": ([(np.clip(voice(4, 20), -1, 1), 0)], np.clip(music(5, 9), -1, 1), 5),
    "peaky": ([(voice(3) ** 3, 0)], None, 4),
    "overlapping": ([(voice(3), 0), (voice(3, seed=2), RATE), (voice(3, seed=3), 2 * RATE)], music(6), 6),
    "beyond the end": ([(voice(3), 0), (voice(5), 4 * RATE)], music(9), 6),
    "beyond a block": ([(voice(4), 9 * RATE), (voice(3), 19 * RATE)], music(24), 24),
}


@pytest.mark.parametrize("target", [(-16.0, -1.0), (-23.0, -2.0)])
@pytest.mark.parametrize("case", CASES)
def test_the_promised_loudness_is_measured(tmp_path, case, target):
    loudness, true_peak = target
    lines, bed, seconds = CASES[case]
    result, _ = mixed(tmp_path, lines, bed, seconds, loudness=loudness, true_peak=true_peak)
    heard = measure(tmp_path / "out" / "mix.wav")
    assert heard == result.after
    assert abs(heard.integrated - loudness) <= 0.5
    assert heard.true_peak <= true_peak


def test_nothing_is_digital_silence(tmp_path):
    result, samples = mixed(tmp_path, [], None, 3.5)
    assert not samples.any() and result.after.integrated == -inf and result.after.true_peak == -inf


@pytest.mark.parametrize("seconds", [0, 1 / RATE, 0.1])
def test_next_to_nothing_does_not_fail(tmp_path, seconds):
    mixed(tmp_path, [(voice(1), 0)], music(1), seconds)


def test_silent_inputs_stay_silent(tmp_path):
    result, samples = mixed(tmp_path, [(np.zeros(RATE), 0)], np.zeros((RATE, 2)), 2)
    assert not samples.any() and result.after.integrated == -inf


@pytest.mark.parametrize("start", [0, 47999, 480000 - 1, 480001])
def test_a_line_starts_at_its_sample(tmp_path, start):
    impulse = np.zeros(RATE)
    impulse[0] = 0.5
    _, samples = mixed(tmp_path, [(impulse, start)], None, 11)
    assert np.flatnonzero(np.abs(samples[:, 0]) > 1e-4)[0] == start
    assert np.array_equal(samples[:, 0], samples[:, 1])


def test_a_line_past_the_end_fades(tmp_path):
    _, samples = mixed(tmp_path, [(np.full(5 * RATE, 0.1) * np.sin(np.arange(5 * RATE) / 20), RATE)], None, 2)
    assert np.abs(samples[-1]).max() < 0.001 and np.abs(samples[-4800:-2400]).max() > 0.01


def test_lines_are_brought_to_one_level(tmp_path):
    lines = [(voice(3, 0.005), 0), (voice(3, 0.8), 4 * RATE)]
    _, samples = mixed(tmp_path, lines, None, 8)
    assert abs(loudness_of(samples[: 3 * RATE]) - loudness_of(samples[4 * RATE : 7 * RATE])) < 0.2


def test_music_is_down_before_the_voice_and_comes_back(tmp_path):
    """The bed is a tone that the voice has not, so that its level is read from the finished mix."""
    tone = np.sin(2 * np.pi * 5000 * np.arange(30 * RATE) / RATE)[:, None] * [0.1, 0.1]
    lines = [(voice(3), 10 * RATE), (voice(3.2), round(13.8 * RATE)), (voice(3), round(18.5 * RATE))]
    _, samples = mixed(tmp_path, lines, tone, 30)

    def level(second):
        part = samples[round(second * RATE) : round(second * RATE) + 4800, 0]
        carrier = np.exp(-2j * np.pi * 5000 * np.arange(4800) / RATE) * np.hanning(4800)
        return 20 * np.log10(np.abs(np.sum(part * carrier)))

    alone = level(3)
    assert abs(level(9) - alone) < 0.3  # untouched a second before
    assert abs(alone - level(9.95) - DEPTH) < 1.0  # down as the voice begins
    for during in (10.5, 12, 13.4, 15, 16.5):  # and steady over a pause that is too short to be heard
        assert abs(alone - level(during) - DEPTH) < 0.6
    assert abs(level(17.95) - alone) < 0.3  # between two lines it is heard within a second
    assert abs(alone - level(18.45) - DEPTH) < 1.0  # and down again as the next begins
    assert abs(level(22.5) - alone) < 0.3  # back
    slope = [level(21.5 + step / 10) for step in range(20)]
    assert all(later >= earlier - 0.3 for earlier, later in pairwise(slope))
    assert max(np.diff(slope)) < 2  # dB in a tenth of a second: nothing jumps


@pytest.mark.parametrize("level", [-30.0, -20.0, -12.0])
def test_the_bed_lies_as_far_below_speech_as_asked(tmp_path, level):
    spoken, bed = voice(6), music(20)
    _, together = mixed(tmp_path, [(spoken, 5 * RATE)], bed, 20, music_level=level)
    speech = loudness_of(together[5 * RATE : 11 * RATE])
    alone = loudness_of(together[: 4 * RATE])
    assert abs(alone - speech - level - DEPTH) < 0.8


def test_ducking_makes_no_click():
    phrases = [(2 * RATE, 3 * RATE), (6 * RATE, 7 * RATE)]
    envelope = ducking.gain(phrases, DUCKING, 0, 12 * RATE)
    assert np.abs(np.diff(envelope)).max() < 1e-4
    assert np.allclose(envelope[2 * RATE : 3 * RATE], 10 ** (-DEPTH / 20)) and envelope.max() == 1
    parts = [ducking.gain(phrases, DUCKING, a, a + RATE) for a in range(0, 12 * RATE, RATE)]
    assert np.array_equal(np.concatenate(parts), envelope)


def test_short_pauses_are_bridged():
    assert ducking.bridged([(5 * RATE, 6 * RATE), (0, RATE), (2 * RATE, 3 * RATE)], 2500) == [(0, 6 * RATE)]
    assert ducking.bridged([(0, RATE), (5 * RATE, 6 * RATE)], 2500) == [(0, RATE), (5 * RATE, 6 * RATE)]
    within = [(0, 6 * RATE), (RATE, 2 * RATE)]  # a line in the other voice's pause
    assert ducking.bridged(within, 100) == [(0, 6 * RATE)]


def test_a_line_is_one_phrase_and_the_room_between_two_is_not():
    first, second = [(0, RATE), (3 * RATE, 4 * RATE)], [(5 * RATE + RATE // 10, 6 * RATE)]
    assert ducking.phrases([first, second], DUCKING) == [(0, 4 * RATE), second[0]]
    closer = [(4 * RATE + 9 * RATE // 10, 6 * RATE)]
    assert ducking.phrases([first, closer], DUCKING) == [(0, 6 * RATE)]


def test_activity_ignores_silence():
    line = np.concatenate([np.zeros(RATE), voice(1), np.zeros(RATE)])
    first, last = ducking.activity(line, 1000)[0][0], ducking.activity(line, 1000)[-1][1]
    assert abs(first - RATE - 1000) < 1500 and abs(last - 2 * RATE - 1000) < 1500
    assert ducking.activity(np.zeros(RATE), 0) == []


def test_the_limiter_holds_its_ceiling_and_block_edges_are_seamless(tmp_path):
    samples = (music(4, 0.5) + voice(4, 0.5)[:, None]).astype(np.float32)
    whole = limited(samples, 0.5)
    assert measure(sound(tmp_path / "limited.wav", whole)).true_peak <= 20 * np.log10(0.5) + 0.1
    middle = limited(samples[RATE - CONTEXT : 2 * RATE + CONTEXT], 0.5)[CONTEXT:-CONTEXT]
    assert np.allclose(middle, whole[RATE : 2 * RATE], atol=1e-6)
    assert limited(samples, 9.0) is samples


@pytest.mark.parametrize("seconds", [1, 3.3, 12])
def test_the_quick_measurement_agrees_with_the_slow_one(tmp_path, seconds):
    line = voice(seconds)
    stereo = np.stack([line, line], axis=1)
    assert abs(loudness_of(stereo) - measure(sound(tmp_path / "line.wav", stereo)).integrated) <= 0.15


def test_files_that_are_no_sound_are_named(tmp_path):
    def stems(name):
        line = Placed(tmp_path / name, 0)
        write_stems([line], [], [], samples=RATE, levels=Levels(), folder=tmp_path / "stems")

    (tmp_path / "line.wav").write_bytes(b"not sound")
    with pytest.raises(MediaError, match=r"line\.wav cannot be read"):
        stems("line.wav")
    soundfile.write(tmp_path / "slow.wav", voice(1), 22050)
    with pytest.raises(MediaError, match="22050 samples a second"):
        stems("slow.wav")
    with pytest.raises(MediaError, match="could not be measured"):
        measure(tmp_path / "line.wav")
    with pytest.raises(MediaError, match=r"line\.wav cannot be read"):
        master([tmp_path / "line.wav"], samples=RATE, target=tmp_path / "m.wav")
    assert not (tmp_path / "m.wav").exists()
