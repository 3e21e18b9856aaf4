"""Clips written, probed and brought to the reel's format; ffmpeg started, failed and killed."""

import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numbered import HEIGHT, WIDTH, numbers_in, pictures, write_flat, write_numbered
from places import REPOSITORY
from waiting import children_of, running, wait_for

from swav.errors import MediaError
from swav.media import ffmpeg
from swav.media.conform import conform_footage
from swav.media.language import three_letters
from swav.media.probe import probe
from swav.media.writer import AS_STORED, ClipWriter

FILM = Fraction(24)
RATES = [Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(24_000, 1001)]


def remade(source: Path, target: Path, *options: str, before: tuple[str, ...] = ()) -> Path:
    """Footage as a camera might have written it: ``source`` through ffmpeg with ``options``."""
    ffmpeg.run([*before, "-i", str(source), *options, str(target)], what="making test footage")
    return target


def conformed(source: Path, target: Path, start=Fraction(0), frames: int = 4, rate=FILM, **metadata) -> Path:
    conform_footage(
        source,
        start=Fraction(start),
        frames=frames,
        width=WIDTH,
        height=HEIGHT,
        rate=rate,
        target=target,
        metadata=metadata,
    )
    return target


# -- writing and probing


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_written_clip_is_exact(tmp_path, rate):
    path = write_numbered(tmp_path / "clip.mp4", range(30), rate)
    assert numbers_in(path) == list(range(30))
    picture = probe(path)
    assert (picture.width, picture.height, picture.rate, picture.frames) == (WIDTH, HEIGHT, rate, 30)
    assert (picture.codec, picture.pixel_format, picture.sound) == ("h264", "yuv420p", False)
    assert picture.duration == 30 / rate
    assert (picture.colour.primaries, picture.colour.transfer, picture.colour.matrix) == (1, 1, 1)
    assert not picture.colour.full_range and not picture.interlaced and picture.rotation == 0


def test_a_written_clip_has_the_standards_numbers(tmp_path):
    """BT.709, limited range: white is Y 235, black 16, pure red 63, 102, 240 (ITU-R BT.709-6, section 3)."""
    for colour, expected in {
        (255, 255, 255): (235, 128, 128),
        (0, 0, 0): (16, 128, 128),
        (255, 0, 0): (63, 102, 240),
        (0, 0, 255): (32, 240, 118),
    }.items():
        path = write_flat(tmp_path / "flat.mp4", colour, 2)
        with av.open(str(path)) as container:
            planes = next(container.decode(video=0)).to_ndarray()
        luma, first, second = planes[:HEIGHT].mean(), *np.split(planes[HEIGHT:].reshape(-1), 2)
        assert (luma, first.mean(), second.mean()) == pytest.approx(expected, abs=1.01)


@pytest.mark.parametrize("width, height", [(64, 36), (130, 98), (1280, 720)])
def test_frames_are_converted_one_after_another_as_each_would_be_alone(tmp_path, monkeypatch, width, height):
    stored, numbers = [], np.random.default_rng(1)
    monkeypatch.setattr(ClipWriter, "_encode", lambda self, picture: stored.append(picture))
    frames = [numbers.integers(0, 256, (height, width, 3), dtype=np.uint8) for _ in range(3)]
    clip = ClipWriter(tmp_path / "clip.mp4", width=width, height=height, rate=FILM, metadata={})
    for number, frame in enumerate(frames):
        clip.write(frame)
        alone = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(
            **{name: value for name, value in AS_STORED.items() if name != "threads"}
        )
        assert np.array_equal(stored[number].to_ndarray(), alone.to_ndarray())
        for said in ("color_range", "colorspace", "color_primaries", "color_trc"):
            assert getattr(stored[number], said) == getattr(alone, said)
        assert stored[number].pts == number


def test_metadata_of_a_clip_is_kept_under_its_keys(tmp_path):
    metadata = {"swav:engine": "animatic", "prompt": "a=b; #\\ 'q'\nनमस्ते 🎬 %{pts}", "seed": "7"}
    with ClipWriter(tmp_path / "clip.mp4", width=64, height=48, rate=FILM, metadata=metadata) as clip:
        clip.write(np.zeros((48, 64, 3), np.uint8))
    with av.open(str(tmp_path / "clip.mp4")) as container:
        assert {key: container.metadata[key] for key in metadata} == metadata


