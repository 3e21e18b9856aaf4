"""Which shots a value of the storyboard concerns, so that a fault in one shot keeps no other from being made.

What stands in the entry of a shot, or in its row of the footage list, concerns that shot. What stands above
all shots concerns those that use it; nothing is taken for unused unless it is said here who does use it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from swav.errors import Fault, InputError
from swav.storyboard.entities import names_in
from swav.storyboard.fields import Route
from swav.storyboard.findings import Notice
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot

Finding = TypeVar("Finding", Fault, Notice)


def _speaks(shot: Shot, route: Route) -> bool:
    return shot.narration is not None


def _speaks_with(shot: Shot, route: Route) -> bool:
    return shot.narration is not None and (len(route) < 2 or shot.narration.voice == route[1])


def _has_no_loras(shot: Shot, route: Route) -> bool:
    return shot.source == "prompt" and shot.loras is None


def _names_no_engine(shot: Shot, route: Route) -> bool:
    return shot.source == "prompt" and shot.engine is None


def _names_it(shot: Shot, route: Route) -> bool:
    """Whether a shot names one of the cast or of the places; with no name in the route, any."""
    return len(route) < 2 or route[1].lower() in {name.lower() for name in names_in(shot)}


def _nobody(shot: Shot, route: Route) -> bool:
    return False


_USERS: dict[Route, Callable[[Shot, Route], bool]] = {
    ("voice", "engine"): _speaks,
    ("voice", "speaker"): _speaks,
    ("voice", "reference"): _speaks,
    ("voice", "speed"): _speaks,
    ("voice", "lexicon"): _speaks,
    ("voices",): _speaks_with,
    ("loras",): _has_no_loras,
    ("engine",): _names_no_engine,
    ("cast",): _names_it,
    ("places",): _names_it,
    ("music",): _nobody,
}
"""Who uses what stands above all shots, by how its route begins. No shot alone has music."""


def concerns(route: Route, board: Storyboard, only: Collection[str]) -> bool:
    """Whether one of the shots ``only`` uses the value at a route; with none named, the film uses all."""
    if not only:
        return True
    if route[:1] == ("shots",) and len(route) > 1:
        return board.shots[route[1]].id in only
    uses = _USERS.get(route[:1]) or _USERS.get(route[:2])
    return uses is None or any(uses(shot, route) for shot in board.shots if shot.id in only)


def concerning(found: Iterable[Finding], board: Storyboard, only: Collection[str]) -> list[Finding]:
    """Those faults or notices that concern one of the shots ``only``; all of them where none is named."""
    return [finding for finding in found if concerns(finding.route, board, only)]


def passed_over(faults: Sequence[Fault]) -> list[Notice]:
    """What is said of faults that stop nothing, because they concern shots that nobody asked for."""
    if not faults:
        return []
    first, more = InputError(list(faults)).faults[0], len(faults) - 1
    rest = f" (with {more} more)" if more else ""
    message = f"the film has a fault here{rest}, passed over for what was asked: swav check says it"
    return [Notice(first.file, first.line, first.column, first.field, message, route=first.route)]
