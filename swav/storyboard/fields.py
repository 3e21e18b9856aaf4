"""How a field is named to the user: ``shots[3] (r004).overlay[0].style``."""

from collections.abc import Iterable
from typing import Any

Key = str | int
Route = tuple[Key, ...]
"""The keys and positions (from 0) that lead to a value."""


def field_name(route: Iterable[Key], root: Any) -> str:
    """``("shots", 3, "overlay", 0, "style")`` as ``shots[3] (r004).overlay[0].style``.

    ``root`` is the whole file's value, in which the ids are found.
    """
    name, value = "", root
    for key in route:
        value = inside(value, key)
        if isinstance(key, int):
            identity = value.get("id") if isinstance(value, dict) else None
            name += f"[{key}] ({identity[:40]})" if isinstance(identity, str) and identity else f"[{key}]"
        else:
            name += f".{key}" if name else key
    return name or "file"


def holds(value: Any, key: Key) -> bool:
    """Whether a mapping has the key, or a list the position."""
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value)


def inside(value: Any, key: Key) -> Any:
    """The value behind a key or position, or None."""
    return value[key] if holds(value, key) else None


def written_route(root: Any, route: Iterable[Key]) -> Route:
    """The part of a route that was written: shorthands have fewer levels than the model, unions more."""
    written: list[Key] = []
    for key in route:
        if holds(root, key):
            written.append(key)
            root = root[key]
    return tuple(written)
