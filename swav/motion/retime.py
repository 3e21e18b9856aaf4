"""A take at another rate: its own frames as they are, and frames made between them. Constant in memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import groupby
from pathlib import Path

import av
import numpy as np

from swav.errors import MediaError
from swav.media.probe import opened, probe
from swav.media.standard import standard
from swav.media.writer import QUICK, ClipWriter
from swav.motion.between import Planes
from swav.motion.instants import Instant, instants
from swav.motion.makers import Maker
from swav.side_by_side import in_order, one_thread_each

MOST_WORKERS = 4
"""Threads that make frames; what they make does not depend on how many there are."""


def retime(
    take: Path,
    target: Path,
    *,
    rate: Fraction,
    frames: int,
    maker: Maker,
    metadata: Mapping[str, str],
    threads: int = MOST_WORKERS,
) -> None:
    """Write ``frames`` frames of ``take`` at ``rate``, those that it does not have made by ``maker``.

    Up to ``threads`` of them are made at one time.
    What lies behind its last frame shows that frame. Raises MediaError if the take cannot be read.
    """
    picture = probe(take)
    wanted = instants(frames, rate, source_frames=picture.frames, source_rate=picture.rate)
    form = {"width": picture.width, "height": picture.height, "rate": rate, **QUICK}
    # OpenCV's searches depend on its number of threads.
    with ClipWriter(target, **form, metadata=dict(metadata)) as clip, one_thread_each():
        for planes in retimed(pictures(take), wanted, maker, threads):
            clip.write_planes(planes)
        if clip.frames != frames:
            raise MediaError(f"{take} ends after {clip.frames} of {frames} frames; is it damaged?")


def pictures(take: Path) -> Iterator[Planes]:
    """The frames of a take as planes of yuv420p, in BT.709 of limited range."""
    with opened(take) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            yield tuple(_plane(plane) for plane in standard(frame).planes)


def _plane(plane: av.video.plane.VideoPlane) -> np.ndarray:
    stored = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return np.ascontiguousarray(stored[:, : plane.width])


def retimed(
    sources: Iterable[Planes], wanted: Sequence[Instant], maker: Maker, threads: int = MOST_WORKERS
) -> Iterator[Planes]:
    """The pictures at instants of a take, in order; pairs are worked on side by side."""
    pairs = (partial(_made, *pair, maker) for pair in _pairs(sources, wanted))
    for made in in_order(pairs, min(threads, MOST_WORKERS)):
        yield from made


def _pairs(
    sources: Iterable[Planes], wanted: Sequence[Instant]
) -> Iterator[tuple[Planes, Planes | None, list[Instant]]]:
    """Each source that is shown, the one after it where that is needed, and the moments from it on."""
    numbered = enumerate(sources)
    number, first, second = -1, None, None
    for source, group in groupby(wanted, key=lambda instant: instant.source):
        moments = list(group)
        needed = source + any(not moment.kept for moment in moments)
        while number < needed:
            found = next(numbered, None)
            if found is None:
                return
            number, planes = found
            first, second = second, planes
        shown = (first, second) if number > source else (second, None)
        yield *shown, moments


def _made(first: Planes, second: Planes | None, moments: list[Instant], maker: Maker) -> list[Planes]:
    shares = [moment.share for moment in moments if not moment.kept]
    made = iter(maker(first, second, shares) if shares else ())
    return [first if moment.kept else next(made) for moment in moments]
