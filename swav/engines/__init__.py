"""Engines: what turns a shot into a take. One file or folder each; adding one touches no other file.

An engine is a module (or package) in this folder with an object ``ENGINE`` that follows the protocol below,
or an object named by an entry point of the group ``swav.engines`` in any installed package. Engines are
imported whenever a storyboard is read, so their modules stay light: frameworks are imported in ``shoot``.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from swav.keys import Length


@dataclass(frozen=True)
class Source:
    """A file that real material comes from, and what identifies its content."""

    path: str
    content: str
    """sha256 of the file, or the recipe of a sample that the build makes itself."""
    start: Fraction = Fraction(0)
    end: Fraction | None = None


@dataclass(frozen=True)
class LoraFile:
    """A LoRA that is merged into a model's weights, and what identifies its content."""

    path: str
    content: str
    """sha256 of the file."""
    weight: float = 1.0
    expert: Literal["high", "low", "both"] = "both"
    """Which of a model's experts it changes, where a model has more than one."""


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
    wanted: str = ""
    """The engine that the storyboard wants; a stand-in names it on its slate."""
    source: Source | None = None
    title: str = ""
    subtitle: str = ""
    loras: tuple[LoraFile, ...] = ()


@dataclass(frozen=True)
class Site:
    """The machine that a build runs on, as far as engines care."""

    models: Path
    """The folder of model folders."""
    cards: tuple[str, ...] = ()
    """Device ids of the GPUs that may be used."""
    gpus_per_render: int = 1


@dataclass(frozen=True)
class Readiness:
    """Whether an engine could shoot here and now, and with which weights."""

    ready: bool
    why: str
    """One phrase for the plan: what is there, or what is missing and what to do."""
    model: str = ""
    """Fingerprint of the weights that are here; empty where there are none."""


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


@runtime_checkable
class Engine(Protocol):
    """What every engine offers.

    An engine whose weights outlive a shot may say ``leases_itself = True``: its ``shoot`` then takes cards
    itself (``swav.render.client``). It may also offer ``estimate(request, gpus, models)``, seconds or None,
    ``placement(request, gpus, models)``, a phrase for the plan (``models``: the folder of model folders), and
    ``form(request)``, the Form of its takes where that is not the request's own. An engine whose pictures are
    designed or filmed, not generated, says ``designed = True``: its takes are checked for their form alone.
    """

    name: str
    source: str
    """Which shots it can make: ``prompt``, ``footage``, ``still`` or ``card``."""
    gpu: bool
    """Whether a render claims the cards of ``gpus_per_render``."""

    def readiness(self, site: Site) -> Readiness:
        """Look whether weights and cards are here. Light: it runs whenever a storyboard is read."""

    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        """Everything that decides the picture, as plain data, and nothing else. Pure.

        It becomes the take's key: leave out what does not change the picture, or a take is rendered
        needlessly; leave in everything that does, or a stale take is used.
        """

    def shoot(self, job: Job) -> dict[str, Any]:
        """Write ``job.clip`` and return what the take's record should say beyond the recipe.

        Raises EngineError with one sentence when it cannot.
        """


@cache
def engines() -> Mapping[str, Engine]:
    """All engines by name: those of this folder, then those of installed packages."""
    found: dict[str, Engine] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        engine = getattr(importlib.import_module(module.name), "ENGINE", None)
        if engine is not None:
            found[engine.name] = engine
    for entry in entry_points(group="swav.engines"):
        engine = entry.load()
        found[engine.name] = engine
    return found


def generating() -> tuple[str, ...]:
    """Names of the engines that can shoot a prompt."""
    return tuple(sorted(name for name, engine in engines().items() if engine.source == "prompt"))


def form_of(engine: Engine, request: Request) -> Form:
    """The form of a take that the engine makes of a request, whose length is settled."""
    own = getattr(engine, "form", None)
    if own is not None:
        return own(request)
    return Form(request.width, request.height, request.rate, request.length.frames)


def is_designed(engine: Engine) -> bool:
    """Whether the engine's pictures are designed or filmed, so that one take is as good as the next."""
    return getattr(engine, "designed", False)


STAND_IN = "animatic"
"""The engine that can always shoot: no GPU, no weights."""
