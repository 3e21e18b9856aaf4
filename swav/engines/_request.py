"""What is asked of an engine for one shot, and what it is given to make it: plain values.

``swav.engines`` has all of them for those who write engines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from swav.keys import Length

SAMPLE_CONTENT = "sample "
"""How the content of a source begins that the build makes itself."""

FRAME_CONTENT = "frame "
"""The same of a keyframe that an engine draws: its key follows, so that keys are known before it is drawn."""


TAKE_CONTENT = "take "
"""The same of a take that is heard: its key follows, so that keys are known before it is made."""


def is_made_here(content: str) -> bool:
    """Whether the build makes a source itself, so that nobody else replaces it."""
    return content.startswith((SAMPLE_CONTENT, FRAME_CONTENT, TAKE_CONTENT))


@dataclass(frozen=True)
class Source:
    """A file that real material comes from, and what identifies its content."""

    path: str
    content: str
    """sha256 of the file, or the recipe of a sample that the build makes itself."""
    start: Fraction = Fraction(0)
    end: Fraction | None = None
    reading: str = ""
    """What of the file is read otherwise than it once was, so that takes of it are anew; empty for most."""
    shows: str = ""
    """Whom or what a reference shows, such as ``cast meera``; empty where nobody says."""
    rate: Fraction | None = None
    """Frames a second of footage that is taken at its own rate; None: at the reel's, its frames picked."""

    anchor: tuple[float, float] | None = None
    """What stays in the picture where it has another shape than the frame; None: its middle."""

    def identity(self) -> dict[str, Any]:
        """The part of a take's recipe that says of what file it is, and which part of its picture is seen."""
        said = {"reading": self.reading, "anchor": list(self.anchor) if self.anchor else []}
        return {"content": self.content} | {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class LoraFile:
    """A LoRA that is merged into a model's weights, and what identifies its content."""

    path: str
    content: str
    """sha256 of the file."""
    weight: float = 1.0
    expert: Literal["high", "low", "both"] = "both"
    """Which of a model's experts it changes, where a model has more than one."""
    says: str = ""
    """Its name and what its metadata tell of it, in which an engine may find how it was trained."""


_WRITTEN = {"noise": "noise", "guidance_low": "two scales of guidance"}


@dataclass(frozen=True)
class Sampling:
    """What a storyboard says of sampling, beside steps and guidance. Engines read what they know of it."""

    name: str = ""
    """A named sampling of the engine, which sets all that belongs together."""
    shift: float | None = None
    solver: str = ""
    boundary: float | None = None
    guidance_low: float | None = None
    """Of the low-noise expert, where a model has two and the storyboard names both."""
    noise: str = ""
    """The kind of card that draws the noise, or ``cuda``; the CPU's own generator where nothing is said."""

    def fields(self) -> str:
        """Names of what is said, as a storyboard writes them."""
        given = [name for name, value in vars(self).items() if value not in ("", None)]
        return " and ".join(dict.fromkeys(_WRITTEN.get(name, "sampling") for name in given))

    def __str__(self) -> str:
        said = {name: value for name, value in vars(self).items() if value not in ("", None)}
        return ", ".join(str(v) if n == "name" else f"{n} {v}" for n, v in said.items()) or "the engine's own"


@dataclass(frozen=True)
class Request:
    """What a storyboard asks of an engine for one shot. Everything that may decide the picture is here."""

    shot: str
    width: int
    height: int
    rate: Fraction
    length: Length
    seed: int
    prompt: str = ""
    negative: str = ""
    camera: str = ""
    steps: int | None = None
    guidance: float | None = None
    sampling: Sampling = Sampling()
    wanted: str = ""
    """The engine that the storyboard wants; a stand-in names it on its slate."""
    slate: bool = True
    """Whether a stand-in says on its picture what it stands for."""
    source: Source | None = None
    title: str = ""
    subtitle: str = ""
    language: str = "en"
    """BCP 47 tag of title and subtitle: it decides the forms of some letters."""
    loras: tuple[LoraFile, ...] = ()
    first_frame: Source | None = None
    """The picture that the take begins with, where the shot has one."""
    last_frame: Source | None = None
    """The picture that the take ends with."""
    references: tuple[Source, ...] = ()
    """Pictures that a keyframe is drawn after, in the order in which its prompt speaks of them."""
    lossy: tuple[str, ...] = ()
    """Names of the lossy ways in which it may be rendered: see ``swav.diffusion.ways``."""


@dataclass(frozen=True)
class Form:
    """The form in which an engine writes a take, before the cut conforms it."""

    width: int
    height: int
    rate: Fraction
    frames: int


@dataclass(frozen=True)
class Job:
    """One shot to be made, with everything settled."""

    request: Request
    model: str
    frames: int
    """Frames at the reel's rate that the take has to cover."""
    clip: Path
    """Where to write the clip; it is renamed to its final name by the caller."""
    metadata: Mapping[str, str]
    """What the clip says of itself, for its container."""
    key: str = ""
    """The take's key."""
    build: Path = Path("build")
    cards: tuple[str, ...] = ()
    """Device ids that the render holds; where the engine ``leases_itself``, those that it may choose from."""
    gpus: int = 0
    """How many cards the render claims."""
    models: Path = Path("models")
    state: Path = Path("build/state")
    """A folder for what long work needs to resume; it is the take's own."""
    progress: Callable[[str, int, int], None] = field(default=lambda step, done, total: None)
    """Called with the name of the step, and how much of how much is done."""
    note: Callable[[str], None] = field(default=lambda sentence: None)
    """Called with a sentence that the user should read."""
    look_at: int = 0
    """After how many of its steps the take is looked at: ``clip`` is to show it as it would be by then, and
    ``state`` keeps what it goes on from. 0: the take itself is made."""


@dataclass(frozen=True)
class Tokens:
    """How much of a prompt a model reads."""

    tokens: int
    most: int
    kept: int
    """Characters of the prompt that are read; the rest is lost."""
    exact: bool
    """Whether the model's own tokenizer counted; else it is an estimate, rather too high than too low."""

    @property
    def fits(self) -> bool:
        return self.tokens <= self.most
