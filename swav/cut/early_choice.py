"""Which of a shot's takes is made whole, where all of them are looked at early."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from swav import keys
from swav.cut import paths
from swav.cut.choose import Choice, TakePolicy
from swav.cut.model import Judging
from swav.cut.notebook import Notebook
from swav.cut.settled import Settled
from swav.cut.shot import EarlyLooks
from swav.engines import STAND_IN, Request
from swav.storyboard.shot import Shot


@dataclass(frozen=True)
class EarlyChoice:
    """How takes of one reel are looked at, and chosen by people."""

    storyboard: Path
    build: str
    approve: Collection[str]
    """What the configuration asks to be approved."""
    judging: Judging
    settled: Settled

    def by_hand(self, shot: Shot) -> bool:
        """Whether people approve its take, and so choose the one that is made whole."""
        return "takes" in (self.approve if shot.approve is None else shot.approve)

    def picked(self, request: Request, choice: Choice) -> int | None:
        """The number of the take that was approved last, of those that are looked at; None for none."""
        settled = dict(zip(self.settled.keys_of(request, choice), choice.looked, strict=True))
        decided = Notebook.of(self.storyboard).decided()
        approved = [key for key, entry in decided.items() if entry.kind == "approve" and key in settled]
        return settled[approved[-1]].number if approved else None

    def looks(self, request: Request, choice: Choice, waits: bool, picked: int | None) -> EarlyLooks:
        """The looks at the takes of an engine's choice."""
        at = choice.look_at
        looks = [keys.look_key(take=take.key, at=at) for take in choice.looked]
        compared = keys.comparison_key(looks=looks, limits=self.judging.limits)
        named = {"engine": choice.engine, "shot": request.shot}
        return EarlyLooks(
            at=at,
            engine=choice.engine,
            model=choice.model,
            request=request,
            takes=choice.looked,
            looks=tuple(paths.EARLY.format(build=self.build, **named, key=key) for key in looks),
            comparison=paths.COMPARISON.format(build=self.build, shot=request.shot, key=compared),
            waits=waits,
            picked=picked,
        )


def looks_elsewhere(request: Request, choice: Choice, policy: TakePolicy) -> tuple[int, int] | None:
    """The takes that would be looked at, and after which step, by the engine for which another stands in."""
    stands_in = choice.engine == STAND_IN != request.wanted
    looked = stands_in and policy.pinned is None and policy.takes > 1 and policy.look_at
    return (policy.takes, policy.look_at) if looked else None
