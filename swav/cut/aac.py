"""The reel's sound as AAC: encoded in one way, so that what is measured is what is delivered."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
from av.container import OutputContainer

from swav.errors import MediaError
from swav.files import replacing
from swav.media.ffmpeg import location
from swav.media.probe import opened
from swav.media.timescale import SAMPLE_RATE

_FRAME = 1024
"""Samples of an AAC-LC frame (ISO/IEC 14496-3)."""


def aac_stream(container: OutputContainer, bitrate: int) -> av.AudioStream:
    """A stereo AAC stream at 48 kHz; ``bitrate`` in bits a second."""
    stream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo", format="fltp")
    stream.bit_rate = bitrate
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    return stream


def aac_packets(stream: av.AudioStream, sound: Path, length: int) -> Iterator[av.Packet]:
    """AAC of exactly ``length`` samples: a sample more is cut off, a sample less is silence."""
    with soundfile.SoundFile(str(sound)) as wave:
        for start in range(0, length, _FRAME):
            wanted = min(_FRAME, length - start)
            samples = wave.read(wanted, dtype="float32", always_2d=True, fill_value=0.0)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples.T), format="fltp", layout="stereo"
            )
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
            yield from stream.encode(frame)
    yield from stream.encode()


def encode(sound: Path, length: int, bitrate: int, target: Path) -> None:
    """Write a sound as AAC, its length told to the sample as a reel tells it: so it is measured as there."""
    options = {"fflags": "+bitexact", "movie_timescale": str(SAMPLE_RATE)}
    with replacing(target) as beside, av.open(location(beside), "w", options=options) as container:
        stream = aac_stream(container, bitrate)
        for packet in aac_packets(stream, sound, length):
            container.mux(packet)


def encoded_packets(stream: av.AudioStream, encoded: Path) -> Iterator[av.Packet]:
    """The packets of a sound that ``encode`` wrote: those that ``aac_packets`` gives of it."""
    with opened(encoded) as container:
        for packet in container.demux(audio=0):
            if packet.size:
                packet.stream = stream
                yield packet


def is_encoded(encoded: Path, length: int) -> bool:
    """Whether a sound of so many samples lies there as AAC."""
    try:
        with opened(encoded) as container:
            if not container.streams.audio:
                return False
            ends = [packet.pts + packet.duration for packet in container.demux(audio=0) if packet.size]
            return max(ends, default=0) == length
    except MediaError:
        return False
