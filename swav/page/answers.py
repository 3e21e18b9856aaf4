"""What the page's addresses answer: plain data, and films by their keys."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from swav import faults
from swav.cut import paths
from swav.errors import Fault, InputError, SwavError
from swav.page import pictures, sounds
from swav.page.files import FILMS, SOUNDS, find, find_preview
from swav.page.film import film_state
from swav.page.project import Project

FOR_GOOD = {"cache-control": "private, max-age=31536000, immutable"}
"""Of what is named by its content."""
PATIENCE = 0.3
"""Seconds for which a small picture is waited for. A browser opens six connections and no more: a dozen
pictures that wait on each would stop all else, so the page asks again for what is not made by then."""


def plain_fault(fault: Fault) -> dict[str, Any]:
    """A fault as ``swav check`` says it, and where it belongs."""
    return {
        "line": fault.line,
        "column": fault.column,
        "field": fault.field,
        "message": fault.message,
        "remedy": fault.remedy,
        "route": list(fault.route),
        "said": str(fault),
    }


def refused(error: Exception, status: int = 422) -> JSONResponse:
    """A sentence, and the faults where there are any."""
    if isinstance(error, InputError):
        return JSONResponse({"said": str(error), "faults": list(map(plain_fault, error.faults))}, status)
    said = (faults.sentence(error) if isinstance(error, OSError) else None) or str(error)
    return JSONResponse({"said": said, "faults": []}, status)


def answering(work: Callable[..., Any]) -> Callable[[Request], Any]:
    """An endpoint that answers with what ``work`` returns; what is wrong with the input is a sentence.

    ``work`` gets the words of the address, and what was sent as ``sent``; it runs in a thread.
    """

    async def endpoint(request: Request) -> Response:
        words: dict[str, Any] = dict(request.path_params)
        if request.method == "POST":
            try:
                words["sent"] = await request.json()
            except (ValueError, RecursionError):
                raise HTTPException(400, "What was sent is no JSON.") from None
            if not isinstance(words["sent"], dict):
                raise HTTPException(400, "What was sent is no JSON object.")
        try:
            return JSONResponse(await run_in_threadpool(work, **words))
        except (SwavError, OSError) as error:
            return refused(error)

    return endpoint


def film(project: Project) -> dict[str, Any]:
    """The film; where the storyboard has faults, the film as it was last, and the faults."""
    try:
        return film_state(project.look()) | {"faults": []}
    except InputError as error:
        told = list(map(plain_fault, error.faults))
        if project.last is None:
            return {"title": project.storyboard.name, "shots": [], "film": None, "faults": told}
        return film_state(project.last) | {"faults": told}


class Media:
    """Films, pictures and lines, by kind and key."""

    def __init__(self, project: Project):
        self._project = project
        self.studio = pictures.Studio()

    async def file(self, request: Request) -> Response:
        """A file of the build as it is."""
        return FileResponse(self._found(request), headers=FOR_GOOD)

    async def poster(self, request: Request) -> Response:
        """A small picture of it, made if it is not there."""
        clip, key = self._found(request), request.path_params["key"]
        target = pictures.poster_path(self._project.build, key)
        made = asyncio.wrap_future(self.studio.poster(clip, target))
        await asyncio.wait([made], timeout=PATIENCE)
        return _looked_after(made, target)

    async def proxy(self, request: Request) -> Response:
        """A proxy of it. While it is made, 202 and nothing: the page asks again."""
        clip, key = self._found(request), request.path_params["key"]
        if request.path_params["kind"] not in FILMS:
            raise HTTPException(404)
        target = pictures.proxy_path(self._project.build, key)
        return _looked_after(self.studio.proxy(clip, target), target)

    async def waveform(self, request: Request) -> Response:
        """How loud a sound is along its time. While it is measured, 202 and nothing."""
        return await self._of_sound(request, sounds.make_waveform, paths.WAVEFORM)

    async def listened(self, request: Request) -> Response:
        """A sound in a form that is fetched whole. While it is made, 202 and nothing."""
        return await self._of_sound(request, sounds.make_listened, paths.LISTENED)

    async def _of_sound(self, request: Request, make: Callable[[Path, Path], None], pattern: str) -> Response:
        kind, key = request.path_params["kind"], request.path_params["key"]
        if kind not in SOUNDS:
            raise HTTPException(404)
        target = Path(pattern.format(build=self._project.build, kind=kind, key=key))
        return _looked_after(self.studio.ask(make, self._found(request), target), target)

    async def preview(self, request: Request) -> Response:
        """What a render that runs would look like by now: another picture every few steps."""
        found = find_preview(self._project.build, request.path_params["key"])
        return FileResponse(found) if found else Response(status_code=404)

    def _found(self, request: Request):
        found = find(self._project.build, request.path_params["kind"], request.path_params["key"])
        if found is None:
            raise HTTPException(404, "There is no such file.")
        return found


def _looked_after(made: Future, target: Path) -> Response:
    """What was made; 202 and nothing while it is being made; a sentence where it cannot be."""
    if not made.done():
        return Response(status_code=202)
    if error := made.exception():
        return refused(error if isinstance(error, SwavError) else SwavError(str(error)), 500)
    return FileResponse(target, headers=FOR_GOOD)
