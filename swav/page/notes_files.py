"""Notes that go out from the page as a file, and those that come back in one."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from swav.cut.notebook import Notebook
from swav.errors import SwavError
from swav.handoff.note_places import film_seen
from swav.handoff.notes_in import read_notes
from swav.handoff.notes_out import notes_text
from swav.page.project import Project
from swav.review.who import who

FORMS = {"csv": "text/csv", "edl": "text/plain", "otio": "application/json", "xml": "application/xml"}
"""Forms in which notes go out and come in, and of what type they are. All of them are text."""


def handed(project: Project) -> Callable[[Request], Any]:
    """An endpoint that answers with the notes as a file to keep."""

    def made(form: str) -> str:
        if form not in FORMS:
            raise SwavError(f"notes are written as {', '.join(FORMS)}")
        cut = film_seen(project.look().cut)
        folder = Path(cut.target).absolute().parent
        return notes_text(cut, Notebook.of(project.storyboard), f".{form}", folder)[0]

    async def endpoint(request: Request) -> Response:
        from swav.page.answers import refused

        form = request.path_params["form"]
        try:
            text = await run_in_threadpool(made, form)
        except (SwavError, OSError) as error:
            return refused(error)
        headers = {"content-disposition": f'attachment; filename="notes.{form}"'}
        return Response(text, media_type=f"{FORMS[form]}; charset=utf-8", headers=headers)

    return endpoint


def take_in(project: Project, sent: dict[str, Any]) -> dict[str, Any]:
    """Add the notes of a file that are not in the notebook yet. SwavError; then nothing is added."""
    name, text, by = (str(sent.get(part) or "") for part in ("name", "text", "by"))
    form = Path(name).suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise SwavError(f"a file of notes is one of {', '.join(FORMS)}")
    notebook = Notebook.of(project.storyboard)
    with TemporaryDirectory(prefix="swav-notes-") as folder:
        file = Path(folder, f"notes.{form}")
        file.write_bytes(text.encode("utf-8", "replace"))
        try:
            found = read_notes(file, film_seen(project.look().cut, file), notebook, by or who())
        except SwavError as error:
            raise SwavError(str(error).replace(str(file), "the file")) from None
    if found.new:
        notebook.add(*found.new)
    return {"added": len(found.new), "known": found.known, "remarks": list(found.remarks[:20])}
