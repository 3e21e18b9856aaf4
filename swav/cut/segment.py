"""The two kinds of piece that a reel is joined from: the middle of a shot, and a transition to the next."""

from pathlib import Path
from typing import Literal

import ffmpeg
from ffmpeg import VideoStream

from swav.cut.picture import Format, Lettering, ShotPicture, frames_of
from swav.errors import MediaError
from swav.files import replacing
from swav.media import h264
from swav.media.ffmpeg import location, run
from swav.media.probe import count_frames

__all__ = ["Format", "Lettering", "ShotPicture", "TransitionKind", "encode_segment", "encode_transition"]

TransitionKind = Literal["fade", "fade_black", "wipe", "slide"]

SOFT_EDGE = 0.16  # of the picture's width: a wipe's edge, wide enough not to shimmer


def encode_segment(
    shot: ShotPicture,
    start: int,
    stop: int,
    format: Format,
    target: Path,
    fades: tuple[int, int] = (0, 0),
) -> None:
    """Encode frames [start, stop) of a shot; the rest of it belongs to its transitions.

    Over the first frames of ``fades`` it comes out of black, over the last it goes: its first, or last, frame
    is black. Fades that are longer than the segment are as long as it is.
    Raises MediaError if the take is missing, unreadable or too short.
    """
    length = stop - start
    _encode(_faded(frames_of(shot, start, stop, format), length, fades), length, format, target)


def _faded(stream: VideoStream, length: int, fades: tuple[int, int]) -> VideoStream:
    """Out of black, and back: of n frames, frame k of the way shows k / n of the picture."""
    come, go = (min(fade, length) for fade in fades)
    if come:
        stream = stream.fade(type="in", start_frame=0, nb_frames=come)
    if go:
        stream = stream.fade(type="out", start_frame=length - go, nb_frames=max(1, go - 1))
    return stream


def encode_transition(
    kind: TransitionKind,
    first: ShotPicture,
    second: ShotPicture,
    tail: int,
    head: int,
    format: Format,
    target: Path,
) -> None:
    """Encode the transition from the last ``tail`` frames of ``first`` to the first ``head`` of ``second``.

    ``fade``, ``wipe`` and ``slide`` overlap: tail == head is the transition's length in frames.
    ``fade_black`` does not: ``tail`` frames go to black and ``head`` frames come from it, tail + head in all.
    Raises MediaError as ``encode_segment`` does, and if the lengths do not fit the kind.
    """
    if tail < 1 or head < 1 or (kind != "fade_black" and tail != head):
        raise MediaError(f"a {kind} cannot be made of {tail} frames and {head} frames")
    leaving = frames_of(first, first.frames - tail, first.frames, format)
    coming = frames_of(second, 0, head, format)
    if kind == "fade_black":
        _encode(_through_black(leaving, coming, tail, head), tail + head, format, target)
    else:
        _encode(_OVERLAPPING[kind](leaving, coming, tail, format), tail, format, target)


def _through_black(leaving: VideoStream, coming: VideoStream, tail: int, head: int) -> VideoStream:
    """Down to black and up again; the one black frame is the first of the second shot."""
    down = leaving.fade(type="out", start_frame=0, nb_frames=tail)
    up = coming.fade(type="in", start_frame=0, nb_frames=head)
    return ffmpeg.filters.concat(down, up, n=2, v=1, a=0).video(0)


def _dissolve(leaving: VideoStream, coming: VideoStream, length: int, format: Format) -> VideoStream:
    """Frame n of ``length`` shows (n + 1) / (length + 1) of the second picture.

    xfade's own first frame is the first picture unchanged; it is made on an extra frame, which is cut off.
    """
    pictures = [
        stream.tpad(start=1, stop=1, start_mode="clone", stop_mode="clone") for stream in (leaving, coming)
    ]
    duration = f"{float((length + 1) / format.rate):.6f}"
    mixed = pictures[0].xfade(pictures[1], transition="fade", duration=duration, offset=0)
    return mixed.trim(start_frame=1, end_frame=length + 1).setpts(expr="PTS-STARTPTS")


def _wipe(leaving: VideoStream, coming: VideoStream, length: int, format: Format) -> VideoStream:
    """A soft edge runs from left to right; ahead of it stands the first picture, behind it the second.

    The matte is drawn once, as one wide row (white, ramp, black), and a window of it slides along.
    """
    edge = 2 * round(format.width * SOFT_EDGE / 2)
    travel = format.width + edge
    # Chroma planes are half as wide: SW scales their X back to the picture's.
    ramp = f"clip(({travel}-X/SW)/{edge},0,1)"
    matte = f"255*{ramp}*{ramp}*(3-2*{ramp})"
    row = (
        ffmpeg.sources.color(color="black", size=f"{travel + format.width}x2", rate=str(format.rate))
        .format(pix_fmts="yuv420p")
        .setparams(range="tv", colorspace="bt709")  # as the pictures, or ffmpeg converts the matte to match
        .trim(end_frame=1)
        .geq(lum_expr=matte, cb_expr=matte, cr_expr=matte)
        .loop(loop=length, size=1)
        .settb(expr=str(1 / format.rate))
        .setpts(expr="N")
        .trim(end_frame=length)
    )
    window = row.crop(out_w=str(format.width), out_h="2", x=f"{travel}*(1-(n+1)/{length + 1})", y="0")
    mask = window.scale(w=format.width, h=format.height, flags="neighbor").setsar(sar="1")
    return leaving.maskedmerge(coming, mask)


def _slide(leaving: VideoStream, coming: VideoStream, length: int, format: Format) -> VideoStream:
    """The second picture pushes the first out to the left, setting off and arriving softly."""
    moved = f"(n+1)/{length + 1}"
    eased = f"{format.width}*{moved}*{moved}*(3-2*{moved})"
    both = ffmpeg.filters.hstack(leaving, coming, inputs=2)
    return both.crop(out_w=str(format.width), out_h=str(format.height), x=eased, y="0")


_OVERLAPPING = {"fade": _dissolve, "wipe": _wipe, "slide": _slide}


def _encode(stream: VideoStream, frames: int, format: Format, target: Path) -> None:
    """Write ``frames`` frames of ``stream`` to ``target``, and count them there."""
    tagged = stream.setparams(
        range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709"
    ).setsar(sar="1")
    options = h264.settings(format.width, format.height, format.rate, format.crf, format.preset)
    with replacing(target) as partial:
        output = ffmpeg.output(
            tagged, filename=location(partial), extra_options={**options, "frames:v": frames}
        )
        run(output, what=f"encoding {Path(target).name}")
        written = count_frames(partial)
        if written != frames:
            raise MediaError(
                f"{Path(target).name} came out with {written} frames instead of {frames}; "
                "is one of its takes damaged?"
            )
