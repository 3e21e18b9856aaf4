"""Links in folders of weights that lead nowhere: the file that they stood for is gone, or never came."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from swav.errors import EngineError

NOWHERE = "is a link to a file that is not there; mend the link, or fetch the model again"
"""What is said of one, after its name."""
_BESIDE = (".md", ".png", ".jpg", ".jpeg", ".gif", ".mp4", ".py")
"""Ends of files that lie beside a model and are no part of it."""
_MOST_FILES = 5000
"""Files of a folder that are looked at."""


def check_folder(folder: Path) -> None:
    """An ``EngineError`` where a file, or a link that leads nowhere, has the place of a model's folder."""
    if leads_nowhere(folder):
        raise EngineError(f"{folder} {NOWHERE}")
    if folder.exists() and not folder.is_dir():
        raise EngineError(f"{folder} is a file, and a model is a folder; give the file another name")


def leads_nowhere(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def broken_link(folder: Path) -> Path | None:
    """The first link in a folder that leads nowhere and may have been a part of a model; or the folder."""
    if leads_nowhere(folder):
        return folder
    seen = 0
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for file in (Path(place, name) for name in sorted(names) if not name.startswith(".")):
            if leads_nowhere(file) and file.suffix.lower() not in _BESIDE:
                return file
        seen += len(names)
        if seen > _MOST_FILES:
            break
    return None


@contextmanager
def links_named(folder: Path) -> Iterator[None]:
    """Where something is wrong with a model and a link in its folder leads nowhere, that is what is wrong."""
    try:
        yield
    except EngineError as reason:
        if broken := broken_link(folder):
            raise type(reason)(f"{broken} {NOWHERE}") from None
        raise
