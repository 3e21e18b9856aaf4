"""Segments and transitions: exactly the frames that were asked for, in one format that joins."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numbered import HEIGHT, WIDTH, numbers_in, pictures, write_flat, write_numbered
from PIL import Image

from swav.cut import picture as picture_module
from swav.cut.segment import Format, Lettering, ShotPicture, encode_segment, encode_transition
from swav.errors import MediaError
from swav.media.h264 import level
from swav.media.probe import probe
from swav.media.writer import ClipWriter

FILM = Fraction(24)
SMALL = Format(WIDTH, HEIGHT, FILM)
RATES = [Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(24_000, 1001)]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def encoded(shot: ShotPicture, start: int, stop: int, target, form: Format = SMALL):
    encode_segment(shot, start, stop, form, target)
    return target


@pytest.fixture(scope="module")
def take(tmp_path_factory):
    return write_numbered(tmp_path_factory.mktemp("takes") / "take.mp4", range(48))


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_segment_holds_exactly_its_frames_at_the_reels_rate(tmp_path, rate):
    take = write_numbered(tmp_path / "take.mp4", range(60), rate)
    target = encoded(ShotPicture(take, 60), 7, 53, tmp_path / "out.mp4", Format(WIDTH, HEIGHT, rate))
    assert numbers_in(target) == list(range(7, 53))
    made = probe(target)
    assert (made.rate, made.frames, made.pixel_format) == (rate, 46, "yuv420p")
    assert made.duration == 46 / rate


@pytest.mark.parametrize("start, stop", [(0, 1), (23, 24), (47, 48), (0, 48)])
def test_segments_of_any_length_down_to_one_frame(tmp_path, take, start, stop):
    assert numbers_in(encoded(ShotPicture(take, 48), start, stop, tmp_path / "out.mp4")) == list(
        range(start, stop)
    )


def test_a_take_at_another_rate_keeps_its_speed(tmp_path):
    """Each of the take's frames comes on at the reel's nearest frame: 16 to 24 is a pattern of 2 and 1."""
    take = write_numbered(tmp_path / "take.mp4", range(32), Fraction(16), 208, 120)
    shown = numbers_in(encoded(ShotPicture(take, 48), 0, 48, tmp_path / "out.mp4"))
    assert shown[:9] == [0, 0, 1, 2, 2, 3, 4, 4, 5]
    assert [shown.index(number) for number in range(32)] == [(3 * number + 1) // 2 for number in range(32)]


def test_a_range_of_a_conformed_take_is_the_range_of_the_whole(tmp_path):
    take = write_numbered(tmp_path / "take.mp4", range(32), Fraction(16))
    whole = numbers_in(encoded(ShotPicture(take, 48), 0, 48, tmp_path / "whole.mp4"))
    assert numbers_in(encoded(ShotPicture(take, 48), 13, 31, tmp_path / "part.mp4")) == whole[13:31]


def test_two_missing_frames_are_held_and_three_are_refused(tmp_path, take):
    held = numbers_in(encoded(ShotPicture(take, 50), 40, 50, tmp_path / "held.mp4"))
    assert held == [40, 41, 42, 43, 44, 45, 46, 47, 47, 47]
    with pytest.raises(MediaError, match=r"take\.mp4 is 48 frames long .* its shot needs 51"):
        encoded(ShotPicture(take, 51), 0, 51, tmp_path / "short.mp4")
    assert not (tmp_path / "short.mp4").exists()


def test_hold_freezes_the_last_frame_for_as_long_as_the_shot(tmp_path, take):
    frozen = numbers_in(encoded(ShotPicture(take, 90, hold=True), 45, 90, tmp_path / "out.mp4"))
    assert frozen == [45, 46] + [47] * 43


def test_frames_outside_of_the_shot_are_refused(tmp_path, take):
    for start, stop in [(-1, 3), (3, 3), (0, 49)]:
        with pytest.raises(MediaError, match="not within a shot of 48 frames"):
            encoded(ShotPicture(take, 48), start, stop, tmp_path / "out.mp4")


def test_every_piece_of_a_format_has_the_same_parameter_sets(tmp_path, take):
    """Whatever the length, the take's size or rate, and the kind of piece: else they could not be joined."""
    other = write_flat(tmp_path / "flat.mp4", (200, 30, 90), 60, Fraction(30))
    pieces = [
        encoded(ShotPicture(take, 48), 0, 1, tmp_path / "one.mp4"),
        encoded(ShotPicture(take, 48), 0, 48, tmp_path / "all.mp4"),
        encoded(ShotPicture(other, 40), 3, 40, tmp_path / "other.mp4"),
    ]
    for kind in ("fade", "fade_black", "wipe", "slide"):
        pieces.append(tmp_path / f"{kind}.mp4")
        encode_transition(kind, ShotPicture(take, 48), ShotPicture(other, 40), 5, 5, SMALL, pieces[-1])
    assert len({av.open(str(piece)).streams.video[0].codec_context.extradata for piece in pieces}) == 1
    assert {av.open(str(piece)).streams.video[0].codec_context.profile for piece in pieces} == {"High"}


