"""A project that may only be looked at, as a mounted archive: previews work, and builds refuse.

Snakemake keeps notes in ``.snakemake`` even of a dry run, and the cut must be a file that its rules can name;
both go into a folder of this process's own.
"""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path


def is_read_only(build: str | Path) -> bool:
    """Whether nothing can be written where this project is built: in this folder, or in its build folder."""
    return not (os.access(".", os.W_OK) and os.access(_there(Path(build)), os.W_OK))


def _there(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    path = path.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


@cache
def elsewhere() -> Path:
    """A folder for what a preview writes; it is removed when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="swav-preview-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def keep_notes_elsewhere() -> None:
    """Let Snakemake keep its notes in a folder of this process, as ``.snakemake`` cannot be written.

    Snakemake has no setting for it; the name that is replaced is watched by a test.
    """
    import snakemake.workflow
    from snakemake.persistence.file import FilePersistence

    class Elsewhere(FilePersistence):
        def __init__(self, **settings):
            super().__init__(**{**settings, "path": elsewhere() / "snakemake"})

    snakemake.workflow.FilePersistence = Elsewhere


def refusal(build: str) -> str:
    """Why a build, which would write, is stopped."""
    where = _there(Path(build)) if os.access(".", os.W_OK) else Path.cwd()
    return (
        f"{where} cannot be written, so nothing can be built here; snakemake -n, swav plan and swav report "
        "work; to build, make it writable, or copy the project"
    )
