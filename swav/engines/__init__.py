"""Engines: what turns a shot into a take. One file or folder each; adding one touches no other file.

An engine is a module (or package) in this folder with an object ``ENGINE`` of the class ``Engine`` below, or
an object named by an entry point of the group ``swav.engines`` in any installed package. Engines are
imported whenever a storyboard is read, so their modules stay light: frameworks are imported in ``shoot``.
"""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from swav.engines._request import (
    FRAME_CONTENT,
    SAMPLE_CONTENT,
    TAKE_CONTENT,
    Form,
    Job,
    LoraFile,
    Request,
    Sampling,
    Source,
    Tokens,
    is_made_here,
)
from swav.errors import MediaError
from swav.keys import Length
from swav.plugins import Plugins, discover
from swav.readiness import Readiness, Recognised, Site

if TYPE_CHECKING:
    from swav.diffusion.facts import ModelFacts, ShotFacts
    from swav.render.hardware import Hardware
    from swav.storyboard.abilities import Abilities
    from swav.weights.folder import Model

__all__ = [
    "FRAME_CONTENT",
    "SAMPLE_CONTENT",
    "STAND_IN",
    "TAKE_CONTENT",
    "Engine",
    "Form",
    "Job",
    "Length",
    "LoraFile",
    "Readiness",
    "Recognised",
    "Request",
    "Sampling",
    "Site",
    "Source",
    "Tokens",
    "abilities",
    "engines",
    "generating",
    "is_made_here",
    "make_sample",
    "plugins",
    "reads",
    "samples",
]


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
