"""An edited timeline as edits of the storyboard: order, what was dropped, trims and transitions.

A trim of a rendered shot must not render it again: its take becomes the shot's footage, from where the editor
begins, and the prompt stays as what it was made from. Takes that are used so are kept beside the storyboard.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.cut.model import Cut, CutShot
from swav.errors import SwavError
from swav.handoff.edited import Edited, Used
from swav.handoff.places import places
from swav.storyboard.rewriting import Arrange, Edit, Put
from swav.times import to_frames

_OVERLAPPING = ("fade", "wipe", "slide")


@dataclass(frozen=True)
class Patch:
    """Edits in the order in which they are put in, the takes that must be kept, and what is said of it."""

    edits: tuple[Edit, ...]
    kept: tuple[tuple[Path, Path], ...]
    """Takes as they lie in the build, and where each is to be linked for the storyboard."""
    said: tuple[str, ...]


def patch(edited: Edited, cut: Cut, written: Any) -> Patch:
    """What makes the storyboard, whose tree is ``written``, the edited timeline. SwavError where none can."""
    ids = [shot["id"] for shot in written["shots"]]
    twice = sorted({use.shot for use in edited.used if [u.shot for u in edited.used].count(use.shot) > 1})
    if twice:
        raise SwavError(
            f"{', '.join(twice[:5])} is used more than once, in parts that do not follow each other; "
            "make a second shot of it in the storyboard first"
        )
    unknown = [use.shot for use in edited.used if use.shot not in ids]
    if unknown:
        raise SwavError(f"the storyboard has no shot {unknown[0]} any more; hand the film off again")
    edits: list[Edit] = []
    kept: list[tuple[Path, Path]] = []
    said: list[str] = []
    before = {place.shot.id: place for place in places(cut)}
    for position, use in enumerate(edited.used):
        number = ids.index(use.shot)
        last = position == len(edited.used) - 1
        following = None if last else edited.used[position + 1].shot
        edits += _transition(use, cut.shot(use.shot), number, cut, following, edited.dissolves)
        place = before[use.shot]
        first, frames = use.first - use.before, use.before + use.frames + use.after
        if (first, frames) != (0, place.span.frames):
            found, link = _trim(cut.shot(use.shot), first, frames, number, cut)
            edits += found
            kept += [link] if link else []
            said.append(f"{use.shot}: frames {first} to {first + frames} of its take")
    order = tuple(ids.index(use.shot) for use in edited.used)
    if dropped := [name for name in ids if name not in {use.shot for use in edited.used}]:
        said.append(f"dropped: {', '.join(dropped)}")
    if order != tuple(range(len(ids))):
        edits.append(Arrange(("shots",), order))
    return Patch(tuple(edits), tuple(kept), (*said, *edited.remarks))


def _transition(
    use: Used, shot: CutShot, number: int, cut: Cut, following: str | None, dissolves: bool
) -> list[Edit]:
    """The storyboard's transition, where the edited one is another and no dissolve that stands for it."""
    route, rate = ("shots", number, "transition"), cut.delivery.rate
    now = shot.passage.kind if shot.passage.overlap else ""
    if use.transition:
        same = use.transition == now or (dissolves and use.transition == "fade" and now not in ("", "wipe"))
        if same and use.length == shot.passage.overlap:
            return []
        return [Put(route, {"type": use.transition, "duration": _seconds(use.length, rate)})]
    return [Put(route, "cut")] if now and following else []


def _trim(
    shot: CutShot, first: int, frames: int, number: int, cut: Cut
) -> tuple[list[Edit], tuple[Path, Path] | None]:
    """Edits by which a shot shows other frames of what it has; and the take that they need."""
    rate = cut.delivery.rate
    route = ("shots", number)
    duration = Put((*route, "duration"), _seconds(frames, rate))
    source = shot.request.source
    if first == 0 and shot.engine in ("card", "animatic", "still"):
        return [duration], None
    if shot.engine == "footage" and source is not None:
        begins = source.start + Fraction(first) / rate
        return [Put((*route, "footage", "in"), _decimal(begins)), duration] if first else [duration], None
    take = Path(shot.shown)
    home = Path(cut.storyboard)
    name = f"{home.stem}.takes/{take.name}"
    footage = {"file": name, "in": _seconds(first, rate), "out": _seconds(first + frames, rate)}
    if shot.request.prompt:
        return [Put((*route, "footage"), footage), duration], (take, home.parent / name)
    raise SwavError(
        f"{shot.id} is a {shot.engine}, of which nothing lies before its first frame; trim its end"
    )


def _seconds(frames: int, rate: Fraction) -> str:
    """Seconds that come to exactly so many frames when the storyboard is read."""
    written = _decimal(Fraction(frames) / rate)
    assert to_frames(Fraction(written), rate) == frames
    return written


def _decimal(seconds: Fraction) -> str:
    return f"{float(seconds):.6f}".rstrip("0").rstrip(".")
