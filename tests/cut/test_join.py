"""The joined reel, read back: every frame in its place, sound on the cut, and no word of metadata lost."""

from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest
import soundfile
from numbered import HEIGHT, WIDTH, numbers_in, pictures, read_number, write_numbered
from peak_memory import LONG, MIB_A_MINUTE, SHORT, growth, peak

from swav.cut.aac import encode
from swav.cut.join import Chapter, join
from swav.cut.segment import Format, ShotPicture, encode_segment, encode_transition
from swav.errors import MediaError
from swav.media.probe import opened, probe
from swav.times import to_samples

FILM = Fraction(24)
RATES = [Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(24_000, 1001)]
HOSTILE = "a=b; #c \\ 'q' \"d\" %{pts} [v];\nनमस्ते שלום 🎬 <i>x</i> {\\b1}"


def silence(path, frames, rate=FILM, clicks=()):
    """A 24-bit stereo WAV of the picture's length, with a click at the start of each frame in ``clicks``."""
    samples = np.zeros((to_samples(frames, rate, 48_000), 2))
    for frame in clicks:
        samples[to_samples(frame, rate, 48_000)] = 0.9
    soundfile.write(path, samples, 48_000, subtype="PCM_24")
    return path


def reel_of(tmp_path, segments, frames, rate=FILM, clicks=(), **more):
    target = tmp_path / "reel.mp4"
    sound = silence(tmp_path / "mix.wav", frames, rate, clicks)
    settings = {"subtitles": None, "language": "en", "chapters": (), "metadata": {}, **more}
    join(segments, rate=rate, sound=sound, target=target, **settings)
    return target


def segments_of(tmp_path, lengths, rate=FILM):
    """Numbered segments, one after the other from one take."""
    take = write_numbered(tmp_path / "take.mp4", range(sum(lengths)), rate)
    segments, start = [], 0
    for length in lengths:
        segments.append(tmp_path / f"segment-{start}.mp4")
        shot = ShotPicture(take, sum(lengths))
        encode_segment(
            shot, start, start + length, Format(WIDTH, HEIGHT, rate, preset="veryfast"), segments[-1]
        )
        start += length
    return segments


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return segments_of(tmp_path_factory.mktemp("three"), [10, 1, 14])


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_frame_is_in_its_place_at_a_constant_rate(tmp_path, rate):
    lengths = [17, 1, 2, 30, 1, 1, 9]
    target = reel_of(tmp_path, segments_of(tmp_path, lengths, rate), sum(lengths), rate)
    assert numbers_in(target) == list(range(sum(lengths)))
    with av.open(str(target)) as reel:
        stream = reel.streams.video[0]
        assert stream.average_rate == rate and stream.base_rate == rate
        shown = [frame.pts * frame.time_base for frame in reel.decode(video=0)]
        assert shown == [n / rate for n in range(sum(lengths))]
    with av.open(str(target)) as reel:
        decoded = [packet.dts for packet in reel.demux(video=0) if packet.size]
        assert {after - before for before, after in pairwise(decoded)} == {decoded[1] - decoded[0]}
    assert probe(target).duration == sum(lengths) / rate


