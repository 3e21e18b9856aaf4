"""Films as cameras and archives write them: the track that moves, its times, its alpha; or a sentence."""

import itertools
import random
import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numbered import HEIGHT, WIDTH, numbers_in, pictures, write_flat, write_numbered

from swav.errors import MediaError
from swav.media import ffmpeg
from swav.media.conform import conform_footage
from swav.media.probe import probe

FILM = Fraction(24)
LENGTH = 48


def made(*arguments: object) -> None:
    ffmpeg.run([str(argument) for argument in arguments], what="making test footage")


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> Path:
    """film.mp4 has numbered frames and a tone, other.mp4 is grey, cover.jpg is a picture, song.wav a tone."""
    folder = tmp_path_factory.mktemp("parts")
    write_numbered(folder / "silent.mp4", range(LENGTH))
    made("-f", "lavfi", "-i", "sine=d=2", folder / "song.wav")
    made(
        "-i",
        folder / "silent.mp4",
        "-i",
        folder / "song.wav",
        "-c:v",
        "copy",
        "-c:a",
        "aac",
        folder / "film.mp4",
    )
    write_flat(folder / "other.mp4", (128, 128, 128), LENGTH)
    made("-f", "lavfi", "-i", "color=red:s=100x100", "-frames:v", "1", folder / "cover.jpg")
    return folder


def take_of(source: Path, start: Fraction = Fraction(0), frames: int = 12) -> Path:
    target = source.with_name("take.mp4")
    conform_footage(
        source,
        start=start,
        frames=frames,
        width=WIDTH,
        height=HEIGHT,
        rate=FILM,
        target=target,
        metadata={},
    )
    return target


def conformed(source: Path, start: Fraction = Fraction(0), frames: int = 12) -> list[int]:
    """The numbers of the frames that a shot of this footage shows."""
    return numbers_in(take_of(source, start, frames))


# --- tracks

COPY = ("-c", "copy")
ATTACHED = ("-disposition:v:1", "attached_pic")


def boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """The boxes of an mp4, (kind, whole box)."""
    found, at = [], 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        found.append((kind, data[at : at + size]))
        at += size
    return found


def with_cover_first(source: Path, target: Path) -> Path:
    """An mp4 whose cover stands before its tracks, so that it is the first picture track."""
    whole = b""
    for kind, box in boxes(source.read_bytes()):
        if kind == b"moov":
            inside = boxes(box[8:])
            ordered = sorted(inside, key=lambda item: item[0] == b"trak")
            box = box[:8] + b"".join(content for _, content in ordered)
        whole += box
    target.write_bytes(whole)
    return target


def arranged(folder: Path, how: str, suffix: str, target: Path) -> Path:
    """A file in which the numbered film is one track of several."""
    film, other, cover = folder / "film.mp4", folder / "other.mp4", folder / "cover.jpg"
    if how == "cover after":
        made("-i", film, "-i", cover, "-map", 0, "-map", 1, *COPY, *ATTACHED, target)
    elif how == "cover before":
        after = arranged(folder, "cover after", suffix, target.with_stem("after"))
        return with_cover_first(after, target)
    elif how == "picture before":
        made("-i", cover, "-i", film, "-map", 0, "-map", 1, *COPY, target)
    elif how == "picture after":
        made("-i", film, "-i", cover, "-map", 0, "-map", 1, *COPY, target)
    elif how == "second is default":
        marks = ("-disposition:v:0", 0, "-disposition:v:1", "default")
        made("-i", other, "-i", film, "-map", 0, "-map", 1, *COPY, *marks, target)
    elif how == "first is default":
        marks = ("-disposition:v:0", "default", "-disposition:v:1", 0)
        made("-i", film, "-i", other, "-map", 0, "-map", 1, *COPY, *marks, target)
    elif how == "all are default":
        marks = ("-disposition:v:0", "default", "-disposition:v:1", "default")
        made("-i", film, "-i", other, "-map", 0, "-map", 1, *COPY, *marks, target)
    elif how == "none is default":
        marks = ("-disposition:v:0", 0, "-disposition:v:1", 0)
        made("-i", film, "-i", other, "-map", 0, "-map", 1, *COPY, *marks, target)
    elif how == "sound before":
        made("-i", film, "-map", "0:a", "-map", "0:v", *COPY, target)
    elif how == "default picture before":
        marks = ("-disposition:v:0", "default", "-disposition:v:1", 0)
        made("-i", cover, "-i", film, "-map", 0, "-map", 1, *COPY, *marks, target)
    elif how == "attachment":
        named = ("-metadata:s:t", "mimetype=image/jpeg", "-metadata:s:t:0", "filename=cover.jpg")
        made("-i", film, "-attach", cover, *named, *COPY, target)
    return target


