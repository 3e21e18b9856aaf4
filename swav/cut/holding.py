"""Shots that stay as they are: ``hold: true`` keeps the take that the film shows, whatever was edited of it.

A take's key says what it is made from, so that an edit asks for another one. A held shot therefore goes on
being made from what it was made from: the request of the cut that showed it last, with all that was settled
since, and the take's key as it stands there. Nothing else of a build knows of it.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from swav.cut.candidates import finished, takes_of
from swav.cut.choose import Choice
from swav.cut.earlier import showing
from swav.cut.keyframes import size_of_take
from swav.cut.model import FINAL, Cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Candidate
from swav.cut.timeline import settled
from swav.engines import STAND_IN, Request
from swav.errors import SwavError
from swav.keys import Length
from swav.storyboard.model import Storyboard
from swav.times import to_frames, to_seconds

NOTHING_TO_HOLD = "there is no take of it to hold"
"""Why a shot waits that says ``hold`` and was never rendered."""


def held_take(shown: Iterable[Cut], asked: Request) -> CutShot | None:
    """A shot as it was when its take was shown last: with one take, which is there, and a settled request.

    None where none of the cuts ``shown`` has a take of that size, or only what stood in for one.
    """
    for cut in shown:
        if all(shot.id != asked.shot for shot in cut.shots):
            continue
        shot = cut.shot(asked.shot)
        before = shot.hold.before if shot.hold else shot
        stands_in = before.engine == STAND_IN != before.request.wanted
        size = before.request.width, before.request.height
        if before.request.prompt and not stands_in and size == (asked.width, asked.height):
            with suppress(SwavError, FileNotFoundError):  # an engine that is here no more, a line
                if found := _with_one_take(cut, before):
                    return found
    return None


def never_rendered(board: Storyboard, storyboard: Path, build: str) -> list[str]:
    """Shots of a storyboard that are held, and of which the build folder has no take."""
    found = []
    for shot in board.shots:
        if shot.hold and shot.source == "prompt":
            size = size_of_take(board, shot)
            asked = Request(shot.id, size.width, size.height, board.fps, Length(frames=1), 0)
            if held_take(showing(build, str(storyboard), FINAL), asked) is None:
                found.append(shot.id)
    return found


def _with_one_take(cut: Cut, shot: CutShot) -> CutShot | None:
    take = finished(cut, shot)
    if take is None:
        return None
    if not shot.contested:
        request, number = settled(shot, cut.delivery.rate), shot.takes[0].number
        request = replace(request, seed=shot.takes[0].seed)
    else:
        one = next((one for one in takes_of(cut, shot) if one.key == take.stem), None)
        if one is None:  # something else stands in
            return None
        request, number = one.request, one.number
    candidate = Candidate(number, request.seed, take.stem)
    return replace(shot, request=request, key=take.stem, takes=(candidate,), fallback=None)


def request_of(before: CutShot, asked: Request) -> Request:
    """What a held shot is made from, in a reel of today's rate."""
    old, rate = before.request, asked.rate
    if old.rate == rate:
        return old
    frames = to_frames(Fraction(to_seconds(old.length.frames, old.rate)), rate)
    return replace(old, rate=rate, length=Length(frames=frames))


def choice_of(before: CutShot) -> Choice:
    """The choice that falls on the take of a held shot."""
    return Choice(before.engine, before.model, before.key, before.takes, None, "held", True)
