"""Music: prompts become moods, moods become pieces that fit the reel to the sample and end when it ends."""

import hashlib
from fractions import Fraction
from random import Random

import numpy as np
import pytest
import soundfile

from swav.errors import EngineError
from swav.music import compose
from swav.music.form import planned
from swav.music.character import read_character
from swav.music.players import additive
from swav.music.score import composed
from swav.music.theory import CADENCES, PROGRESSIONS, chord, voiced
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


def test_without_the_sampler_a_plain_player_plays_the_same_score():
    form, stretches = piece("calm", 4, 1)
    notes = [note for stretch in stretches for note in stretch]
    sound = additive(notes, form.character, 0.0, 4 * 48000)
    assert sound.shape == (4 * 48000, 2) and sound.dtype == np.float32
    assert 0.01 < np.abs(sound).max() < 4 and np.isfinite(sound).all()
    spectrum = np.abs(np.fft.rfft(sound[48000:96000].sum(axis=1)))
    strongest = np.argmax(spectrum)  # of one second: its index is its frequency
    sung = {round(440 * 2 ** ((note.pitch - 69) / 12)) for note in notes}
    assert min(abs(strongest - frequency) for frequency in sung) <= 2


def test_no_length_is_an_error(tmp_path):
    with pytest.raises(EngineError, match="cannot be made"):
        compose("calm", length=Fraction(0), seed=1, target=tmp_path / "bed.wav")
    assert not list(tmp_path.iterdir())
