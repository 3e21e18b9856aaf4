"""The plan of a build: each shot's state and the reason, what else was edited, and how long renders take."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from swav.cut.candidates import finished
from swav.cut.early import decides
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.engines import engines
from swav.presence import present
from swav.reel.claims import to_be_finished, to_be_interpolated
from swav.reel.damage import damaged_takes
from swav.reel.speeds import Foretold
from swav.review.changes import Changes, changes, files_of
from swav.review.comparison import CutFile, Edit
from swav.review.edits_of_takes import held_against
from swav.review.forecast import Crew, Forecast, lasts, renders_with, to_be_looked_at
from swav.review.jobs import pending_jobs
from swav.review.reasons import GONE
from swav.review.wording import several
from swav.times import to_seconds


@dataclass(frozen=True)
class PlannedShot:
    """One line of the plan."""

    shot: str
    source: str
    engine: str
    state: str
    """``ready`` or ``pending``."""
    reasons: tuple[str, ...]
    """Why it is pending: what was edited."""
    stands_in: str
    """Why another engine than the storyboard's makes it; empty where none does."""
    held: str
    """That it stays as it is, and against which edits; empty where it does not."""
    seconds: float
    """Length of the shot."""
    estimated: bool
    """Whether its length follows a line that is not spoken yet, and so is no more than about right."""
    minutes: float | None
    """On the wall, of a render that is pending: 0 where none is, None where it cannot be known."""
    gpu_minutes: float | None
    """The same in minutes of one card."""

    @property
    def why(self) -> str:
        """All reasons in one line."""
        return "; ".join([*self.reasons, *filter(None, [self.stands_in, self.held])])


@dataclass(frozen=True)
class Followers:
    """Shots that go on from a shot which is made anew: they follow only where its frame is another."""

    shot: str
    follow: tuple[str, ...]
    minutes: float | None
    """Of all their renders, one after the other; None where one of them cannot be known."""


@dataclass(frozen=True)
class Plan:
    """The plan of a reel."""

    title: str
    shots: tuple[PlannedShot, ...]
    edits: tuple[Edit, ...]
    """What was edited since the earlier film, beside takes."""
    made: int
    """Files of the film that are not there."""
    stays: int
    """Files of the earlier film that this one uses again."""
    pieces_missing: int
    """Segments and transitions to encode."""
    lines_missing: int
    """Lines of narration to speak."""
    reel_ready: bool
    crew: Crew
    minutes: float
    """On the wall, for all renders that are pending, as far as they are known."""
    faster: tuple[int, float] | None
    """GPUs a render that would take distinctly fewer minutes, and those minutes."""
    followers: tuple[Followers, ...] = ()
    """Pending shots whose take decides whether others are rendered again."""
    interpolating: tuple[str, ...] = ()
    """Shots whose takes a network is to bring to the reel's rate."""
    interpolated_as: str = ""
    """That rate, and by which network, in a phrase; empty where none does."""
    finishing: tuple[str, ...] = ()
    """Shots whose takes are to be brought to the reel's size."""
    finished_as: str = ""
    """That size, and by which model, in a phrase; empty where the film is not finished."""
    finishing_minutes: float | None = None
    """On the wall, one take after the other; None where it cannot be known."""
    finishing_gigabytes: float | None = None
    """Of the card, or without one of memory, as such a take took here; None where none did."""
    placements: tuple[str, ...] = ()
    """How the pending renders would be placed on the cards, each way once."""
    jobs: Mapping[str, int] = field(default_factory=dict)
    """How many jobs of each rule a build of this cut would run."""

    @property
    def pending(self) -> list[PlannedShot]:
        return [shot for shot in self.shots if shot.state == "pending"]

    @cached_property
    def renders(self) -> list[PlannedShot]:
        """Pending shots that claim cards."""
        return [shot for shot in self.pending if shot.gpu_minutes != 0]

    @property
    def unknown(self) -> list[PlannedShot]:
        """Renders of which nobody knows how long they take."""
        return [shot for shot in self.renders if shot.gpu_minutes is None]

    @property
    def gpu_minutes(self) -> float | None:
        """The total of what is pending; None if one of them cannot be known."""
        costs = [shot.gpu_minutes for shot in self.pending]
        return None if None in costs else round(sum(costs), 1)


