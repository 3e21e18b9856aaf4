"""The sound of any file, as blocks of samples: decoded, folded to stereo and resampled by libav."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from swav.errors import MediaError
from swav.media.disguise import disguise, is_text
from swav.media.ffmpeg import location
from swav.media.formats import complaint, only
from swav.sound.loudness import SAMPLE_RATE

# Containers in which a seek is exact for sound; others are decoded from their start, which is quick.
_EXACT_SEEK = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "wav", "w64", "aiff"}
_RUN_UP = Fraction(1)  # seconds decoded before an in-point: lossy codecs need some packets to settle
_GAP = Fraction(1, 25)  # seconds; a longer hole between frames is silence, a shorter one a rounded time stamp


# Samples a second that recorders and archives write; a damaged header asks for gigabytes of resampled sound.
_SLOWEST, _FASTEST = 1_000, 1_000_000


class _NoNumber(Exception):
    """A block of samples that holds NaN or an infinity; its place is in samples."""


def decoded(media: Path, start: Fraction = Fraction(0)) -> Iterator[np.ndarray]:
    """The first sound track of any file from ``start`` seconds on: blocks of float32, (n, 2), at 48 kHz.

    Time counts from the beginning of the file, picture included; where the track begins later, or has a
    hole, there is silence. Other layouts are folded to stereo, and other rates resampled, by libswresample.
    Raises MediaError for a file without sound, or one that cannot be read.
    """
    skip = round(start * SAMPLE_RATE)
    with opened_sound(media) as container:
        stream = container.streams.audio[0]
        if container.format.name in _EXACT_SEEK and start > 2 * _RUN_UP:
            origin = Fraction(container.start_time or 0, av.time_base)
            container.seek(int((origin + start - _RUN_UP) / stream.time_base), stream=stream)
        for position, block in _blocks(container, stream):
            late = position - skip
            if late > 0:  # a hole: silence up to this block
                yield from _silence(late)
                skip = position
            if position + len(block) > skip:
                yield block[skip - position :]
                skip = position + len(block)


def _blocks(
    container: av.container.InputContainer, stream: av.AudioStream
) -> Iterator[tuple[int, np.ndarray]]:
    """Decoded blocks, each with the sample at 48 kHz, counted from the file's beginning, at which it lies."""
    origin = Fraction(container.start_time or 0, av.time_base)
    resampler, position, expected, kind = None, 0, Fraction(0), None
    for frame in container.decode(stream):
        at = frame.pts * frame.time_base - origin if frame.pts is not None else expected
        frame_kind = frame.format.name, frame.layout.name, frame.sample_rate
        if not _SLOWEST <= frame.sample_rate <= _FASTEST:
            raise MediaError(
                f"{container.name.removeprefix('file:')} claims {frame.sample_rate:,} samples a second, "
                "which is no rate of sound; is its header damaged?"
            )
        if frame_kind != kind or at - expected > _GAP:
            if resampler is not None:
                yield from _placed(resampler, None, position)
            resampler, kind = av.AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE), frame_kind
            position, expected = round(at * SAMPLE_RATE), at
        expected += Fraction(frame.samples, frame.sample_rate)
        for place, block in _placed(resampler, frame, position):
            yield place, block
            position = place + len(block)
    if resampler is not None:
        yield from _placed(resampler, None, position)


def _placed(
    resampler: av.AudioResampler, frame: av.AudioFrame | None, position: int
) -> Iterator[tuple[int, np.ndarray]]:
    for result in resampler.resample(frame):
        block = result.to_ndarray().reshape(-1, 2)
        if not (numbers := np.isfinite(block).all(axis=1)).all():
            raise _NoNumber(position + int(np.argmin(numbers)))
        yield position, block
        position += len(block)


def _silence(count: int) -> Iterator[np.ndarray]:
    for begin in range(0, count, SAMPLE_RATE):
        yield np.zeros((min(SAMPLE_RATE, count - begin), 2), np.float32)


@contextmanager
def opened_sound(media: Path) -> Iterator[av.container.InputContainer]:
    """Open a file for its sound. Raises MediaError in one sentence, for failures inside the block as well."""
    if not media.is_file():
        raise MediaError(f"{media} is not there; check the name of the sound, or put the file there")
    try:
        with av.open(location(media), options=only(), metadata_errors="replace") as container:
            if not container.streams.audio:
                raise MediaError(f"{media} holds no sound track; give a sound file, or a film that has one")
            if container.streams.audio[0].codec_context is None:
                raise MediaError(
                    f"{media} holds sound of a kind that nobody here can decode; export it again"
                )
            yield container
    except _NoNumber as place:
        at = place.args[0] / SAMPLE_RATE
        raise MediaError(
            f"{media} holds samples that are no numbers (NaN or infinite), {at:.2f} s from its beginning; "
            "export it again"
        ) from None
    except av.error.ArgumentError:  # what ffmpeg says of a kind that is not on the list
        raise MediaError(f"{media} {complaint(media, 'a sound')}") from None
    except av.error.FFmpegError as error:
        if reason := disguise(media):
            raise MediaError(f"{media} {reason}") from None
        reason = "it is a text" if is_text(media) else error.strerror or error
        raise MediaError(
            f"{media} cannot be read as sound ({reason}); is it truncated, or of another kind?"
        ) from None
