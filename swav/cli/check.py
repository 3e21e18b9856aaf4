"""``swav check``: is this storyboard right?, without building anything."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from swav.animatic.samples import SAMPLES
from swav.cli.options import AsJson
from swav.engines import generating, plugins
from swav.errors import InputError
from swav.storyboard import load, schema


def check(
    file: Annotated[Path, typer.Argument(help="The storyboard.")],
    as_json: AsJson = False,
) -> None:
    """Check a storyboard; for each fault a line FILE:LINE:COLUMN: field: what is wrong; what to do.

    The exit code is 1 if there is any.
    """
    faults, notices = [], ()
    try:
        notices = load(file, samples=SAMPLES, engines=generating(), unusable=plugins().broken).notices
    except InputError as error:
        faults = error.faults
    if as_json:
        found = {"faults": [asdict(fault) for fault in faults], "notices": [asdict(item) for item in notices]}
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        for item in [*faults, *notices]:
            print(item)
        if not faults:
            print(f"{file}: no faults")
    raise typer.Exit(1 if faults else 0)


def print_schema() -> None:
    """Print the storyboard's JSON Schema, by which editors complete it."""
    print(json.dumps(schema(), indent=1, ensure_ascii=False))