@pytest.mark.parametrize("rate", [FILM, Fraction(30_000, 1001)], ids=str)
def test_sound_that_was_encoded_before_gives_the_same_reel(tmp_path, rate):
    segments = segments_of(tmp_path, [17, 2, 30], rate)
    plain = reel_of(tmp_path, segments, 49, rate, [3, 20]).read_bytes()
    encoded = tmp_path / "mix.m4a"
    encode(tmp_path / "mix.wav", to_samples(49, rate, 48_000), 256_000, encoded)
    assert reel_of(tmp_path, segments, 49, rate, encoded=encoded).read_bytes() == plain, "it was not encoded"
    encode(tmp_path / "mix.wav", to_samples(48, rate, 48_000), 256_000, encoded)
    silent = reel_of(tmp_path, segments, 49, rate).read_bytes()
    assert reel_of(tmp_path, segments, 49, rate, encoded=encoded).read_bytes() == silent, "of another length"
    encoded.write_bytes(encoded.read_bytes()[:900])
    assert reel_of(tmp_path, segments, 49, rate, encoded=encoded).read_bytes() == silent, "torn"


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_sound_is_on_the_cut(tmp_path, rate):
    """A click at each cut is found, after AAC, within 5 ms of the moment that the picture changes."""
    lengths = [24, 13, 31, 8, 40]
    cuts = [sum(lengths[:n]) for n in range(1, len(lengths))]
    target = reel_of(tmp_path, segments_of(tmp_path, lengths, rate), sum(lengths), rate, cuts)
    with av.open(str(target)) as reel:
        frames = [(frame.pts * frame.time_base, frame.to_ndarray()[0]) for frame in reel.decode(audio=0)]
    level = np.zeros(int((frames[-1][0] + 1) * 48_000))
    for at, samples in frames:
        begin = int(at * 48_000)
        level[max(begin, 0) : begin + len(samples)] = np.abs(samples[max(-begin, 0) :])
    with av.open(str(target)) as reel:
        early = [packet.pts - packet.dts for packet in reel.demux(video=0) if packet.size]
    assert min(early) == 0, "no frame is decoded earlier than it must be, by players without edit lists too"
    for cut in cuts:
        expected = to_samples(cut, rate, 48_000)
        window = level[expected - 2400 : expected + 2400]
        assert window.max() > 0.1
        assert abs(int(window.argmax()) - 2400) <= 240
    with av.open(str(target)) as reel:
        picture, sound = reel.streams.video[0], reel.streams.audio[0]
        assert abs(picture.duration * picture.time_base - sound.duration * sound.time_base) < 1 / rate
        assert (sound.rate, sound.codec_context.layout.name, sound.codec_context.name) == (
            48_000,
            "stereo",
            "aac",
        )


def test_transitions_join_with_segments(tmp_path):
    """Three shots of 20 frames, with a one-frame fade and a fade through black between them."""
    take = write_numbered(tmp_path / "take.mp4", range(20))
    form, shot = Format(WIDTH, HEIGHT, FILM), ShotPicture(take, 20)
    pieces = [tmp_path / f"{n}.mp4" for n in range(5)]
    encode_segment(shot, 0, 19, form, pieces[0])
    encode_transition("fade", shot, shot, 1, 1, form, pieces[1])
    encode_segment(shot, 1, 15, form, pieces[2])
    encode_transition("fade_black", shot, shot, 5, 6, form, pieces[3])
    encode_segment(shot, 6, 20, form, pieces[4])
    target = reel_of(tmp_path, pieces, 19 + 1 + 14 + 11 + 14)
    frames = pictures(target)
    assert len(frames) == 59 and frames[39].mean() < 3
    assert [read_number(frame) for frame in frames[:19]] == list(range(19))
    assert [read_number(frame) for frame in frames[20:34]] == list(range(1, 15))
    assert [read_number(frame) for frame in frames[45:]] == list(range(6, 20))


@pytest.mark.slow
def test_two_hundred_segments(tmp_path):
    """Distinct pieces in a shuffled order: each stays where it was put."""
    pieces = segments_of(tmp_path, [3, 1, 2, 5, 1, 4, 2, 7, 1, 6])
    held = [numbers_in(piece) for piece in pieces]
    order = [n * 7 % 10 for n in range(200)]
    expected = [number for n in order for number in held[n]]
    target = reel_of(tmp_path, [pieces[n] for n in order], len(expected))
    assert numbers_in(target) == expected
    assert probe(target).rate == 24


JOINING = """
import sys
from fractions import Fraction
from pathlib import Path
from swav.cut.aac import encode
from swav.cut.join import Chapter, join

folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
mix, encoded, rate = folder / f"{seconds}.wav", folder / f"{seconds}.m4a", Fraction(24)
if sys.argv[3] == "before":
    encode(mix, seconds * 48000, 256_000, encoded)
chapters = [Chapter(str(second), second * 24, (second + 4) * 24) for second in range(0, seconds, 4)]
more = {"subtitles": None, "language": "en", "chapters": chapters, "metadata": {}, "encoded": encoded}
target = folder / f"{seconds}.mp4"
join([folder / "piece.mp4"] * (seconds // 4), rate=rate, sound=mix, target=target, **more)
"""


