"""How long a build still takes: told from what its jobs took so far, and from earlier builds here.

A job's cost is its share of the time on the wall: while three jobs run, each second costs each of them a
third. So the costs of all jobs add up to what the build took, however many ran beside each other, and what is
left is what the jobs that are left will cost. Jobs that hold cards and all others are counted apart, since
they do not wait for each other: what is left is what the longer of the two takes, and then what is made of
the whole reel, where one job waits for the other. A rule of which no job has ended yet costs what it did
before, times how much slower or faster this build is than that.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from swav.reel.events import builds, read_build

TYPICAL = {
    "keyframe": 1.6,
    "draw": 3.0,
    "render": 600.0,
    "judge": 0.5,
    "motion": 6.0,
    "motion_in_environment": 120.0,
    "finish": 120.0,
    "segment": 4.0,
    "transition": 1.5,
    "set_lettering": 0.3,
    "speak": 2.0,
    "make_sample": 10.0,
}
"""Seconds of a job where nothing was built here before, on two cores."""
TYPICAL_A_SHOT = {
    "compose": 0.08,
    "lay_stems": 0.12,
    "mix": 0.24,
    "listen": 0.3,
    "caption": 0.01,
    "join": 0.03,
    "master": 2.0,
    "burn": 2.0,
    "admit": 0.04,
    "deliver": 0.02,
}
"""The same of jobs that look at the whole reel, for each of its shots."""
_BESIDE = (("compose", "lay_stems", "mix"), ("listen", "caption"))
"""Of those, what goes on side by side: one waits for the other in each row."""
_LAST = ("join", "master", "burn", "admit", "deliver")
OTHERS = 1.0
_EARLIER = 3
"""Builds that are looked at for what jobs took."""
_MOST_BYTES = 4 << 20
_FIRST_ONES = 1.0
"""How many jobs what was expected of a rule counts for, beside those that have ended."""
_AT_LEAST = 0.15
"""Of its whole cost, what is left of a job that takes longer than expected."""
_NOT_BEFORE = 3
"""Jobs that have to end before anything is said."""


@dataclass
class _Running:
    rule: str
    pool: str
    """Jobs of one pool share the time."""
    since: float
    spent: float = 0.0


class TimeLeft:
    """Told of jobs as they begin and end, in seconds of one clock.

    ``counts`` are the jobs of this run by rule; ``expected`` says what a job of a rule may take, and is asked
    when something is to be said for the first time.
    """

    def __init__(self, counts: Mapping[str, int], expected: Callable[[], Callable[[str], float]]):
        self._left = Counter(counts)
        self._ask, self._expected = expected, None
        self._running: dict[int, _Running] = {}
        self._costs: dict[str, list[float]] = defaultdict(list)
        self._took: dict[str, list[float]] = defaultdict(list)
        self._on_cards: set[str] = set()
        self._now: float | None = None

    def began(self, job: int, rule: str, now: float, *, on_cards: bool = False) -> None:
        """A job begins; ``on_cards`` if it claims any."""
        self._pass(now)
        self._left[rule] -= 1
        pool = "reel" if rule in TYPICAL_A_SHOT else "cards" if on_cards else "shots"
        self._running[job] = _Running(rule, pool, now)
        if on_cards:
            self._on_cards.add(rule)

    def ended(self, job: int, now: float) -> None:
        """A job has ended."""
        self._pass(now)
        if done := self._running.pop(job, None):
            self._costs[done.rule].append(done.spent)
            self._took[done.rule].append(now - done.since)

    def dropped(self, job: int, now: float) -> None:
        """A job has failed, or was stopped: what it cost says nothing of others."""
        self._pass(now)
        self._running.pop(job, None)

    def left(self, now: float) -> float | None:
        """Seconds that are left; None as long as too little is known."""
        self._pass(now)
        if sum(map(len, self._costs.values())) < _NOT_BEFORE:
            return None
        slower = {whole: self._slower(whole) for whole in (False, True)}
        still: Counter[str] = Counter()
        for rule, count in self._left.items():
            still[rule] += max(count, 0) * self._cost(rule, slower)
        for job in self._running.values():
            cost = self._cost(job.rule, slower)
            still[job.rule] += max(cost - self._spent(job), _AT_LEAST * cost)
        of_shots = Counter()
        for rule, seconds in still.items():
            of_shots[rule in self._on_cards] += 0 if rule in TYPICAL_A_SHOT else seconds
        beside = max(sum(still[rule] for rule in row) for row in _BESIDE)
        return max(of_shots.values(), default=0) + beside + sum(still[rule] for rule in _LAST)

    def _pass(self, now: float) -> None:
        """Let every running job bear its share of the time since this was asked last."""
        spent, self._now = now - (now if self._now is None else self._now), now
        beside = Counter(job.pool for job in self._running.values())
        for job in self._running.values():
            job.spent += max(spent, 0.0) / beside[job.pool]

    def _slower(self, whole: bool) -> float:
        """What jobs of shots cost, over what was expected of them; ``whole``: what they took by the clock, as
        jobs do that have the machine for themselves.
        """
        known = self._took if whole else self._costs
        pairs = [(self._before(rule) * len(costs), sum(costs)) for rule, costs in known.items()]
        expected = sum(pair[0] for pair in pairs)
        return sum(pair[1] for pair in pairs) / expected if expected > 0 else 1.0

    def _cost(self, rule: str, slower: Mapping[bool, float]) -> float:
        whole = rule in TYPICAL_A_SHOT
        costs = (self._took if whole else self._costs).get(rule, ())
        expected = self._before(rule) * slower[whole]
        return (expected * _FIRST_ONES + sum(costs)) / (_FIRST_ONES + len(costs))

    def _spent(self, job: _Running) -> float:
        return self._now - job.since if job.rule in TYPICAL_A_SHOT else job.spent

    def _before(self, rule: str) -> float:
        if self._expected is None:
            self._expected = self._ask()
        return max(self._expected(rule), 0.01)


def expectation(build: str, shots: int, foretold: Mapping[str, float]) -> Callable[[str], float]:
    """What a job of each rule may take, in a film of so many shots: as in the last builds here, or as usual.

    ``foretold`` is by rule what is known in another way: what an engine says that a render takes.
    """
    before: dict[str, list[float]] = defaultdict(list)
    for file in builds(build)[1 : 1 + _EARLIER]:
        with suppress(OSError):
            if file.stat().st_size <= _MOST_BYTES:
                for job in read_build(file).jobs:
                    if job.state == "done":
                        before[job.rule].append(_seconds(job.began, job.ended))

    def expected(rule: str) -> float:
        if rule in foretold:
            return foretold[rule]
        if costs := before.get(rule):
            return sum(costs) / len(costs)
        return TYPICAL.get(rule) or TYPICAL_A_SHOT.get(rule, 0) * shots or OTHERS

    return expected


def _seconds(began: str, ended: str) -> float:
    return max(0.0, (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds())
