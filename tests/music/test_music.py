"""Music: prompts become moods, moods become pieces that fit the reel to the sample and end when it ends."""

import hashlib
import math
from dataclasses import astuple
from fractions import Fraction
from itertools import pairwise
from random import Random

import numpy as np
import pytest
import soundfile

from swav.errors import EngineError
from swav.music import Mood, compose
from swav.music.character import read_character
from swav.music.form import movements, planned
from swav.music.moods import settled
from swav.music.music_engine import Bed
from swav.music.players.sampled import Sampled
from swav.music.score import composed
from swav.music.theory import CADENCES, PROGRESSIONS, chord, pivot, scale, voiced
from swav.sound.loudness import measure

MOODS = [
    # prompt, mode, tempo range, energy range, drums, pad, arpeggio, melody
    ("", "major", (70, 80), (0.3, 0.4), "none", 48, 0, 42),
    ("calm strings at dawn, slow", "major", (50, 65), (0.1, 0.3), "none", 48, 0, 42),
    ("dawn over the harbour, harp", "lydian", (65, 75), (0.2, 0.4), "none", 89, 46, 73),
    ("epic and heroic, big drums", "dorian", (90, 105), (0.7, 0.9), "driving", 48, 48, 60),
    ("epic strings without drums", "dorian", (90, 105), (0.7, 0.9), "none", 48, 48, 60),
    ("hopeful piano and cello, restrained", "major", (80, 95), (0.3, 0.45), "soft", 48, 0, 42),
    ("sad solo violin in a minor key", "minor", (50, 65), (0.1, 0.3), "none", 49, 0, 40),
    ("sad, but in G major", "major", (50, 65), (0.1, 0.3), "none", 49, 0, 0),
    ("tense, dark underscore", "minor", (80, 95), (0.4, 0.6), "soft", 48, 0, 42),
    ("innovative technology, modern synths", "dorian", (100, 115), (0.4, 0.6), "soft", 89, 5, 11),
    ("driving electronic, 128 bpm", "dorian", (128, 128), (0.5, 0.8), "soft", 48, 0, 42),
    ("playful pizzicato and clarinet", "major", (105, 115), (0.4, 0.5), "none", 48, 45, 71),
    ("noble naval ceremony, brass and horns", "major", (70, 80), (0.4, 0.5), "none", 61, 48, 60),
    ("magical, floating in space", "lydian", (68, 76), (0.2, 0.4), "none", 89, 46, 73),
    ("industrial shipyard percussion", "dorian", (100, 110), (0.5, 0.7), "driving", 89, 5, 11),
    ("NOSTALGIC; tender guitar", "major", (60, 75), (0.2, 0.3), "none", 49, 24, 0),
    ("peaceful choir and flute, no percussion", "major", (60, 70), (0.1, 0.3), "none", 52, 0, 73),
    ("fast action chase", "dorian", (125, 150), (0.8, 1.0), "driving", 48, 0, 42),
    ("not sad, simply warm", "major", (85, 100), (0.4, 0.6), "soft", 48, 0, 42),
    ("9999 bpm 🎵 {x} %", "major", (70, 80), (0.3, 0.4), "none", 48, 0, 42),
]


def piece(prompt, seconds, seed):
    """The one movement of a piece in one mood, and the notes of its sections."""
    [movement] = composed([(Fraction(0), read_character(prompt))], Fraction(seconds), seed)
    return movement


@pytest.mark.parametrize(("prompt", "mode", "tempo", "energy", "drums", "pad", "arpeggio", "melody"), MOODS)
def test_a_prompt_is_read(prompt, mode, tempo, energy, drums, pad, arpeggio, melody):
    mood = read_character(prompt)
    assert (mood.mode, mood.drums) == (mode, drums)
    assert tempo[0] <= mood.tempo <= tempo[1] and energy[0] <= mood.energy <= energy[1]
    assert [mood.program(role) for role in ("pad", "arpeggio", "melody")] == [pad, arpeggio, melody]


def test_a_register_is_read():
    words = ("deep and low", "calm", "airy and shimmering")
    assert [read_character(prompt).register for prompt in words] == ["low", "middle", "high"]


@pytest.mark.parametrize("seconds", [2, Fraction(7, 2), 5, 9, Fraction(41, 3), 30, 61, 600, 3600])
@pytest.mark.parametrize("prompt", ["calm, very slow", "driving, fast, 140 bpm"])
def test_the_form_fits_any_length(prompt, seconds):
    form = planned(read_character(prompt), Fraction(seconds), Random(1))
    assert sum(section.bars for section in form.sections) == form.bars
    assert 0 < form.ending < form.length == seconds  # room for the last chord
    if seconds > 20:  # the tempo gives way by a few percent only
        natural = Fraction(240, read_character(prompt).tempo)
        assert Fraction(85, 100) < form.bar / natural < Fraction(115, 100)