_MEMORY = re.compile(r"\d+(?= GB)")
FASTER = 0.95
"""Another way to share the cards is told if it takes at most this part of the time."""


def plan(cut: Cut, *, crew: Crew, before: Cut | None, count_jobs: bool = True) -> Plan:
    """Compare a cut with what is on disk, and with the film that there was before.

    Where ``count_jobs`` is false, somebody else has counted the jobs, and none stand in the plan.
    """
    forecast, between = Forecast(cut), changes(before, cut)
    torn = damaged_takes(cut)
    there = {shot.id for shot in cut.shots if _is_there(shot, cut, crew)} - torn.keys()
    reasons = {shot.id: _reasons(shot, between, torn, crew) for shot in cut.shots if shot.id not in there}
    files = list(dict.fromkeys(files_of(cut)))
    here = present(file.path for file in files)
    shots = tuple(_planned(shot, cut, reasons, forecast, crew) for shot in cut.shots)
    anew = _rendered_elsewhere(cut, crew)
    costly = [shot for shot in cut.shots if shot.id not in there and _claims(shot, crew)]
    minutes = forecast.wall_seconds(costly, crew) / 60
    to_finish = to_be_finished(cut)
    finishing = forecast.finishing(to_finish, crew)
    return Plan(
        title=cut.title,
        shots=shots,
        edits=tuple(edit for edit in between.edits if edit.what != "take"),
        made=sum(_is_missing(file, there, here) for file in files),
        stays=len(between.stays),
        pieces_missing=_missing(cut.pieces(), here - anew),
        lines_missing=_missing(cut.narrations(), here),
        reel_ready=cut.reel in here and not anew,
        crew=crew,
        minutes=round(minutes, 2),
        faster=_faster(costly, forecast, crew, minutes),
        followers=tuple(_followers(cut, {shot.shot: shot for shot in shots if shot.state == "pending"})),
        interpolating=tuple(shot.id for shot in to_be_interpolated(cut)),
        interpolated_as=_interpolated_as(cut),
        finishing=tuple(shot.id for shot in to_finish),
        finished_as=_finished_as(cut),
        finishing_minutes=None if finishing is None else round(finishing.seconds / 60, 2),
        finishing_gigabytes=_gigabytes(finishing),
        placements=_each_way(forecast.placement(shot, crew) for shot in costly),
        jobs=pending_jobs(cut) if count_jobs else {},
    )


def _gigabytes(finishing: Foretold | None) -> float | None:
    return round(finishing.memory / 1e9, 1) if finishing and finishing.memory else None


def _interpolated_as(cut: Cut) -> str:
    ways = dict.fromkeys(shot.motion.how for shot in cut.shots if shot.motion and shot.motion.learned)
    return f"{float(cut.delivery.rate):g} frames a second by {' and '.join(ways)}" if ways else ""


def _finished_as(cut: Cut) -> str:
    finish = next((shot.finish for shot in cut.shots if shot.finish), None)
    by = f" by {finish.model}" if finish and finish.model else ""
    return f"{cut.delivery.width}x{cut.delivery.height}{by}" if finish else ""


def _followers(cut: Cut, pending: Mapping[str, PlannedShot]) -> Iterator[Followers]:
    """For each pending shot that waits for none, the pending ones that go on from it, and so on."""
    heirs: dict[str, list[str]] = {}
    waiting = set()
    for shot in cut.shots:
        for item in shot.continued.values():
            if shot.id in pending and item.shot in pending:
                heirs.setdefault(item.shot, []).append(shot.id)
                waiting.add(shot.id)
    for root in sorted(heirs.keys() - waiting):
        found: dict[str, None] = {}
        new = list(heirs[root])
        while new:
            if (name := new.pop(0)) not in found:
                found[name] = None
                new += heirs.get(name, [])
        costs = [pending[name].minutes for name in found]
        yield Followers(root, tuple(found), None if None in costs else round(sum(costs), 1))


def _missing(files: Iterable[str], here: Collection[str]) -> int:
    return sum(file not in here for file in files)


