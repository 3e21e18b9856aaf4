"""``swav review``: the film in a browser on this machine, to look at, compare and change."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import Gpus, Overrides, Storyboard, settings
from swav.review.wording import counted


def review(
    storyboard: Storyboard = None,
    config: Overrides = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where it listens; 0: a port that is free.")
    ] = 0,
    open_: Annotated[bool, typer.Option("--open", help="Open it in this machine's browser.")] = False,
    gpus: Gpus = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write film, takes, verdicts and notes into a folder."),
    ] = None,
) -> None:
    """Open a page on this machine where the film is looked at and changed. It ends with Ctrl-C.

    It listens to this machine alone, and its address holds a token: open it as it is printed. With --export
    there is no server: the folder opens from a file, anywhere.
    """
    from swav.page.project import Project
    from swav.page.server import serve

    project = Project(lambda: settings(config, storyboard), gpus)
    if export is not None:
        from swav.page.export import export as write

        print(f"{counted(write(project.look(), export), 'file')}: open {export / 'index.html'}")
        return

    def announce(address: str) -> None:
        print(f"{project.storyboard}: {address}")
        print("Ctrl-C ends the page and nothing else.", flush=True)
        if open_:
            webbrowser.open(address)

    serve(project, port, announce, config or ())
