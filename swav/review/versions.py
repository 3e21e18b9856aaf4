"""What each version of a film adds to it: files that the film lacks, and what the GPUs do for them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from swav.cut.earlier import earlier
from swav.cut.model import Cut
from swav.errors import InputError, SwavError
from swav.reel.workflow import Reel, read_reel, versions_of
from swav.review.changes import files_of
from swav.review.forecast import crew_of
from swav.review.plan import Plan, plan
from swav.review.wording import counted

_TOLD = {
    "take": ("take",),
    "line": ("line to speak", "lines to speak"),
    "lettering": ("piece of lettering", "pieces of lettering"),
    "segment": ("segment",),
    "transition": ("transition",),
    "music": ("music bed",),
}
"""Kinds of file that are told of; the others follow from these."""


@dataclass(frozen=True)
class Version:
    """A version of the film, and what it adds."""

    name: str
    target: str
    fault: str = ""
    """Why it cannot be made; empty where it can."""
    size: str = ""
    seconds: float = 0
    estimated: bool = False
    ready: bool = False
    """Whether its film is there."""
    adds: tuple[tuple[str, int], ...] = ()
    """Kinds of file, and how many of each are in it alone and not there yet."""
    gpu_minutes: float | None = 0
    """Of renders that only this version asks for; None where nobody knows."""

    @property
    def said(self) -> str:
        """What it adds, in words."""
        if self.fault:
            return self.fault
        if self.ready:
            return "ready"
        parts = [counted(count, *_TOLD[kind]) for kind, count in self.adds]
        if self.gpu_minutes is None:
            parts.append("GPU time not known")
        elif self.gpu_minutes:
            parts.append(f"{self.gpu_minutes:.0f} GPU minutes")
        return ", ".join(parts) or "nothing but its own joining"


def versions(reel: Reel, gpus: int | None = None) -> list[Version]:
    """Every version of a storyboard's film, in order."""
    return [_version(reel, name, target, gpus) for name, target in versions_of(reel).items()]


def _version(film: Reel, name: str, target: str, gpus: int | None) -> Version:
    try:
        reel = read_reel(film.config, gpus, version=name)
    except InputError as error:
        more = f" (and {len(error.faults) - 1} more)" if len(error.faults) > 1 else ""
        fault = error.faults[0]
        return Version(
            name, target, f"{fault.field}: {fault.message.partition(': ')[2]}; {fault.remedy}{more}"
        )
    except SwavError as error:
        return Version(name, target, str(error))
    found = plan(reel.cut, crew=crew_of(reel.config, reel.claim), before=earlier(reel.cut))
    own, ready = _own(film.cut, reel.cut), {shot.shot for shot in found.shots if shot.state == "ready"}
    missing = [
        file
        for file in own
        if not Path(file.path).exists() and (file.kind != "take" or file.shot not in ready)
    ]
    counts = Counter(file.kind for file in missing)
    takes = {file.shot for file in missing if file.kind == "take"}
    return Version(
        name,
        target,
        size=f"{reel.cut.delivery.width}x{reel.cut.delivery.height}",
        seconds=_seconds(found, reel.cut),
        estimated=any(shot.estimated for shot in found.shots),
        ready=Path(reel.cut.delivered).exists(),
        adds=tuple((kind, counts[kind]) for kind in _TOLD if counts[kind]),
        gpu_minutes=_minutes(found, takes),
    )


def _own(film: Cut, version: Cut) -> list:
    """Files that the film does not have."""
    shared = {file.path for file in files_of(film)}
    return [file for file in dict.fromkeys(files_of(version)) if file.path not in shared]


def _minutes(found: Plan, takes: set[str]) -> float | None:
    costs = [shot.gpu_minutes for shot in found.pending if shot.shot in takes]
    return None if None in costs else round(sum(costs), 1)


def _seconds(found: Plan, cut: Cut) -> float:
    overlaps = sum(shot.passage.overlap for shot in cut.shots)
    return round(sum(shot.seconds for shot in found.shots) - float(overlaps / cut.delivery.rate), 3)