def _rendered_elsewhere(cut: Cut, crew: Crew) -> set[str]:
    """Segments and transitions that show what only another machine renders: what lies here shows a panel."""
    found = set()
    for before, shot in zip((None, *cut.shots), cut.shots, strict=False):
        if renders_with(shot, crew) != shot.engine and not to_be_looked_at(shot):
            found |= {shot.segment, shot.passage.path, before.passage.path if before else ""}
    return found


def _is_missing(file: CutFile, there: Collection[str], here: Collection[str]) -> bool:
    return file.shot not in there if file.kind == "take" else file.path not in here


def _is_there(shot: CutShot, cut: Cut, crew: Crew) -> bool:
    """Whether the take is there that would be made: on another machine, what stands in here is no take."""
    return renders_with(shot, crew) == shot.engine and (Path(shot.clip).exists() or finished(cut, shot))


def _each_way(placements: Iterable[str]) -> tuple[str, ...]:
    """Each way once: of those that differ by memory alone, the one that needs most."""
    most: dict[str, str] = {}
    for words in filter(None, placements):
        way = _MEMORY.sub("", words)
        most[way] = max(most.get(way, words), words, key=_memory)
    return tuple(most.values())


def _memory(words: str) -> int:
    found = _MEMORY.search(words)
    return int(found[0]) if found else 0


def _claims(shot: CutShot, crew: Crew) -> bool:
    return engines()[renders_with(shot, crew)].gpu


def _faster(shots: list[CutShot], forecast: Forecast, crew: Crew, minutes: float) -> tuple[int, float] | None:
    """Another number of GPUs a render with which all renders are known and done distinctly sooner."""
    found = []
    for other in crew.others:
        if shots and all(forecast.seconds(shot, other) is not None for shot in shots):
            found.append((forecast.wall_seconds(shots, other) / 60, other.per_render))
    best = min(found, default=None)
    if best is None or best[0] > FASTER * minutes:
        return None
    return best[1], round(best[0], 2)


def _reasons(shot: CutShot, between: Changes, torn: Mapping[str, str], crew: Crew) -> tuple[str, ...]:
    """Why a take is made: what was damaged, or else what was edited; and how it is chosen."""
    early = shot.early
    if early and (early.waits or decides(shot)):
        best = f"the best of {len(early.takes)} takes at step {early.at}"
        chosen = f"{len(early.takes)} takes are made to step {early.at}, for somebody to choose"
        why = () if Path(shot.clip).exists() else between.why.get(shot.clip, (GONE,))
        return (*why, chosen if early.waits else best)
    if renders_with(shot, crew) != shot.engine and Path(shot.clip).exists():
        return (f"{shot.engine} stands in here",)
    return (torn[shot.id],) if shot.id in torn else between.why.get(shot.clip, (GONE,))


def _seen(shot: CutShot, cut: Cut) -> float | None:
    """Seconds of the stretch of a take that is seen; None where all of it is."""
    return round(float(to_seconds(shot.trim.frames, cut.delivery.rate)), 3) if shot.trim else None


def held_words(shot: CutShot) -> str:
    """That a shot stays as it is, and what that leaves out; empty where it is not held against anything."""
    if shot.hold is None:
        return ""
    edits = held_against(shot)
    return f"held against {several(edits)}" if edits else "held"


def _planned(
    shot: CutShot, cut: Cut, pending: Mapping[str, tuple[str, ...]], forecast: Forecast, crew: Crew
) -> PlannedShot:
    there = shot.id not in pending
    length, engine = lasts(shot, cut.delivery.rate), renders_with(shot, crew)
    seconds = 0.0 if there or not _claims(shot, crew) else forecast.seconds(shot, crew)
    minutes = None if seconds is None else seconds / 60
    return PlannedShot(
        shot=shot.id,
        source=engines()[shot.engine].source,
        engine=engine,
        state="ready" if there else "pending",
        reasons=pending.get(shot.id, ()),
        stands_in=shot.why if shot.why.startswith("stands in") and engine == shot.engine else "",
        held=held_words(shot),
        seconds=_seen(shot, cut) or length.seconds,
        estimated=length.estimated and not shot.trim,
        minutes=None if minutes is None else round(minutes, 2),
        gpu_minutes=None if minutes is None else round(minutes * crew.of(engine), 2),
    )
