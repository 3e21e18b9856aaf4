"""One shot of a cut as a value: its takes and which is shown, what lies over it, where its pieces are."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from swav.cut.continuation import Continuation
from swav.cut.shot_parts import Candidate, Finish, Keyframe, Motion, Overlay, Passage, StandIn, Trim
from swav.cut.sounds import Ambience, Effect, Narration
from swav.engines import Request
from swav.keys import Length


@dataclass(frozen=True)
class Hold:
    """A shot that stays as it is, though the storyboard says otherwise by now."""

    before: "CutShot"
    """The shot as it was when its take was made."""
    instead: "CutShot"
    """What it would be if it were not held."""


@dataclass(frozen=True)
class EarlyLooks:
    """The looks at the takes of a shot before one of them is made whole."""

    at: int
    """The step after which they are taken."""
    engine: str
    model: str
    request: Request
    takes: tuple[Candidate, ...]
    looks: tuple[str, ...]
    """Paths, by take."""
    comparison: str
    """Path of the order in which they put the takes; beside it lies the sheet that shows them."""
    waits: bool
    """Whether somebody has to choose one of them now."""
    picked: int | None = None
    """The number of the take that somebody chose, by approving it."""

    @property
    def missing(self) -> int:
        """How many looks are yet to be taken."""
        return sum(not Path(path).exists() for path in self.looks)

    @property
    def by_hand(self) -> bool:
        """Whether people choose, and not the gates."""
        return self.waits or self.picked is not None

    @property
    def sheet(self) -> str:
        """Where all looks lie side by side, or will."""
        return str(Path(self.comparison).with_suffix(".png"))

    def of(self, shot: "CutShot") -> "CutShot":
        """The shot as its own engine makes it, whoever stands in for that meanwhile."""
        own = {"engine": self.engine, "model": self.model, "request": self.request, "takes": self.takes}
        return replace(shot, **own, hold=None)


@dataclass(frozen=True)
class CutShot:
    """One shot as the reel shows it."""

    request: Request
    engine: str
    gpu: bool
    why: str
    """Why this engine: for the plan."""
    ready: bool
    """Whether the engine can shoot here and now, or has shot already."""
    model: str
    key: str
    """Of the only take; where one is chosen among several, of all that decides the choice."""
    clip: str
    takes: tuple[Candidate, ...]
    pinned: bool
    """Whether the storyboard names the take: it is in the cut whatever the gates say."""
    on_fail: Literal["stop", "warn", "fallback"]
    fallback: StandIn | None
    verdict_key: str
    verdict: str
    """Path of the verdict on the shot."""
    credit: str
    """Whom to credit for real material."""
    narration: Narration | None
    overlays: tuple[Overlay, ...]
    effects: tuple[Effect, ...]
    passage: Passage
    """Into the next shot; the last shot's is a cut."""
    head: int
    """Frames that the passage from the shot before takes."""
    segment_key: str
    segment: str
    motion: Motion | None = None
    """How the take is brought to the reel's rate; None where it has it, or where its frames are held."""
    finish: Finish | None = None
    """How the take is brought to the size of the reel; None where it has it, or where it is just scaled."""
    keyframes: tuple[Keyframe, ...] = ()
    """The pictures that it begins and ends with."""
    trim: Trim | None = None
    """The stretch of its take that is seen; None where all of it is."""
    anchor: tuple[float, float] | None = None
    """What stays in the picture where the take has another shape than the reel; None: its middle."""
    ambience: Ambience | None = None
    held: str = ""
    """Why its engine is not asked to render yet, in a phrase; empty where it may."""
    hold: Hold | None = None
    """What it is held against; None where nothing was edited, or where it is not held."""
    early: EarlyLooks | None = None
    """How its takes are looked at; None where the first is just made."""
    looks_elsewhere: tuple[int, int] | None = None
    """How many takes its own engine would look at, and at which step, where another stands in for that."""

    @property
    def retimed(self) -> str:
        """The take, or the take at the reel's rate."""
        return self.motion.path if self.motion else self.clip

    @property
    def shown(self) -> str:
        """The clip that the reel shows: the take, at the reel's rate and size where it has others."""
        return self.finish.path if self.finish else self.retimed

    @property
    def shown_key(self) -> str:
        retimed = self.motion.key if self.motion else self.key
        return self.finish.key if self.finish else retimed

    @property
    def drawn(self) -> tuple[Keyframe, ...]:
        """Those that an engine draws."""
        return tuple(picture for picture in self.keyframes if picture.request is not None)

    @property
    def continued(self) -> dict[str, Continuation]:
        """Pictures that are frames of its neighbours, by the fields of its request."""
        if self.hold:
            return {}  # its take has begun with the frame that there was
        return {picture.field: picture.continues for picture in self.keyframes if picture.continues}

    @property
    def settled_later(self) -> bool:
        """Whether its take's own key is known only when a line is spoken, or a neighbour's take is made."""
        return not self.request.length.known or bool(self.continued)

    @property
    def id(self) -> str:
        return self.request.shot

    @property
    def length(self) -> Length:
        """How long it is seen; its take may be longer."""
        return Length(frames=self.trim.frames) if self.trim else self.request.length

    @property
    def contested(self) -> bool:
        """Whether it has to be judged which take the cut shows."""
        return self.key != self.takes[0].key
