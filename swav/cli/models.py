"""``swav models``: what lies in the folder of weights, how it would render, and a copy that loads faster."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from swav.cli.absent import absent
from swav.cli.options import AsJson, Overrides, settings
from swav.cli.place import place
from swav.cli.screen import print_json
from swav.engines import Engine
from swav.environments import root_of
from swav.environments.run import run_program
from swav.errors import SwavError
from swav.readiness import Site
from swav.reel.apart import named
from swav.review.checkup import check_engines
from swav.review.model_folders import Found, folders, look, whole
from swav.upscaling.models import ENVIRONMENT, FOLDER, PROGRAM, upscalers
from swav.weights.fingerprint import ORIGIN
from swav.weights.folder import Model
from swav.weights.intact import fault_in
from swav.weights.room import free_bytes

_SHOWN_DIGITS = 12


app = typer.Typer(
    help="The models that lie here: what they are, how they would render, a smaller copy.",
    no_args_is_help=True,
)
app.command("place")(place)


@app.command("show")
def show(config: Overrides = None, as_json: AsJson = False) -> None:
    """List the folders of weights and their models."""
    chosen = settings(config)
    home = Path(chosen.models)
    found = [look(folder) for folder in folders(home)]
    if as_json:
        print_json([asdict(each) for each in found])
        return
    if found:
        _print(found)
    else:
        print(f"{home} holds no model; what can lie there is told in models/README.md.")
    for line in absent(check_engines(Site(home), root_of(chosen.build))):
        print(line)


def _print(found: list[Found]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name, justify in (
        ("folder", "left"),
        ("model", "left"),
        ("engine", "left"),
        ("layout", "left"),
        ("experts", "left"),
        ("size", "right"),
        ("fingerprint", "left"),
    ):
        table.add_column(name, justify=justify, overflow="fold")
    for each in found:
        table.add_row(
            Text(each.folder),
            Text(each.model or "not usable", style="yellow" if each.fault else ""),
            each.engine,
            each.layout,
            each.precision,
            gigabytes(each.bytes),
            (each.fingerprint or "")[:_SHOWN_DIGITS],
        )
    console = Console()
    console.print(table)
    for each in found:
        for sentence in (each.fault, *each.notes):
            if sentence:
                console.print(Text(sentence), soft_wrap=True)


@app.command("convert")
def convert(
    folder: Annotated[Path, typer.Argument(help="A folder with a model, such as models/wan22.")],
    target: Annotated[Path, typer.Argument(help="The folder to write, on a disk with room for it.")],
) -> None:
    """Write a model in the types in which it is computed: loads faster.

    The copy makes the same takes, and keeps every take that there is. Wan 2.2 has 69 GB instead of 118; any
    layout that an engine reads becomes that of Diffusers, and nothing becomes another.

    Of Wan 2.2 a conversion that was interrupted goes on where it stopped.
    """
    engine, model = whole(folder)
    _check_target(model, target)
    if missing := [name for name in ("torch", "diffusers", "transformers") if find_spec(name) is None]:
        raise SwavError(f"{missing[0]} is not installed, and converting needs it: pip install -e '.[wan]'")
    free = free_bytes(target)
    print(
        f"{folder} has {gigabytes(model.bytes)}; converted it takes "
        f"{gigabytes(engine.converted_bytes(model))} in {target}, where {gigabytes(free)} are free."
    )
    with _bar() as tell:
        converted = engine.convert(model, target, tell)
    print(
        f"{target} is written: {gigabytes(converted.bytes)}, fingerprint "
        f"{_fingerprint(engine, target)} as before, so that every take is kept. "
        "Put it in the place of the original."
    )


@app.command("verify")
def verify(
    folder: Annotated[Path, typer.Argument(help="A folder with a model, such as models/wan22.")],
) -> None:
    """Read a model to its end: is it the published one, whole, and each part in its place?"""
    from swav.weights import verify as verifying

    if folder.name == FOLDER and (files := upscalers(folder.parent)):
        _verify_upscalers(folder, files)
        return
    _, model = whole(folder)
    with _bar("reading") as tell:
        faults = verifying.verify(model, tell)
    for fault in faults:
        print(fault)
    known = verifying.has_published_digests(model)
    if not known:
        print(
            f"{folder} keeps no published digests, so swapped parts or another model of the same shapes "
            "would not be seen; what `hf download` fetches has them"
        )
    if not faults:
        print(f"{gigabytes(model.bytes)} read: {'as published' if known else 'nothing damaged was seen'}.")
    sys.exit(1 if faults else 0)


def _verify_upscalers(folder: Path, files: Mapping[str, Path]) -> None:
    """Load each model that enlarges takes, in the environment where that is done; say what it is."""
    home = named(ENVIRONMENT, root_of(settings(None).build))
    faults = 0
    for file in files.values():
        try:
            if said := fault_in(file):
                raise SwavError(said)
            found = run_program(home.python, PROGRAM, {"file": str(file.absolute())})
            print(f"{file}: {found['architecture']}, enlarges {found['scale']} times")
        except SwavError as error:
            faults += 1
            print(error)
    sys.exit(1 if faults else 0)


def _fingerprint(engine: Engine, folder: Path) -> str:
    found = engine.recognise(folder)
    return found.fingerprint[:_SHOWN_DIGITS] if found else ""


def _check_target(model: Model, target: Path) -> None:
    if (model.root / ORIGIN).is_file():
        raise SwavError(f"{model.root} is a converted model already; nothing was written")
    root, wanted = model.root.resolve(), target.resolve()
    if wanted == root or root in wanted.parents:
        raise SwavError(f"{target} lies in the model that is converted; choose a folder beside it")
    if target.exists() and not target.is_dir():
        raise SwavError(f"{target} is a file; choose a folder")


@contextmanager
def _bar(doing: str = "converting") -> Iterator[Callable[[int, int], None]]:
    """A bar of bytes, with their speed and the time that is left."""
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(doing, *columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task(doing, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)


def gigabytes(size: int) -> str:
    """A size as people say it: three digits at most."""
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if size >= unit:
            return f"{size / unit:.{0 if size >= 10 * unit else 1}f} {name}"
    return f"{size / 1e3:.1f} kB"
