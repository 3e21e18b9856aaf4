"""Which take of a shot is in the cut: decided by verdicts alone, so the same takes give the same choice.

Takes are judged in the order of their seeds, and the first that does not fail is chosen. So the next one is
wanted only when those before it failed, and the choice never depends on what else lies in the store. Light:
it runs whenever a storyboard is read.
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
from swav.engines import Request, engines, form_of, is_designed
from swav.keys import take_key
from swav.quality.judge import judge
from swav.quality.kept import known
from swav.quality.limits import Limits
from swav.quality.verdict import INTEGRITY, PICTURE, Expected, Verdict

_STILL_CAMERA = re.compile(r"\b(static|still|fixed|locked)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Take:
    """A take that could be in the cut, with its key now that its length is known."""

    number: int
    request: Request
    recipe: Mapping[str, Any]
    key: str
    expected: Expected


@dataclass(frozen=True)
class Judged:
    """A take and the verdict on it."""

    take: Take
    verdict: Verdict


@dataclass(frozen=True)
class Selection:
    """How far the choice has come: one of ``chosen``, ``wanted`` and ``fallback`` says what is next."""

    judged: tuple[Judged, ...]
    chosen: Judged | None = None
    """The take that the cut shows; it may have failed where the storyboard lets it in."""
    wanted: Take | None = None
    """The take that has to be made or measured before the choice can be made."""
    fallback: bool = False
    """No take passed, and something else stands in."""

    @property
    def decided(self) -> bool:
        return self.wanted is None

    @property
    def passed(self) -> bool:
        """Whether the chosen take may be shown without a word to anybody."""
        return self.chosen is not None and self.chosen.verdict.status != "fail"


def takes_of(cut: Cut, shot: CutShot) -> Iterator[Take]:
    """The takes that may be made of a shot, in order. FileNotFoundError before its narration is spoken."""
    request = settled(shot, cut.delivery.rate)
    for candidate in shot.takes:
        yield _take(shot, replace(request, seed=candidate.seed), candidate)


def _take(shot: CutShot, request: Request, candidate: Candidate) -> Take:
    engine = engines()[shot.engine]
    recipe = engine.recipe(request, shot.model)
    form = form_of(engine, request)
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
            gates=INTEGRITY if is_designed(engine) else PICTURE,
            prompt=request.prompt,
        ),
    )


def select(cut: Cut, shot: CutShot, measured: Callable[[str], Mapping[str, Any] | None]) -> Selection:
    """Choose among the takes of a shot, as far as what is ``measured`` (by key) allows."""
    limits, judged = Limits.model_validate(cut.judging.limits), []
    for take in takes_of(cut, shot):
        numbers = measured(take.key)
        if numbers is None:
            return Selection(tuple(judged), wanted=take)
        found = Judged(take, judge(numbers, limits))
        judged.append(found)
        if shot.pinned or found.verdict.status != "fail":
            return Selection(tuple(judged), chosen=found)
    if shot.fallback is not None:
        return Selection(tuple(judged), fallback=True)
    return Selection(tuple(judged), chosen=min(judged, key=_faults))


def _faults(judged: Judged) -> tuple[int, int, int]:
    """Fewest fails first, then fewest warnings, then the earlier seed."""
    statuses = [finding.status for finding in judged.verdict.findings]
    return statuses.count("fail"), statuses.count("warn"), judged.take.number


def is_decided(takes: Iterable[str], build: str, judging: Judging) -> bool:
    """Whether one of the takes that were made passes, so that no more need be made.

    A length that follows a narration is not settled in these keys: such a shot counts as undecided.
    """
    measured, limits = Measured(build, judging), Limits.model_validate(judging.limits)
    for key in takes:
        if (numbers := measured(key)) is None:
            return False
        if judge(numbers, limits).status != "fail":
            return True
    return False


def link_chosen(cut: Cut) -> None:
    """Link the chosen take of every contested shot to its clip, where the store already decides the choice.

    So limits that are edited judge again, and a render is pending only where another take is really needed.
    """
    measured = Measured(cut.build, cut.judging)
    for shot in cut.shots:
        if not shot.contested or Path(shot.clip).exists():
            continue
        try:
            selection = select(cut, shot, measured)
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


def quality_path(build: str, key: str) -> Path:
    """Where the measurement of a take lies."""
    return Path(paths.QUALITY.format(build=build, key=key))
