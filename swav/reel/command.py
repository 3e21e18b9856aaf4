"""The command line of the scripts: which cut, which shot, which file to make."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from swav.cut.model import read_cut
from swav.errors import SwavError


def run(step: Callable[..., None], description: str, *, shot: bool = False, targets: int = 1) -> None:
    """Run one step of a build as a process of its own.

    ``step`` is called with the cut, the shot if it is about one, and the paths to write. A SwavError becomes
    one sentence and exit status 1.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--cut", type=read_cut, required=True, help="the cut that is being built")
    if shot:
        parser.add_argument("--shot", required=True, help="the shot's id")
    parser.add_argument("targets", nargs=targets, type=Path, help="the files to write")
    given = parser.parse_args()
    about = (given.cut.shot(given.shot),) if shot else ()
    try:
        step(given.cut, *about, *given.targets)
    except SwavError as error:
        print(f"{given.shot}: {error}" if shot else error, file=sys.stderr)
        sys.exit(1)