def test_the_same_input_gives_the_same_bytes(tmp_path, take):
    first = encoded(ShotPicture(take, 48), 0, 48, tmp_path / "first.mp4")
    assert first.read_bytes() == encoded(ShotPicture(take, 48), 0, 48, tmp_path / "second.mp4").read_bytes()


def test_each_group_of_pictures_is_closed(tmp_path, take):
    """Only instantaneous refreshes (NAL type 5) open a group, so that no frame looks back over a join."""
    form = Format(WIDTH, HEIGHT, Fraction(8))
    target = encoded(ShotPicture(take, 16, hold=True), 0, 16, tmp_path / "out.mp4", form)
    with av.open(str(target)) as container:
        keys = [bytes(packet) for packet in container.demux(video=0) if packet.size and packet.is_keyframe]
    assert keys and all(5 in _unit_types(key) for key in keys)


def _unit_types(packet: bytes) -> list[int]:
    types, at = [], 0
    while at < len(packet):
        types.append(packet[at + 4] & 31)
        at += 4 + int.from_bytes(packet[at : at + 4], "big")
    return types


def test_colours_survive_and_are_tagged(tmp_path):
    for name, colour in {"skin": (224, 172, 105), "sea": (10, 70, 130), "red": (250, 20, 20)}.items():
        take = write_flat(tmp_path / f"{name}.mp4", colour, 3)
        target = encoded(ShotPicture(take, 3), 0, 3, tmp_path / f"{name}-segment.mp4")
        assert np.abs(pictures(target)[1][45, 80].astype(int) - colour).max() <= 3
        tags = probe(target).colour
        assert (tags.primaries, tags.transfer, tags.matrix, tags.full_range) == (1, 1, 1, False)


PROTOCOLS = ["concat:a|b.mp4", "data:x.mp4", "subfile,,start,0,end,1,,:x.mp4", "cache:x.mp4", "md5:x.mp4"]


