"""A reel's measurement put together from its parts, each measured once and known again by its content.

The picture is divided where a decoder can begin: a group of pictures is closed, so what is seen of it follows
from its packets alone, in whichever file they lie. What was measured of a piece when it was encoded therefore
holds for the same packets in the reel, and only groups that nobody measured are decoded. The sound is one
part. What comes out is equal to ``measure_reel``.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from swav import recipes
from swav.media.decodes import STRICT, faults
from swav.media.ffmpeg import location
from swav.quality import reel as whole
from swav.quality.subtitles import measure_subtitles

_BLACK = int(16 + whole.BLACK_LEVEL * (235 - 16))
"""The highest 8-bit luma in limited range that ffmpeg's blackdetect takes for black."""

Parts = Mapping[str, Mapping[str, Any]]
"""What is known of groups of pictures, by their digests."""
Look = Callable[[str, int, int, av.VideoFrame], None]
"""Is shown a frame that is decoded: the digest of its group, the group's first frame in the film, the frame's
place in the group."""


class NotInGroups(Exception):
    """A picture that is not one closed group after the other at a constant rate."""


@dataclass(frozen=True)
class _Group:
    """Packets from one key frame to before the next; ``digest`` is of all that decides what is seen,
    ``first`` the number of its first frame in the film."""

    packets: list[av.Packet]
    digest: str
    first: int


def measure_picture(film: Path, known: Parts | None = None, look: Look | None = None) -> list[dict[str, Any]]:
    """What is seen of each group of pictures of a film: its ``digest``, its ``frames``, ``whole`` if each of
    them can be decoded, and ``black``: stretches [first, stop) of them that are black.

    Groups that are ``known`` are not decoded; ``look`` sees those that are. Raises NotInGroups, and
    FFmpegError for what cannot be read.
    """
    known, found = known or {}, []
    with av.open(location(film)) as container:
        if not container.streams.video or container.streams.video[0].codec_context is None:
            raise NotInGroups
        stream = container.streams.video[0]
        stream.codec_context.options = STRICT
        stream.thread_type = "AUTO"  # the last piece of an edited film is waited for
        for group in _groups(container, stream):
            if group.digest in known:
                found.append({**known[group.digest], "digest": group.digest})
            else:
                found.append({"digest": group.digest, **_seen(stream, group, look)})
        if stream.frames != sum(group["frames"] for group in found):
            raise NotInGroups
    return found


def group_at(container: av.container.InputContainer, stream: av.VideoStream, number: int) -> tuple[str, int]:
    """What decides the frame that is found where a film is sought for frame ``number``: the digest of its
    group, and its place in that. Nothing is decoded. Raises NotInGroups.
    """
    rate = stream.average_rate
    container.seek(int(number / rate / stream.time_base), stream=stream)
    packets = next(_divided(container, stream), None)
    if packets is None or packets[0].pts is None:
        raise NotInGroups
    first = int(packets[0].pts * stream.time_base * rate)
    place = max(number - first, 0)
    if place >= len(packets):
        raise NotInGroups
    return _group(stream, packets, first).digest, place


