"""What a dry run says beside the list of jobs: why each file is made, and what the GPUs will have to do."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from statistics import mean

from swav.cut.earlier import earlier
from swav.reel.claims import pending_renders
from swav.reel.workflow import Reel
from swav.review.forecast import Forecast, crew_of
from swav.review.plan import plan
from swav.review.plan_words import total
from swav.review.reasons import reasons

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
    def takes(self) -> str:
        """How many takes are pending and what they cost, as ``swav plan`` says it; empty where none is."""
        if self.reel is None:
            return ""
        crew = crew_of(self.reel.config, self.reel.claim)
        found = plan(self.reel.cut, crew=crew, before=earlier(self.reel.cut), count_jobs=False)
        minutes = f" {found.gpu_minutes:.0f} GPU minutes in all." if found.gpu_minutes else ""
        return total(found, datetime.now()) + minutes if found.pending else ""

    @property
    def foretold(self) -> dict[str, float]:
        """Seconds that a job of a rule takes, where it is known before: of renders, by their engine."""
        if self.reel is None or not (shots := pending_renders(self.reel.cut)):
            return {}
        forecast, crew = Forecast(self.reel.cut), crew_of(self.reel.config, self.reel.claim)
        known = [seconds for shot in shots if (seconds := forecast.seconds(shot, crew)) is not None]
        return {"render": mean(known)} if known else {}


told = Pending()
"""Of this process: Snakemake reads one workflow in it."""


def tell(reel: Reel) -> None:
    """Say which reel this run is about."""
    told.reel = reel
    told.__dict__.pop("_reasons", None)