def test_an_interrupted_clip_leaves_nothing(tmp_path):
    with (
        pytest.raises(KeyboardInterrupt),
        ClipWriter(tmp_path / "clip.mp4", width=64, height=48, rate=FILM, metadata={}) as clip,
    ):
        clip.write(np.zeros((48, 64, 3), np.uint8))
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_a_failed_clip_keeps_the_one_before(tmp_path):
    path = write_numbered(tmp_path / "clip.mp4", range(3))
    with pytest.raises(MediaError, match="no frame was written"):
        write_numbered(path, [])
    with (
        pytest.raises(MediaError, match=r"frame 0 is float64 \(48, 64, 3\), expected uint8 \(48, 64, 3\)"),
        ClipWriter(path, width=64, height=48, rate=FILM, metadata={}) as clip,
    ):
        clip.write(np.zeros((48, 64, 3)))
    assert numbers_in(path) == [0, 1, 2]
    assert list(tmp_path.iterdir()) == [path]


def test_odd_sides_are_refused():
    with pytest.raises(MediaError, match="65x48 cannot be written; both sides must be even"):
        ClipWriter("clip.mp4", width=65, height=48, rate=FILM, metadata={})


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_frames_are_counted_and_not_estimated(tmp_path, footage, container):
    """Also where an edit list hides frames, as in a clip that was trimmed without encoding it again."""
    source = remade(
        footage, tmp_path / f"trimmed.{container}", "-c", "copy", "-t", "2", before=("-ss", "1.3")
    )
    with av.open(str(source)) as opened:
        frames = list(opened.decode(video=0))
        start = Fraction(opened.start_time, av.time_base)
    picture = probe(source)
    assert picture.frames == len(frames) > 40
    end = max(frame.pts * frame.time_base for frame in frames) + Fraction(1, 24)
    assert float(picture.duration) == pytest.approx(float(end - start), abs=0.002)


