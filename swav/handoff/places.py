"""Where the clips of a cut lie on the picture track of an editing program, in whole frames.

An editing program knows clips that abut and transitions across their cut; the reel knows shots that overlap.
The cut is put into the middle of what two shots share (the earlier frame where that is odd), so that both
have the frames that the transition shows.
"""

from dataclasses import dataclass

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.timeline import Span, timeline


@dataclass(frozen=True)
class Placed:
    """A shot on the picture track: frames [start, start + frames), from frame ``first`` of its take."""

    shot: CutShot
    span: Span
    """The shot's own place in the reel, with what it shares with its neighbours."""
    start: int
    first: int
    frames: int

    @property
    def end(self) -> int:
        return self.start + self.frames


def places(cut: Cut) -> list[Placed]:
    """The shots of a cut without overlaps. FileNotFoundError before a line that decides lengths."""
    found, shared = [], 0
    for shot, span in zip(cut.shots, timeline(cut).spans, strict=True):
        before, after = halves(shot)
        begin = shot.trim.begin if shot.trim else 0
        found.append(Placed(shot, span, span.start + shared, begin + shared, span.frames - shared - after))
        shared = before
    return found


def halves(shot: CutShot) -> tuple[int, int]:
    """Frames of the transition out of a shot that lie before the cut, and after it."""
    overlap = shot.passage.overlap
    return overlap // 2, overlap - overlap // 2
