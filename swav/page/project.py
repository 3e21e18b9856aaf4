"""The project as the page sees it: read from the disk by what the commands read with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from swav.config import Config
from swav.cut.earlier import earlier
from swav.cut.model import Cut
from swav.page.pulse import pulse
from swav.reel.workflow import Reel, read_reel
from swav.review.forecast import crew_of
from swav.review.plan import Plan
from swav.review.plan import plan as make_plan


@dataclass(frozen=True)
class Look:
    """What was seen when the storyboard was read: the reel, its plan, and the film that there is."""

    reel: Reel
    plan: Plan
    before: Cut | None

    @property
    def cut(self) -> Cut:
        return self.reel.cut


class Project:
    """A storyboard with its configuration. The last look is kept: a fault leaves it standing."""

    def __init__(self, settings: Callable[[], Config], gpus: int | None = None):
        self._settings = settings
        self._gpus = gpus
        self._one_at_a_time = Lock()
        self._stamp: dict[str, Any] = {}
        self.last: Look | None = None
        self.config = settings()

    @property
    def storyboard(self) -> Path:
        return Path(self.config.storyboard)

    @property
    def build(self) -> Path:
        return Path(self.config.build)

    def pulse(self) -> dict[str, Any]:
        """Stamps of what the page watches."""
        return pulse(self.build, self.storyboard)

    def look(self) -> Look:
        """The project as it is on disk now. Raises InputError with every fault."""
        with self._one_at_a_time:
            self.config = self._settings()
            self._stamp = self.pulse()
            self.last = self._look(None)
            return self.last

    def recent(self) -> Look:
        """The last look, where nothing that the page watches has changed since; else another. InputError."""
        last = self.last
        return last if last is not None and self.pulse() == self._stamp else self.look()

    def look_at(self, text: str) -> Look:
        """As it would be with another text in the storyboard's file. InputError."""
        with self._one_at_a_time:
            return self._look(text)

    def _look(self, text: str | None) -> Look:
        reel = read_reel(self.config, self._gpus, text=text)
        before = earlier(reel.cut)
        plan = make_plan(reel.cut, crew=crew_of(reel.config, reel.claim), before=before)
        return Look(reel, plan, before)
