"""A stretch of real footage at the reel's size and rate, whatever the camera wrote."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import ffmpeg

from swav.errors import MediaError
from swav.files import replacing
from swav.media import h264
from swav.media.ffmpeg import location, run
from swav.media.fill import fill
from swav.media.formats import only
from swav.media.probe import probe
from swav.times import to_frames

LONGEST_HOLD = Fraction(1, 2)  # seconds for which the last frame may stand in for footage that ends early
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
) -> None:
    """Write ``frames`` frames of ``source`` from ``start`` (seconds from its beginning) as a take.

    The frame shown at each time is the one that a player shows there. Rotation, interlacing, pixel aspect,
    range and HDR are resolved; the picture fills the frame and is cropped at its centre.
    Raises MediaError if the source cannot be read, or ends more than half a second too early.
    """
    picture = probe(source)
    available = max(to_frames(picture.duration - start, rate), 0)
    missing = frames - available
    if missing > LONGEST_HOLD * rate or available == 0:
        raise MediaError(
            f"{source} is {float(picture.duration):.2f} s long, and the shot wants it from "
            f"{float(start):.2f} s to {float(start + frames / rate):.2f} s; "
            "choose an earlier in-point, or shorten the shot"
        )
    seek = max(start - _RUN_UP, Fraction(0)) if picture.indexed else Fraction(0)
    stream = (
        ffmpeg.input(location(source), ss=f"{float(seek):.6f}", accurate_seek=False, extra_options=only())
        .video.bwdif(mode="send_frame", deint="interlaced")
        .setpts(expr=f"PTS-({start - seek})/TB")
        .fps(fps=str(rate), start_time=0, round="near")
        .tpad(stop=max(missing, 0) + 1, stop_mode="clone")
        .trim(end_frame=frames)
    )
    options = {
        **h264.settings(width, height, rate, crf=14, preset="fast"),
        "movflags": "+use_metadata_tags+faststart",
        "frames:v": frames,
    }
    arguments = ffmpeg.output(
        fill(stream, picture, width, height), filename="target", extra_options=options
    ).compile()[1:-1]
    for key, value in metadata.items():
        arguments += ["-metadata", f"{key}={value}"]
    with replacing(target) as partial:
        run([*arguments, location(partial)], what=f"conforming {source}")
        written = probe(partial).frames
        if written != frames:
            raise MediaError(
                f"{source} gave {written} frames where {frames} were wanted; is it damaged after "
                f"{float(start + written / rate):.2f} s?"
            )
