"""Where a build runs, and whether something that makes pictures, speech or music could do so there."""

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


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
    bytes: int = 0
    """What these weights weigh, where that is known: as much of a machine's memory a render may hold."""
    absent: bool = False
    """Whether nothing is wrong but that its model was never fetched."""
    doubts: tuple[str, ...] = ()
    """What is not sure of weights that are here and can be used, as sentences."""


@dataclass(frozen=True)
class Recognised:
    """A model in a folder, as the engine that it is for knows it."""

    model: str
    """What it is called: ``XTTS v2``."""
    layout: str = ""
    precision: str = ""
    """Of most of its weights as they are stored."""
    fingerprint: str = ""
    """Empty where it cannot be used as it is."""
    bytes: int = 0
    """Of its weights; 0 where those of the whole folder are meant."""
    fault: str = ""
    """Why the engine cannot use it, and what to do, in one sentence; empty where it can."""
    notes: tuple[str, ...] = ()
    """Sentences that people should read, of a model that can be used."""


def out_of_place(folder: Path, name: str) -> str:
    """What to do about a model that lies in ``folder``, while its engine looks in ``name`` beside it."""
    where = folder.parent / name
    if where.exists():
        return f"{folder} is not used, since {where} is there"
    return f"{folder} is not used where it lies; mv {shlex.quote(str(folder))} {shlex.quote(str(where))}"


def elsewhere(models: Path, home: str, recognise: Callable[[Path], Recognised | None]) -> Path | None:
    """A folder in ``models``, beside the one in which an engine looks, that holds its whole model."""
    if not models.is_dir():
        return None
    for folder in sorted(each for each in models.iterdir() if each.is_dir()):
        if folder.name == home or folder.name.startswith("."):
            continue
        found = recognise(folder)
        if found and not found.fault:
            return folder
    return None


def put_right(there: Path, home: Path, title: str) -> str:
    """A sentence about a model that lies whole in ``there`` while its engine looks in ``home``."""
    source, target = shlex.quote(str(there)), shlex.quote(str(home))
    if not os.path.lexists(home):
        return f"no weights in {home}, but in {there}; mv {source} {target}"
    aside = shlex.quote(f"{home}-other")
    return (
        f"{title} lies in {there}, and {home} holds something else; "
        f"mv {target} {aside} && mv {source} {target}"
    )