@pytest.mark.parametrize("seconds", [2, 9, 45])
def test_the_piece_ends_on_its_tonic(seconds):
    form, stretches = piece("hopeful", seconds, 5)
    tonic = form.sections[-1].tonic % 12
    last = stretches[-1]
    assert min(last, key=lambda note: note.pitch).pitch % 12 == tonic
    assert {note.pitch % 12 for note in last} == {tonic, (tonic + 4) % 12, (tonic + 7) % 12}
    assert max(note.start + note.length for note in last) >= form.length


def test_an_hour_does_not_loop():
    form, stretches = piece("noble strings", 3600, 3)
    written = set()
    for section, notes in zip(form.sections, stretches, strict=False):
        origin = form.bar * section.first
        shape = [(note.role, note.pitch, int((note.start - origin) * 20)) for note in notes]
        written.add(tuple(shape))
    assert len(written) == len(form.sections) > 100
    assert len({section.tonic for section in form.sections}) > 5
    assert len({section.layers for section in form.sections}) > 3


@pytest.mark.parametrize("mode", PROGRESSIONS)
def test_voices_move_little(mode):
    voicing = ()
    for degree in [d for progression in PROGRESSIONS[mode] for d in progression] + list(CADENCES[mode]):
        chosen = voiced(chord(60, mode, degree, colour=True), voicing, 60)
        assert all(45 < note < 75 for note in chosen) and chosen[-1] - chosen[0] <= 16
        if voicing:
            assert max(min(abs(note - old) for old in voicing) for note in chosen) <= 4
        voicing = chosen


def test_seeds_are_pieces_and_a_piece_is_its_bytes(tmp_path):
    def made(name, seed, prompt="calm"):
        compose(prompt, length=Fraction(6), seed=seed, target=tmp_path / name)
        return hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()

    first = made("a.wav", 1)
    assert made("b.wav", 1) == first
    assert made("c.wav", 2) != first and made("d.wav", 1, "epic") != first


