"""The fields of a storyboard for the page's form: what is written now, and from the schema what may be."""

from functools import cache
from typing import Any

from swav.page.names import with_names
from swav.page.project import Project
from swav.storyboard import schema
from swav.storyboard.rewriting import tree
from swav.storyboard.source import read, read_text

_DEEPEST = 4
LONG = frozenset({"prompt", "negative", "text", "notes", "narration"})
"""Fields that hold sentences."""


def form(project: Project, name: str = "") -> dict[str, Any]:
    """A shot as it is written (or the film's own fields, without a name), and the fields that it may have."""
    text = read_text(project.storyboard)
    root = tree(text, str(project.storyboard))
    shots = [shot for shot in root.get("shots") or () if isinstance(shot, dict)]
    ids = [shot.get("id") for shot in shots]
    if name and name in ids:
        value: Any = shots[ids.index(name)]
        line = read(project.storyboard).places.of("shots", root["shots"].index(value), "id")[0]
    else:
        name, line = "", 1
        value = {key: item for key, item in root.items() if key != "shots"}
    return {
        "shot": name,
        "value": value,
        "fields": with_names(shot_fields() if name else film_fields(), project, root, name),
        "ids": ids,
        "line": line,
        "file": str(project.storyboard),
    }


@cache
def shot_fields() -> dict[str, Any]:
    """By name, what a shot may have."""
    whole = schema()
    return _fields(whole["$defs"]["Shot"], whole["$defs"], 0, ("id",))


@cache
def film_fields() -> dict[str, Any]:
    """By name, what the film itself may have."""
    whole = schema()
    return _fields(whole, whole["$defs"], 0, ("shots", "deliver"))


def _fields(
    group: dict[str, Any], named: dict[str, Any], depth: int, but: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {
        name: _field(name, item, named, depth)
        for name, item in group.get("properties", {}).items()
        if name not in but
    }


def _field(name: str, item: dict[str, Any], named: dict[str, Any], depth: int) -> dict[str, Any]:
    """A field: how it is edited, its choices, its parts, and what it means."""
    found: dict[str, Any] = {"help": item.get("description", ""), "long": name in LONG}
    choices, groups, plain = [], [], False
    for form in _forms(item, named):
        if "enum" in form or "const" in form:
            choices += form.get("enum", [form.get("const")])
        elif form.get("type") == "object" and "properties" in form:
            groups.append(form)
        elif form.get("type") == "array":
            inner = form.get("items")
            if isinstance(inner, dict) and depth < _DEEPEST:
                found["item"] = _field(name, inner, named, depth + 1)
        elif form.get("type") == "boolean":
            choices += ["true", "false"]
        elif form.get("type") != "null":
            plain = True
    if groups and depth < _DEEPEST:
        found["parts"] = _fields(groups[0], named, depth + 1)
        found["needs"] = groups[0].get("required", [])
    if choices:
        found["choices"] = [str(choice) for choice in dict.fromkeys(choices)]
    if item.get("examples"):
        found["examples"] = [str(example) for example in item["examples"]][:8]
    return found | {"plain": plain or not (groups or "item" in found)}


def _forms(item: dict[str, Any], named: dict[str, Any]) -> list[dict[str, Any]]:
    """The ways in which a value may be written."""
    if "$ref" in item:
        return _forms(named[item["$ref"].rpartition("/")[2]], named)
    for several in ("anyOf", "oneOf"):
        if several in item:
            return [form for each in item[several] for form in _forms(each, named)]
    return [item]
