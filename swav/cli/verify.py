"""``swav verify``: read every file of the build to its end, and say which is not what was written."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import AsJson, Overrides, Storyboard, settings
from swav.cli.screen import print_json
from swav.errors import Damaged
from swav.hashes import HashList, damaged_files
from swav.reel.workflow import read_reel
from swav.review.wording import counted


def verify(
    storyboard: Storyboard = None,
    config: Overrides = None,
    mend: Annotated[
        bool, typer.Option("--mend", help="Put away what is damaged: the next build makes it again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare every file that the build made with what was written. Reads all of it; changes nothing.

    Where nobody wrote down what a file is, only its form can be looked at, and that is said.
    """
    from swav.reel.damage import FINALS, files_of
    from swav.reel.putting_away import put_away
    from swav.reel.stamp import not_as_delivered

    cut = read_reel(settings(config, storyboard)).cut
    listed = HashList(cut.build)
    files = dict.fromkeys([*map(Path, files_of(cut)), *listed.listed()])
    there = [file for file in files if file.is_file()]
    damaged = damaged_files(there, listed, afresh=True, adopt=False)
    unknown = [file for file in there if not listed.digests(file)]
    damaged += not_as_delivered(cut, Path("final.mp4"), afresh=True)
    if as_json:
        found = {"damaged": [str(file) for file in damaged], "unknown": [str(file) for file in unknown]}
        print_json({"files": len(there), **found})
    else:
        for file in damaged:
            removes = mend and file.exists() and file.parent.name != FINALS
            what = f"; {put_away(file, cut.build, Damaged(file).means)}" if removes else ""
            print(f"{file} is damaged{what}")
        rest = "; put them away with: swav verify --mend" if damaged and not mend else ""
        print(f"{counted(len(there), 'file')} read, {len(damaged) or 'none'} damaged{rest}")
        if unknown:
            of = counted(len(unknown), "file")
            print(f"of {of} nobody wrote down what it is: its form alone was looked at")
    sys.exit(1 if damaged and not mend else 0)
