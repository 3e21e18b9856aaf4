"""``swav check``: is this storyboard right?, without building anything."""

import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from swav.cli.options import CONFIG_FILE, AsJson, Overrides, Storyboard, settings
from swav.cli.screen import print_json
from swav.config import Config, config_schema
from swav.cut.holding import never_rendered
from swav.engines import abilities, generating, plugins, reads, samples
from swav.errors import Fault, InputError
from swav.review.lengths import too_long, wanted_of_board
from swav.review.notices import nothing_to_hold
from swav.storyboard import Loaded, Notice, Reach, load, schema
from swav.storyboard.look import Look, look

MANY = 20
"""Files after which it is told how many were looked at."""


def check(
    storyboard: Storyboard = None,
    config: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Check a storyboard; for each fault a line FILE:LINE:COLUMN: field: what is wrong; what to do.

    The exit code is 1 if there is any.
    """
    file = storyboard or Path(settings(config).storyboard)
    models = Path(settings(config).models) if Path(CONFIG_FILE).exists() else Path("models")
    faults, notices, long = [], [], []
    loads = partial(
        load,
        file,
        samples=samples(),
        engines=generating(),
        abilities=abilities(_preferred(config)),
        unusable=plugins().broken,
        look=looker(),
        tokens=reads(models),
        reach=Reach.of(file, _media_roots(config)),
    )
    try:
        loaded = loads()
        notices, long = list(loaded.notices), too_long(wanted_of_board(loaded.board))
        long += nothing_to_hold(never_rendered(loaded.board, file, _build(config)))
        faults = _of_versions(loads, loaded, notices)
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


def _of_versions(loads: Callable[..., Loaded], film: Loaded, notices: list[Notice]) -> list[Fault]:
    """The faults of each version of the film; of its notices, those that the film does not have are added."""
    faults = []
    for name in film.board.deliver:
        try:
            found = loads(version=name).notices
        except InputError as error:
            faults += error.faults
            continue
        notices += [
            replace(item, message=f"version {name}: {item.message}") for item in found if item not in notices
        ]
    return faults


def _media_roots(config: list[str] | None) -> tuple[str, ...]:
    """Of the configuration; a storyboard is checked whatever is wrong with that."""
    try:
        return settings(config).media_roots
    except InputError:
        return ()


def _build(config: list[str] | None) -> str:
    """The build folder, in which the takes lie that shots may hold."""
    try:
        return settings(config).build
    except InputError:
        return Config().build


def _preferred(config: list[str] | None) -> tuple[str, ...]:
    """Engines that the configuration prefers where a shot has a keyframe."""
    try:
        return settings(config).image_to_video
    except InputError:
        return ()


def looker() -> Callable[[Path, str], Look]:
    """Looks at files one by one; where there are many, a person at a terminal sees how many it has been."""
    terminal = Console(stderr=True)
    count = 0

    def looked(path: Path, use: str) -> Look:
        nonlocal count
        count += 1
        if terminal.is_terminal and count >= MANY and count % MANY == 0:
            print(f"\rlooked at {count} files", end="\r", file=sys.stderr, flush=True)
        return look(path, use)

    return looked


def print_schema(
    of: Annotated[
        Literal["storyboard", "config"], typer.Argument(help="Of storyboards, or of config.yaml.")
    ] = "storyboard",
) -> None:
    """Print the JSON Schema by which editors complete a storyboard, or config.yaml."""
    print_json(config_schema() if of == "config" else schema())
