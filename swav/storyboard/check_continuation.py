"""Shots that go on from one another: each names one that can hand it a frame, and none waits for itself."""

from graphlib import CycleError, TopologicalSorter

from swav.storyboard.fields import Route
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot
from swav.storyboard.wording import unknown

_INSTEAD = {"from": "keyframe", "to": "end"}
"""What else gives a shot the same picture."""


def check_continuation(board: Storyboard, findings: Findings) -> None:
    """Report every ``from`` and ``to`` that cannot be."""
    places = {shot.id: index for index, shot in reversed(list(enumerate(board.shots)))}
    waits: dict[str, list[str]] = {}
    for index, shot in enumerate(board.shots):
        for key, name in (("from", shot.follows), ("to", shot.leads)):
            route: Route = ("shots", index, key)
            if name is None or shot.source != "prompt" or not findings.fits(*route):
                continue
            if _check(shot, index, key, name, places, findings) and not _has_keyframe(
                board, key, places[name]
            ):
                waits.setdefault(shot.id, []).append(name)
    _check_circles(waits, places, findings)


def _check(shot: Shot, index: int, key: str, name: str, places: dict[str, int], findings: Findings) -> bool:
    """Whether the name can be meant."""
    route: Route = ("shots", index, key)
    if name not in places:
        findings.fault(
            route, *unknown(name, list(places)[::-1][:12], f"there is no shot {name!r}", "first shots")
        )
    elif name == shot.id:
        near = "before" if key == "from" else "after"
        findings.fault(route, f"{name} cannot go on from itself", f"name a shot {near} it")
    elif key == "from" and places[name] > index:
        message = f"{name} comes after {shot.id}, which cannot begin where it ends"
        findings.fault(route, message, f"name a shot before it, or write to: {name}")
    elif key == "to" and places[name] < index:
        message = f"{name} comes before {shot.id}, which cannot lead to it"
        findings.fault(route, message, f"name a shot after it, or write from: {name}")
    elif getattr(shot, _INSTEAD[key]) is not None:
        which = "begin" if key == "from" else "end"
        message = f"it has {key} and {_INSTEAD[key]}, but can {which} with only one picture"
        findings.fault(route, message, "keep one of them")
    else:
        return True
    return False


def _has_keyframe(board: Storyboard, key: str, place: int) -> bool:
    """Whether the picture is there without a take: the keyframe of the shot that is led to."""
    other = board.shots[place]
    return key == "to" and other.source == "prompt" and other.keyframe is not None


def _check_circles(waits: dict[str, list[str]], places: dict[str, int], findings: Findings) -> None:
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        first = min(range(len(circle) - 1), key=lambda number: places[circle[number]])
        turned = [*circle[first:-1], *circle[:first], circle[first]]
        said = ", which waits for ".join(turned[:4]) + (" and so on" if len(turned) > 4 else "")
        message = f"{said}: none of them can be the first to be made"
        findings.fault(
            ("shots", places[turned[0]]), message, "give one of them a keyframe instead of from or to"
        )
