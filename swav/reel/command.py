"""The command line of the scripts: which cut, which shot, which file to make."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from swav.cut.model import read_cut
from swav.errors import SwavError

INTERRUPTED = 130


def run(
    step: Callable[..., None],
    description: str,
    *,
    shot: bool = False,
    targets: int = 1,
    options: dict[str, Callable[[str], object]] | None = None,
) -> None:
    """Run one step of a build as a process of its own.

    ``step`` is called with the cut, the shot if it is about one, the paths to write, and ``options`` by name.
    A SwavError becomes one sentence and exit status 1; Ctrl-C ends the process without a word.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--cut", type=read_cut, required=True, help="the cut that is being built")
    if shot:
        parser.add_argument("--shot", required=True, help="the shot's id")
    for name, kind in (options or {}).items():
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("targets", nargs=targets, type=Path, help="the files to write")
    given = parser.parse_args()
    about = (given.cut.shot(given.shot),) if shot else ()
    try:
        step(given.cut, *about, *given.targets, **{name: getattr(given, name) for name in options or {}})
    except SwavError as error:
        print(f"{given.shot}: {error}" if shot else error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
