"""The page's server: its addresses, and how it begins and ends. It listens on this machine alone."""

import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from swav.errors import SwavError
from swav.page.answers import FOR_GOOD, Media, answering, film
from swav.page.builds import Builder
from swav.page.edits import preview, save
from swav.page.form import form
from swav.page.guard import Guard, token_of
from swav.page.notes_files import handed, take_in
from swav.page.project import Project
from swav.page.saying import approve_picture, person, say
from swav.page.shot import shot_state
from swav.page.sound import sound_state
from swav.titles.fonts import FILES as FONT_FILES

MOST_REQUESTS = 64
"""Requests that are answered at once."""
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


def web_files() -> dict[str, tuple[bytes, str]]:
    """The page's own files by name: what they hold, and of what type they are."""
    folder = files("swav.page") / "web"
    found = {item.name: item for item in folder.iterdir() if item.name[item.name.rfind(".") :] in _TYPES}
    return {name: (item.read_bytes(), _TYPES[name[name.rfind(".") :]]) for name, item in found.items()}


def application(project: Project, port: int, token: str, overrides: Sequence[str] = ()) -> Guard:
    """The page of a project, guarded."""
    own, media, builder = web_files(), Media(project), Builder(project, overrides)
    fonts = {item.name: item for item in FONT_FILES.glob("*.ttf")}

    async def asset(request: Request) -> Response:
        held = own.get(request.path_params.get("name", "index.html"))
        if held is None:
            return Response(status_code=404)
        return Response(held[0], media_type=held[1], headers={"cache-control": "no-cache"})

    async def failed(request: Request, error: Exception) -> Response:
        return JSONResponse({"said": f"swav review has a fault of its own: {error}", "faults": []}, 500)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        media.studio.close()

    async def font(request: Request) -> Response:
        name = request.path_params["name"]
        return FileResponse(fonts[name], headers=FOR_GOOD) if name in fonts else Response(status_code=404)

    routes = [
        Route("/", asset),
        Route("/font/{name}", font),
        Route("/web/{name}", asset),
        Route("/api/film", answering(partial(film, project))),
        Route("/api/shot/{name}", answering(lambda name: shot_state(project.recent(), name))),
        Route("/api/sound", answering(lambda: sound_state(project.look()))),
        Route("/api/form", answering(partial(form, project))),
        Route("/api/form/{name}", answering(partial(form, project))),
        Route("/api/person", answering(person)),
        Route("/api/say", answering(partial(say, project)), methods=["POST"]),
        Route("/api/approve-picture", answering(partial(approve_picture, project)), methods=["POST"]),
        Route("/api/notes/{form}", handed(project)),
        Route("/api/notes", answering(partial(take_in, project)), methods=["POST"]),
        Route("/api/preview", answering(partial(preview, project)), methods=["POST"]),
        Route("/api/save", answering(partial(save, project)), methods=["POST"]),
        Route("/api/build", answering(builder.state)),
        Route("/api/build/log/{name}/{job}", answering(builder.log)),
        Route("/api/build/start", answering(builder.start), methods=["POST"]),
        Route("/api/build/stop", answering(builder.stop), methods=["POST"]),
        Route("/api/pulse", answering(project.pulse)),
        Route("/media/{kind}/{key}", media.file),
        Route("/poster/{kind}/{key}", media.poster),
        Route("/waveform/{kind}/{key}", media.waveform),
        Route("/sound/{kind}/{key}", media.listened),
        Route("/proxy/{kind}/{key}", media.proxy),
        Route("/preview/{key}", media.preview),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={500: failed})
    return Guard(app, port, token)


def serve(
    project: Project, port: int, announce: Callable[[str], None], overrides: Sequence[str] = ()
) -> None:
    """Serve the page until Ctrl-C. ``announce`` is told its address. SwavError where the port is taken."""
    listener = _listener(port)
    here, token = listener.getsockname()[1], token_of(port, Path(".snakemake"))
    config = uvicorn.Config(
        application(project, here, token, overrides),
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=MOST_REQUESTS,
        timeout_graceful_shutdown=1,
    )
    film(project)  # what reading imports is imported before anybody waits for it
    announce(f"http://127.0.0.1:{here}/?token={token}")
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise SwavError(
            f"port {port} cannot be had ({error.strerror}); choose another, or leave --port out"
        ) from None
    return listener
