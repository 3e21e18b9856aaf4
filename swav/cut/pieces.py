"""The pieces of a reel's picture, segments and the passages between them: their keys and where they lie."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from swav import keys
from swav.cut import paths
from swav.cut.model import Delivery
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Overlay, Passage, Trim
from swav.cut.terms import fades_of
from swav.keys import Length
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot, Transition
from swav.storyboard.timing import transition_frames
from swav.titles.placing import FADE


@dataclass(frozen=True)
class Pieces:
    """How the pieces of one reel are called."""

    board: Storyboard
    delivery: Delivery
    build: str

    def segment_key(
        self,
        shot: Shot,
        take: str,
        length: Length,
        overlays: tuple[Overlay, ...],
        trim: Trim | None,
        anchor: tuple[float, float] | None,
        *,
        head: int,
        tail: int,
    ) -> str:
        """The key of a shot's segment: ``head`` and ``tail`` are the frames that passages take from it."""
        picture = _picture(take, length, overlays, trim, anchor)
        fades = self._fades(shot)
        return keys.segment_key(picture, head=head, tail=tail, format=self._format(), fades=fades)

    def with_passages(self, shots: list[CutShot]) -> list[CutShot]:
        """The shots with the keys and paths of the passages between them."""
        named = []
        for shot, following in zip(shots, [*shots[1:], None], strict=True):
            if following is None or shot.passage.kind == "cut":
                named.append(shot)
                continue
            key = keys.transition_key(
                *(
                    _picture(each.shown_key, each.length, each.overlays, each.trim, each.anchor)
                    for each in (shot, following)
                ),
                kind=shot.passage.kind,
                tail=shot.passage.tail,
                head=shot.passage.head,
                format=self._format(),
            )
            path = paths.TRANSITION.format(build=self.build, shot=shot.id, key=key)
            passage = Passage(shot.passage.kind, shot.passage.tail, shot.passage.head, key, path)
            named.append(replace(shot, passage=passage))
        return named

    def _format(self) -> dict[str, Any]:
        """What decides the bytes of every piece."""
        delivery = self.delivery
        return {
            "width": delivery.width,
            "height": delivery.height,
            "rate": delivery.rate,
            "crf": delivery.crf,
            "preset": delivery.preset,
            "fade": FADE,
        }

    def _fades(self, shot: Shot) -> tuple[int, int]:
        """Frames of the film's fades, of its first and of its last shot."""
        first, last = shot is self.board.shots[0], shot is self.board.shots[-1]
        fades = fades_of(self.board)
        return fades[0] if first else 0, fades[1] if last else 0


def passage_of(transition: Transition, rate: Fraction) -> Passage:
    """A transition in frames."""
    tail, head = transition_frames(transition, rate)
    return Passage(transition.type, tail, head)


def apart(shots: list[CutShot]) -> list[CutShot]:
    """Shots that stand alone, without a transition into one that may not be there."""
    return [replace(shot, passage=Passage("cut"), head=0) for shot in shots]


def _picture(
    take: str,
    length: Length,
    overlays: tuple[Overlay, ...],
    trim: Trim | None,
    anchor: tuple[float, float] | None,
) -> dict[str, Any]:
    """What is seen of a shot: a stretch of its take, from its anchor, under its lettering."""
    lettering = [{"key": item.key, "start": item.start, "end": item.end} for item in overlays]
    begin = trim.begin if trim else 0
    return keys.shot_picture(take=take, length=length, lettering=lettering, begin=begin, anchor=anchor or ())
