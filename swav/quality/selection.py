"""Which take of a shot is in the cut: decided by verdicts alone, so the same takes give the same choice.

Takes are judged in the order of their seeds, and the first that does not fail is chosen. So the next one is
wanted only when those before it failed, and the choice never depends on what else lies in the store. Pure:
it looks nothing up; ``swav.cut.candidates`` knows where takes and their numbers lie.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from swav.quality.judge import judge
from swav.quality.limits import Limits
from swav.quality.verdict import Verdict


class Numbered(Protocol):
    """What is chosen among: a take with its place in the order of seeds, and its key."""

    @property
    def number(self) -> int: ...

    @property
    def key(self) -> str: ...


Take = TypeVar("Take", bound=Numbered)


@dataclass(frozen=True)
class Judged(Generic[Take]):
    """A take and the verdict on it."""

    take: Take
    verdict: Verdict


@dataclass(frozen=True)
class Selection(Generic[Take]):
    """How far the choice has come: one of ``chosen``, ``wanted`` and ``fallback`` says what is next."""

    judged: tuple[Judged[Take], ...]
    chosen: Judged[Take] | None = None
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


def select(
    takes: Iterable[Take],
    measured: Callable[[str], Mapping[str, Any] | None],
    limits: Limits,
    *,
    pinned: bool,
    fallback: bool,
) -> Selection[Take]:
    """Choose among takes in their order, as far as what is ``measured`` (by key) allows.

    A ``pinned`` take is chosen whatever its verdict; with ``fallback`` something else stands in where none
    passes, and without it the one with the fewest faults is chosen.
    """
    judged: list[Judged[Take]] = []
    for take in takes:
        numbers = measured(take.key)
        if numbers is None:
            return Selection(tuple(judged), wanted=take)
        found = Judged(take, judge(numbers, limits))
        judged.append(found)
        if pinned or found.verdict.status != "fail":
            return Selection(tuple(judged), chosen=found)
    if fallback:
        return Selection(tuple(judged), fallback=True)
    return Selection(tuple(judged), chosen=min(judged, key=_faults))


def passes_one(
    keys: Iterable[str], measured: Callable[[str], Mapping[str, Any] | None], limits: Limits
) -> bool:
    """Whether one of the takes passes before one that nobody measured: then no more need be made."""
    for key in keys:
        if (numbers := measured(key)) is None:
            return False
        if judge(numbers, limits).status != "fail":
            return True
    return False


def _faults(judged: Judged[Any]) -> tuple[int, int, int]:
    """Fewest fails first, then fewest warnings, then the earlier seed."""
    statuses = [finding.status for finding in judged.verdict.findings]
    return statuses.count("fail"), statuses.count("warn"), judged.take.number
