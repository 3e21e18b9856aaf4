"""From plain values to the typed model: every value of the wrong kind is one plain sentence."""

import difflib
from collections.abc import Collection, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from swav.errors import Fault
from swav.storyboard.source import Key, Source


def typed(model: type[BaseModel], source: Source) -> tuple[Any, list[Fault]]:
    """The values of ``source`` as ``model``, or None and what keeps them from it."""
    try:
        return model.model_validate(source.value), []
    except ValidationError as error:
        faults = []
        for item in error.errors(include_url=False):
            line, column = source.places.of(*item["loc"])
            faults.append(
                Fault(
                    source.file,
                    line,
                    column,
                    field_name(item["loc"], source.value),
                    item["msg"],
                    "correct it",
                )
            )
        return None, faults


def field_name(path: Iterable[Key], value: Any) -> str:
    """``("shots", 3, "overlay", 0, "style")`` as ``shots[3] (r004).overlay[0].style``."""
    name = ""
    for key in path:
        value = _inside(value, key)
        if isinstance(key, int):
            identity = value.get("id") if isinstance(value, dict) else None
            name += f"[{key}] ({identity})" if isinstance(identity, str) and identity else f"[{key}]"
        else:
            name += f".{key}" if name else key
    return name or "file"


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that the writer most likely meant."""
    lowered = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def _inside(value: Any, key: Key) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None
