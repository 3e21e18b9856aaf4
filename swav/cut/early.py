"""Early looks: all takes of a shot are made as far as one of their steps, and what they would be by then says
which of them is made whole first.

A look is named by its take and the step. It is measured once, and the numbers are kept beside the takes: so
the order of the takes is the same wherever they are, also where the looks are not. Light.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from swav import recipes
from swav.cut import paths
from swav.cut.shot import CutShot, EarlyLooks
from swav.keys import look_key
from swav.quality.judge import judge
from swav.quality.kept import known
from swav.quality.limits import Limits
from swav.quality.selection import Judged, Numbered
from swav.quality.verdict import Verdict

READERS = f"early {recipes.EARLY}"
"""What measures looks, for their measurements."""

Take = TypeVar("Take", bound=Numbered)


def look_path(build: str, take: str, at: int) -> Path:
    """Where the look at a take lies, or would lie; ``take`` is its settled key."""
    return Path(paths.LOOK.format(build=build, key=look_key(take=take, at=at)))


def look_quality(build: str, take: str, at: int) -> Path:
    """Where what was measured of it lies."""
    return Path(paths.LOOK_QUALITY.format(build=build, key=take, at=at))


def decides(shot: CutShot) -> EarlyLooks | None:
    """The looks that decide which take of a shot is made whole; None where nothing, or a person, does."""
    return shot.early if shot.early and shot.contested else None


class Looked:
    """What was measured of the looks at a step, and what the limits make of it."""

    def __init__(self, build: str, at: int, limits: Mapping[str, Any]):
        self._build, self._at = build, at
        self.limits = Limits.model_validate(limits)
        self.judged = partial(judge, limits=self.limits)

    def verdict(self, take: str) -> Verdict | None:
        """The verdict on the look at a take; None before it was measured."""
        numbers = known(look_quality(self._build, take, self._at), READERS, self.judged)
        return None if numbers is None else self.judged(numbers)

    def ranked(self, takes: Sequence[Take]) -> list[Judged[Take]] | None:
        """Takes in the order in which they are made: the best look first; None before all were measured."""
        found = [(take, self.verdict(take.key)) for take in takes]
        if any(verdict is None for _, verdict in found):
            return None
        return sorted((Judged(take, verdict) for take, verdict in found), key=_rank)


def _rank(judged: Judged[Any]) -> tuple[int, int, float, int]:
    """Fewest fails first, then fewest warnings, then what shows its prompt best, then the earlier seed."""
    statuses = [finding.status for finding in judged.verdict.findings]
    shows = next((f.value for f in judged.verdict.findings if f.gate == "adherence"), None)
    return statuses.count("fail"), statuses.count("warn"), -(shows or 0.0), judged.take.number
