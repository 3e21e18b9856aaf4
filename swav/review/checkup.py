"""How it stands with each engine on this machine: its packages, its weights, its card, and what it lacks.

Light: packages are looked for and none is imported, weights are recognised and none is loaded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from swav.cut.choose import readiness_of
from swav.diffusion.ways import table
from swav.engines import Engine, Readiness, Site, engines, plugins
from swav.environments import Environment
from swav.errors import EngineError
from swav.motion.interpolators import plugins as interpolators
from swav.music.music_engine import MusicEngine
from swav.music.players import plugins as players
from swav.plugins import Plugins
from swav.quality.readers import CLIP, DINO
from swav.reel.apart import home, named
from swav.render.hardware import read_hardware
from swav.speech.voice_engine import VoiceEngine
from swav.speech.voices import plugins as voices
from swav.upscaling.models import ENVIRONMENT, FOLDER, upscalers
from swav.weights.intact import fault_in

OWN = "swav's own"
NOT_MADE = "not made"


@dataclass(frozen=True)
class Lack:
    """One thing that an engine lacks, and what to type or do about it."""

    what: str
    mend: str


@dataclass(frozen=True)
class Checkup:
    """How it stands with one engine. What it needs none of is empty."""

    engine: str
    makes: str
    environment: str
    weights: str = ""
    card: str = ""
    lacks: tuple[Lack, ...] = ()
    gives: str = ""
    """What it would make, in a phrase."""
    absent: bool = False
    """Whether nothing is wrong with it but that its model was never fetched."""
    doubts: tuple[str, ...] = ()
    """What is not sure of its weights, as sentences."""

    @property
    def ready(self) -> bool:
        """Whether it could work here and now."""
        return not self.lacks


@dataclass(frozen=True)
class Packages:
    """Modules that an engine needs in swav's own environment, and the command that installs them."""

    modules: tuple[str, ...]
    install: str

    def lacks(self) -> tuple[Lack, ...]:
        """One lack, if any module cannot be found."""
        missing = [module for module in self.modules if find_spec(module) is None]
        return (Lack(f"{', '.join(missing)} not installed", self.install),) if missing else ()


def check_engines(site: Site, root: Path) -> list[Checkup]:
    """Every engine: those that shoot, speak and play, then those that judge. ``root`` holds environments."""
    shooting = [_shooting(engine, site) for engine in engines().values()]
    shooting += [
        Checkup(name, "shots", "", lacks=(_lack(why, ""),)) for name, why in plugins().broken.items()
    ]
    shooting.sort(key=lambda checkup: (not checkup.ready, checkup.engine))
    speaking = _sounding(voices(), "speech", site, root)
    playing = _sounding(players(), "music", site, root)
    bringing = [*_moving(site, root), _finishing(site, root)]
    return [*shooting, *_ways(site), *speaking, *playing, *bringing, *_judging(site.models)]


def _ways(site: Site) -> Iterator[Checkup]:
    """The lossy ways in which shots may be rendered, where there is a card that could render them at all."""
    cards = read_hardware(site.cards).cards if site.cards else ()
    for way in table().values() if cards else ():
        why = way.lacks(cards)
        yield Checkup(way.name, "lossy", OWN, lacks=(_lack(why, ""),) if why else (), gives=way.words)


def _shooting(engine: Engine, site: Site) -> Checkup:
    found = readiness_of(engine, site)
    lacks = [] if found.ready else [_lack(found.why, _way_on(found, engine, site))]
    lacks += [
        lack
        for lack in Packages(engine.packages, engine.install).lacks()
        if not any(each.mend == lack.mend for each in lacks)
    ]
    weights = found.model[:12] if found.model else ("missing" if engine.gpu else "")
    cards = _cards(site) if engine.gpu else ""
    return Checkup(
        engine.name, "shots", OWN, weights, cards, tuple(lacks), engine.gives, found.absent, found.doubts
    )


def _way_on(found: Readiness, engine: Engine, site: Site) -> str:
    """What to do where the engine itself only says what is wrong."""
    if not found.model:
        return engine.get_it(site.models) or "see models/README.md"
    if engine.gpu and not site.cards:
        return "build on a machine with a GPU, or see what cards in config.yaml allows"
    return "see docs/engines.md"


