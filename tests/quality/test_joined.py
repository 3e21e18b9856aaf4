"""A reel judged by its parts: what comes out is what measuring the whole gives, and parts are known again."""

from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile

from swav.cut.aac import encode
from swav.cut.join import join
from swav.cut.segment import Format, ShotPicture, encode_segment, encode_transition
from swav.media.writer import ClipWriter
from swav.quality import joined
from swav.quality.joined import NotInGroups, measure_joined, measure_picture, measure_sound, sound_digest
from swav.quality.reel import measure_reel
from swav.times import to_samples

WIDTH, HEIGHT = 128, 72
LENGTHS = (20, 1, 70, 13)
FRAMES = sum(LENGTHS)
BLACK = {
    "none": [],
    "at the start": [(0, 17)],
    "at the end": [(FRAMES - 16, FRAMES)],
    "over every seam": [(8, FRAMES - 3)],
    "short and long": [(2, 4), (9, 27), (30, 42), (43, 60)],
    "all": [(0, FRAMES)],
}


def take_of(target, rate, black, seed):
    """A take of noise whose stretches of frames are black; a few pixels of them are bright, as dirt is."""
    rng = np.random.default_rng(seed)
    with ClipWriter(target, width=WIDTH, height=HEIGHT, rate=rate, metadata={}) as clip:
        for number in range(FRAMES):
            frame = np.repeat(np.repeat(rng.integers(60, 200, (9, 16, 3), np.uint8), 8, axis=0), 8, axis=1)
            if any(start <= number < stop for start, stop in black):
                frame[:] = 0
                frame[:4, :4] = 255
            clip.write(frame)
    return target


def pieces_of(folder, rate, black, seed=0):
    """Segments of one take, and a dissolve of it at the end."""
    take, pieces, start = take_of(folder / "take.mp4", rate, black, seed), [], 0
    form = Format(WIDTH, HEIGHT, rate, preset="veryfast")
    for length in LENGTHS:
        pieces.append(folder / f"piece-{start}.mp4")
        encode_segment(ShotPicture(take, FRAMES), start, start + length, form, pieces[-1])
        start += length
    pieces.append(folder / "dissolve.mp4")
    shot = ShotPicture(take, FRAMES)
    encode_transition("fade", shot, shot, 9, 9, form, pieces[-1])
    return pieces


def reel_of(folder, pieces, rate, level=0.1):
    """The pieces joined, with a tone that is silent for its middle third."""
    frames = FRAMES + 9
    samples = to_samples(frames, rate, 48_000)
    tone = level * np.sin(np.arange(samples) / 20)
    tone[samples // 3 : 2 * samples // 3] = 0
    soundfile.write(folder / "mix.wav", np.stack([tone, tone], axis=1), 48_000, subtype="PCM_24")
    reel = folder / f"reel-{level}.mp4"
    more = {"subtitles": None, "language": "en", "chapters": (), "metadata": {}}
    join(pieces, rate=rate, sound=folder / "mix.wav", target=reel, **more)
    return reel


def known_of(pieces):
    return {group["digest"]: group for piece in pieces for group in measure_picture(piece)}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    folder, rate = tmp_path_factory.mktemp("film"), Fraction(24)
    pieces = pieces_of(folder, rate, BLACK["short and long"])
    return folder, pieces, reel_of(folder, pieces, rate)


@pytest.mark.parametrize(
    ("rate", "black"),
    [*((Fraction(24), black) for black in BLACK), (Fraction(30_000, 1001), "short and long")],
)
def test_what_is_put_together_equals_the_whole(tmp_path, rate, black, monkeypatch):
    pieces = pieces_of(tmp_path, rate, BLACK[black])
    reel = reel_of(tmp_path, pieces, rate)
    known = known_of(pieces)
    monkeypatch.setattr(joined, "_seen", lambda *_: pytest.fail("a group was decoded that is known"))
    found = measure_joined(reel, None, (), known, measure_sound)
    assert found == measure_reel(reel, None)
    assert bool(found["black"]) == bool(BLACK[black]) and found["silent"]


def test_what_is_not_known_is_measured(film):
    _, pieces, reel = film
    expected = measure_reel(reel, None)
    for known in ({}, known_of(pieces[:2]), known_of(pieces[1:4])):
        assert measure_joined(reel, None, (), known, measure_sound) == expected


def test_a_reel_knows_no_picture_and_no_sound_but_its_own(film, tmp_path):
    folder, pieces, reel = film
    others = pieces_of(tmp_path, Fraction(24), BLACK["none"], seed=1)
    assert not set(known_of(others)) & set(known_of(pieces))
    louder = reel_of(folder, pieces, Fraction(24), level=0.2)
    assert sound_digest(louder) != sound_digest(reel)
    assert measure_picture(louder) == measure_picture(reel)


def test_a_sound_by_itself_is_the_sound_of_its_reel(tmp_path):
    """What was measured of the mix when it was encoded holds for the reel."""
    for rate in (Fraction(24), Fraction(30_000, 1001)):
        folder = tmp_path / str(rate.denominator)
        folder.mkdir()
        reel = reel_of(folder, pieces_of(folder, rate, BLACK["none"]), rate)
        encoded, samples = folder / "mix.m4a", to_samples(FRAMES + 9, rate, 48_000)
        encode(folder / "mix.wav", samples, 256_000, encoded)
        assert sound_digest(encoded) == sound_digest(reel)
        assert measure_sound(encoded) == measure_sound(reel)


@pytest.mark.parametrize("seed", range(3))
def test_a_reel_that_is_damaged_is_told_as_the_whole_is(film, tmp_path, seed):
    """Bytes of its picture are others than those that were measured, so nothing that is known says so."""
    _, pieces, reel = film
    rng = np.random.default_rng(seed)
    with av.open(str(reel)) as container:
        places = [packet.pos + packet.size // 2 for packet in container.demux(video=0) if packet.size > 200]
    data = bytearray(reel.read_bytes())
    for place in rng.choice(places, 3):
        data[place : place + 12] = rng.integers(0, 256, 12, np.uint8).tobytes()
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(data)
    found = measure_joined(torn, None, (), known_of(pieces), measure_sound)
    assert found == measure_reel(torn, None)


def test_a_picture_without_closed_groups_at_a_constant_rate_is_not_divided(film, tmp_path):
    _, pieces, _ = film
    late = tmp_path / "late.mp4"
    with av.open(str(pieces[2])) as source, av.open(str(late), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.pts += 512 * (packet.pts > 5000)
                packet.stream = stream
                target.mux(packet)
    with pytest.raises(NotInGroups):
        measure_picture(late)
