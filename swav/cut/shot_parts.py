"""What a shot of a cut is made of, as values: its takes, lettering and passages, and what is drawn for it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from swav.cut.continuation import Continuation
from swav.engines import Request, Source
from swav.titles.logo import Place


@dataclass(frozen=True)
class Candidate:
    """A take that may be chosen for its shot: the same words, another seed."""

    number: int
    """From 1: the n-th take's seed is the shot's plus n - 1."""
    seed: int
    key: str


@dataclass(frozen=True)
class StandIn:
    """What is in the cut where no take passes."""

    engine: str
    request: Request
    key: str


@dataclass(frozen=True)
class Logo:
    """A picture that lies on a shot."""

    file: str
    content: str
    """sha256 of the file."""
    place: Place
    size: float
    """Share of the frame's shorter side."""
    margin: float | None
    """The same; None is the safe title area's."""


@dataclass(frozen=True)
class Overlay:
    """Lettering or a picture on a shot, from frame ``start`` up to ``end`` (the shot's end if None)."""

    lines: tuple[str, ...]
    language: str
    """BCP 47 tag of the lines' language."""
    style: Literal["title", "lower_third", "caption", "credit"]
    start: int
    end: int | None
    key: str
    path: str
    logo: Logo | None = None
    """A picture in the place of lines."""

    @property
    def said(self) -> str:
        """What is seen of it, for people."""
        return Path(self.logo.file).name if self.logo else " ".join(self.lines)


@dataclass(frozen=True)
class Learned:
    """The network that makes the frames of a take, as far as it is known here."""

    file: str
    """Where its weights lie; empty where they are not here."""
    content: str
    """sha256 of that file, or of the one that was here last."""
    lacks: str = ""
    """Why it cannot be asked here, in a sentence; empty where it can."""


@dataclass(frozen=True)
class Motion:
    """A take of another rate than the reel's, brought to it by frames that are made."""

    how: str
    """``interpolate``, ``blend``, or the name of a network."""
    key: str
    path: str
    learned: Learned | None = None
    """That network; None where swav itself makes them."""


@dataclass(frozen=True)
class Finish:
    """A take, at the reel's rate, that is brought to a larger size by a model of super resolution."""

    model: str
    """Its name; empty where none is known."""
    file: str
    """Where it lies; empty where it is not here."""
    content: str
    """sha256 of that file, or of the one that was here last."""
    size: tuple[int, int]
    """Width and height that the take covers then, in its own shape."""
    key: str
    path: str
    lacks: str = ""
    """Why it cannot be done here, in a sentence; empty where it can."""


@dataclass(frozen=True)
class Trim:
    """The frames of a take that are seen, at the reel's rate: ``frames`` from ``begin`` on."""

    begin: int
    frames: int


@dataclass(frozen=True)
class Passage:
    """How a shot passes into the next: ``tail`` frames of this one, ``head`` frames of the next."""

    kind: Literal["cut", "fade", "fade_black", "wipe", "slide"]
    tail: int = 0
    head: int = 0
    key: str = ""
    path: str = ""

    @property
    def overlap(self) -> int:
        """Frames that both shots share; a fade through black shows them one after the other."""
        return 0 if self.kind in ("cut", "fade_black") else self.tail


@dataclass(frozen=True)
class Keyframe:
    """A picture that a shot begins or ends with."""

    field: Literal["first_frame", "last_frame"]
    """The field of the shot's request that it fills."""
    source: Source
    request: Request | None = None
    """How it is drawn; None for a picture that somebody gave."""
    engine: str = ""
    """Who really draws it; empty where nobody does."""
    gpu: bool = False
    model: str = ""
    key: str = ""
    """Of the drawn picture."""
    why: str = ""
    """Why this engine: for the plan."""
    stands_in: bool = False
    """Whether a panel is in the place of what the storyboard's engine would draw."""
    approved: bool = False
    continues: Continuation | None = None
    """The neighbour's frame that it is, where nobody gives or draws it."""
    portraits: tuple[Source, ...] = ()
    """Pictures of the cast that a drawn one should be like."""
    takes: tuple[Candidate, ...] = ()
    """The takes of a drawn one among which the gates choose; empty where there is just one."""

    @property
    def name(self) -> str:
        """What the storyboard calls it, or whose frame it is."""
        if self.continues:
            return self.continues.words
        return "keyframe" if self.field == "first_frame" else "end"

    @property
    def chosen(self) -> bool:
        """Whether it is known which picture it is; of several takes, once they are drawn and judged."""
        return not self.takes or any(take.key == self.key for take in self.takes)

    def of_take(self, take: Candidate) -> "Keyframe":
        """The same picture, as one of its takes."""
        assert self.request is not None
        return replace(self, request=replace(self.request, seed=take.seed), key=take.key)

    @property
    def path(self) -> str:
        """Where the picture lies, or will."""
        return self.source.path
