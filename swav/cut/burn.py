"""Subtitles that stand in the picture: a reel's frames with cues over them, for screens without a menu.

The picture is encoded a second time; the sound's packets, the chapters and the metadata are the reel's.
Letters are laid over the planes of the decoded frames as they are stored, so that no other pixel changes its
colour on the way.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from swav.errors import MediaError
from swav.files import replacing
from swav.media.ffmpeg import location
from swav.media.probe import opened, probe
from swav.media.timescale import movie_timescale, track_timescale
from swav.media.writer import new_stream


@dataclass(frozen=True)
class Burnt:
    """A picture, uint8 RGBA with straight alpha of the frame's size, over frames [start, end)."""

    start: int
    end: int
    picture: np.ndarray


def burn(reel: Path, cues: Iterator[Burnt] | Sequence[Burnt], *, crf: int, preset: str, target: Path) -> None:
    """Write ``reel`` with ``cues``, in order of time and apart from each other, in its picture.

    Its own track of subtitles is left out. Raises MediaError for a reel that cannot be read, or written.
    """
    found = probe(reel)
    with replacing(target) as partial, opened(reel) as pictures, opened(reel) as sounds:
        options = {
            "movflags": "+faststart",
            "fflags": "+bitexact",
            "video_track_timescale": str(track_timescale(found.rate)),
            "movie_timescale": str(movie_timescale(found.rate)),
        }
        try:
            with av.open(location(partial), "w", options=options) as film:
                film.metadata.update(pictures.metadata)
                film.set_chapters(pictures.chapters())
                stream = new_stream(film, found.width, found.height, found.rate, crf=crf, preset=preset)
                packets = [_pictures(pictures, stream, found.rate, iter(cues))]
                if sounds.streams.audio:
                    copy = film.add_stream_from_template(sounds.streams.audio[0])
                    copy.metadata.update(sounds.streams.audio[0].metadata)
                    packets.append(_sounds(sounds, copy))
                for packet in heapq.merge(*packets, key=lambda packet: packet.dts * packet.time_base):
                    film.mux(packet)
        except av.error.FFmpegError as error:
            raise MediaError(f"{target.name} cannot be written: {error.strerror or error}") from None
        if (frames := probe(partial).frames) != found.frames:
            raise MediaError(f"{target.name} came out with {frames} frames, not {found.frames}")


def _pictures(reel, stream: av.VideoStream, rate: Fraction, cues: Iterator[Burnt]) -> Iterator[av.Packet]:
    """The encoded frames, with whatever cue stands over each."""
    cue, laid = next(cues, None), None
    for number, frame in enumerate(reel.decode(video=0)):
        while cue is not None and number >= cue.end:
            cue, laid = next(cues, None), None
        if cue is not None and number >= cue.start:
            laid = laid or _Laid(cue.picture)
            frame = laid.over(frame)
        frame.pts, frame.time_base = number, 1 / rate
        frame.pict_type = 0  # of the frame's own choice, not the reel's
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sounds(reel, stream: av.AudioStream) -> Iterator[av.Packet]:
    for packet in reel.demux(audio=0):
        if packet.size:
            packet.stream = stream
            yield packet


class _Laid:
    """A picture as planes of yuv420p in BT.709 and limited range, only those rows that hold something."""

    def __init__(self, picture: np.ndarray):
        rows = np.flatnonzero(picture[..., 3].any(axis=1))
        self.top = int(rows[0]) // 2 * 2 if len(rows) else 0
        self.bottom = -(-(int(rows[-1]) + 1) // 2) * 2 if len(rows) else 0
        part = picture[self.top : self.bottom]
        if not len(part):
            return
        planes = av.VideoFrame.from_ndarray(np.ascontiguousarray(part[..., :3]), format="rgb24").reformat(
            format="yuv444p",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
        )
        luma, *chroma = planes.to_ndarray().astype(np.float32)
        alpha = part[..., 3].astype(np.float32) / 255
        self.luma = luma * alpha, 1 - alpha
        self.chroma = [(_halved(plane * alpha), 1 - _halved(alpha)) for plane in chroma]

    def over(self, frame: av.VideoFrame) -> av.VideoFrame:
        if self.top == self.bottom:
            return frame
        width, height = frame.width, frame.height
        stacked = frame.to_ndarray()  # (height * 3 / 2, width): luma, then both planes of chroma in rows
        _lay(stacked[:height], self.top, self.bottom, *self.luma)
        chroma = stacked[height:].reshape(2, height // 2, width // 2)
        for plane, (colour, left) in zip(chroma, self.chroma, strict=True):
            _lay(plane, self.top // 2, self.bottom // 2, colour, left)
        stacked[height:] = chroma.reshape(height // 2, width)
        made = av.VideoFrame.from_ndarray(stacked, format="yuv420p")
        made.colorspace, made.color_range = Colorspace.ITU709, ColorRange.MPEG
        return made


def _lay(plane: np.ndarray, top: int, bottom: int, colour: np.ndarray, left: np.ndarray) -> None:
    """A plane's rows under what is left of them, and the colour over it, in place."""
    plane[top:bottom] = np.rint(plane[top:bottom] * left + colour)


def _halved(plane: np.ndarray) -> np.ndarray:
    """The mean of each square of four."""
    height, width = plane.shape
    return plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
