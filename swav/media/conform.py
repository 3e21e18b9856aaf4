"""A stretch of real footage at the reel's size and rate, whatever the camera wrote."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import ffmpeg
from ffmpeg import VideoStream

from swav.errors import MediaError
from swav.files import replacing
from swav.media import h264
from swav.media.ffmpeg import location, run
from swav.media.fill import Anchor, fill
from swav.media.formats import only
from swav.media.probe import Picture, probe
from swav.times import HOLD, to_frames

_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # ffmpeg's own leave the alpha of WebM out
_RUN_UP = 2  # seconds before the in-point to seek to, past any frames that lean on a group before theirs


def conform_footage(
    source: Path,
    *,
    start: Fraction,
    frames: int,
    width: int,
    height: int,
    rate: Fraction,
    target: Path,
    metadata: Mapping[str, str],
    anchor: Anchor | None = None,
) -> None:
    """Write ``frames`` frames of ``source`` from ``start`` (seconds from its beginning) as a take.

    The frame shown at each time is the one that a media player shows there. Rotation, interlacing, pixel
    aspect, range and HDR are resolved; the picture fills the frame and is cropped at its centre, or around
    ``anchor``. Black lies under what is transparent.
    Raises MediaError if the source cannot be read, or ends more than half a second too early.
    """
    picture = probe(source)
    available = max(to_frames(picture.duration - start, rate), 0)
    missing = frames - available
    if missing > HOLD * rate or available == 0:
        raise MediaError(
            f"{source} is {float(picture.duration):.2f} s long, and the shot wants it from "
            f"{float(start):.2f} s to {float(start + frames / rate):.2f} s; "
            "choose an earlier in-point, or shorten the shot"
        )
    stream = _from(source, picture, start, rate)
    stream = stream.tpad(stop=max(missing, 0) + 1, stop_mode="clone").trim(end_frame=frames)
    options = {
        **h264.settings(width, height, rate, crf=14, preset="fast"),
        "movflags": "+use_metadata_tags+faststart",
        "frames:v": frames,
    }
    arguments = ffmpeg.output(
        fill(stream, picture, width, height, anchor), filename="target", extra_options=options
    ).compile()[1:-1]
    for key, value in metadata.items():
        arguments += ["-metadata", f"{key}={value}"]
    with replacing(target) as partial:
        run([*arguments, location(partial)], what=f"conforming {source}")
        written = _written(partial)
        if written != frames:
            raise MediaError(
                f"{source} gave {written} frames where {frames} were wanted; is it damaged after "
                f"{float(start + written / rate):.2f} s?"
            )


def _from(source: Path, picture: Picture, start: Fraction, rate: Fraction) -> VideoStream:
    """The film from ``start`` on, one frame for each of the reel's, its times from 0."""
    seek = max(start - _RUN_UP, Fraction(0)) if picture.indexed and picture.timed else Fraction(0)
    given: dict = {"ss": f"{float(seek):.6f}", "accurate_seek": False} if seek else {}
    if picture.transparent and picture.codec in _ALPHA_DECODERS:
        given["vcodec"] = _ALPHA_DECODERS[picture.codec]
    stream = ffmpeg.input(location(source), extra_options=only(), **given).video_stream(picture.track)
    if not picture.timed:
        stream = stream.setpts(expr=f"N/({picture.rate})/TB")
    return (
        stream.bwdif(mode="send_frame", deint="interlaced")
        .setpts(expr=f"PTS-({start - seek})/TB")
        .fps(fps=str(rate), start_time=0, round="near")
    )


def _written(clip: Path) -> int:
    """Frames of what was written; 0 where nothing was, which is the source's fault and not the clip's."""
    try:
        return probe(clip).frames
    except MediaError:
        return 0
