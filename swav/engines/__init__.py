"""Engines: what turns a shot into a take. One file or folder each; adding one touches no other file.

An engine is a module (or package) in this folder with an object ``ENGINE`` of the class ``Engine`` below, or
an object named by an entry point of the group ``swav.engines`` in any installed package. Engines are
imported whenever a storyboard is read, so their modules stay light: frameworks are imported in ``shoot``.
"""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from swav.errors import MediaError
from swav.keys import Length
from swav.plugins import Plugins, discover
from swav.readiness import Readiness, Recognised, Site

if TYPE_CHECKING:
    from swav.diffusion.facts import ModelFacts, ShotFacts
    from swav.render.hardware import Hardware
    from swav.storyboard.abilities import Abilities
    from swav.weights.folder import Model


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


class Engine(ABC):
    """What every engine offers. What has a value or a body here need not be said again."""

    name: str
    source: str
    """Which shots it can make: ``prompt``, ``footage``, ``still`` or ``card``."""
    gpu: bool
    """Whether a render claims the cards of ``gpus_per_render``."""
    reads: frozenset[str] = frozenset({"prompt"})
    """Which fields of a request its model can work from: ``prompt``, ``first_frame``, ``last_frame``,
    ``references``."""
    needs: frozenset[str] = frozenset()
    """Those without which it cannot work."""
    lossy: frozenset[str] = frozenset()
    """What of its model lossy ways may replace: ``linears``, ``attention``, ``steps``."""
    takes_loras: bool = False
    """Whether LoRAs are merged into its weights. Those of a cast go to no other engine."""
    sounds: bool = False
    """Whether its takes are heard: ``job.clip`` then has a sound track, which the mix uses."""
    draws_stills: bool = False
    """Whether it draws one picture, a keyframe, instead of a clip."""
    most_references: int | None = None
    """How many pictures it can draw a keyframe after, where it reads ``references``; None: any number."""
    designed: bool = False
    """Whether its pictures are designed or filmed, not generated: one take is then as good as the next, and
    takes are checked for their form alone."""
    most_gpus: int | None = None
    """Cards that one render has a use for; None: as many as it is given. More are never claimed for it."""
    leases_itself: bool = False
    """Whether ``shoot`` takes cards itself, as engines do whose weights outlive a shot
    (``swav.render.client``)."""
    packages: ClassVar[tuple[str, ...]] = ()
    """Modules that it needs in swav's own environment; ``swav doctor`` looks for them."""
    install: str = ""
    """The command that installs them."""
    gives: str = ""
    """What it would make if its model were fetched, and how much that is, in a phrase."""
    trained_seconds: Fraction | None = None
    """Of the longest clips that its model was trained on; shots that are longer are named beforehand."""
    longest_seconds: Fraction | None = None
    """Of the longest take that it makes."""

    @property
    def samples(self) -> Mapping[str, Any]:
        """What it draws for storyboards that have no footage or photograph yet, and name ``sample:NAME``.

        Each has the fields of ``swav.animatic.samples.Sample``.
        """
        return MappingProxyType({})

    def make_sample(self, name: str, target: Path) -> None:
        """Write one of ``samples``: a PNG, or H.264 in mp4."""
        raise NotImplementedError

    @abstractmethod
    def readiness(self, site: Site) -> Readiness:
        """Look whether weights and cards are here. Light: it runs whenever a storyboard is read."""

    def get_it(self, models: Path) -> str:
        """The command that fetches its model into the folder of models; empty where ``readiness`` says it."""
        return ""

    def recognise(self, folder: Path) -> Recognised | None:
        """The engine's model in a folder of any name, whole or with its fault; None where another lies there.

        Light: names, small files and headers alone are read.
        """
        return None

    def model_in(self, folder: Path) -> "Model | None":
        """The files of its model in a folder; None where it has none. Light as ``recognise``.

        Raises AnotherModel where another model lies there, EngineError where it is not whole.
        """
        return None

    def converted_bytes(self, model: "Model") -> int:
        """Bytes of what ``convert`` would write of a model that ``model_in`` gave."""
        raise NotImplementedError

    def convert(self, model: "Model", target: Path, tell: Callable[[int, int], None]) -> "Model":
        """Write it to a folder so that less is read for the same takes; ``tell`` gets bytes done and in all.

        Raises EngineError with one sentence where that cannot be.
        """
        raise NotImplementedError

    @abstractmethod
    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        """Everything that decides the picture, as plain data, and nothing else. Pure.

        It becomes the take's key: leave out what does not change the picture, or a take is rendered
        needlessly; leave in everything that does, or a stale take is used.
        """

    @abstractmethod
    def shoot(self, job: Job) -> dict[str, Any]:
        """Write ``job.clip`` and return what the take's record should say beyond the recipe.

        Raises EngineError with one sentence when it cannot.
        """

    def remarks(self, request: Request) -> Iterable[str]:
        """Sentences about what a request asks that does not go together, though it can be made."""
        if request.sampling == Sampling() or self.source != "prompt":
            return self.exact_remarks(request)
        without = f"{self.name} does not know {request.sampling.fields()}: it is made without"
        return (without, *self.exact_remarks(request))

    def exact_remarks(self, request: Request) -> tuple[str, ...]:
        """A sentence about the lossy ways of a request in which it cannot be made, so that it is exact."""
        if not request.lossy or self.source != "prompt":
            return ()
        from swav.diffusion.ways import fitting

        fit = {way.name for way in fitting(request.lossy, self.lossy)}
        unfit = " and ".join(name for name in request.lossy if name not in fit)
        return (f"{self.name} cannot be rendered by {unfit}: it is made without",) if unfit else ()

    def picture_recipe(self, request: Request, model: str) -> dict[str, Any]:
        """What ``recipe`` is, of the one picture that ``draw`` makes. The request lasts one frame."""
        return self.recipe(request, model)

    def draw(self, job: Job) -> dict[str, Any]:
        """Write ``job.clip``, a PNG of the size that ``form`` says: what ``shoot`` does where it
        ``draws_stills``."""
        return self.shoot(job)

    def form(self, request: Request) -> Form:
        """The form of a take, before the cut conforms it: the request's own, unless the engine has one.

        The request's length is settled.
        """
        return Form(request.width, request.height, request.rate, request.length.frames)

    def estimate(
        self, request: Request, gpus: int, models: Path, machine: "Hardware | None" = None
    ) -> float | None:
        """Seconds that a take will cost; None where only takes that were made can tell.

        ``models`` is the folder of model folders; ``machine`` one that is not here, to be forecast.
        """
        return None

    def tokens(self, text: str, models: Path) -> Tokens | None:
        """How much of a prepared prompt is read; None where all of it is."""
        return None

    def steps(self, request: Request) -> int | None:
        """The steps in which a take comes out of noise, where it can be looked at after any of them and goes
        on from there (``Job.look_at``); None where it is made whole."""
        return None

    def placed_as(self, models: Path) -> "tuple[ModelFacts | None, ShotFacts] | None":
        """The sizes of its model, as it is in the folder of model folders or as it is published, and of its
        usual shot: what ``swav models place`` plans with. None for what is not placed on cards."""
        return None

    def placement(self, request: Request, gpus: int, models: Path, machine: "Hardware | None" = None) -> str:
        """How the shot would be rendered on this machine or another: a phrase for the plan, or nothing."""
        return ""


