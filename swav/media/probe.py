"""What a video file holds, read from its packets and first frame with PyAV: exact, and without an ffprobe."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.video.reformatter import ColorRange

from swav.errors import MediaError
from swav.media.ffmpeg import location
from swav.media.formats import FORMATS, complaint, only

# Containers that list their key frames, as ffmpeg names them; in others a seek is a guess.
_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
_INDEXED = (_MP4, "matroska,webm")


@dataclass(frozen=True)
class Colour:
    """How the numbers of a picture are to be read, by the code points of ITU-T H.273 (2 means: not said)."""

    primaries: int
    transfer: int
    matrix: int
    full_range: bool

    @property
    def high_dynamic_range(self) -> bool:
        """PQ (SMPTE ST 2084, code 16) or HLG (ARIB STD-B67, code 18)."""
        return self.transfer in (16, 18)


@dataclass(frozen=True)
class Picture:
    """The picture track of a clip.

    ``width`` and ``height`` are pixels as stored, ``rotation`` degrees counter-clockwise to stand it upright,
    ``rate`` the average frames a second, ``frames`` counted from the packets, ``duration`` in seconds from
    the file's start to the end of the last frame. ``indexed``: a seek in it finds the key frame before.
    """

    width: int
    height: int
    rate: Fraction
    frames: int
    pixel_format: str
    codec: str
    colour: Colour
    duration: Fraction
    sound: bool
    rotation: int
    pixel_aspect: Fraction
    interlaced: bool
    indexed: bool


@contextmanager
def opened(path: str | Path, format: str | None = None) -> Iterator["av.container.InputContainer"]:
    """Open a media file to read, as ``format`` if its kind is known, else as a film.

    Raises MediaError in one sentence, for failures to read inside the block as well.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError(f"{path} is not there; check its name, or let the build make it")
    if path.stat().st_size == 0:
        raise MediaError(f"{path} is empty; remove it, or replace it by a whole file")
    try:
        with av.open(
            location(path), format=format, options=only([format] if format else FORMATS)
        ) as container:
            yield container
    except av.error.ArgumentError:  # what ffmpeg says of a kind that is not on the list
        raise MediaError(f"{path} {complaint(path, 'a film')}") from None
    except av.error.FFmpegError as error:
        raise MediaError(
            f"{path} cannot be read as a video ({error.strerror or error}); "
            "is it truncated, or of another kind?"
        ) from None


def probe(path: str | Path) -> Picture:
    """Everything that the cut needs to know of a clip.

    Raises MediaError if the file is missing or truncated, holds no picture, or no frame can be decoded.
    """
    with opened(path) as container:
        if not container.streams.video:
            raise MediaError(f"{path} holds no picture; give a video file")
        stream = container.streams.video[0]
        first = next(container.decode(stream), None)
        if first is None:
            raise MediaError(f"{path} holds no frame that can be decoded; replace it by a whole file")
        frames, end = _extent(path)
        origin = Fraction(container.start_time or 0, av.time_base)
        duration = end * stream.time_base - origin
        rate = stream.average_rate or stream.guessed_rate or Fraction(frames) / duration
        return Picture(
            width=first.width,
            height=first.height,
            rate=Fraction(rate),
            frames=frames,
            pixel_format=first.format.name,
            codec=stream.codec_context.name,
            colour=_colour(first),
            duration=duration,
            sound=bool(container.streams.audio),
            rotation=first.rotation,
            pixel_aspect=Fraction(stream.sample_aspect_ratio or 1),
            interlaced=first.interlaced_frame,
            indexed=container.format.name in _INDEXED,
        )


def _extent(path: str | Path) -> tuple[int, int]:
    """Frames of the picture, and its end in the track's time base.

    An mp4 lists its samples, so that only its last group of pictures is read, and not gigabytes of it; where
    there is no list, or not all that it lists is in the file, every packet is counted.
    """
    with opened(path) as container:
        stream = container.streams.video[0]
        entries = stream.index_entries
        whole = container.format.name == _MP4 and 0 < len(entries) == stream.frames
        if whole and max(entry.pos + entry.size for entry in entries) <= container.size:
            container.seek(max(entry.timestamp for entry in entries if entry.is_keyframe), stream=stream)
            return sum(not entry.is_discard for entry in entries), _counted(container, stream)[1]
        return _counted(container, stream)


def _counted(container: "av.container.InputContainer", stream: "av.VideoStream") -> tuple[int, int]:
    frames, end = 0, 0
    for packet in container.demux(stream):
        if packet.size and packet.pts is not None and not packet.is_discard:
            frames += 1
            end = max(end, packet.pts + (packet.duration or 0))
    return frames, end


def _colour(frame: "av.VideoFrame") -> Colour:
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj") or frame.format.is_rgb
    return Colour(int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace), full)