def test_what_is_not_a_whole_video_is_told_in_one_sentence(tmp_path):
    whole = write_numbered(tmp_path / "whole.mp4", range(9)).read_bytes()
    bad = {
        "empty.mp4": (b"", "is empty"),
        "text.mp4": (b"not a video at all\n" * 99, "cannot be read as a video"),
        "truncated.mp4": (whole[: len(whole) // 3], "cannot be read as a video|no frame that can be decoded"),
    }
    for name, (content, said) in bad.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(MediaError, match=said) as caught:
            probe(tmp_path / name)
        assert name in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(MediaError, match="missing.mp4 is not there".replace(".", r"\.")):
        probe(tmp_path / "missing.mp4")
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=0.2", str(tmp_path / "sound.wav")], what="sound")
    with pytest.raises(MediaError, match="holds no picture"):
        probe(tmp_path / "sound.wav")


# -- running ffmpeg


def test_the_binary_is_recent_and_from_the_wheel():
    assert "imageio_ffmpeg" in ffmpeg.binary()


def test_the_wheels_binary_is_known_by_its_name_and_any_other_is_asked(tmp_path, monkeypatch):
    """A job of a build would wait for two processes more."""
    other = tmp_path / "ffmpeg"
    other.write_text("#!/bin/sh\necho asked >> \"$0.log\"\necho 'ffmpeg version 6.1 Copyright'\n")
    other.chmod(0o755)
    with monkeypatch.context() as undisturbed:
        undisturbed.delenv("IMAGEIO_FFMPEG_EXE", raising=False)
        undisturbed.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it was started to be asked"))
        assert Path(ffmpeg.binary.__wrapped__()).name.startswith("ffmpeg-")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(other))
    with pytest.raises(MediaError, match=r"is ffmpeg 6, and 7 or newer is needed"):
        ffmpeg.binary.__wrapped__()
    assert Path(f"{other}.log").read_text() == "asked\n"


def test_a_binary_that_is_none_is_told(tmp_path, monkeypatch):
    (tmp_path / "ffmpeg").write_bytes(b"\0" * 64)
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.setattr(ffmpeg, "binary", lambda: str(tmp_path / "ffmpeg"))
    with pytest.raises(MediaError, match=r"^ffmpeg cannot be started .*reinstall the package"):
        ffmpeg.run(["-i", "none.mp4", "out.mp4"], what="reading the take")


def test_failures_give_ffmpegs_reason(tmp_path):
    with pytest.raises(MediaError, match=r"^reading the take failed: .*No such file or directory$"):
        ffmpeg.run(["-i", str(tmp_path / "none.mp4"), str(tmp_path / "out.mp4")], what="reading the take")
    clip = write_numbered(tmp_path / "clip.mp4", range(3))
    with pytest.raises(MediaError, match=r"^blurring failed: No such filter: 'blurr'$"):
        ffmpeg.run(["-i", str(clip), "-vf", "blurr", str(tmp_path / "out.mp4")], what="blurring")


SLOW_ENCODING = """
from fractions import Fraction
from pathlib import Path
from swav.cut.segment import Format, ShotPicture, encode_segment
shot = ShotPicture(Path("take.mp4"), 9999, hold=True)
print("begun", flush=True)
encode_segment(shot, 0, 9999, Format(1280, 720, Fraction(24), preset="veryslow"), Path("out/target.mp4"))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_a_killed_encoding_leaves_no_target_and_no_ffmpeg(tmp_path, how):
    write_numbered(tmp_path / "take.mp4", range(9))
    python = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    parent = subprocess.Popen(
        [sys.executable, "-c", SLOW_ENCODING], cwd=tmp_path, env=python, stderr=subprocess.DEVNULL
    )
    wait_for(lambda: any((tmp_path / "out").glob(".target.*")) and children_of(parent.pid))
    encoder = children_of(parent.pid)[0]
    parent.send_signal(how)
    assert parent.wait() != 0
    wait_for(lambda: not running(encoder))
    assert not (tmp_path / "out" / "target.mp4").exists()
    if how == signal.SIGINT:
        assert not list((tmp_path / "out").iterdir()), "Ctrl-C also takes the partial file away"


# -- footage


@pytest.fixture(scope="module")
def footage(tmp_path_factory):
    return write_numbered(tmp_path_factory.mktemp("footage") / "camera.mp4", range(240))


@pytest.mark.parametrize("container", ["mp4", "mkv", "mov", "ts"])
@pytest.mark.parametrize("first", [0, 1, 100, 199])
def test_footage_begins_at_exactly_its_in_point(tmp_path, footage, container, first):
    source = remade(footage, tmp_path / f"camera.{container}", "-c", "copy")
    target = conformed(source, tmp_path / "take.mp4", Fraction(first, 24), 12)
    assert numbers_in(target) == list(range(first, first + 12))


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_footage_at_each_rate_of_a_reel(tmp_path, footage, rate):
    """Every frame shown is the source's at that time, give or take half a frame of the reel."""
    target = conformed(footage, tmp_path / "take.mp4", Fraction("4.1"), 30, rate)
    assert probe(target).rate == rate
    numbers = numbers_in(target)
    assert len(numbers) == 30
    for at, number in enumerate(numbers):
        wanted = Fraction("4.1") + at / rate
        assert Fraction(number, 24) - wanted <= 1 / rate / 2
        assert Fraction(number + 1, 24) - wanted > 0


def test_footage_with_a_varying_rate_keeps_its_timing(tmp_path, footage):
    """A telephone drops frames in the dark: what it left out is filled by the frame before."""
    dropping = ("-vf", "select='gt(mod(n+3,5),1)'", "-fps_mode", "vfr", "-crf", "14")
    source = remade(footage, tmp_path / "phone.mp4", *dropping)
    expected = [n if (n + 3) % 5 > 1 else n - (n + 3) % 5 - 1 for n in range(52, 80)]
    assert numbers_in(conformed(source, tmp_path / "take.mp4", Fraction(52, 24), 28)) == expected


def test_slow_footage_is_filled_up(tmp_path):
    source = write_numbered(tmp_path / "camera.mp4", range(64), Fraction(16))
    assert numbers_in(conformed(source, tmp_path / "take.mp4", 1, 6)) == [16, 16, 17, 18, 18, 19]


def test_footage_that_is_a_little_short_holds_its_last_frame(tmp_path, footage):
    target = conformed(footage, tmp_path / "take.mp4", Fraction(230, 24), 22)
    assert numbers_in(target) == [*range(230, 240), *[239] * 12]


def test_footage_that_is_too_short_is_refused_with_its_length(tmp_path, footage):
    for start, frames in [(Fraction(230, 24), 23), (Fraction(10), 1), (Fraction(60), 24)]:
        with pytest.raises(MediaError, match=r"camera\.mp4 is 10\.00 s long, and the shot wants it from"):
            conformed(footage, tmp_path / "take.mp4", start, frames)
    assert not (tmp_path / "take.mp4").exists()


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_rotated_footage_stands_upright(tmp_path, turned):
    """The top third of the upright picture is white. Telephones store it lying and say how to turn it."""
    upright = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    upright[: HEIGHT // 3] = 255
    stored = np.ascontiguousarray(np.rot90(upright, -turned // 90))
    with ClipWriter(
        tmp_path / "stored.mp4", width=stored.shape[1], height=stored.shape[0], rate=FILM, metadata={}
    ) as clip:
        for _ in range(6):
            clip.write(stored)
    source = remade(
        tmp_path / "stored.mp4",
        tmp_path / "phone.mp4",
        "-c",
        "copy",
        before=("-display_rotation", str(turned)),
    )
    assert probe(source).rotation % 360 == turned
    seen = pictures(conformed(source, tmp_path / "take.mp4"))[2]
    assert seen.shape == (HEIGHT, WIDTH, 3)
    assert seen[5:24].min() > 240 and seen[36:].max() < 15


def bands(path: Path, width: int, height: int) -> Path:
    """Red, green and blue bands from top to bottom, with a white stripe down the middle."""
    frame = np.zeros((height, width, 3), np.uint8)
    for band in range(3):
        frame[band * height // 3 : (band + 1) * height // 3, :, band] = 255
    frame[:, width // 2 - width // 16 : width // 2 + width // 16] = 255
    with ClipWriter(path, width=width, height=height, rate=FILM, metadata={}) as clip:
        for _ in range(5):
            clip.write(frame)
    return path


def test_vertical_footage_fills_the_frame_from_its_centre(tmp_path):
    seen = pictures(conformed(bands(tmp_path / "tall.mp4", 180, 320), tmp_path / "take.mp4"))[2]
    assert seen.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(seen[:, :60].astype(int) - (0, 255, 0)).max() < 12
    assert seen[:, 75:85].min() > 235


def test_wide_pixels_are_made_square(tmp_path):
    """Half as many columns of pixels twice as wide is the same picture: it fills the frame uncropped."""
    narrow = bands(tmp_path / "narrow.mp4", WIDTH // 2, HEIGHT)
    source = remade(narrow, tmp_path / "anamorphic.mp4", "-c", "copy", "-aspect", "16:9")
    assert probe(source).pixel_aspect == 2
    seen = pictures(conformed(source, tmp_path / "take.mp4"))[2]
    assert seen[5, 20, 0] > 240 and seen[85, 20, 2] > 240
    assert np.flatnonzero(seen[45].min(axis=1) > 128).size == pytest.approx(20, abs=3)


@pytest.mark.parametrize("size", ["161x91", "333x77", "98x97", "9x5"])
def test_odd_sizes_are_no_trouble(tmp_path, size):
    made = ["-f", "lavfi", "-i", f"color=0x30A060:s={size}:r=24:d=0.5", "-c:v", "ffv1", "-pix_fmt", "bgr0"]
    ffmpeg.run([*made, str(tmp_path / "odd.mkv")], what="making test footage")
    seen = pictures(conformed(tmp_path / "odd.mkv", tmp_path / "take.mp4"))[2]
    assert seen.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(seen.astype(int) - (0x30, 0xA0, 0x60)).max() <= 4


@pytest.mark.parametrize(
    "encoding",
    {
        "full range": "scale=out_color_matrix=bt709:out_range=pc,format=yuv420p",
        "BT.601": "scale=out_color_matrix=smpte170m:out_range=tv,format=yuv422p",
        "untagged": "scale=out_color_matrix=smpte170m,format=yuv420p,setparams=colorspace=unknown",
        "RGB": "format=gbrp",
    }.items(),
    ids=lambda encoding: encoding[0],
)
def test_colours_are_read_by_their_matrix_and_range(tmp_path, encoding):
    """The same colour, however the camera wrote it down, comes out the same."""
    colour = (200, 60, 40)
    flat = write_flat(tmp_path / "flat.mp4", colour, 5)
    source = remade(flat, tmp_path / "camera.mkv", "-vf", encoding[1], "-c:v", "ffv1")
    target = conformed(source, tmp_path / "take.mp4")
    assert np.abs(pictures(target)[2].astype(int) - colour).max() <= 5
    tags = probe(target).colour
    assert (tags.primaries, tags.transfer, tags.matrix, tags.full_range) == (1, 1, 1, False)


def test_interlaced_footage_loses_its_combs(tmp_path):
    """A bar that moves between the fields has a ragged edge: each line differs from its neighbours."""
    with ClipWriter(tmp_path / "fields.mp4", width=WIDTH, height=96, rate=Fraction(48), metadata={}) as clip:
        for n in range(48):
            frame = np.full((96, WIDTH, 3), 40, np.uint8)
            frame[:, n * 3 : n * 3 + 40] = 220
            clip.write(frame)
    interlacing = ("-vf", "tinterlace=interleave_top", "-flags", "+ildct+ilme", "-crf", "10")
    source = remade(tmp_path / "fields.mp4", tmp_path / "tape.mp4", *interlacing)
    assert probe(source).interlaced
    before, after = (pictures(path)[8] for path in (source, conformed(source, tmp_path / "take.mp4", 0, 20)))
    assert combing(before) > 2
    assert combing(after) < combing(before) / 10


def combing(frame: np.ndarray) -> float:
    lines = frame[..., 1].astype(float)
    return float(np.abs(2 * lines[1:-1] - lines[:-2] - lines[2:]).mean())


def pq(nits: float) -> float:
    """The inverse EOTF of SMPTE ST 2084, equation 5.2: light in cd/m2 to a signal in 0..1."""
    y = (nits / 10_000) ** (2610 / 16_384)
    return ((3424 / 4096 + 2413 / 128 * y) / (1 + 2392 / 128 * y)) ** (2523 / 32)


def hlg(light: float) -> float:
    """The OETF of ITU-R BT.2100, table 5: scene light in 0..1 to a signal in 0..1."""
    return (
        (3 * light) ** 0.5 if light <= 1 / 12 else 0.17883277 * np.log(12 * light - 0.28466892) + 0.55991073
    )


@pytest.mark.parametrize(
    "transfer, signals",
    [
        ("smpte2084", [pq(0.05), pq(36.5), pq(203), pq(1000)]),
        ("arib-std-b67", [0.0, hlg(0.0365 ** (1 / 1.2)), 0.75, 1.0]),
    ],
)
def test_high_dynamic_range_is_toned_down(tmp_path, transfer, signals):
    """Black, 18 % grey, diffuse white (BT.2408: 203 cd/m2, HLG 75 %) and a highlight, in 10-bit BT.2020."""
    codes = [64 + 876 * signal for signal in signals]
    steps = "+".join(f"{code:.2f}*eq(floor(X*4/W),{n})" for n, code in enumerate(codes))
    tags = f"range=tv:color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc"
    graph = f"color=s=320x180:r=24:d=0.5,format=yuv420p10le,geq=lum='{steps}':cb=512:cr=512,setparams={tags}"
    made = ["-f", "lavfi", "-i", graph, "-c:v", "libx265", "-x265-params", "log-level=none"]
    ffmpeg.run([*made, str(tmp_path / "hdr.mp4")], what="making test footage")
    assert probe(tmp_path / "hdr.mp4").colour.high_dynamic_range
    target = conformed(tmp_path / "hdr.mp4", tmp_path / "take.mp4")
    assert probe(target).pixel_format == "yuv420p" and not probe(target).colour.high_dynamic_range
    black, grey, white, highlight = (pictures(target)[2][45, 20 + 40 * n].astype(float) for n in range(4))
    assert black.max() < 12
    assert grey.mean() == pytest.approx(255 * 0.18 ** (1 / 2.4), abs=5), "as light as on a BT.1886 display"
    assert 200 < white.mean() < highlight.mean() <= 255
    assert max(np.ptp(patch) for patch in (black, grey, white, highlight)) <= 4, "greys stay grey"


def test_damaged_footage_is_not_taken_for_whole(tmp_path, footage):
    content = footage.read_bytes()
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(MediaError, match=r"damaged\.mp4"):
        conformed(damaged, tmp_path / "take.mp4", Fraction(9), 20)
    assert not (tmp_path / "take.mp4").exists()


def test_footage_keeps_only_the_metadata_that_it_is_given(tmp_path, footage):
    source = remade(
        footage, tmp_path / "in.mp4", "-c", "copy", "-metadata", "title=secret", "-metadata", "location=+1+2/"
    )
    target = conformed(source, tmp_path / "take.mp4", company="a=b\n; 'x'")
    with av.open(str(target)) as container:
        assert container.metadata["company"] == "a=b\n; 'x'"
        assert not {"title", "location"} & set(container.metadata)


def test_languages_of_tracks():
    assert [three_letters(code) for code in ("hi", "ta-IN", "en_US", "zho", "zh-cn", "x", "")] == [
        "hin", "tam", "eng", "zho", "zho", "und", "und",
    ]  # fmt: skip