def _sounding(engines: Plugins, makes: str, site: Site, root: Path) -> Iterator[Checkup]:
    """Voices or players: those of swav's own environment, then those that live apart."""
    for engine in sorted(engines.usable.values(), key=lambda engine: engine.lock is not None):
        yield _one(engine, makes, site, root)
    for name, why in engines.broken.items():
        yield Checkup(name, makes, "", lacks=(_lack(why, ""),))


def _one(engine: VoiceEngine | MusicEngine, makes: str, site: Site, root: Path) -> Checkup:
    """A voice or player; one with an environment of its own works without a card, if more slowly."""
    found = readiness_of(engine, site)
    lacks = [] if found.ready else [_lack(found.why, "see models/README.md")]
    place = home(engine, root)
    if place is None:
        weights = "in packages" if found.ready else "missing"
        return Checkup(engine.name, makes, OWN, found.model[:12] or weights, lacks=tuple(lacks))
    if not place.ready:
        lacks.append(Lack("its environment is not made; a build that needs it makes it", _make(place)))
    return Checkup(
        engine.name,
        makes,
        place.folder.name if place.ready else NOT_MADE,
        found.model[:12] or "missing",
        _cards(site, "the processor"),
        tuple(lacks),
        engine.gives,
        found.absent,
    )


def _moving(site: Site, root: Path) -> Iterator[Checkup]:
    """The networks that bring takes to the reel's rate, and their environments."""
    found = interpolators()
    for network in found.usable.values():
        place, weights, lacks = home(network, root), "", []
        try:
            weights = network.file(site.models)
            lacks = [_lack(said, "") for said in [fault_in(weights)] if said]
        except EngineError as fault:
            lacks = [_lack(str(fault), "")]
        if not place.ready:
            lacks.append(Lack("its environment is not made; a build that needs it makes it", _make(place)))
        yield Checkup(
            network.name,
            "motion",
            place.folder.name if place.ready else NOT_MADE,
            Path(weights).name or "missing",
            _cards(site, "the processor"),
            tuple(lacks),
            network.gives,
            absent=not weights,
        )
    for name, why in found.broken.items():
        yield Checkup(name, "motion", "", lacks=(_lack(why, ""),))


def _finishing(site: Site, root: Path) -> Checkup:
    """The models that bring takes to a larger size, and the environment in which they do."""
    found, place = upscalers(site.models), named(ENVIRONMENT, root)
    folder = site.models / FOLDER
    lacks = [_lack(said, "") for said in map(fault_in, found.values()) if said]
    if not found:
        lacks.append(Lack(f"no model in {folder}", "put one there: see docs/finish.md"))
    if not place.ready:
        lacks.append(Lack("its environment is not made; a build that needs it makes it", _make(place)))
    return Checkup(
        ENVIRONMENT,
        "size",
        place.folder.name if place.ready else NOT_MADE,
        ", ".join(found) or "missing",
        _cards(site, "the processor"),
        tuple(lacks),
        "takes at the size of a larger screen, 5 to 70 MB",
        absent=not found,
    )


def _judging(models: Path) -> Iterator[Checkup]:
    from swav.hearing.recogniser import can_hear

    deaf = can_hear("en")
    yield Checkup("recogniser", "judgement", OWN, "in packages", lacks=(_lack(deaf, ""),) if deaf else ())
    reading = Packages(("rapidocr",), "pip install rapidocr")
    yield Checkup("lettering", "judgement", OWN, "in packages", lacks=reading.lacks())
    for kind in (CLIP, DINO):
        if folder := kind.folder(models):
            fault = kind.fault(folder)
            lacks = (_lack(fault, ""),) if fault else ()
            yield Checkup(kind.title, "judgement", OWN, "missing" if fault else folder.name, lacks=lacks)


def _make(home: Environment) -> str:
    return f"swav doctor --make {home.name}"


def _cards(site: Site, otherwise: str = "none") -> str:
    return ", ".join(site.cards) or otherwise


def _lack(sentence: str, otherwise: str) -> Lack:
    """A sentence of the form 'what is wrong; what to do' or '... : pip install ...', in its two parts."""
    match = re.match(r"(.+?)(?:; |: (?=pip ))(.+)", sentence)
    return Lack(match[1], match[2]) if match else Lack(sentence, otherwise)
