"""The plan of a build: each shot's state and the reason, and the GPU minutes that are still to be spent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from swav.cut import paths
from swav.cut.model import Cut, CutShot, read_cut
from swav.cut.takes import read_record
from swav.cut.timeline import frames_of
from swav.engines import Request, engines
from swav.times import to_seconds

FIELDS = ("prompt", "negative", "camera", "seed", "steps", "guidance", "title", "subtitle", "wanted", "loras")
"""Fields of a request that a person edits, in the order in which a plan names them."""


@dataclass(frozen=True)
class PlannedShot:
    """One line of the plan."""

    shot: str
    source: str
    engine: str
    state: str
    """``ready`` or ``pending``."""
    why: str
    seconds: float | None
    """Length of the shot; None until its narration is spoken."""
    gpu_minutes: float | None
    """Expected cost of what is pending: 0 where no GPU is claimed, None where it cannot be known."""


@dataclass(frozen=True)
class Plan:
    """The plan of a reel."""

    title: str
    shots: tuple[PlannedShot, ...]
    pieces_missing: int
    """Segments and transitions to encode."""
    lines_missing: int
    """Lines of narration to speak."""
    reel_ready: bool
    placements: tuple[str, ...] = ()
    """How the pending renders would be placed on the cards, each way once."""

    @property
    def pending(self) -> list[PlannedShot]:
        return [shot for shot in self.shots if shot.state == "pending"]

    @property
    def gpu_minutes(self) -> float | None:
        """The total of what is pending; None if one of them cannot be known."""
        costs = [shot.gpu_minutes for shot in self.pending]
        return None if None in costs else round(sum(costs), 1)


def delivered(build: str) -> Cut | None:
    """The cut that was delivered last, if any."""
    try:
        return read_cut(paths.DELIVERED.format(build=build))
    except (FileNotFoundError, ValueError):
        return None


def plan(cut: Cut, *, gpus_per_render: int, before: Cut | None) -> Plan:
    """Compare a cut with what is on disk, and with the cut that was delivered before."""
    earlier = {shot.id: shot for shot in before.shots} if before else {}
    costs = Costs(cut)
    shots = tuple(_planned(shot, cut, earlier.get(shot.id), costs, gpus_per_render) for shot in cut.shots)
    return Plan(
        title=cut.title,
        shots=shots,
        pieces_missing=_missing(cut.pieces()),
        lines_missing=_missing(cut.narrations()),
        reel_ready=Path(cut.reel).exists(),
        placements=tuple(dict.fromkeys(_placements(cut, gpus_per_render))),
    )


def _placements(cut: Cut, gpus: int) -> Iterator[str]:
    for shot in cut.shots:
        if not shot.gpu or Path(shot.clip).exists():
            continue
        if words := engines()[shot.engine].placement(shot.request, gpus, Path(cut.models)):
            yield f"{shot.engine}: {words}"


def _missing(files: Iterable[str]) -> int:
    return sum(not Path(file).exists() for file in files)


def _planned(shot: CutShot, cut: Cut, before: CutShot | None, costs: "Costs", gpus: int) -> PlannedShot:
    ready = Path(shot.clip).exists()
    try:
        seconds = float(to_seconds(frames_of(shot, cut.delivery.rate), cut.delivery.rate))
    except FileNotFoundError:
        seconds = None
    reason = [] if ready else [reason_for(shot, before)]
    if shot.why:
        reason.append(shot.why)
    return PlannedShot(
        shot=shot.id,
        source=engines()[shot.engine].source,
        engine=shot.engine,
        state="ready" if ready else "pending",
        why="; ".join(reason),
        seconds=None if seconds is None else round(seconds, 3),
        gpu_minutes=0.0 if ready or not shot.gpu else costs.expected(shot, seconds, gpus),
    )


def reason_for(shot: CutShot, before: CutShot | None) -> str:
    """Why a take is wanted that is not there: what was edited since the delivered cut, or that it is new."""
    if before is None:
        return "new"
    if before.key == shot.key:
        return "its take is missing"
    edits = [_edit(name, before.request, shot.request) for name in FIELDS]
    edits = [edit for edit in edits if edit]
    if before.engine != shot.engine:
        edits.append(f"engine {before.engine} -> {shot.engine}")
    if before.model != shot.model:
        edits.append("other weights")
    if before.request.length != shot.request.length:
        edits.append("length")
    if before.request.source != shot.request.source:
        edits.append("source file")
    if (before.request.width, before.request.height) != (shot.request.width, shot.request.height):
        edits.append("size")
    return "; ".join(edits) or "engine's recipe changed"


def _edit(name: str, before: Request, after: Request) -> str:
    old, new = getattr(before, name), getattr(after, name)
    if old == new:
        return ""
    if isinstance(old, str) and isinstance(new, str):
        return f"{name} edited from {_changed_part(old, new)}"
    return f"{name} changed" if isinstance(old, tuple) else f"{name} {_said(old)} -> {_said(new)}"


def _said(value: Any) -> str:
    return "default" if value is None else str(value)


def _changed_part(old: str, new: str) -> str:
    """The words that differ, with one word of context on either side."""
    before, after = old.split(), new.split()
    front = 0
    while front < min(len(before), len(after)) and before[front] == after[front]:
        front += 1
    back = 0
    while back < min(len(before), len(after)) - front and before[-1 - back] == after[-1 - back]:
        back += 1
    first, last = max(0, front - 1), max(0, back - 1)
    return f'"{_short(before[first : len(before) - last])}" to "{_short(after[first : len(after) - last])}"'


def _short(words: list[str], most: int = 12) -> str:
    return " ".join(words) if len(words) <= most else " ".join([*words[:most], "..."])


class Costs:
    """What renders cost, learnt from the records of the takes that this build holds."""

    def __init__(self, cut: Cut):
        self._folder = Path(paths.TAKE.format(build=cut.build, key="x")).parent
        self._models = Path(cut.models)
        self._records: list[Mapping[str, Any]] | None = None

    def expected(self, shot: CutShot, seconds: float | None, gpus: int) -> float | None:
        """GPU minutes of a shot: the engine's own estimate, else the median of takes like it."""
        found = engines()[shot.engine].estimate(shot.request, gpus, self._models)
        if found is not None:
            return round(found * gpus / 60, 2)
        alike = [record for record in self._all() if _alike(record, shot)]
        if not alike or seconds is None:
            return None
        rates = [record["seconds"] * record.get("gpus", gpus) / record["length_seconds"] for record in alike]
        return round(median(rates) * seconds / 60, 2)

    def _all(self) -> list[Mapping[str, Any]]:
        if self._records is None:
            takes = self._folder.glob("*.mp4") if self._folder.exists() else ()
            self._records = [read_record(take) for take in takes]
        return self._records


def _alike(record: Mapping[str, Any], shot: CutShot) -> bool:
    request = shot.request
    return (
        record.get("engine") == shot.engine
        and bool(record.get("length_seconds"))
        and record.get("size") == f"{request.width}x{request.height}"
        and record.get("steps") == request.steps
    )