@pytest.mark.parametrize("sound", ["before", "with it"])
def test_a_long_film_takes_no_more_memory_to_join(tmp_path, sound):
    """Its sound encoded before it, as a mix's is, or with it."""
    segments_of(tmp_path, [96])[0].rename(tmp_path / "piece.mp4")
    noise = np.random.default_rng(1).normal(0, 0.1, (48_000, 2)).clip(-1, 1)
    for seconds in (SHORT, LONG):
        soundfile.write(tmp_path / f"{seconds}.wav", np.tile(noise, (seconds, 1)), 48_000, subtype="PCM_24")
    short, long = (peak(JOINING, tmp_path, seconds, sound) for seconds in (SHORT, LONG))
    assert probe(tmp_path / f"{LONG}.mp4").frames == LONG * 24
    assert growth(short, long) < MIB_A_MINUTE and long < 150


def test_picture_packets_are_copied_and_not_encoded(tmp_path, three):
    target = reel_of(tmp_path, three, 25)

    def packets(path):
        with av.open(str(path)) as container:
            return [bytes(packet) for packet in container.demux(video=0) if packet.size]

    assert packets(target) == [packet for piece in three for packet in packets(piece)]


def test_pieces_that_are_copied_tell_all_that_is_asked_and_are_not_decoded(three):
    def told(path, **how):
        with opened(path, **how) as container:
            stream = container.streams.video[0]
            codec = stream.codec_context
            settings = (codec.name, codec.extradata, codec.pix_fmt)
            times = (stream.time_base, stream.average_rate, stream.frames, stream.width, stream.height)
            return settings, times, [(bytes(packet), packet.pts) for packet in container.demux(stream)]

    for piece in three:
        decoded, copied = told(piece), told(piece, only_packets=True)
        assert copied[1:] == decoded[1:] and copied[0][:2] == decoded[0][:2]
        assert (decoded[0][2], copied[0][2]) == ("yuv420p", None)  # which only a frame says


def test_the_same_segments_give_the_same_bytes(tmp_path, three):
    first = reel_of(tmp_path, three, 25).read_bytes()
    assert reel_of(tmp_path, three, 25).read_bytes() == first


def test_the_index_stands_before_the_media(tmp_path, three):
    """+faststart: a player on a network can begin at once."""
    content = reel_of(tmp_path, three, 25).read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


def test_seeking_lands_on_the_frame(tmp_path, three):
    target = reel_of(tmp_path, three, 25)
    with av.open(str(target)) as reel:
        reel.seek(int(11 * av.time_base / 24))  # the third segment's first frame
        frame = next(reel.decode(video=0))
        assert frame.pts * frame.time_base == Fraction(11, 24) and frame.key_frame


def test_chapters_and_hostile_metadata_come_back_as_they_were(tmp_path, three):
    chapters = [Chapter("r001", 0, 10), Chapter(HOSTILE, 10, 11), Chapter("न" * 200, 11, 25)]
    metadata = {
        "title": HOSTILE,
        "comment": "made on the premises",
        "engine: r001": "animatic\n[v];#=",
        "zero": "\0",
    }
    target = reel_of(tmp_path, three, 25, chapters=chapters, metadata=metadata)
    with av.open(str(target)) as reel:
        found = [
            (one["metadata"]["title"], one["start"] * one["time_base"], one["end"] * one["time_base"])
            for one in reel.chapters()
        ]
        assert found[0] == ("r001", 0, Fraction(10, 24))
        assert found[1] == (HOSTILE, Fraction(10, 24), Fraction(11, 24))
        assert found[2] == ("न" * 85, Fraction(11, 24), Fraction(25, 24))
        assert reel.metadata["title"] == HOSTILE
        assert reel.metadata["comment"] == "made on the premises\nengine: r001: animatic\n[v];#=\nzero: "


