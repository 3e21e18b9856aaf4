"""What lies in each folder of weights: every engine is asked, of takes, of speech, of music and of judgement.

Light: names, small files and headers are read, and nothing is loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from swav.engines import Engine, engines
from swav.errors import AnotherModel, EngineError
from swav.motion.interpolator import Interpolator
from swav.motion.interpolators import plugins as interpolators
from swav.quality.readers import CLIP, DINO
from swav.readiness import Recognised
from swav.review.strangers import asked, stranger
from swav.upscaling.models import FOLDER, upscalers
from swav.weights.folder import Model
from swav.weights.intact import fault_in


@dataclass(frozen=True)
class Found:
    """One folder under ``models``; ``bytes`` are those of the weights, or of all files where an engine names
    none of its own.
    """

    folder: str
    bytes: int
    model: str | None = None
    engine: str | None = None
    """Which engine uses it."""
    layout: str | None = None
    precision: str | None = None
    """Of the experts as they are stored."""
    fingerprint: str | None = None
    fault: str | None = None
    notes: tuple[str, ...] = ()


def folders(home: Path) -> list[Path]:
    """Where models can lie: each visible folder in ``home``, and each link that was to lead to one."""
    if not home.is_dir():
        return []
    visible = (each for each in home.iterdir() if not each.name.startswith("."))
    return sorted(each for each in visible if each.is_dir() or not each.exists())


def look(folder: Path) -> Found:
    """What is in a folder: the model of the first engine that can use it, else of the first that knows it."""
    known = [(name, found) for name, found in _answers(folder) if found is not None]
    if not known:
        return Found(str(folder), _size(folder), fault=stranger(folder))
    name, found = next(((name, found) for name, found in known if not found.fault), known[0])
    return Found(
        str(folder),
        found.bytes or _size(folder),
        found.model or None,
        name,
        found.layout or None,
        found.precision or None,
        found.fingerprint or None,
        found.fault or None,
        found.notes,
    )


def whole(folder: Path) -> tuple[Engine, Model]:
    """The model in a folder, and the engine that makes takes with it.

    Raises EngineError with a sentence: what is wrong with it, or what lies there instead.
    """
    if not folder.is_dir():
        raise EngineError(f"the model folder {folder} does not exist; `swav models show` lists those here")
    faults = []
    for engine in engines().values():
        try:
            if (model := engine.model_in(folder)) is not None:
                return engine, model
        except AnotherModel:
            continue
        except EngineError as fault:
            faults.append(fault)
    if faults:
        raise faults[0]
    found = look(folder)
    raise EngineError(
        found.fault or f"{folder} holds {found.model}, which makes no takes; only models that do are read so"
    )


def _answers(folder: Path) -> Iterator[tuple[str, Recognised | None]]:
    """Each engine's name and its answer; one that fails while it is asked has none."""
    for engine, found in asked(folder):
        yield engine.name, found
    yield "adherence", _judges(folder)
    yield FOLDER, _enlarges(folder)
    for network in interpolators().usable.values():
        yield network.name, _moves(network, folder)


def _judges(folder: Path) -> Recognised | None:
    """A CLIP model, which compares takes with their prompts, or a DINO, which compares them with people."""
    kind = next((kind for kind in (CLIP, DINO) if kind.is_in(folder)), None)
    if kind is None:
        return None
    used = folder.name.startswith(kind.begins)
    notes = () if used else (f"{folder} is not used; give it a name that begins with {kind.begins}",)
    return Recognised(kind.title, "transformers", fault=kind.fault(folder), notes=notes)


def _moves(network: Interpolator, folder: Path) -> Recognised | None:
    """A network that learnt motion: one file, in the folder that has its name."""
    if folder.name != network.name:
        return None
    try:
        file = network.file(folder.parent)
    except EngineError as fault:
        return Recognised(network.title, fault=str(fault)) if any(folder.glob("*")) else None
    return Recognised(network.title, "one file", fault=fault_in(file), bytes=file.stat().st_size)


def _enlarges(folder: Path) -> Recognised | None:
    """The models that bring takes to a larger size: a file each, in the one folder that is for them."""
    found = upscalers(folder.parent) if folder.name == FOLDER else {}
    if not found:
        return None
    faults = list(filter(None, map(fault_in, found.values())))
    return Recognised(
        ", ".join(found),
        "spandrel",
        fault=faults[0] if faults else "",
        bytes=sum(file.stat().st_size for file in found.values()),
    )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
