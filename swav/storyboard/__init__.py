"""The storyboard: one YAML file per reel, read with the place of every value, checked before all else."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from swav.errors import Fault, InputError
from swav.storyboard.abilities import NOTHING_KNOWN, Abilities
from swav.storyboard.check import Surroundings, check, is_file
from swav.storyboard.concerns import concerning, passed_over
from swav.storyboard.deliveries import derived
from swav.storyboard.editing import editor_schema
from swav.storyboard.findings import Findings, Notice
from swav.storyboard.footage_list import FootageList, read_footage_list
from swav.storyboard.model import Delivery, Storyboard
from swav.storyboard.neighbours import with_neighbours
from swav.storyboard.reach import Reach, check_reach
from swav.storyboard.shape import typed
from swav.storyboard.source import Places, Source, parse, read
from swav.storyboard.wording import unknown

__all__ = ["Abilities", "Loaded", "Notice", "Places", "Reach", "Storyboard", "load", "schema"]


@dataclass(frozen=True)
class Loaded:
    """A storyboard that can be built: ``places`` point later checks to a line."""

    board: Storyboard
    path: Path
    notices: tuple[Notice, ...]
    places: Places
    delivery: Delivery | None = None
    """What this storyboard is made for, where it is that of a delivery."""
    only: frozenset[str] = frozenset()
    """The shots that were asked for; empty for the whole film."""


def load(
    path: Path,
    *,
    samples: Collection[str] = (),
    engines: Collection[str] = (),
    unusable: Mapping[str, str] = MappingProxyType({}),
    look: Callable[[Path, str], Any] | None = None,
    tokens: Callable[[str, str], Any] | None = None,
    reach: Reach | None = None,
    abilities: Abilities = NOTHING_KNOWN,
    asked: Callable[[Collection[str]], Collection[str]] = lambda shots: (),
    version: str = "",
    text: str | None = None,
) -> Loaded:
    """Read and check a storyboard, and the footage list it names; footage that has arrived is in its shots.

    ``samples`` are the names that ``sample:NAME`` may use; ``engines`` the names that ``engine`` may use
    (no check of engines when empty), ``unusable`` those that are offered and cannot be used, with the reason
    in a sentence. With ``look`` (``swav.storyboard.look.look``), media files are looked at as well;
    ``tokens`` says how much of a prompt an engine reads. With ``reach``, a file outside its folders
    is a fault, and none is looked at. ``abilities`` says which engines can begin with a picture, and which
    draw one. ``asked`` chooses, among the ids of all shots, those that are to be made; none means all. Media
    of others are not looked at then, and faults that concern others stop nothing (``concerns``).
    ``version`` is the name of one of its deliveries, whose own storyboard is loaded then. ``text`` is what
    the file would hold, where it is not to be read.
    Raises InputError with all faults at once.
    """
    path = Path(path)
    source = read(path) if text is None else parse(text, str(path))
    result = typed(Storyboard, source)
    faults = [*source.faults, *result.faults]
    delivery = None
    if version and not faults:
        delivery = result.value.deliver.get(version)
        source, faults = _version(source, result.value, version)
        result = typed(Storyboard, source)
        faults += result.faults
    board = result.value
    if board is None:
        raise InputError(_of_version(faults, version))
    only = with_neighbours(board, asked([shot.id for shot in board.shots]))
    findings = Findings(source, result)
    if reach:
        check_reach(board, path.parent, reach, findings)
        if concerning(findings.faults, board, only):
            raise InputError(_of_version(concerning([*faults, *findings.faults], board, only), version))
    around = Surroundings(path.parent, samples, engines, unusable, look, tokens, reach, abilities, only)
    listed = _footage_list(board, around, findings)
    board = check(with_footage(board, listed), around, findings)
    faults += [*findings.faults, *listed.faults]
    if stopping := concerning(faults, board, only):
        raise InputError(_of_version(stopping, version))
    notices = concerning([*findings.notices, *listed.notices], board, only)
    notices.sort(key=lambda notice: (notice.file, notice.line, notice.column))
    return Loaded(board, path, (*passed_over(faults), *notices), source.places, delivery, only)


def _version(source: Source, board: Storyboard, name: str) -> tuple[Source, list[Fault]]:
    if name not in board.deliver:
        message, remedy = unknown(name, board.deliver, f"there is no version {name!r}", "versions")
        raise InputError([Fault(source.file, *source.places.of("deliver"), "deliver", message, remedy)])
    return derived(source, board, name)


def _of_version(faults: Sequence[Fault], version: str) -> list[Fault]:
    """Faults that say of which version they are."""
    said = f"version {version}: " if version else ""
    return [replace(fault, message=f"{said}{fault.message}") for fault in faults]


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) by which editors complete and check a storyboard as it is written.

    It is shipped as ``storyboard.schema.json`` beside this file. A storyboard names it for its editor in a
    first line ``# yaml-language-server: $schema=...`` with the path from its own folder to that file.
    """
    return editor_schema(Storyboard)


def with_footage(board: Storyboard, listed: FootageList) -> Storyboard:
    """The storyboard with footage from a list in the place of what its shots would show."""
    shots = [
        shot.model_copy(update={"footage": listed.footage[index], "still": None, "card": None})
        if index in listed.footage
        else shot
        for index, shot in enumerate(board.shots)
    ]
    return board.model_copy(update={"shots": tuple(shots)})


def _footage_list(board: Storyboard, around: Surroundings, findings: Findings) -> FootageList:
    if board.media is None:
        return FootageList()
    path = around.folder / board.media
    if not is_file(path):
        message = f"there is no file {board.media}"
        findings.fault(("media",), message, "check the path; it starts from the storyboard's folder")
        return FootageList()
    try:
        return read_footage_list(
            path,
            board,
            folder=around.folder,
            samples=around.samples,
            look=around.look,
            opens=around.opens,
            reach=around.reach,
        )
    except InputError as error:
        return FootageList(faults=error.faults)