@pytest.mark.parametrize("length", [Fraction(1, 2), Fraction(2), Fraction(1001, 240), Fraction(40)])
def test_the_bed_fits_to_the_sample_and_dies_away(tmp_path, length):
    target = tmp_path / "deep" / "bed.wav"
    compose("hopeful, with drums", length=length, seed=7, target=target)
    info = soundfile.info(target)
    assert info.frames == round(length * 48000)
    assert (info.samplerate, info.channels, info.subtype) == (48000, 2, "PCM_24")
    assert [file.name for file in target.parent.iterdir()] == ["bed.wav"]
    samples, _ = soundfile.read(target)
    assert np.abs(samples[[0, -1]]).max() < 1e-4  # neither a click at the start nor a cut at the end
    if length >= 2:
        level = [
            np.sqrt(np.mean(part**2))
            for part in np.array_split(samples[-min(len(samples) // 10, 120000) :], 5)
        ]
        assert level == sorted(level, reverse=True) and level[-1] < 0.25 * level[0]
        heard = measure(target)
        assert abs(heard.integrated + 23) <= 0.2 and heard.true_peak <= -1.9


def test_no_seam_is_heard_between_sections(tmp_path):
    """Sections are played one by one: where they meet, no sample leaps further than inside them."""
    compose("calm strings", length=Fraction(60), seed=2, target=tmp_path / "bed.wav")
    samples, _ = soundfile.read(tmp_path / "bed.wav")
    _, stretches = piece("calm strings", 60, 2)
    leaps = np.abs(np.diff(samples, 2, axis=0)).max(axis=1)
    for notes in stretches[1:]:
        seam = round(min(note.start for note in notes) * 48000)
        assert leaps[seam - 3 : seam + 3].max() <= np.quantile(leaps, 0.9999)


def test_without_the_sampler_nobody_plays_under_its_key(tmp_path, monkeypatch):
    monkeypatch.setattr(Sampled, "packages", ("pretty_midi", "a_sampler_that_is_not_here"))
    bed = Bed(moods=[Mood(Fraction(0), "calm")], length=Fraction(2), seed=1, target=tmp_path / "bed.wav")
    with pytest.raises(EngineError, match="a_sampler_that_is_not_here not installed; pip install"):
        Sampled().compose(bed)
    assert not list(tmp_path.iterdir())


def test_no_length_is_an_error(tmp_path):
    with pytest.raises(EngineError, match="cannot be made"):
        compose("calm", length=Fraction(0), seed=1, target=tmp_path / "bed.wav")
    assert not list(tmp_path.iterdir())


CHANGES = [
    # moods by their second, length, what is heard
    ([(0, "a")], 9, [(0, "a")]),
    ([(0, "a"), (5, "b")], 9, [(0, "a"), (5, "b")]),
    ([(3, "a"), (5, "b")], 9, [(0, "a"), (5, "b")]),  # music begins with the reel
    ([(0, "a"), (5, "b"), (Fraction(13, 2), "c")], 9, [(0, "a"), (Fraction(13, 2), "c")]),  # too short
    ([(0, "a"), (1, "b")], 9, [(0, "b")]),
    ([(0, "a"), (8, "b")], 9, [(0, "a")]),  # no time left
    ([(0, "a"), (5, "b"), (20, "c")], 9, [(0, "a"), (5, "b")]),  # after the end
    ([(0, "a"), (4, "a"), (6, "b")], 9, [(0, "a"), (6, "b")]),  # no change
    ([(0, "a"), (1, "b")], 1, [(0, "a")]),
    ("calm", 9, [(0, "calm")]),
]


def moods(pairs):
    return pairs if isinstance(pairs, str) else [Mood(Fraction(start), prompt) for start, prompt in pairs]


@pytest.mark.parametrize(("given", "length", "heard"), CHANGES)
def test_moods_that_are_heard(given, length, heard):
    assert settled(moods(given), Fraction(length)) == moods(heard)


@pytest.mark.parametrize(
    ("given", "said"), [([], "needs a mood"), ([(0, "a"), (7, "b"), (7, "c")], "in order")]
)
def test_moods_that_make_no_sense(given, said):
    with pytest.raises(EngineError, match=said):
        settled(moods(given), Fraction(60))


@pytest.mark.parametrize(
    ("prompt", "seconds", "seed", "known"),
    [
        ("playful", 2, 1, "0bea3a2b707f"),
        ("hopeful, with drums", 40, 7, "75783c9c7d91"),
        ("noble strings", 300, 3, "70ecc0f7cb5e"),
    ],
)
def test_a_piece_in_one_mood_stays_as_it_is(prompt, seconds, seed, known):
    """The notes of before moods could change: no reel's bed sounds otherwise than it did."""
    written = [astuple(note) for notes in piece(prompt, seconds, seed)[1] for note in notes]
    assert hashlib.sha256(repr(written).encode()).hexdigest()[:12] == known


def test_one_mood_and_its_prompt_are_the_same_bytes(tmp_path):
    for name, given in (("a.wav", "playful"), ("b.wav", [Mood(Fraction(0), "playful")])):
        compose(given, length=Fraction(2), seed=1, target=tmp_path / name)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


FILM = [
    (0, "calm strings, slow"),
    (Fraction(61, 3), "epic, big drums"),
    (40, "hopeful piano"),
    (43, "tense, dark"),
]


def characters(pairs):
    return [(Fraction(start), read_character(prompt)) for start, prompt in pairs]


@pytest.mark.parametrize("seed", range(6))
def test_movements_begin_on_their_second(seed):
    """The first beat falls on the mark itself, and nothing of the new movement comes before it."""
    composition = composed(characters(FILM), Fraction(60), seed)
    for (form, sections), (start, _) in zip(composition, FILM, strict=True):
        assert form.start == start == min(note.start for notes in sections for note in notes)
        beat = [note for note in sections[0] if note.start == form.start]
        assert {"pad", "bass"} & {note.role for note in beat}
    assert all(not form.closing for form, _ in composition[:-1]) and composition[-1][0].closing
    assert all(one.ending == other.start for (one, _), (other, _) in pairwise(composition))
    last = composition[-1][1][-1]
    assert max(note.start + note.length for note in last) >= 60


@pytest.mark.parametrize("length", [46, 60])  # the last movement has two bars, or more
@pytest.mark.parametrize("seed", range(6))
def test_movements_pass_from_key_to_key(seed, length):
    """Neighbouring keys share six notes or all; a chord of both leads over; notes are held."""
    composition = composed(characters(FILM), Fraction(length), seed)
    for (one, before), (other, after) in pairwise(composition):
        here = scale(one.tonic, one.character.mode)
        there = scale(other.sections[0].tonic, other.character.mode)
        assert len(here & there) >= 6
        lead = [note for note in before[-1] if note.role == "pad" and note.start >= other.start - one.bar]
        degree = pivot_of(one, other) if one.bars > 1 else 0
        triad = chord(one.tonic, one.character.mode, degree, colour=False)
        assert set(triad) <= {note.pitch % 12 for note in lead} and (one.bars == 1 or set(triad) <= there)
        arrival = chord(other.sections[0].tonic, other.character.mode, 0, colour=False)
        begin = [note for note in after[0] if note.role == "pad" and note.start == other.start]
        assert set(arrival) <= {note.pitch % 12 for note in begin}
        held = {note.pitch % 12 for note in lead if note.start + note.length > other.start + one.bar / 4}
        assert held == {note.pitch % 12 for note in lead} & set(arrival)


def pivot_of(one, other):
    first = other.sections[0]
    return pivot(one.tonic, one.character.mode, first.tonic, other.character.mode)


@pytest.mark.parametrize("seconds", [9, 20, 33, 61])
@pytest.mark.parametrize("first", ["calm, slow", "driving, 128 bpm", "hopeful"])
@pytest.mark.parametrize("second", ["epic", "sad", "playful", "calm"])
def test_tempi_are_near_their_own_and_related(first, second, seconds):
    both = characters([(0, first), (seconds, second)])
    one, other = movements(both, Fraction(2 * seconds + 4), Random(1))
    for form in (one, other):
        natural = Fraction(240, form.character.tempo)
        assert Fraction(3, 4) < form.bar / natural < Fraction(4, 3)
    ratios = (1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2)
    assert min(abs(float(other.bar / one.bar) / ratio - 1) for ratio in ratios) < 0.17


def test_of_two_tempi_as_near_to_its_own_a_movement_takes_the_related_one():
    """Of two counts of bars, where one is hardly nearer, the simple ratio to what was before decides."""
    ratios = (1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2)
    decided = 0
    for seconds in range(9, 90):
        one, other = movements(
            characters([(0, "calm, slow"), (seconds, "epic")]), Fraction(2 * seconds + 4), Random(1)
        )
        natural, span = 240 / other.character.tempo, float(other.bar) * other.bars
        counts = (int(span / natural), int(span / natural) + 1)
        own = [abs(math.log(span / count / natural)) for count in counts]
        relation = [
            min(abs(math.log(span / count / (float(one.bar) * r))) for r in ratios) for count in counts
        ]
        if abs(own[0] - own[1]) < abs(relation[0] - relation[1]) / 4:
            assert other.bars == counts[relation.index(min(relation))], seconds
            decided += own.index(min(own)) != relation.index(min(relation))
    assert decided > 2, "some of them against what is nearest"


def centroids(samples):
    """The centre of the spectrum in hertz, ten times a second over windows of 0.2 s."""
    windows = np.lib.stride_tricks.sliding_window_view(samples.mean(axis=1), 9600)[::4800]
    spectra = np.abs(np.fft.rfft(windows * np.hanning(9600)))
    return spectra @ np.fft.rfftfreq(9600, 1 / 48000) / spectra.sum(axis=1)


def onsets(samples):
    """Where something is struck: the rise of the sound above 2 kHz, 100 times a second."""
    frames = np.lib.stride_tricks.sliding_window_view(samples.mean(axis=1), 960)[::480]
    above = np.log(np.abs(np.fft.rfft(frames * np.hanning(960)))[:, 40:] + 1e-3).mean(axis=1)
    return np.maximum(0, np.diff(above))


@pytest.mark.parametrize("rising", [True, False])
def test_a_change_of_mood_is_heard_where_it_is_written(tmp_path, rising):
    """Brighter and busier, or darker and calmer, from the mark on: the largest change lies at it."""
    pair = ("calm strings", "driving electronic, fast") if rising else ("epic, big drums", "calm strings")
    compose(moods([(0, pair[0]), (21, pair[1])]), length=Fraction(42), seed=2, target=tmp_path / "bed.wav")
    samples, _ = soundfile.read(tmp_path / "bed.wav")
    bright, struck = centroids(samples), onsets(samples) > 0.5
    if not rising:  # the same film, seen from its end
        bright, struck = bright[::-1], struck[::-1]
    mark = len(bright) // 2
    change = [bright[at : at + 20].mean() - bright[at - 20 : at].mean() for at in range(60, len(bright) - 60)]
    assert abs(60 + int(np.argmax(change)) - mark) <= 4  # tenths of a second, of windows of a fifth
    assert bright[mark : mark + 60].mean() > 1.15 * bright[mark - 60 : mark].mean()
    if rising:
        assert struck[2100:3000].sum() > 3 * max(1, struck[1100:2000].sum())


@pytest.mark.parametrize("seed", range(3))
def test_a_change_of_mood_neither_gaps_nor_clicks(tmp_path, seed):
    compose(moods([(0, "calm strings"), (14, "noble, solemn horns")]), length=Fraction(30), seed=seed,
            target=tmp_path / "bed.wav")  # fmt: skip
    samples, _ = soundfile.read(tmp_path / "bed.wav")
    levels = 20 * np.log10([np.sqrt(np.mean(part**2)) for part in np.split(samples[: 26 * 48000], 26 * 20)])
    passage = levels[12 * 20 : 17 * 20]  # in steps of 50 ms
    assert passage.min() > np.median(levels) - 10
    leaps = np.abs(np.diff(samples, 2, axis=0)).max(axis=1)
    mark = 14 * 48000
    assert leaps[mark - 3 : mark + 3].max() <= np.quantile(leaps, 0.9999)