@pytest.mark.parametrize(
    "name", ['it\'s: a "take".mp4', "शॉट %d [v];,=.mp4", "-y.mp4", "a\\b'c.mp4", *PROTOCOLS]
)
def test_any_file_name_is_only_a_file_name(tmp_path, take, name, monkeypatch):
    """Takes, lettering and targets; relative too, where a colon or a hyphen might mean something else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(take.read_bytes())
    Image.new("RGBA", (WIDTH, HEIGHT)).save(tmp_path / f"{name}.png")
    shot = ShotPicture(Path(name), 48, (Lettering(Path(f"{name}.png"), 0, 9, 2),))
    for target in (f"out {name}", f"{name}.out.mp4"):
        encode_segment(shot, 5, 9, SMALL, Path(target))
        assert numbers_in(tmp_path / target) == [5, 6, 7, 8]


# -- lettering


def white_patch(path, size=(WIDTH, HEIGHT)):
    image = Image.new("RGBA", size)
    image.paste((255, 255, 255, 255), (40, 30, 80, 60))
    image.save(path)
    return path


def patch_opacity(target) -> list[float]:
    """How much of the white patch is seen over black, frame by frame; beside it the picture stays black."""
    frames = pictures(target)
    assert max(frame[70:, 90:].max() for frame in frames) <= 3
    return [float(frame[40:50, 50:70].mean() / 255) for frame in frames]


def test_lettering_is_seen_on_its_frames_and_no_other(tmp_path):
    take = write_flat(tmp_path / "take.mp4", BLACK, 24)
    lettering = Lettering(white_patch(tmp_path / "patch.png"), 5, 15, 0)
    opacity = patch_opacity(encoded(ShotPicture(take, 24, (lettering,)), 0, 24, tmp_path / "out.mp4"))
    assert [value > 0.98 for value in opacity] == [5 <= at < 15 for at in range(24)]
    assert all(value < 0.02 or value > 0.98 for value in opacity)


@pytest.mark.parametrize("start, stop", [(0, 24), (8, 20), (12, 13)])
def test_lettering_fades_by_whole_frames_wherever_the_segment_begins(tmp_path, start, stop):
    take = write_flat(tmp_path / "take.mp4", BLACK, 24)
    lettering = Lettering(white_patch(tmp_path / "patch.png"), 4, 20, 3)
    opacity = patch_opacity(encoded(ShotPicture(take, 24, (lettering,)), start, stop, tmp_path / "out.mp4"))
    expected = [0] * 4 + [0.25, 0.5, 0.75] + [1] * 10 + [0.75, 0.5, 0.25] + [0] * 4
    assert opacity == pytest.approx(expected[start:stop], abs=0.02)


def test_lettering_changes_nothing_around_it(tmp_path):
    """Sharp colours of the take are the same with and without a lettering in the shot."""
    blocks = np.random.default_rng(7).choice(np.array([0, 255], np.uint8), (HEIGHT // 2, WIDTH // 2, 3))
    with ClipWriter(tmp_path / "take.mp4", width=WIDTH, height=HEIGHT, rate=FILM, metadata={}) as clip:
        for _ in range(4):
            clip.write(blocks.repeat(2, axis=0).repeat(2, axis=1))
    lettering = Lettering(white_patch(tmp_path / "patch.png"), 0, 2, 0)
    exact = Format(WIDTH, HEIGHT, FILM, crf=1)
    plain = pictures(encoded(ShotPicture(tmp_path / "take.mp4", 4), 0, 4, tmp_path / "plain.mp4", exact))
    shot = ShotPicture(tmp_path / "take.mp4", 4, (lettering,))
    lettered = pictures(encoded(shot, 0, 4, tmp_path / "lettered.mp4", exact))
    assert np.abs(plain[3].astype(int) - lettered[3]).mean() < 1.5
    assert np.abs(plain[1][:, 90:].astype(int) - lettered[1][:, 90:]).mean() < 1.5


def drawn_whole(shown, picture, format):
    """The same picture, of which every row is drawn on."""
    return picture_module._drawn(shown, picture, 0, format.height, format)


@pytest.mark.parametrize(
    "boxes",
    [
        [(40, 30, 80, 60)],
        [(0, 31, 3, 32), (90, 45, 160, 46)],  # odd rows, of which only halves of the chroma are covered
        [(0, 0, 160, 1)],
        [(10, 89, 20, 90)],
        [(0, 0, 160, 90)],
        [(5, 7, 6, 8), (155, 81, 156, 82)],
        [(0, 0, 0, 0)],
    ],
    ids=str,
)
@pytest.mark.parametrize("fade", [0, 3])
def test_drawing_on_the_rows_that_are_covered_gives_the_same_bytes(tmp_path, boxes, fade, monkeypatch):
    rng = np.random.default_rng(len(boxes))
    with ClipWriter(tmp_path / "take.mp4", width=WIDTH, height=HEIGHT, rate=FILM, metadata={}) as clip:
        for _ in range(12):
            clip.write(rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))
    letterings = []
    for number, (left, top, right, bottom) in enumerate(boxes):
        image = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        image[top:bottom, left:right] = rng.integers(1, 256, (bottom - top, right - left, 4))
        Image.fromarray(image).save(tmp_path / f"{number}.png")
        letterings.append(Lettering(tmp_path / f"{number}.png", 1 + number, 10, fade))
    shot = ShotPicture(tmp_path / "take.mp4", 12, tuple(letterings))
    found = encoded(shot, 2, 12, tmp_path / "rows.mp4").read_bytes()
    monkeypatch.setattr(picture_module, "_under", drawn_whole)
    assert encoded(shot, 2, 12, tmp_path / "whole.mp4").read_bytes() == found


def test_several_letterings_and_windows_beyond_the_shot(tmp_path):
    take = write_flat(tmp_path / "take.mp4", BLACK, 12)
    patch = white_patch(tmp_path / "patch.png")
    letterings = (Lettering(patch, 0, 2, 0), Lettering(patch, 6, 7, 5), Lettering(patch, 10, 40, 0))
    opacity = patch_opacity(encoded(ShotPicture(take, 12, letterings), 0, 12, tmp_path / "out.mp4"))
    assert [value > 0.9 for value in opacity] == [at in (0, 1, 6, 10, 11) for at in range(12)]


def test_lettering_keeps_its_colour_and_its_transparency(tmp_path):
    take = write_flat(tmp_path / "take.mp4", (0, 0, 200), 3)
    Image.new("RGBA", (WIDTH, HEIGHT), (255, 120, 0, 128)).save(tmp_path / "half.png")
    shot = ShotPicture(take, 3, (Lettering(tmp_path / "half.png", 0, 3, 0),))
    seen = pictures(encoded(shot, 0, 3, tmp_path / "out.mp4"))[1][45, 80]
    assert seen == pytest.approx([128, 60, 100], abs=4)


def test_lettering_of_another_size_is_refused(tmp_path, take):
    shot = ShotPicture(take, 48, (Lettering(white_patch(tmp_path / "big.png", (320, 180)), 0, 48, 0),))
    with pytest.raises(MediaError, match=r"big\.png is 320x180 and the reel is 160x90"):
        encoded(shot, 0, 48, tmp_path / "out.mp4")


# -- transitions


def between(kind, tmp_path, tail, head, first=BLACK, second=WHITE):
    shots = [
        ShotPicture(write_flat(tmp_path / f"{name}.mp4", colour, 24), 24)
        for name, colour in (("first", first), ("second", second))
    ]
    encode_transition(kind, *shots, tail, head, SMALL, tmp_path / f"{kind}.mp4")
    return pictures(tmp_path / f"{kind}.mp4")


@pytest.mark.parametrize("length", [1, 2, 7])
def test_a_fade_moves_in_equal_steps_and_wastes_no_frame(tmp_path, length):
    levels = [frame.mean() / 255 for frame in between("fade", tmp_path, length, length)]
    assert levels == pytest.approx([(n + 1) / (length + 1) for n in range(length)], abs=0.02)


@pytest.mark.parametrize("tail, head", [(1, 1), (4, 4), (5, 3)])
def test_fade_black_goes_down_to_one_black_frame_and_up_again(tmp_path, tail, head):
    frames = between("fade_black", tmp_path, tail, head, WHITE, WHITE)
    expected = [1 - n / tail for n in range(tail)] + [n / head for n in range(head)]
    assert [frame.mean() / 255 for frame in frames] == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("length", [1, 8])
def test_a_wipe_uncovers_the_second_picture_from_the_left(tmp_path, length):
    frames = between("wipe", tmp_path, length, length)
    shares = [frame.mean() / 255 for frame in frames]
    assert len(frames) == length and shares == sorted(shares)
    middle = frames[length // 2].mean(axis=(0, 2))
    assert middle[0] > 200 or length == 1
    assert np.all(np.diff(middle) <= 2), "the second picture stands left of the edge"


@pytest.mark.parametrize("length", [1, 8])
def test_a_slide_pushes_the_first_picture_out_to_the_left(tmp_path, length):
    frames = between("slide", tmp_path, length, length)
    assert len(frames) == length
    for n, frame in enumerate(frames):
        moved = (n + 1) / (length + 1)
        expected = WIDTH * moved * moved * (3 - 2 * moved)
        assert (frame[45, :, 0] > 128).sum() == pytest.approx(expected, abs=2.5)
        assert frame[45, -1].mean() > 128 or expected < 2


@pytest.mark.parametrize("kind", ["fade", "fade_black", "wipe", "slide"])
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_transitions_are_made_of_the_last_and_the_first_frames(tmp_path, kind, rate):
    """Six frames of a take of thirty: 24 to 29 leave and 0 to 5 come."""
    numbered = write_numbered(tmp_path / "numbered.mp4", range(30), rate)
    shot, target = ShotPicture(numbered, 30), tmp_path / "out.mp4"
    encode_transition(kind, shot, shot, 6, 6, Format(WIDTH, HEIGHT, rate), target)
    made = probe(target)
    assert (made.frames, made.rate) == (12 if kind == "fade_black" else 6, rate)
    take, frames = (np.array(pictures(path), float) for path in (numbered, target))
    first, last = frames[0], frames[-1]
    if kind == "fade":
        assert near(first, (6 * take[24] + take[0]) / 7)
        assert near(last, (take[29] + 6 * take[5]) / 7)
    elif kind == "fade_black":
        assert near(first, take[24]) and near(last, take[5] * 5 / 6)
    elif kind == "wipe":
        assert near(first[:, 60:], take[24][:, 60:]) and near(last[:, :100], take[5][:, :100])
    else:
        assert near(first[:, :140], take[24][:, 10:150]) and near(last[:, 10:150], take[5][:, :140])


def near(seen: np.ndarray, expected: np.ndarray) -> bool:
    return np.abs(seen - expected).mean() < 5


def test_lettering_is_carried_into_a_transition(tmp_path):
    black = write_flat(tmp_path / "black.mp4", BLACK, 24)
    first = ShotPicture(black, 24, (Lettering(white_patch(tmp_path / "patch.png"), 0, 24, 0),))
    encode_transition("fade", first, ShotPicture(black, 24), 3, 3, SMALL, tmp_path / "out.mp4")
    assert patch_opacity(tmp_path / "out.mp4") == pytest.approx([0.75, 0.5, 0.25], abs=0.02)


@pytest.mark.parametrize("kind, tail, head", [("fade", 0, 0), ("wipe", 3, 4), ("fade_black", 4, 0)])
def test_lengths_that_fit_no_transition_are_refused(tmp_path, take, kind, tail, head):
    shot = ShotPicture(take, 48)
    with pytest.raises(MediaError, match="cannot be made"):
        encode_transition(kind, shot, shot, tail, head, SMALL, tmp_path / "out.mp4")


def test_levels_follow_the_standard():
    assert level(1280, 720, Fraction(24)) == "3.1"
    assert level(1920, 1080, Fraction(24)) == "4"
    assert level(1920, 1080, Fraction(60)) == "4.2"
    assert level(3840, 2160, Fraction(24)) == "5.1"
    with pytest.raises(MediaError, match=r"beyond H\.264"):
        level(16_384, 8_640, Fraction(24))
