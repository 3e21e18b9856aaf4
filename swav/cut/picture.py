"""The picture of one shot as a filter graph: its take in the reel's format, with its lettering."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import ffmpeg
import numpy as np
from ffmpeg import VideoStream

from swav.errors import MediaError
from swav.media.ffmpeg import location
from swav.media.fill import fill
from swav.media.formats import only
from swav.media.probe import Picture, opened, probe
from swav.times import to_frames

# A take at another rate may end a frame early by rounding, and models count in steps of their own (4n + 1).
FRAMES_THAT_MAY_BE_HELD = 2
_BLOCK = 16  # rows: ffmpeg's overlay rounds otherwise where a picture has but two, seen with 9.0.2


@dataclass(frozen=True)
class Format:
    """The reel's picture format; ``crf`` and ``preset`` are x264's."""

    width: int
    height: int
    rate: Fraction
    crf: int = 18
    preset: str = "medium"


@dataclass(frozen=True)
class Lettering:
    """An RGBA picture of the reel's size, seen on frames [start, end) of its shot.

    It fades in over its first ``fade`` frames and out over its last ``fade`` frames.
    """

    picture: Path
    start: int
    end: int
    fade: int


@dataclass(frozen=True)
class ShotPicture:
    """What is seen in one shot: ``frames`` frames of ``take`` at the reel's rate, under ``lettering``.

    ``hold`` freezes the last frame of a take that is shorter than its shot; without it, a take that is more
    than two frames short is an error. ``begin`` is the take's frame, at the reel's rate, with which the shot
    begins; ``anchor`` is what stays in the picture where the take has another shape than the reel.
    """

    take: Path
    frames: int
    lettering: tuple[Lettering, ...] = ()
    hold: bool = False
    begin: int = 0
    anchor: tuple[float, float] | None = None


def frames_of(shot: ShotPicture, start: int, stop: int, format: Format) -> VideoStream:
    """Frames [start, stop) of a shot: stop - start frames from time 0, yuv420p, in the reel's format.

    A take at another rate keeps its speed: each of its frames comes on at the reel's frame nearest in time.
    Raises MediaError if the take cannot be read or is too short, or the range is not inside the shot.
    """
    if not 0 <= start < stop <= shot.frames:
        raise MediaError(
            f"{shot.take}: frames {start} to {stop} are not within a shot of {shot.frames} frames"
        )
    take = probe(shot.take)
    stream = (
        ffmpeg.input(location(shot.take), extra_options=only())
        .video.setpts(expr="PTS-STARTPTS")
        .fps(fps=str(format.rate), round="near")
        .tpad(stop=to_hold(shot, take, format.rate), stop_mode="clone")
        .trim(start_frame=shot.begin + start, end_frame=shot.begin + stop)
    )
    picture = fill(stream, take, format.width, format.height, shot.anchor)
    shown = [one for one in shot.lettering if max(one.start, start) < min(one.end, stop)]
    if shown:
        picture = _under(shown, picture, format)
    return picture.setpts(expr="PTS-STARTPTS")


def to_hold(shot: ShotPicture, take: Picture, rate: Fraction) -> int:
    """For how many frames the take's last frame may have to stand still. MediaError for a take too short."""
    available = to_frames(take.frames / take.rate, rate) - shot.begin
    missing = shot.frames - available
    if missing > FRAMES_THAT_MAY_BE_HELD and not shot.hold:
        raise MediaError(
            f"{shot.take} is {available} frames long at {float(rate):g} frames a second and its shot needs "
            f"{shot.frames}; render a longer take, or shorten the shot"
        )
    return max(missing, 0) + FRAMES_THAT_MAY_BE_HELD


def _under(shown: Sequence[Lettering], picture: VideoStream, format: Format) -> VideoStream:
    """The picture under its letterings. Rows that none of them covers pass by: drawing costs by the pixel."""
    covered = np.logical_or.reduce([_covered(lettering.picture, format) for lettering in shown])
    if not covered.any():
        return picture
    top, bottom = _block(np.flatnonzero(covered), format.height)
    edges = sorted({0, top, bottom, format.height})
    streams = picture.split(outputs=len(edges) - 1)
    bands = []
    for number, (first, last) in enumerate(pairwise(edges)):
        band = _rows(streams.video(number), first, last, format)
        bands.append(_drawn(shown, band, first, last, format) if first == top else band)
    return ffmpeg.filters.vstack(*bands, inputs=len(bands)) if len(bands) > 1 else bands[0]


def _block(rows: np.ndarray, height: int) -> tuple[int, int]:
    """The first row and the one after the last of whole blocks that hold those rows."""
    bottom = min(height, (int(rows[-1]) // _BLOCK + 1) * _BLOCK)
    return max(0, min(int(rows[0]) // _BLOCK * _BLOCK, (bottom - _BLOCK) // 2 * 2)), bottom


def _rows(stream: VideoStream, first: int, last: int, format: Format) -> VideoStream:
    return stream.crop(out_w=str(format.width), out_h=str(last - first), x="0", y=str(first))


def _drawn(
    shown: Sequence[Lettering], band: VideoStream, first: int, last: int, format: Format
) -> VideoStream:
    """Rows [first, last) of a picture under those of its letterings.

    Chroma of full size keeps thin coloured strokes whole. Doubled by repeating and halved by averaging, the
    take's own chroma comes through unchanged.
    """
    band = band.scale(flags="neighbor").format(pix_fmts="yuv444p")
    for lettering in shown:
        letters = _lettered(lettering, first, last, format)
        band = band.overlay(letters, eof_action="pass", format="yuv444")
    return band.scale(flags="area").format(pix_fmts="yuv420p")


def _lettered(lettering: Lettering, first: int, last: int, format: Format) -> VideoStream:
    """Rows [first, last) of the lettering as a stream whose times are those of its shot.

    One invisible frame stands at either end while it fades, and is then cut off: so the first visible frame
    already shows 1 / (fade + 1) of it, and the last frame the same.
    """
    length = lettering.end - lettering.start
    steps = min(lettering.fade, length // 2) + 1
    picture = (
        ffmpeg.input(location(lettering.picture), f="png_pipe", extra_options=only(["png_pipe"]))
        .video.scale(out_color_matrix="bt709", out_range="tv", flags="accurate_rnd+full_chroma_int")
        .format(pix_fmts="yuva444p")
    )
    stream = (
        _rows(picture, first, last, format)
        .loop(loop=length + 1, size=1)
        .settb(expr=str(1 / format.rate))
        .setpts(expr="N")
    )
    if steps > 1:
        stream = stream.fade(type="in", start_frame=0, nb_frames=steps, alpha=True)
        stream = stream.fade(type="out", start_frame=length + 1 - steps, nb_frames=steps, alpha=True)
    return stream.trim(start_frame=1, end_frame=length + 1).setpts(expr=f"PTS-1+{lettering.start}")


def _covered(picture: Path, format: Format) -> np.ndarray:
    """Which rows of a lettering hold anything to be seen; bool (height,). MediaError for another size."""
    with opened(picture, format="png_pipe") as container:
        video = container.streams.video[0]
        if (size := (video.width, video.height)) != (format.width, format.height):
            raise MediaError(
                f"{picture} is {size[0]}x{size[1]} and the reel is {format.width}x{format.height}; "
                "set the lettering again"
            )
        return next(container.decode(video)).to_ndarray(format="rgba")[..., 3].any(axis=1)