ARRANGEMENTS = [
    *itertools.product(
        (
            "picture before",
            "picture after",
            "second is default",
            "first is default",
            "all are default",
            "none is default",
            "sound before",
            "default picture before",
        ),
        ("mp4", "mov", "mkv"),
    ),
    ("cover after", "mp4"),
    ("cover before", "mp4"),
    ("attachment", "mkv"),
]


@pytest.mark.parametrize(("how", "suffix"), ARRANGEMENTS, ids="-".join)
def test_the_film_is_shown_whatever_lies_beside_it(tmp_path, parts, how, suffix):
    source = arranged(parts, how, suffix, tmp_path / f"several.{suffix}")
    picture = probe(source)
    assert (picture.frames, picture.codec, picture.sound) == (LENGTH, "h264", True)
    assert conformed(source, Fraction(1)) == list(range(24, 36))


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "flac"])
def test_a_song_with_a_cover_is_no_film(tmp_path, parts, suffix):
    song = tmp_path / f"song.{suffix}"
    cover = ("-map", 0, "-map", 1, "-c:v", "copy", "-disposition:v", "attached_pic")
    made("-i", parts / "song.wav", "-i", parts / "cover.jpg", *cover, song)
    with pytest.raises(MediaError, match=rf"song\.{suffix} holds no moving picture, only sound and a cover"):
        probe(song)


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "tif", "gif", "webp"])
def test_a_single_picture_is_no_film(tmp_path, parts, suffix):
    picture = tmp_path / f"picture.{suffix}"
    made("-i", parts / "cover.jpg", picture)
    with pytest.raises(
        MediaError,
        match=r"is a picture, not a film; show it as a `still:`|but a single one; .* under still: instead",
    ):
        probe(picture)


# --- times


def test_a_film_whose_times_begin_again_is_shown_whole(tmp_path, parts):
    made("-i", parts / "film.mp4", *COPY, tmp_path / "once.ts")
    twice = tmp_path / "twice.ts"
    twice.write_bytes(2 * (tmp_path / "once.ts").read_bytes())
    assert (probe(twice).frames, probe(twice).duration, probe(twice).timed) == (2 * LENGTH, 4, False)
    assert conformed(twice, Fraction(44, 24), 8) == [44, 45, 46, 47, 0, 1, 2, 3]


def test_a_clock_that_leaps_in_a_broadcast_is_a_new_one(tmp_path, parts):
    """Two recordings an hour apart in one transport stream: a player shows them one after the other."""
    made("-i", parts / "silent.mp4", *COPY, tmp_path / "first.ts")
    made("-i", parts / "silent.mp4", *COPY, "-output_ts_offset", "3600", tmp_path / "second.ts")
    both = tmp_path / "both.ts"
    both.write_bytes((tmp_path / "first.ts").read_bytes() + (tmp_path / "second.ts").read_bytes())
    assert probe(both).duration == 4
    assert conformed(both, Fraction(46, 24), 4) == [46, 47, 0, 1]


@pytest.mark.parametrize(("codec", "suffix"), [("libx264", "h264"), ("libx265", "hevc"), ("mjpeg", "mjpeg")])
def test_a_film_without_times_runs_at_its_rate(tmp_path, parts, codec, suffix):
    """As the camera of a Raspberry Pi writes it; nothing but the order of its frames is in the file."""
    raw = tmp_path / f"camera.{suffix}"
    quiet = ("-x265-params", "log-level=none") if codec == "libx265" else ()
    ordered = () if codec == "mjpeg" else ("-bf", "2")
    made("-i", parts / "silent.mp4", "-c:v", codec, *quiet, "-q:v", "2", *ordered, raw)
    picture = probe(raw)
    assert (picture.frames, picture.duration) == (LENGTH, LENGTH / picture.rate)
    numbers = conformed(raw, Fraction(1), 12)
    expected = [round(picture.rate * (1 + Fraction(at, 24))) for at in range(12)]
    assert all(abs(one - other) <= 1 for one, other in zip(numbers, expected, strict=True))


@pytest.mark.parametrize("options", [(), ("-an",)], ids=["with sound", "without"])
def test_flash_video_is_shown(tmp_path, parts, options):
    source = tmp_path / "old.flv"
    made("-i", parts / "film.mp4", *COPY, *options, source)
    assert probe(source).sound is (not options)
    shown = conformed(source, Fraction(0), 12)
    assert shown[-1] - shown[0] in (10, 11), shown  # the file begins with its first frame, or a little before
    assert conformed(source, Fraction(1), 4)[0] in range(21, 26)


def test_a_film_that_begins_before_zero(tmp_path, parts):
    source = tmp_path / "early.mkv"
    made("-itsoffset", "-0.5", "-i", parts / "silent.mp4", *COPY, "-copyts", source)
    assert conformed(source, Fraction(1, 2), 4) == [12, 13, 14, 15]


