"""The storyboard: one YAML file per reel, read with the place of every value, checked before all else."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from swav.errors import InputError
from swav.storyboard.model import Storyboard
from swav.storyboard.notices import Notice
from swav.storyboard.shape import typed
from swav.storyboard.source import Places, read

__all__ = ["Loaded", "Notice", "Places", "Storyboard", "load", "schema"]


@dataclass(frozen=True)
class Loaded:
    """A storyboard that can be built: ``places`` point later checks to a line."""

    board: Storyboard
    path: Path
    notices: tuple[Notice, ...]
    places: Places


def load(path: Path, *, samples: Collection[str] = (), engines: Collection[str] = ()) -> Loaded:
    """Read and check a storyboard, and the footage list it names.

    ``samples`` are the names that ``sample:NAME`` may use; ``engines`` the names that ``engine`` may use
    (no check of engines when empty). Raises InputError with all faults at once.
    """
    path = Path(path)
    source = read(path)
    result = typed(Storyboard, source)
    faults = [*source.faults, *result.faults]
    if faults:
        raise InputError(faults)
    return Loaded(result.value, path, (), source.places)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) by which editors complete and check a storyboard as it is written."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Storyboard.model_json_schema(by_alias=True),
    }
