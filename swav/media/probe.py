"""What a video file holds, read from its packets and first frame with PyAV: exact, and without an ffprobe."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.video.reformatter import ColorRange

from swav.errors import MediaError
from swav.media.disguise import disguise, is_text
from swav.media.ffmpeg import location
from swav.media.formats import FORMATS, complaint, only
from swav.media.tracks import film_track, no_film

# Containers that list their key frames, as ffmpeg names them; in others a seek is a guess.
_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
_INDEXED = (_MP4, "matroska,webm")
_USUAL_RATE = Fraction(25)  # what libav takes a film for that says nothing of its rate
_RESTART = Fraction(1, 2)  # seconds by which times must go back to have begun again
_PAUSE = 10  # seconds by which the clock of a broadcast must jump to be a new one, as ffmpeg has it
_LATE_TIMES = ("mpeg2video", "mpeg1video")  # of which a packet may hold a field, or have no time of its own


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
    ``track`` counts the file's picture tracks from 0, covers included. Where the file's times begin again or
    there are none it is not ``timed``: its frames follow one another at ``rate``.
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
    track: int = 0
    timed: bool = True
    transparent: bool = False


_SOON_OPEN, _NO_FRAMES = {"probesize": "32"}, {"skip_frame": "all"}
"""Options of a container and of its first track with which libav decodes nothing while it opens a file. It
decodes frames otherwise, to learn the format of the pixels: 6 ms at 720p, 25 times all else."""


@contextmanager
def opened(
    path: str | Path, format: str | None = None, *, only_packets: bool = False
) -> Iterator["av.container.InputContainer"]:
    """Open a media file to read, as ``format`` if its kind is known, else as a film.

    ``only_packets`` of a file that swav wrote, whose header says all of it but its pixels' format: opened so,
    it is soon there. Raises MediaError in one sentence, for failures to read inside the block as well.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError(f"{path} is not there; check its name, or let the build make it")
    if path.stat().st_size == 0:
        raise MediaError(f"{path} is empty; remove it, or replace it by a whole file")
    try:
        options = only([format] if format else FORMATS) | (_SOON_OPEN if only_packets else {})
        tracks = [_NO_FRAMES] if only_packets else None
        with av.open(
            location(path), format=format, options=options, stream_options=tracks, metadata_errors="replace"
        ) as container:
            yield container
    except av.error.ArgumentError:  # what ffmpeg says of a kind that is not on the list
        raise MediaError(f"{path} {complaint(path, 'a film')}") from None
    except av.error.FFmpegError as error:
        if reason := disguise(path):
            raise MediaError(f"{path} {reason}") from None
        reason = "it is a text" if is_text(path) else error.strerror or error
        raise MediaError(
            f"{path} cannot be read as a video ({reason}); is it truncated, or of another kind?"
        ) from None


def probe(path: str | Path) -> Picture:
    """Everything that the cut needs to know of a clip.

    Raises MediaError if the file is missing or truncated, holds no film, or no frame can be decoded.
    """
    with _at_its_start(path) as (container, number):
        stream = container.streams.video[number]
        first = next(container.decode(stream), None)
        if first is None:
            raise MediaError(f"{path} holds no frame that can be decoded; replace it by a whole file")
        extent = _extent(path, container, number)
        origin = Fraction(container.start_time or 0, av.time_base)
        duration = extent.end * stream.time_base - origin
        rate = Fraction(stream.average_rate or stream.guessed_rate or 0)
        if rate <= 0:
            rate = Fraction(extent.frames) / duration if duration > 0 else _USUAL_RATE
        if not extent.timed:
            duration = extent.frames / rate
        if extent.frames == 0 or duration <= 0:
            raise MediaError(f"{path} holds no frame that can be shown; replace it by a whole file")
        return Picture(
            width=first.width,
            height=first.height,
            rate=rate,
            frames=extent.frames,
            pixel_format=first.format.name,
            codec=stream.codec_context.name,
            colour=_colour(first),
            duration=duration,
            sound=bool(container.streams.audio),
            rotation=first.rotation,
            pixel_aspect=Fraction(stream.sample_aspect_ratio or 1),
            interlaced=first.interlaced_frame,
            indexed=container.format.name in _INDEXED,
            track=number,
            timed=extent.timed,
            transparent=is_transparent(stream, first),
        )


