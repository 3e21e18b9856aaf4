"""Snakefiles are read from this machine: Snakemake need not import a library for those that are not.

It asks ``smart_open`` what kind of path each is, and that imports ``requests`` and all below it. What is
answered here is answered alike; all other paths go the way that they went.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

OPENS = ("self", "source_file", "mode", "encoding")
PARSES = ("path_or_uri",)
"""The parameters of ``SourceCache._open`` and ``parse_uri`` in the Snakemake for which this was written."""


class Uri(NamedTuple):
    """What ``smart_open.parse_uri`` says of a file of this machine."""

    scheme: str
    uri_path: str


def read_here() -> None:
    """Open the Snakefiles of this process without that library.

    A Snakemake that opens them otherwise is left as it is.
    """
    try:
        from snakemake import sourcecache
        from snakemake.sourcecache import LocalSourceFile, SourceCache

        opens, parses = SourceCache._open, sourcecache.parse_uri
    except (ImportError, AttributeError):
        return
    known = tuple(signature(opens).parameters) == OPENS and tuple(signature(parses).parameters) == PARSES
    if known and opens.__module__ != __name__:
        SourceCache._open = _opened_here(opens, LocalSourceFile)
        sourcecache.parse_uri = _parsed_here(parses)


def _is_here(path: Any) -> bool:
    return isinstance(path, str | Path) and str(path).startswith("/") and "://" not in str(path)


def _parsed_here(whole: Callable[[str], Any]) -> Callable[[str], Any]:
    """``parse_uri`` that knows a path of this machine by itself."""

    @wraps(whole)
    def parse_uri(path_or_uri: str) -> Any:
        return Uri("file", path_or_uri) if _is_here(path_or_uri) else whole(path_or_uri)

    return parse_uri


def _opened_here(whole: Callable[..., Any], local: type) -> Callable[..., Any]:
    """``SourceCache._open`` that opens what it can by itself: a file that is on this machine."""

    @wraps(whole)
    def opened(self: Any, source_file: Any, mode: str, encoding: str | None = None) -> Any:
        path = source_file.get_path_or_uri(secret_free=False) if type(source_file) is local else None
        if _is_here(path):
            try:
                return Path(path).open(mode, encoding=None if "b" in mode else encoding)
            except OSError:
                pass
        return whole(self, source_file, mode, encoding=encoding)

    opened.__module__ = __name__
    return opened
