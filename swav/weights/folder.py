"""The files of a model on disk: those there are, those that are missing, what a download left instead.

Decided from file names, small JSON files and the headers of the weights; which model it is, a recogniser of
that model says (``recognise`` in an engine).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from swav.errors import EngineError
from swav.weights.headers import read_json
from swav.weights.intact import check_intact

AGAIN = "run the same download command again, it fetches only what is missing"
"""What to do about an incomplete download, as the end of a sentence."""


SINGLE_FILES = "single files"
"""The layout of models whose parts are one file each, under names that people choose."""


@dataclass(frozen=True)
class Weights:
    """The files of one part of the model: safetensors shards in order, or a single ``.pth`` file."""

    files: tuple[Path, ...]
    config: Path | None = None

    @property
    def bytes(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.files)


class Model(Protocol):
    """A complete model on disk, as far as reading, verifying, converting and naming it goes."""

    @property
    def root(self) -> Path: ...

    @property
    def parts(self) -> Mapping[str, Weights]:
        """Its networks by name, in the order in which they are read."""

    @property
    def small(self) -> Mapping[str, Path]:
        """Small files beside the weights that decide what it makes, such as a tokenizer's, by name."""

    @property
    def bytes(self) -> int: ...


@dataclass(frozen=True)
class ModelFolder:
    """A ``Model`` as plain data, for engines that need nothing more of one."""

    root: Path
    layout: str
    parts: Mapping[str, Weights]
    small: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def bytes(self) -> int:
        """Bytes of all weights on disk."""
        return sum(part.bytes for part in self.parts.values())


def check_files(model: Model) -> None:
    """An ``EngineError`` for the first file that is cut off, or is something else under a weight's name."""
    for part in model.parts.values():
        if part.config:
            read_json(part.config)
        for file in part.files:
            check_intact(file)
    for file in model.small.values():
        check_intact(file)
        if file.name == "config.json":
            read_json(file)


def snapshot(folder: Path) -> Path:
    """A folder of the hub's cache (``models--org--name``) keeps its files under ``snapshots/<revision>``."""
    snapshots = folder / "snapshots"
    if not snapshots.is_dir():
        return folder
    reference = folder / "refs" / "main"
    if reference.is_file():
        named = snapshots / reference.read_text(errors="replace").strip()
        if named.is_dir():
            return named
    kept = (each for each in snapshots.iterdir() if each.is_dir() and not each.name.startswith("."))
    return max(kept, default=folder)


def sharded(folder: Path) -> Weights:
    """The shards of ``folder``, of which each that an index or a shard's own name promises must be there."""
    config = folder / "config.json"
    # A name that begins with a dot is nobody's file: macOS leaves such beside each that it copies.
    present = sorted(file for file in folder.glob("*.safetensors") if not file.name.startswith("."))
    promised = {
        name
        for index in folder.glob("*.safetensors.index.json")
        if not index.name.startswith(".")
        for name in _promised(index)
    }
    for file in present:
        if match := re.fullmatch(r"(.*-)\d{5}(-of-(\d{5})\.safetensors)", file.name):
            promised |= {f"{match[1]}{number:05d}{match[2]}" for number in range(1, int(match[3]) + 1)}
    promised |= {"config.json"}
    missing = sorted(name for name in promised if not (folder / name).is_file())
    if missing or not present:
        lacks = ", ".join(missing) or "its .safetensors files"
        raise EngineError(f"{folder} lacks {lacks}; the download is incomplete: {AGAIN}")
    named_by_index = [file for file in present if file.name in promised]
    return Weights(tuple(named_by_index or present), config)


def _promised(index: Path) -> Iterable[str]:
    """The shards that an index names."""
    named = read_json(index).get("weight_map")
    if not isinstance(named, dict) or not all(isinstance(name, str) for name in named.values()):
        raise EngineError(f"{index} names no shards; delete it and run the download again")
    return named.values()


def first_there(folder: Path, names: Iterable[str]) -> Path:
    """``folder``, if it has one of the files; else an ``EngineError`` names them."""
    names = tuple(names)
    if any((folder / name).is_file() for name in names):
        return folder
    raise EngineError(f"{folder} has neither {' nor '.join(names)}; the download is incomplete: {AGAIN}")


def visible_files(root: Path) -> set[str]:
    """Names of all files under ``root`` that are not hidden, relative to it."""
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    }
