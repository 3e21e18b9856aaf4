"""What comparing lossy takes with exact ones would cost: each exact take is rendered for it, once."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from swav.cut.candidates import takes_of
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import take_path
from swav.engines import engines
from swav.keys import take_key
from swav.reel.comparing import exact, is_lossy, likeness_path
from swav.review.forecast import Crew, Forecast
from swav.review.plan_words import duration, named
from swav.review.wording import counted


def exact_takes(cut: Cut, shot: CutShot) -> Iterator[str]:
    """Keys of the exact takes that belong to a shot's lossy ones; none of a shot that is exact, or whose
    length nobody knows yet."""
    if is_lossy(shot):
        engine = engines()[shot.engine]
        with suppress(FileNotFoundError):
            for take in takes_of(cut, shot):
                yield take_key(engine.recipe(exact(take.request), shot.model))


def exact_seconds(cut: Cut, shot: CutShot, crew: Crew) -> float | None:
    """Seconds on the wall of the exact take of a shot; None where nothing can be known."""
    return Forecast(cut).seconds(replace(shot, request=exact(shot.request), early=None), crew)


def comparisons(cut: Cut, crew: Crew) -> list[str]:
    """Which shots are lossy and not compared with their exact takes, and what that would cost: a sentence, or
    none."""
    found = [shot for shot in cut.shots if is_lossy(shot) and not _is_compared(cut, shot)]
    if not found:
        return []
    costs = [exact_seconds(cut, shot, crew) for shot in found]
    cost = "for a time that nobody can foretell" if None in costs else f"{duration(sum(costs) / 60)} in all"
    shots = f"{counted(len(found), 'shot is', 'shots are')} lossy ({named([shot.id for shot in found])})"
    return [f"{shots}: swav compare SHOT renders the exact take, too, and says how like it is: {cost}"]


def _is_compared(cut: Cut, shot: CutShot) -> bool:
    there = any(take_path(cut.build, key).exists() for key in exact_takes(cut, shot))
    return there or Path(likeness_path(cut, shot)).exists()
