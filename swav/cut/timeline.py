"""When everything happens, in whole frames of the reel, once the spoken lines are there to be measured."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from swav.cut.continuation import with_frames
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.engines import Request
from swav.keys import Length
from swav.times import to_frames, to_seconds


def resolve(length: Length, spoken: Fraction, rate: Fraction) -> int:
    """Frames of a shot: what it says, or lead + speech + breath, but what its transitions need at least."""
    if length.known:
        return length.frames
    return max(length.least, to_frames(length.lead + spoken + length.breath, rate))


def frames_of(shot: CutShot, rate: Fraction) -> int:
    """Frames of a shot that are seen: those of its take, or of a stretch of it. As ``take_frames``."""
    return shot.trim.frames if shot.trim else take_frames(shot, rate)


def take_frames(shot: CutShot, rate: Fraction) -> int:
    """Frames of a take; reads the length of its spoken line where that decides. FileNotFoundError before."""
    length = shot.request.length
    if length.known:
        return length.frames
    from swav.speech import length as spoken_length

    assert shot.narration is not None
    return resolve(length, spoken_length(Path(shot.narration.path)), rate)


def settled(shot: CutShot, rate: Fraction, request: Request | None = None) -> Request:
    """The shot's request (or another that is made for it) with its length in frames, and the frames that its
    neighbours hand over: what its engine shoots, and what keys the take. FileNotFoundError before they are
    there."""
    request = replace(request or shot.request, length=Length(frames=take_frames(shot, rate)))
    return with_frames(request, shot.continued)


@dataclass(frozen=True)
class Span:
    """A shot's place in the reel, in frames: ``start`` up to ``start + frames``, overlaps included."""

    start: int
    frames: int

    @property
    def end(self) -> int:
        return self.start + self.frames


@dataclass(frozen=True)
class Timeline:
    """The places of all shots."""

    rate: Fraction
    spans: tuple[Span, ...]

    @property
    def frames(self) -> int:
        """Length of the reel."""
        return self.spans[-1].end

    @property
    def seconds(self) -> Fraction:
        return to_seconds(self.frames, self.rate)


def timeline(cut: Cut) -> Timeline:
    """Lay the shots one after the other, overlapped by their transitions."""
    return lay_out(cut, [frames_of(shot, cut.delivery.rate) for shot in cut.shots])


def lay_out(cut: Cut, lengths: list[int]) -> Timeline:
    """The timeline for given lengths of the shots, in frames."""
    spans, start = [], 0
    for shot, frames in zip(cut.shots, lengths, strict=True):
        spans.append(Span(start, frames))
        start += frames - shot.passage.overlap
    return Timeline(cut.delivery.rate, tuple(spans))