def count_frames(path: str | Path) -> int:
    """The ``frames`` of a clip alone, for which nothing is decoded. MediaError as ``probe`` has it."""
    with _at_its_start(path) as (container, number):
        return _extent(path, container, number).frames


@contextmanager
def _at_its_start(path: str | Path) -> Iterator[tuple["av.container.InputContainer", int]]:
    """A film of which nothing was read yet, and the number of its picture track.

    Opening takes as long as decoding some frames, and is done once where the header says what the tracks
    are.
    """
    with opened(path) as container:
        track = film_track(container)
        if track is None:
            raise MediaError(f"{path} {no_film(container, Path(path))}")
        number = container.streams.video.index(track)
        if all(other.frames for other in container.streams.video):
            yield container, number
            return
    with opened(path) as container:
        yield container, number


def is_transparent(stream: "av.VideoStream", frame: "av.VideoFrame") -> bool:
    """Whether the picture has an alpha channel; WebM keeps it beside the picture, and says so in a tag."""
    beside = stream.metadata.get("alpha_mode", stream.metadata.get("ALPHA_MODE")) == "1"
    return beside or any(component.is_alpha for component in frame.format.components)


@dataclass(frozen=True)
class _Extent:
    """Frames of a picture, and its end in the track's time base if its times can be ``timed`` by."""

    frames: int
    end: int
    timed: bool = True


def _extent(path: str | Path, container: "av.container.InputContainer", track: int) -> _Extent:
    """Frames of the picture and its end; ``container`` is read on from elsewhere.

    An mp4 lists its samples, so that only its last group of pictures is read, and not gigabytes of it; where
    there is no list, or not all that it lists is in the file, every packet is counted.
    """
    stream = container.streams.video[track]
    entries = stream.index_entries
    whole = container.format.name == _MP4 and 0 < len(entries) == stream.frames
    keyed = [entry.timestamp for entry in entries if entry.is_keyframe] if whole else []
    if keyed and max(entry.pos + entry.size for entry in entries) <= container.size:
        container.seek(max(keyed), stream=stream)
        return _Extent(sum(not entry.is_discard for entry in entries), _counted(container, stream).end)
    with opened(path) as afresh:
        return _counted(afresh, afresh.streams.video[track])


def _counted(container: "av.container.InputContainer", stream: "av.VideoStream") -> _Extent:
    """Every packet counted. Their times are of no use where some have none, or where they begin again."""
    frames, end, last, timed = 0, 0, None, True
    restart, pause = (seconds / stream.time_base for seconds in (_RESTART, _PAUSE))
    for packet in container.demux(stream):
        if not packet.size or packet.is_discard:
            continue
        frames += 1
        if packet.pts is None:
            timed = timed and stream.codec_context.name in _LATE_TIMES
            continue
        end = max(end, packet.pts + (packet.duration or 0))
        time = packet.dts if packet.dts is not None else packet.pts
        if last is not None and (time < last - restart or (_broadcast(container) and time > last + pause)):
            timed = False
        last = time
    return _Extent(frames, end, timed)


def _broadcast(container: "av.container.InputContainer") -> bool:
    """Whether a jump of its clock means a new clock (ffmpeg's AVFMT_TS_DISCONT), as where recordings meet."""
    return container.format.name in ("mpegts", "mpegtsraw", "mpeg")


def _colour(frame: "av.VideoFrame") -> Colour:
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj") or frame.format.is_rgb
    return Colour(int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace), full)
