"""The takes that may be in the cut: their keys, what was measured of them, and the one that is chosen.

Light: it runs whenever a storyboard is read.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.model import Candidate, Cut, CutShot, Judging
from swav.cut.takes import link, take_path
from swav.cut.timeline import settled
from swav.engines import Request, plugins
from swav.keys import take_key
from swav.quality.kept import known, once
from swav.quality.limits import Limits
from swav.quality.selection import Judged, Selection, passes_one, select
from swav.quality.verdict import INTEGRITY, PICTURE, Expected

_STILL_CAMERA = re.compile(r"\b(static|still|fixed|locked)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Take:
    """A take that could be in the cut, with its key now that its length is known."""

    number: int
    request: Request
    recipe: Mapping[str, Any]
    key: str
    expected: Expected


JudgedTake = Judged[Take]
TakeSelection = Selection[Take]


def takes_of(cut: Cut, shot: CutShot) -> Iterator[Take]:
    """The takes that may be made of a shot, in order. FileNotFoundError before its narration is spoken."""
    request = settled(shot, cut.delivery.rate)
    for candidate in shot.takes:
        yield _take(shot, replace(request, seed=candidate.seed), candidate)


def _take(shot: CutShot, request: Request, candidate: Candidate) -> Take:
    engine = plugins().get(shot.engine, "engine")
    recipe = engine.recipe(request, shot.model)
    form = engine.form(request)
    return Take(
        number=candidate.number,
        request=request,
        recipe=recipe,
        key=take_key(recipe),
        expected=Expected(
            width=form.width,
            height=form.height,
            rate=form.rate,
            frames=form.frames,
            moves=not _STILL_CAMERA.search(request.camera),
            gates=INTEGRITY if engine.designed else PICTURE,
            prompt=request.prompt,
        ),
    )


def select_take(
    cut: Cut, shot: CutShot, measured: Callable[[str], Mapping[str, Any] | None]
) -> TakeSelection:
    """Choose among the takes of a shot, as far as what is ``measured`` (by key) allows."""
    return select(
        takes_of(cut, shot),
        measured,
        Limits.model_validate(cut.judging.limits),
        pinned=shot.pinned,
        fallback=shot.fallback is not None,
    )


def is_decided(keys: Iterable[str], build: str, judging: Judging) -> bool:
    """Whether one of the takes that were made passes, so that no more need be made.

    A length that follows a narration is not settled in these keys: such a shot counts as undecided.
    """
    return passes_one(keys, Measured(build, judging), Limits.model_validate(judging.limits))


def link_chosen(cut: Cut) -> None:
    """Link the chosen take of every contested shot to its clip, where the store already decides the choice.

    So limits that are edited judge again, and a render is pending only where another take is really needed.
    """
    measured = Measured(cut.build, cut.judging)
    for shot in cut.shots:
        if not shot.contested or Path(shot.clip).exists():
            continue
        try:
            selection = select_take(cut, shot, measured)
        except FileNotFoundError:  # its narration is not spoken yet
            continue
        key = (
            selection.chosen.take.key if selection.chosen else shot.fallback.key if selection.fallback else ""
        )
        if key and take_path(cut.build, key).exists():
            link(take_path(cut.build, key), Path(shot.clip))


class Measured:
    """What was measured of the takes in a build's store, where it was measured in today's way."""

    def __init__(self, build: str, judging: Judging):
        self._build, self._readers = build, judging.readers

    def __call__(self, key: str) -> dict[str, Any] | None:
        """The numbers of a take; None if it is not there or was not measured in this way."""
        if not take_path(self._build, key).exists():
            return None
        return known(quality_path(self._build, key), self._readers)


def measured(cut: Cut, take: Take) -> dict[str, Any]:
    """The numbers of a take that is in the store, measured now if they have not been. MediaError."""

    def measure() -> dict[str, Any]:
        from swav.quality.measure import measure

        return measure(take_path(cut.build, take.key), take.expected, models=Path(cut.models))

    return once(quality_path(cut.build, take.key), cut.judging.readers, measure)


def quality_path(build: str, key: str) -> Path:
    """Where the measurement of a take lies."""
    return Path(paths.QUALITY.format(build=build, key=key))
