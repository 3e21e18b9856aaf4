"""The reel from its segments: picture packets copied, sound encoded once, subtitles, chapters and metadata.

Nothing of the picture is encoded again. Times are counted in frames, whatever the segments' own clocks say:
the n-th packet in decoding order is decoded at n - delay, and frame n of the reel is shown at n / rate.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import itemgetter
from pathlib import Path

import av
import soundfile
from av.container import OutputContainer
from av.subtitles.stream import SubtitleStream

from swav.cut.aac import aac_packets, aac_stream, encoded_packets, is_encoded
from swav.errors import MediaError
from swav.files import replacing
from swav.media.ffmpeg import location
from swav.media.language import three_letters
from swav.media.probe import count_frames, opened
from swav.media.timescale import SAMPLE_RATE, movie_timescale, track_timescale
from swav.times import to_samples

# The keys that an mp4's metadata has atoms for; every other key is told in the comment.
MP4_KEYS = frozenset(
    (
        *("title", "artist", "album_artist", "composer", "album", "date", "comment", "genre", "copyright"),
        *("grouping", "description", "synopsis", "show", "episode_id", "network", "keywords"),
    )
)
SUBTITLE_RATE = 1000  # of an SRT file's times
_LONGEST_TITLE = 255  # bytes: a chapter's title in an mp4 has its length in one byte
_PLAIN_STYLE = b"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True)
class Chapter:
    """A named stretch of the reel: frames [start, end)."""

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class _Segment:
    """A piece that has been checked: ``delay`` is how many frames decoding runs ahead of showing."""

    path: Path
    frames: int
    delay: int


def join(
    segments: Sequence[Path],
    *,
    rate: Fraction,
    sound: Path,
    subtitles: Path | None,
    language: str,
    chapters: Sequence[Chapter],
    metadata: Mapping[str, str],
    audio_bitrate: int = 256_000,
    encoded: Path | None = None,
    target: Path,
) -> None:
    """Join ``segments``, all of one format at ``rate``, with ``sound`` (48 kHz stereo WAV) into ``target``.

    ``encoded`` is where the same sound may lie as AAC of that bitrate; if it does, it is not encoded again.
    ``subtitles`` is an SRT file in ``language``; an empty one gives no track. Metadata that an mp4 has no key
    for is told in its comment. Raises MediaError, which names the file, if a segment is damaged or not of the
    same format as the first, or if the sound is more than a frame longer or shorter than the picture.
    """
    if not segments:
        raise MediaError(f"{Path(target).name} has no segments to be joined from")
    pieces = _checked(segments, rate)
    frames = sum(piece.frames for piece in pieces)
    _check_sound(sound, frames, rate)
    with replacing(target) as partial:
        with _written(partial, rate, Path(target).name) as reel:
            reel.metadata.update(_mp4_metadata(metadata))
            reel.set_chapters([_chapter(number, chapter, rate) for number, chapter in enumerate(chapters)])
            sources = [_picture_packets(_picture_stream(reel, segments[0], rate), pieces, rate)]
            stream = aac_stream(reel, audio_bitrate)
            stream.metadata["language"] = three_letters(language)
            sources.append(_sound_packets(stream, sound, encoded, to_samples(frames, rate, SAMPLE_RATE)))
            if subtitles is not None and Path(subtitles).read_bytes().strip():
                sources.append(_subtitle_packets(_subtitle_stream(reel, language), subtitles))
            clock = lcm(SAMPLE_RATE, SUBTITLE_RATE, track_timescale(rate))
            timed = [_timed(packets, clock) for packets in sources]
            for _, packet in heapq.merge(*timed, key=itemgetter(0)):
                reel.mux(packet)
        written = count_frames(partial)
        if written != frames:
            raise MediaError(f"{Path(target).name} came out with {written} frames, not {frames}")


@contextmanager
def _written(partial: Path, rate: Fraction, name: str) -> Iterator[OutputContainer]:
    """An mp4 to write to, whose clock has a tick for every frame and every sample."""
    options = {
        "movflags": "+faststart",
        "fflags": "+bitexact",
        "video_track_timescale": str(track_timescale(rate)),
        "movie_timescale": str(movie_timescale(rate)),
    }
    try:
        with av.open(location(partial), "w", options=options) as reel:
            yield reel
    except av.error.FFmpegError as error:
        raise MediaError(f"{name} cannot be written: {error.strerror or error}") from None


def _checked(segments: Sequence[Path], rate: Fraction) -> list[_Segment]:
    """Read every packet's times; refuse what would not join without a seam."""
    pieces, expected = [], None
    for path in segments:
        with opened(path, only_packets=True) as container:
            if not any(stream.codec_context for stream in container.streams.video[:1]):
                raise MediaError(
                    f"{path} holds no picture and cannot be joined; remove it to have it made again"
                )
            stream = container.streams.video[0]
            format_ = (stream.codec_context.name, stream.width, stream.height, stream.codec_context.extradata)
            expected = expected or format_
            if format_ != expected:
                raise MediaError(_difference(path, format_, segments[0], expected))
            ticks = stream.time_base * rate  # frames, a tick
            shown = [packet.pts * ticks.numerator for packet in container.demux(stream) if packet.size]
        if sorted(shown) != [n * ticks.denominator for n in range(len(shown))] or not shown:
            raise MediaError(
                f"{path} is not one frame after the other at {rate} frames a second; "
                "remove it to have it made again"
            )
        pieces.append(_Segment(Path(path), len(shown), _delay(shown, ticks.denominator)))
    return pieces