def test_sound_that_goes_on_does_not_make_a_film_longer(tmp_path, parts):
    source = tmp_path / "long.mp4"
    made("-i", parts / "silent.mp4", "-f", "lavfi", "-i", "sine=d=5", "-c:v", "copy", source)
    assert probe(source).duration == 2
    with pytest.raises(MediaError, match=r"long\.mp4 is 2\.00 s long, and the shot wants it from 1\.00 s"):
        conformed(source, Fraction(1), 72)


def test_a_sentence_names_the_users_file_and_never_the_takes(tmp_path, parts):
    """A film that is damaged after its header: nothing that is written on the way has a name for the user."""
    whole = bytearray((parts / "silent.mp4").read_bytes())
    where = whole.index(b"mdat") + 4
    whole[where : where + 3000] = bytes(3000)
    source = tmp_path / "damaged.mp4"
    source.write_bytes(whole)
    with pytest.raises(MediaError) as caught:
        conformed(source)
    assert "damaged.mp4" in str(caught.value) and "partial" not in str(caught.value)


# --- what is clear

FADED = "geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,80),255,128)'"
HALF = f"color=0xC83C28:s=160x90:r=24:d=1,format=rgba,{FADED}"
BT601 = "scale=out_color_matrix=smpte170m:out_range=tv"  # of VP8, whose files say nothing of it
BT709 = "scale=out_color_matrix=bt709:out_range=tv"
CLEAR = {
    "ProRes 4444.mov": ("-vf", BT709, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"),
    "VP9.webm": ("-vf", f"{BT709},format=yuva420p", "-c:v", "libvpx-vp9", "-crf", "10", "-b:v", "0"),
    "VP8.webm": (
        "-vf",
        f"{BT601},format=yuva420p",
        "-c:v",
        "libvpx",
        "-crf",
        "4",
        "-b:v",
        "9M",
        "-auto-alt-ref",
        "0",
    ),
    "Animation.mov": ("-c:v", "qtrle", "-pix_fmt", "argb"),
    "PNG.mov": ("-c:v", "png"),
    "APNG.png": ("-f", "apng"),
    "FFV1.mkv": ("-c:v", "ffv1", "-pix_fmt", "gbrap"),
}


@pytest.mark.parametrize("name", CLEAR)
def test_black_lies_under_what_is_transparent(tmp_path, name):
    source = tmp_path / name
    tagged = ("-colorspace", "bt709") if name.startswith(("ProRes", "VP9")) else ()
    made("-f", "lavfi", "-i", HALF, *CLEAR[name], *tagged, source)
    assert probe(source).transparent
    seen = pictures(take_of(source))[2].astype(int)
    assert np.abs(seen[20:70, 10:60].mean((0, 1)) - (200, 60, 40)).max() < 6
    assert np.abs(seen[20:70, 100:150].mean((0, 1)) - (100, 30, 20)).max() < 6


# --- damage


def test_2000_damaged_headers_end_in_a_film_or_a_sentence(tmp_path, parts):
    """A few bytes of the header changed, or the end cut off; the readers run in this process."""
    small = ("-t", "0.3", "-vf", "scale=32:18", "-c:v", "mpeg4", "-an")
    kinds = ("mp4", "mkv", "avi", "ts", "flv", "mov", "gif", "mpg")
    wholes = []
    for kind in kinds:
        codec = {"flv": ("-c:v", "flv1"), "gif": ("-c:v", "gif"), "mpg": ("-c:v", "mpeg2video")}.get(kind, ())
        made("-i", parts / "silent.mp4", *small, *codec, "-fflags", "+bitexact", tmp_path / f"whole.{kind}")
        wholes.append((tmp_path / f"whole.{kind}").read_bytes())
    chance, path, told = random.Random(15), tmp_path / "mutant.bin", 0
    for _, whole in zip(range(2000), itertools.cycle(wholes), strict=False):
        mutant = bytearray(whole)
        heads = [(0, min(600, len(whole)))]
        if (index := whole.find(b"moov")) > 0:
            heads.append((index, min(index + 600, len(whole))))
        for _ in range(chance.randint(1, 5)):
            mutant[chance.randrange(*chance.choice(heads))] = chance.randrange(256)
        path.write_bytes(mutant[: chance.randint(1, len(mutant))] if chance.random() < 0.2 else mutant)
        try:
            picture = probe(path)
        except MediaError as error:
            told += 1
            assert "\n" not in str(error) and len(str(error).replace(str(path), "")) < 300
        else:
            assert picture.frames > 0 and picture.duration > 0 and picture.rate > 0
    assert told > 100, "the damage is seen"
