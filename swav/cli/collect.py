"""``swav gc``: list, and on demand remove, what no cut uses."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from swav.cli.options import AsJson, Overrides, Storyboard, settings
from swav.cli.screen import print_json
from swav.cut.earlier import all_delivered
from swav.reel.workflow import read_reel, version_cuts
from swav.review.unused import Unused, unused, used_by_builds
from swav.review.wording import counted


def collect(
    storyboard: Storyboard = None,
    config: Overrides = None,
    keep: Annotated[
        list[Path] | None,
        typer.Option(help="Another storyboard whose files stay. May be given several times."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove what is listed.")] = False,
    takes: Annotated[
        bool,
        typer.Option(
            "--takes", help="Remove rendered takes too; without it only what is quickly remade goes."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what no cut uses: neither the storyboard's now, nor the one that was delivered last, nor one that
    is being built.
    """
    reel = read_reel(settings(config, storyboard))
    cuts = [reel.cut, *version_cuts(reel), *all_delivered(reel.cut.build)]
    cuts += [read_reel(settings(config, other)).cut for other in keep or []]
    found = unused(reel.cut.build, cuts, used_by_builds(reel.cut.build))
    if as_json:
        print_json([{**vars(item), "path": str(item.path)} for item in found])
    else:
        _print(found)
    if remove:
        gone = [item for item in found if takes or not item.gpu_minutes]
        for item in gone:
            item.path.unlink()
        kept = len(found) - len(gone)
        stay = f"{counted(kept, 'rendered take stays', 'rendered takes stay')}"
        note = f"; {stay} (give --takes to remove what was rendered too)" if kept else ""
        print(f"{counted(len(gone), 'file')} removed, {_size(gone)} freed{note}")


def _print(found: list[Unused]) -> None:
    if not found:
        print("Every file of the build is used.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name, justify in (
        ("file", "left"),
        ("shot", "left"),
        ("size", "right"),
        ("days", "right"),
        ("GPU min", "right"),
    ):
        table.add_column(name, justify=justify, overflow="fold")
    for item in found:
        minutes = f"{item.gpu_minutes:.1f}" if item.gpu_minutes else ""
        table.add_row(
            str(item.path), item.shot, f"{item.bytes / 1e6:.1f} MB", f"{item.age_days:.0f}", minutes
        )
    Console().print(table)
    print(
        f"{counted(len(found), 'file')} that no cut uses, {_size(found)}. Remove them with: swav gc --remove"
    )


def _size(items: list[Unused]) -> str:
    return f"{sum(item.bytes for item in items) / 1e6:.1f} MB"