def _delay(shown: Sequence[int], frame: int) -> int:
    """Frames by which decoding runs ahead of showing; ``shown`` are times, in the order of decoding."""
    return max(n - at // frame for n, at in enumerate(shown))


def _timed(packets: Iterator[av.Packet], clock: int) -> Iterator[tuple[int, av.Packet]]:
    """Packets with when they are decoded, in ticks of a clock that all of a reel's fall on: whole numbers are
    compared ten times as fast as fractions of a second."""
    for packet in packets:
        base = packet.time_base
        yield packet.dts * base.numerator * clock // base.denominator, packet


def _difference(path: Path, found: tuple, first: Path, expected: tuple) -> str:
    if found[:3] == expected[:3]:
        how = "its encoder settings differ"
    else:
        how = "it is {} {}x{}, not {} {}x{}".format(*found[:3], *expected[:3])
    return f"{path} cannot be joined to {first}: {how}; remove it to have it made again"


def _picture_stream(reel: OutputContainer, segment: Path, rate: Fraction) -> av.VideoStream:
    """A picture track with the parameter sets of ``segment``."""
    with opened(segment) as container:
        stream = reel.add_stream_from_template(container.streams.video[0])
    stream.time_base = Fraction(1, track_timescale(rate))
    return stream


def _picture_packets(
    stream: av.VideoStream, pieces: Sequence[_Segment], rate: Fraction
) -> Iterator[av.Packet]:
    tick = int(track_timescale(rate) / rate)
    base, delay = Fraction(1, track_timescale(rate)), max(piece.delay for piece in pieces)
    start = 0
    for piece in pieces:
        with opened(piece.path, only_packets=True) as container:
            ticks = container.streams.video[0].time_base * rate
            packets = (packet for packet in container.demux(video=0) if packet.size)
            for number, packet in enumerate(packets, start):
                shown = start + packet.pts * ticks.numerator // ticks.denominator
                packet.stream = stream
                packet.time_base = base
                packet.pts, packet.dts = shown * tick, (number - delay) * tick
                packet.duration = tick
                yield packet
        start += piece.frames


def _sound_packets(
    stream: av.AudioStream, sound: Path, encoded: Path | None, samples: int
) -> Iterator[av.Packet]:
    if encoded is not None and is_encoded(encoded, samples):
        return encoded_packets(stream, encoded)
    return aac_packets(stream, sound, samples)


def _check_sound(sound: Path, frames: int, rate: Fraction) -> None:
    try:
        header = soundfile.info(str(sound))
    except (soundfile.LibsndfileError, OSError) as error:
        raise MediaError(f"{sound} cannot be read as sound: {error}") from None
    if (header.samplerate, header.channels) != (SAMPLE_RATE, 2):
        raise MediaError(
            f"{sound} has {header.channels} channels at {header.samplerate} Hz; "
            f"the reel needs 2 at {SAMPLE_RATE} Hz"
        )
    if abs(Fraction(header.frames, SAMPLE_RATE) - frames / rate) > 1 / rate:
        raise MediaError(
            f"{sound} is {header.frames / SAMPLE_RATE:.3f} s long and the picture "
            f"{float(frames / rate):.3f} s; mix the sound again"
        )


def _subtitle_stream(reel: OutputContainer, language: str) -> SubtitleStream:
    stream = reel.add_stream("mov_text")
    stream.codec_context.subtitle_header = _PLAIN_STYLE
    stream.time_base = Fraction(1, SUBTITLE_RATE)
    stream.metadata["language"] = three_letters(language)
    return stream


def _subtitle_packets(stream: SubtitleStream, subtitles: Path) -> Iterator[av.Packet]:
    """The SRT's lines as they stand: a brace in the text is a brace (3GPP TS 26.245, section 5.17)."""
    with opened(subtitles, format="srt") as container:
        for line in container.demux(subtitles=0):
            if not line.size:
                continue
            text = bytes(line)
            packet = av.Packet(len(text).to_bytes(2, "big") + text)
            packet.stream, packet.time_base = stream, line.time_base
            packet.pts = packet.dts = line.pts
            packet.duration = line.duration
            yield packet


def _chapter(number: int, chapter: Chapter, rate: Fraction) -> dict:
    title = _plain(chapter.title).encode()[:_LONGEST_TITLE].decode(errors="ignore")
    return {
        "id": number,
        "start": chapter.start,
        "end": chapter.end,
        "time_base": 1 / rate,
        "metadata": {"title": title},
    }


def _mp4_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Keys that an mp4 knows as they are, all others as lines of the comment, so that none is lost."""
    known = {key: _plain(value) for key, value in metadata.items() if key in MP4_KEYS}
    others = [f"{key}: {value}" for key, value in metadata.items() if key not in MP4_KEYS]
    if others:
        known["comment"] = _plain("\n".join([*filter(None, [known.get("comment")]), *others]))
    return known


def _plain(text: str) -> str:
    """Text that an mp4 can hold: its strings end at the first zero byte, and lone surrogates are no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
