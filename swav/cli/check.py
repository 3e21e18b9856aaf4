"""``swav check``: is this storyboard right?, without building anything."""

from dataclasses import asdict
from pathlib import Path

import typer

from swav.animatic.samples import SAMPLES
from swav.cli.options import AsJson, Overrides, Storyboard, settings
from swav.cli.screen import print_json
from swav.engines import generating, plugins
from swav.errors import InputError
from swav.review.lengths import too_long, wanted_of_board
from swav.storyboard import load, schema


def check(
    storyboard: Storyboard = None,
    config: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Check a storyboard; for each fault a line FILE:LINE:COLUMN: field: what is wrong; what to do.

    The exit code is 1 if there is any.
    """
    file = storyboard or Path(settings(config).storyboard)
    faults, notices, long = [], (), []
    try:
        loaded = load(file, samples=SAMPLES, engines=generating(), unusable=plugins().broken)
        notices, long = loaded.notices, too_long(wanted_of_board(loaded.board))
    except InputError as error:
        faults = error.faults
    if as_json:
        found = {"faults": [asdict(fault) for fault in faults], "notices": [asdict(item) for item in notices]}
        print_json({**found, "too_long": long})
    else:
        for item in [*faults, *notices, *(f"{file}: {sentence}" for sentence in long)]:
            print(item)
        if not faults:
            print(f"{file}: no faults")
    raise typer.Exit(1 if faults else 0)


def print_schema() -> None:
    """Print the storyboard's JSON Schema, by which editors complete it."""
    print_json(schema())