@cache
def plugins() -> Plugins[Engine]:
    """All engines: those of this folder, then those of installed packages."""
    own = (module.name for module in pkgutil.iter_modules(__path__, f"{__name__}."))
    return discover("swav.engines", Engine, own, "ENGINE")


def engines() -> Mapping[str, Engine]:
    """All engines that can be used, by name."""
    return plugins().usable


def samples() -> dict[str, Any]:
    """All samples that a storyboard can name, of every engine."""
    return {name: sample for engine in engines().values() for name, sample in engine.samples.items()}


def make_sample(name: str, target: Path) -> None:
    """Let the engine whose sample it is write it. Raises MediaError for a name that is not known."""
    for engine in engines().values():
        if name in engine.samples:
            return engine.make_sample(name, target)
    raise MediaError(f"sample:{name} is not known; there are {', '.join(sorted(samples()))}")


def reads(models: Path) -> Callable[[str, str], Tokens | None]:
    """How much of a prompt an engine reads, by its name, with the folder of model folders."""

    def counted(name: str, text: str) -> Tokens | None:
        engine = engines().get(name)
        return engine.tokens(text, models) if engine else None

    return counted


def generating() -> tuple[str, ...]:
    """Names of the engines that can shoot a prompt."""
    return tuple(sorted(name for name, engine in engines().items() if _shoots_prompts(engine)))


def _shoots_prompts(engine: Engine) -> bool:
    return engine.source == "prompt" and not engine.draws_stills


def abilities(preferred: Sequence[str] = ()) -> "Abilities":
    """What the engines can work from, for a storyboard to be checked against; ``preferred`` as it says."""
    from swav.diffusion.ways import table
    from swav.storyboard.abilities import Abilities

    usable = engines().items()
    return Abilities(
        reads={name: engine.reads for name, engine in usable if _shoots_prompts(engine)},
        needs={name: engine.needs for name, engine in usable if engine.source == "prompt"},
        draws={name: engine.reads for name, engine in usable if engine.draws_stills},
        looks=[name for name, engine in usable if type(engine).steps is not Engine.steps],
        stand_in=STAND_IN,
        preferred=preferred,
        ways={way.name: way.replaces for way in table().values()},
    )


STAND_IN = "animatic"
"""The engine that can always shoot: no GPU, no weights."""
