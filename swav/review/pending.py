"""What a dry run says beside the list of jobs: why each file is made, and what the GPUs will have to do."""

from dataclasses import dataclass, field
from functools import cached_property

from swav.reel.workflow import Reel
from swav.review.earlier import delivered
from swav.review.plan import plan
from swav.review.reasons import reasons
from swav.times import clock

OTHERWISE = "not made yet"
"""Of files that are no part of a cut: samples, environments."""


@dataclass
class Pending:
    """The reel that a run is about, told by the workflow to the logger, which Snakemake makes on its own."""

    reel: Reel | None = field(default=None)

    @cached_property
    def _reasons(self) -> dict[str, str]:
        return reasons(self.reel) if self.reel else {}

    def why(self, outputs: list[str]) -> str:
        """Why a job runs that makes these files."""
        found = (self._reasons.get(path) for path in outputs)
        return next(filter(None, found), OTHERWISE if self.reel else "")

    @property
    def gpu_time(self) -> str:
        """What the pending renders will cost, as a sentence; empty where none is pending."""
        if self.reel is None:
            return ""
        cut, gpus = self.reel.cut, self.reel.claim.per_render
        found = plan(cut, gpus_per_render=gpus, before=delivered(cut.build))
        renders = sum(shot.state == "pending" and shot.gpu_minutes != 0 for shot in found.shots)
        if not renders:
            return ""
        if found.gpu_minutes is None:
            return f"{renders} renders; their GPU time is not known before one of their kind was made."
        return f"{renders} renders, about {clock(found.gpu_minutes * 60)} of GPU time (minutes:seconds)."


told = Pending()
"""Of this process: Snakemake reads one workflow in it."""


def tell(reel: Reel) -> None:
    """Say which reel this run is about."""
    told.reel = reel
    told.__dict__.pop("_reasons", None)
