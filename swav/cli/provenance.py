"""``swav provenance final.mp4``: where a film comes from, as it says itself, and whether that is true."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import AsJson
from swav.cli.screen import print_json
from swav.errors import SwavError
from swav.provenance.reading import lines, read_provenance
from swav.shown import shown_path

_MOST = 40
"""Parts of a film that are shown unless all are asked for."""


def provenance(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Films, or any files.")],
    as_json: AsJson = False,
    all_: Annotated[bool, typer.Option("--all", help="Show every part of the film.")] = False,
) -> None:
    """Say what files tell of their origin (C2PA). Ends with 1 where one has none, or a broken one."""
    whole = True
    found = []
    for file in files:
        if not file.is_file():
            raise SwavError(f"there is no file {shown_path(file)}; build it: snakemake final.mp4")
        told = read_provenance(file)
        whole = whole and told.state in ("valid", "trusted")
        found.append({"file": str(file), **dataclasses.asdict(told)})
        if not as_json:
            print("\n".join(lines(told, shown_path(file), 10**6 if all_ else _MOST)))
    if as_json:
        print_json(found)
    if not whole:
        raise typer.Exit(1)