def _groups(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[_Group]:
    first = 0
    for packets in _divided(container, stream):
        yield _group(stream, packets, first)
        first += len(packets)


def _divided(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[list[av.Packet]]:
    """The packets from where a film stands, from each key frame to before the next."""
    packets: list[av.Packet] = []
    for packet in container.demux(stream):
        if packet.size and not (packets or packet.is_keyframe):
            raise NotInGroups
        if packets and (packet.is_keyframe or not packet.size):
            yield packets
            packets = []
        if packet.size:
            packets.append(packet)


def _group(stream: av.VideoStream, packets: list[av.Packet], first: int) -> _Group:
    """A group whose first frame is frame ``first`` of the film: they must follow one another."""
    made = hashlib.sha256(bytes(stream.codec_context.extradata or b""))
    frame = stream.time_base * stream.average_rate  # frames, a tick: counted in whole numbers, of thousands
    ticks = [packet.pts * frame.numerator for packet in packets if packet.pts is not None]
    if sorted(ticks) != [(first + place) * frame.denominator for place in range(len(packets))]:
        raise NotInGroups
    for shown, packet in zip(ticks, packets, strict=True):
        number = shown // frame.denominator - first
        made.update(f"{number} {packet.size} ".encode())
        made.update(packet)
    return _Group(packets, made.hexdigest(), first)


def _seen(stream: av.VideoStream, group: _Group, look: Look | None) -> dict[str, Any]:
    decoder, black, whole_frames = stream.codec_context, [], True
    try:
        for packet in [*group.packets, None]:
            for frame in decoder.decode(packet):
                if look:
                    look(group.digest, group.first, len(black), frame)
                black.append(_is_black(frame))
                whole_frames = whole_frames and not frame.is_corrupt
    except av.error.FFmpegError:
        whole_frames = False
    decoder.flush_buffers()
    frames = len(group.packets)
    return {"frames": frames, "whole": whole_frames and len(black) == frames, "black": _runs(black)}


def _is_black(frame: av.VideoFrame) -> bool:
    """As ffmpeg's blackdetect has it, for 8-bit luma in limited range, which all pieces are."""
    plane = frame.planes[0]
    luma = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : frame.width]
    return np.count_nonzero(luma <= _BLACK) / luma.size >= whole.BLACK_AREA


def _runs(marks: Sequence[bool]) -> list[list[int]]:
    """The stretches [first, stop) in which all are marked."""
    runs: list[list[int]] = []
    for number in (number for number, mark in enumerate(marks) if mark):
        if runs and runs[-1][1] == number:
            runs[-1][1] = number + 1
        else:
            runs.append([number, number + 1])
    return runs


def sound_digest(reel: Path) -> str:
    """What a reel's sound is: a digest of its packets, their times, and how they are to be decoded."""
    with av.open(location(reel)) as container:
        if not container.streams.audio:
            return ""
        stream = container.streams.audio[0]
        made = hashlib.sha256(bytes(stream.codec_context.extradata or b""))
        made.update(f"{stream.time_base} {stream.duration} {stream.codec_context.name}".encode())
        for packet in container.demux(stream):
            made.update(f"{packet.pts} {packet.duration} {packet.size} ".encode())
            made.update(packet)
    return made.hexdigest()


def measure_sound(reel: Path) -> dict[str, Any]:
    """What ``measure_reel`` says of the sound of a reel, which alone is decoded. Raises MediaError."""
    torn = faults(reel, ("audio",))
    said = whole.report(reel, whole.sound_detectors())
    loudness, peak = whole.levels(reel, said)
    silent = whole.silences(said, whole.length_of_sound(reel))
    return {"loudness": loudness, "true_peak": peak, "silent": silent, "faults": torn}


def measure_joined(
    reel: Path,
    srt: Path | None,
    languages: Sequence[tuple[float, str]],
    known: Parts,
    sound: Callable[[Path], Mapping[str, Any]],
) -> dict[str, Any]:
    """``measure_reel``, of which only what is not known yet is measured.

    ``known`` is what was measured of pieces, ``sound`` gives what ``measure_sound`` says of the reel's sound.
    A reel that is no row of closed groups, or not whole, is measured as a whole.
    """
    try:
        groups, heard = measure_picture(reel, known), sound(reel)
    except (NotInGroups, av.error.FFmpegError):
        return whole.measure_reel(reel, srt, languages)
    if heard["faults"] or not all(group["whole"] for group in groups):
        return whole.measure_reel(reel, srt, languages)
    picture, length, frame = whole.lengths(reel)
    with av.open(location(reel)) as container:
        rate = container.streams.video[0].average_rate
    return {
        "recipe": recipes.REEL_MEASUREMENT,
        "picture": picture,
        "sound": length,
        "frame": frame,
        "loudness": heard["loudness"],
        "true_peak": heard["true_peak"],
        "black": _black(groups, rate),
        "silent": heard["silent"],
        "subtitles": measure_subtitles(srt, languages) if srt else None,
        "faults": [],
    }


def _black(groups: Sequence[Mapping[str, Any]], rate: Fraction) -> list[list[float]]:
    """The black stretches of a picture in seconds, as blackdetect counts and writes them: up to the first
    frame that is not black, or the last of all; six figures."""
    marked, first = [], 0
    for group in groups:
        for start, stop in group["black"]:
            if marked and marked[-1][1] == first + start:
                marked[-1][1] = first + stop
            else:
                marked.append([first + start, first + stop])
        first += group["frames"]
    found = []
    for start, stop in marked:
        times = [start / rate, min(stop, first - 1) / rate]
        if times[1] - times[0] >= Fraction(str(whole.SHORTEST_BLACK)):
            found.append([round(float(f"{float(time):.6g}"), 3) for time in times])
    return found
