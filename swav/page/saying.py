"""What people say of takes on the page: notes, approvals and rejections, into the notebook."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from swav.cut.notebook import LONGEST, LONGEST_NAME, Entry, Notebook, now
from swav.errors import SwavError
from swav.page.project import Project
from swav.page.shot import shot_of
from swav.review.approving_pictures import Signature, approve_pictures, own_pictures
from swav.review.who import who

_SENT = ("kind", "shot", "take", "frame", "text", "drawing", "by")


def say(project: Project, sent: dict[str, Any]) -> dict[str, Any]:
    """Add one thing to the notebook. SwavError for what is none; OSError where it cannot be written."""
    try:
        given = {name: sent[name] for name in _SENT if sent.get(name) not in (None, "")}
        entry = Entry.model_validate({"by": who(), "at": now()} | given)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "it"
        raise SwavError(f"this note cannot be kept: {where}: {fault['msg'].lower()}") from None
    if entry.kind == "note" and not (entry.text.strip() or entry.drawing):
        raise SwavError(f"a note says something, in at most {LONGEST} characters")
    shot_of(project.look().cut, entry.shot)
    notebook = Notebook.of(Path(project.storyboard))
    notebook.add(entry)
    return {"said": entry.model_dump(), "file": str(notebook.file)}


def approve_picture(project: Project, sent: dict[str, Any]) -> dict[str, Any]:
    """Approve a keyframe of a shot, or take that back. SwavError for what cannot be; OSError."""
    cut = project.look().cut
    shot = shot_of(cut, str(sent.get("shot", "")))
    picture = next((item for item in own_pictures(shot) if item.name == sent.get("picture")), None)
    if picture is None:
        raise SwavError(f"{shot.id} has no such picture any more")
    by = str(sent.get("by") or who())[:LONGEST_NAME]
    signed = Signature(by, withdraw=sent.get("withdraw") is True)
    return {"said": approve_pictures(cut, [(shot, picture)], signed)}


def person() -> dict[str, str]:
    """Whose name stands under what is said, until another is typed."""
    return {"by": who()}