def test_subtitles_are_a_soft_track_in_their_language(tmp_path, three):
    lines = ["Plain {\\an8} [v]; <b>", "दो पंक्तियाँ\nline \\N = two"]
    (tmp_path / "final.srt").write_text(
        f"1\n00:00:00,125 --> 00:00:00,500\n{lines[0]}\n\n2\n00:00:00,625 --> 00:00:01,000\n{lines[1]}\n",
        encoding="utf-8",
    )
    target = reel_of(tmp_path, three, 25, subtitles=tmp_path / "final.srt", language="hi-IN")
    with av.open(str(target)) as reel:
        stream = reel.streams.subtitles[0]
        assert stream.codec_context.name == "mov_text"
        assert stream.metadata["language"] == "hin"
        found = [(packet.pts, packet.duration, bytes(packet)[2:].decode()) for packet in reel.demux(stream)]
    assert [line for line in found if line[2]] == [(125, 375, lines[0]), (625, 375, lines[1])]
    assert numbers_in(target) == list(range(25))


def test_a_reel_without_a_spoken_word_has_no_subtitles(tmp_path, three):
    (tmp_path / "empty.srt").write_text("")
    with av.open(str(reel_of(tmp_path, three, 25, subtitles=tmp_path / "empty.srt"))) as reel:
        assert not reel.streams.subtitles


def test_a_segment_of_another_format_is_refused_by_name(tmp_path, three):
    take = write_numbered(tmp_path / "take.mp4", range(10))
    large, fast = tmp_path / "large.mp4", tmp_path / "fast.mp4"
    encode_segment(ShotPicture(take, 10), 0, 10, Format(320, 180, FILM), large)
    with pytest.raises(
        MediaError, match=r"large\.mp4 cannot be joined to .*it is h264 320x180, not h264 160x90"
    ):
        reel_of(tmp_path, [*three, large], 35)
    encode_segment(ShotPicture(take, 10), 0, 10, Format(WIDTH, HEIGHT, Fraction(25)), fast)
    with pytest.raises(MediaError, match=r"fast\.mp4 cannot be joined"):
        reel_of(tmp_path, [*three, fast], 35)
    assert not (tmp_path / "reel.mp4").exists()


def test_a_damaged_or_missing_segment_is_refused_by_name(tmp_path, three):
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(three[0].read_bytes()[:700])
    for name in ("damaged.mp4", "missing.mp4"):
        with pytest.raises(MediaError, match=name):
            reel_of(tmp_path, [three[0], tmp_path / name], 20)
    assert not (tmp_path / "reel.mp4").exists()


def test_sound_of_another_length_or_kind_is_refused(tmp_path, three):
    wrong = {
        "subtitles": None,
        "language": "en",
        "chapters": (),
        "metadata": {},
        "target": tmp_path / "reel.mp4",
    }
    for frames in (23, 27):
        with pytest.raises(MediaError, match=r"mix\.wav is .* s long and the picture 1\.042 s"):
            join(three, rate=FILM, sound=silence(tmp_path / "mix.wav", frames), **wrong)
    soundfile.write(tmp_path / "mono.wav", np.zeros(50_000), 44_100)
    with pytest.raises(MediaError, match=r"mono\.wav has 1 channels at 44100 Hz"):
        join(three, rate=FILM, sound=tmp_path / "mono.wav", **wrong)


def test_sound_a_frame_short_is_filled_with_silence(tmp_path, three):
    target = tmp_path / "reel.mp4"
    sound = silence(tmp_path / "mix.wav", 24)
    join(
        three, rate=FILM, sound=sound, subtitles=None, language="en", chapters=(), metadata={}, target=target
    )
    with av.open(str(target)) as reel:
        stream = reel.streams.audio[0]
        assert stream.duration * stream.time_base == pytest.approx(25 / 24, abs=1e-3)
