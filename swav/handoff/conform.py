"""An edited timeline as edits of the storyboard: order, what was dropped, trims and transitions.

A trim renders nothing: the take stays as it was made, and the storyboard says which stretch of it is seen.
Where a rendered shot is made longer than its take was asked for, or loses the neighbour that it goes on from,
its take becomes the shot's footage, and the prompt stays as what it was made from. Takes that are used so are
kept beside the storyboard.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.timeline import take_frames
from swav.errors import SwavError
from swav.handoff.edited import Edited, Used
from swav.handoff.places import places
from swav.media.probe import probe
from swav.storyboard.fields import Route
from swav.storyboard.rewriting import Arrange, Edit, Put, Remove
from swav.times import to_frames


@dataclass(frozen=True)
class Patch:
    """Edits in the order in which they are put in, the takes that must be kept, and what is said of it."""

    edits: tuple[Edit, ...]
    kept: tuple[tuple[Path, Path], ...]
    """Takes as they lie in the build, and where each is to be linked for the storyboard."""
    said: tuple[str, ...]


def patch(edited: Edited, handed: Edited, cut: Cut, written: Any) -> Patch:
    """What makes the storyboard, whose tree is ``written``, the edited timeline. SwavError where none can.

    ``handed`` is what the cut's own hand-off of that form reads as.
    """
    ids = [shot["id"] for shot in written["shots"]]
    order = [use.shot for use in edited.used]
    if twice := sorted({name for name in order if order.count(name) > 1}):
        raise SwavError(
            f"{', '.join(twice[:5])} is used more than once, in parts that do not follow each other; "
            "make a second shot of it in the storyboard first"
        )
    if unknown := [name for name in order if name not in ids]:
        raise SwavError(f"the storyboard has no shot {unknown[0]} any more; hand the film off again")
    before, spans = (
        {use.shot: use for use in handed.used},
        {place.shot.id: place.span for place in places(cut)},
    )
    edits: list[Edit] = []
    kept: list[tuple[Path, Path]] = []
    said: list[str] = []
    for use in edited.used:
        number, now = ids.index(use.shot), before[use.shot]
        shot = _Shot(cut, cut.shot(use.shot), written["shots"][number], ("shots", number))
        edits += shot.transition(use, now, last=use.shot == order[-1])
        first = shot.begin + use.begin - now.begin
        frames = spans[use.shot].frames + use.all_frames - now.all_frames
        alone = _loses_its_neighbour(shot.written, order)
        if alone or (use.begin, use.all_frames) != (now.begin, now.all_frames):
            found, link = shot.shows(max(0, first), frames, alone)
            edits += found
            kept += [link] if link else []
            said.append(f"{use.shot}: frames {max(0, first)} to {max(0, first) + frames} of its take")
    if dropped := [name for name in ids if name not in order]:
        said.append(f"dropped: {', '.join(dropped)}")
    if order != ids:
        edits.append(Arrange(("shots",), tuple(map(ids.index, order))))
    return Patch(tuple(edits), tuple(kept), (*said, *edited.remarks))


def _loses_its_neighbour(written: Any, order: list[str]) -> bool:
    """Whether a shot can no longer begin or end where another does: that is gone, or on the wrong side."""
    here = order.index(written["id"])
    follows, leads = written.get("from"), written.get("to")
    lost = follows is not None and follows not in order[:here]
    lost = lost or (leads is not None and leads not in order[here + 1 :])
    return lost and not any(written.get(source) for source in ("footage", "still", "card"))


@dataclass(frozen=True)
class _Shot:
    """A shot as the cut has it and as the storyboard says it, at its route there."""

    cut: Cut
    shot: CutShot
    written: Any
    route: Route

    @property
    def rate(self) -> Fraction:
        return self.cut.delivery.rate

    @property
    def begin(self) -> int:
        """The frame of its take at which it begins."""
        return self.shot.trim.begin if self.shot.trim else 0

    def transition(self, use: Used, now: Used, *, last: bool) -> list[Edit]:
        """The storyboard's transition, where the edited one is another."""
        if last:
            return list(self._without("transition"))
        if (use.transition, use.length) == (now.transition, now.length):
            return []
        if not use.transition:
            return [Put((*self.route, "transition"), "cut")]
        kind = self.shot.passage.kind if use.transition == now.transition else use.transition
        told = {"type": kind, "duration": _seconds(use.length, self.rate)}
        return [Put((*self.route, "transition"), told)]

    def shows(
        self, first: int, frames: int, alone: bool = False
    ) -> tuple[list[Edit], tuple[Path, Path] | None]:
        """Edits by which it shows those frames of its take; and the take where that has to be kept."""
        ended = list(self._lettering(frames))
        made, asked = first + frames, take_frames(self.shot, self.rate)
        if made <= asked and not alone:
            whole = (first, frames) == (0, asked)
            return [*(self._without("trim") if whole else self._trim(first, made)), *ended], None
        if not self.shot.gpu and not alone:
            longer = Put((*self.route, "duration"), _seconds(made, self.rate))
            return [longer, *(self._trim(first, made) if first else self._without("trim")), *ended], None
        take = Path(self.shot.shown)
        home = Path(self.cut.storyboard)
        name = f"{home.stem}.takes/{take.name}"
        media = probe(take)
        there = to_frames(Fraction(media.frames) / media.rate, self.rate)
        footage = {"file": name, **self._stretch(first, min(made, there))}
        edits = [Put((*self.route, "footage"), footage), *self._without("trim"), *ended]
        duration = Put((*self.route, "duration"), _seconds(frames, self.rate))
        return [*edits, duration], (take, home.parent / name)

    def _trim(self, first: int, end: int) -> list[Edit]:
        return [Put((*self.route, "trim"), self._stretch(first, end))]

    def _stretch(self, first: int, end: int) -> dict[str, str]:
        begins = {"in": _seconds(first, self.rate)} if first else {}
        return begins | {"out": _seconds(end, self.rate)}

    def _without(self, key: str) -> Iterator[Edit]:
        if key in self.written:
            yield Remove((*self.route, key))

    def _lettering(self, frames: int) -> Iterator[Edit]:
        """Lettering that would go on longer than the shot ends with it."""
        listed = self.written.get("overlay") or []
        items = listed if isinstance(listed, list) else [listed]
        for number, (item, told) in enumerate(zip(self.shot.overlays, items, strict=False)):
            at = ("overlay", number) if isinstance(listed, list) else ("overlay",)
            if "end" in told and item.end is not None and item.start < frames < item.end:
                yield Remove((*self.route, *at, "end"))


def _seconds(frames: int, rate: Fraction) -> str:
    """Seconds that come to exactly so many frames when the storyboard is read."""
    written = f"{float(Fraction(frames) / rate):.6f}".rstrip("0").rstrip(".")
    assert to_frames(Fraction(written), rate) == frames
    return written
