"""``swav import shots.xlsx`` and ``swav export``: the team's shot list, there and back."""

from pathlib import Path
from typing import Annotated

import typer

from swav.cli.options import Overrides, Storyboard, settings
from swav.errors import SwavError
from swav.files import write_text
from swav.reel.workflow import read_reel
from swav.shown import shown_path


def import_(
    shots: Annotated[Path, typer.Argument(metavar="SHOTS", help="A shot list, .csv or .xlsx.")],
    to: Annotated[Path | None, typer.Option(help="The storyboard to write; else beside the list.")] = None,
    title: Annotated[str, typer.Option(help="The film's title.")] = "My film",
) -> None:
    """Make a storyboard from a shot list. An existing file is never overwritten."""
    from swav.handoff.shot_list import storyboard_of

    target = to or shots.with_suffix(".yaml")
    if target.exists():
        raise SwavError(f"{shown_path(target)} is there already; nothing was written, give another with --to")
    text, said = storyboard_of(shots, title)
    write_text(target, text)
    print("\n".join([*said, f"{shown_path(target)} is written; look at it with: swav check {target}"]))


def export(
    to: Annotated[Path, typer.Argument(metavar="SHOTS", help="The list to write, .csv or .xlsx.")],
    storyboard: Storyboard = None,
    config: Overrides = None,
) -> None:
    """Write the storyboard's shots as a shot list."""
    from swav.handoff.shot_list import write_shot_list

    write_shot_list(read_reel(settings(config, storyboard)).loaded.board, to)
    print(f"{shown_path(to)} is written.")
