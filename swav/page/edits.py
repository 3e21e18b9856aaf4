"""Edits made on the page: shown with their price before they are written, written into the author's own text.

Each edit says what it found at its place. So two who edit different places are merged by themselves, and
where both touched the same place nobody's words are lost: the second is asked.
"""

import difflib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import TypeAdapter, ValidationError

from swav.errors import InputError, SwavError
from swav.files import replacing
from swav.page.film import plan_words
from swav.page.project import Look, Project
from swav.parts import Part
from swav.review.changes import changes
from swav.storyboard.fields import Route, inside
from swav.storyboard.rewriting import Put, Remove, as_read, rewritten, tree
from swav.storyboard.source import read_text

MOST_EDITS = 200
_BOM = b"\xef\xbb\xbf"
_WRITING = Lock()


class Edit(Part):
    """One value for another, in a shot (by its id) or, without a shot, in the film."""

    shot: str = ""
    field: tuple[str | int, ...]
    was: Any = None
    """What stood there; None where nothing did."""
    value: Any = None
    """What is to stand there; None for nothing."""


@dataclass(frozen=True)
class Applied:
    """The storyboard's text with edits in it."""

    before: str
    text: str
    conflicts: tuple[dict[str, Any], ...]
    """Edits whose place holds something else by now."""


_EDITS = TypeAdapter(tuple[Edit, ...])


def read_edits(sent: dict[str, Any]) -> tuple[Edit, ...]:
    """The edits that were sent. SwavError."""
    try:
        edits = _EDITS.validate_python(sent.get("edits"))
    except ValidationError:
        raise SwavError("these are no edits of a storyboard") from None
    if len(edits) > MOST_EDITS or not all(edit.field for edit in edits):
        raise SwavError(f"at most {MOST_EDITS} edits at once, each of a field")
    return edits


def applied(text: str, edits: Sequence[Edit], file: str) -> Applied:
    """The text with the edits, each proven by parsing. SwavError where one cannot be written."""
    before, conflicts = text, []
    for edit in edits:
        now = tree(text, file)
        route = _route(now, edit)
        found = _at(now, route)
        if found == as_read(edit.value):
            continue
        if found != as_read(edit.was):
            conflicts.append({**edit.model_dump(mode="json"), "now": found})
            continue
        change = Remove(route) if edit.value is None else Put(route, edit.value)
        text = rewritten(text, [change], file)
    return Applied(before, text, tuple(conflicts))


def preview(project: Project, sent: dict[str, Any]) -> dict[str, Any]:
    """What would be written, its faults, and what a build would do then, in the plan's words."""
    edits = read_edits(sent)
    found = applied(read_text(project.storyboard), edits, str(project.storyboard))
    said = {"conflicts": list(found.conflicts), "difference": difference(found), "faults": []}
    try:
        now = project.last or project.look()
        look = project.look_at(found.text)
    except InputError as error:
        from swav.page.answers import plain_fault

        return said | {"faults": list(map(plain_fault, error.faults)), "plan": None}
    return said | {"plan": plan_words(look), "edited": _between(now, look)}


def save(project: Project, sent: dict[str, Any]) -> dict[str, Any]:
    """Write the edits into the storyboard, unless one of their places changed meanwhile, or they have faults.

    SwavError, InputError, OSError: then the file is as it was.
    """
    edits, path = read_edits(sent), project.storyboard.resolve()
    with _WRITING:
        data = path.read_bytes()
        found = applied(read_text(path), edits, str(project.storyboard))
        if found.conflicts:
            return {"saved": False, "conflicts": list(found.conflicts), "difference": difference(found)}
        try:
            project.look_at(found.text)
        except InputError as error:
            raise _own_faults(error, project) from None
        if found.text != found.before:
            _write(path, data, found.text)
    return {"saved": True, "conflicts": [], "difference": difference(found)}


def _write(path: Path, before: bytes, text: str) -> None:
    """Write the text in the place of what was read, with the file's own mode and byte order mark."""
    mark = _BOM if before.startswith(_BOM) else b""
    with replacing(path) as partial:
        partial.write_bytes(mark + text.encode())
        shutil.copymode(path, partial)
        if path.read_bytes() != before:
            raise SwavError(
                f"{path.name} was saved elsewhere this very moment; nothing was written, save again"
            )


def _own_faults(error: InputError, project: Project) -> InputError:
    """The faults of an edit: those that the file has anyway come last."""
    try:
        project.look()
    except InputError as earlier:
        known = {(fault.field, fault.message) for fault in earlier.faults}
        new = [fault for fault in error.faults if (fault.field, fault.message) not in known]
        return InputError(new or error.faults)
    return error


def difference(found: Applied) -> list[str]:
    """What is written, as lines of a difference."""
    lines = (text.splitlines() for text in (found.before, found.text))
    return list(difflib.unified_diff(*lines, lineterm="", n=1))[2:]


def _between(now: Look, then: Look) -> dict[str, Any]:
    """Which files the edits alone make anew and why, and how many stay."""
    found = changes(now.cut, then.cut)
    made = [{"kind": file.kind, "shot": file.shot, "why": "; ".join(why)} for file, why in found.made]
    return {"made": made, "stays": len(found.stays)}


def _route(root: Any, edit: Edit) -> Route:
    """Where an edit is in the file now: its shot may have moved."""
    if not edit.shot:
        return edit.field
    shots = inside(root, "shots") or []
    for number, shot in enumerate(shots):
        if inside(shot, "id") == edit.shot:
            return ("shots", number, *edit.field)
    raise SwavError(f"there is no shot {edit.shot[:40]} in the storyboard any more")


def _at(root: Any, route: Route) -> Any:
    for key in route:
        root = inside(root, key)
    return root
