"""``swav doctor``: which engines are ready here, what the others lack, and the command that mends it."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.cli.absent import absent
from swav.cli.models import gigabytes
from swav.cli.options import CONFIG_FILE, AsJson, Overrides, configuration
from swav.cli.screen import print_json
from swav.config import Config
from swav.engines import Site
from swav.environments import NAMES, root_of
from swav.environments.create import make_environment
from swav.environments.earlier import Earlier, earlier
from swav.errors import SwavError
from swav.reel.apart import named
from swav.render.cards import cards_here
from swav.review.checkup import Checkup, check_engines
from swav.review.machine import Machine, read_machine

Make = Annotated[
    str | None,
    typer.Option("--make", metavar="NAME", help=f"Make the environment of {' or '.join(NAMES)} now."),
]
Wheels = Annotated[
    Path | None,
    typer.Option("--wheels", metavar="FOLDER", help="Make it from these wheels, without a network."),
]


Named = Annotated[
    str | None, typer.Argument(metavar="ENGINE", help="One engine alone, with the command that fetches it.")
]


def doctor(
    engine: Named = None,
    make: Make = None,
    wheels: Wheels = None,
    config: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Show which engines are ready here, and what mends those that are not."""
    settings = Config.read(configuration(config) if Path(CONFIG_FILE).exists() else {})
    root = root_of(settings.build)
    if make:
        _make(make, root, wheels or (Path(settings.wheels) if settings.wheels else None))
        return
    site = Site(Path(settings.models), cards_here(settings.cards))
    engines, left = check_engines(site, root), earlier(root)
    if engine:
        engines = _chosen(engine, engines)
    machine = read_machine(site.cards, Path(settings.build))
    if as_json:
        print_json(_plain(engines, machine, left, root))
        return
    console = Console()
    console.print(_table(engines))
    about = [*_lacking(engines), *absent(engines)] if not engine else [*_lacking(engines, absent_too=True)]
    about += [f"\n{each.engine}: {doubt}" for each in engines for doubt in each.doubts]
    for line in [*about, *([] if engine else [*_machine(machine), *_left(left)])]:
        console.print(Text(line), soft_wrap=True)


def _chosen(name: str, engines: list[Checkup]) -> list[Checkup]:
    chosen = [each for each in engines if each.engine == name]
    if not chosen:
        known = ", ".join(sorted(each.engine for each in engines))
        raise SwavError(f"there is no engine named {name!r}; choose one of {known}")
    return chosen


def _make(name: str, root: Path, wheels: Path | None) -> None:
    """Make an environment by hand; the build would make it otherwise."""
    home = named(name, root)
    state = "is there already" if home.ready else "is made"
    make_environment(home, wheels)
    print(f"{home.folder} {state}.")


def _table(engines: list[Checkup]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    for name in ("engine", "makes", "environment", "weights", "card", "state"):
        table.add_column(name, no_wrap=name in ("engine", "state"), overflow="fold")
    for each in engines:
        state = Text("ready", style="green") if each.ready else Text("not ready", style="yellow")
        table.add_row(each.engine, each.makes, each.environment, each.weights, each.card, state)
    return table


def _lacking(engines: list[Checkup], absent_too: bool = False) -> Iterator[str]:
    """What is missing, and under it the command that mends it; of models that were never fetched if asked."""
    for each in engines:
        for lack in each.lacks if absent_too or not each.absent else ():
            yield f"\n{each.engine}: {lack.what}"
            yield f"    {lack.mend}"


def _machine(machine: Machine) -> Iterator[str]:
    yield ""
    for card in machine.cards:
        yield f"GPU      {card.name}, {gigabytes(card.free_bytes)} free of {gigabytes(card.total_bytes)}"
    if not machine.cards:
        yield "GPU      none that may be used"
    yield f"memory   {gigabytes(machine.free_memory_bytes)} free of {gigabytes(machine.memory_bytes)}"
    yield f"disk     {gigabytes(machine.free_disk_bytes)} free at {machine.disk}"
    yield f"ffmpeg   {machine.ffmpeg}"
    yield f"Python   {machine.python}"
    yield f"swav     {machine.swav}"


def _left(left: list[Earlier]) -> Iterator[str]:
    """Environments that only take room, with the command that frees it."""
    for each in left:
        what = "of another lock" if each.whole else "half made"
        yield f"\n{each.folder} is {what} and takes {gigabytes(each.bytes)}"
        yield f"    rm -r {shlex.quote(str(each.folder))}"


def _plain(engines: list[Checkup], machine: Machine, left: list[Earlier], root: Path) -> dict:
    return {
        "engines": [{**asdict(each), "ready": each.ready} for each in engines],
        "machine": asdict(machine),
        "environments": {
            "folder": str(root),
            "earlier": [{**asdict(each), "folder": str(each.folder)} for each in left],
        },
    }
