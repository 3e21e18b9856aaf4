"""``swav takes r012``: the takes of a shot with their verdicts, and a contact sheet to look at."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.cli.options import AsJson, Overrides, configuration
from swav.config import Config
from swav.cut.model import CutShot
from swav.errors import SwavError
from swav.reel.workflow import read_reel
from swav.review.verdicts import TakeReport
from swav.review.verdicts import takes as takes_of

STYLES = {"pass": "green", "warn": "yellow", "fail": "red"}


def takes(
    shot: Annotated[str, typer.Argument(help="The shot's id.")],
    config: Overrides = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Where the contact sheet is written; else beside the verdicts.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List a shot's takes with the verdicts on them, and write a contact sheet. Builds nothing."""
    cut = read_reel(Config.read(configuration(config))).cut
    try:
        found = list(takes_of(cut, cut.shot(shot)))
    except KeyError:
        known = ", ".join(item.id for item in cut.shots)
        raise SwavError(f"there is no shot {shot} in {cut.storyboard}; its shots are {known}") from None
    except FileNotFoundError:
        raise SwavError(f"{shot} is as long as its narration, which is not spoken yet; build first") from None
    made = [take for take in found if take.made]
    target = sheet or Path(cut.build, "verdicts", f"{shot}-takes.png")
    if made:
        from swav.review.sheet import contact_sheet

        contact_sheet(shot, made, target)
    if as_json:
        print(json.dumps([{**asdict(take), "clip": str(take.clip)} for take in found], indent=1))
        return
    console = Console()
    console.print(table(cut.shot(shot), found))
    if made:
        console.print(Text(f"Contact sheet: {target}"), soft_wrap=True)


def table(shot: CutShot, found: list[TakeReport]) -> Table:
    """The takes of a shot, a row each."""
    pinned = ", pinned" if shot.pinned else ""
    drawn = Table(
        title=Text(f"{shot.id}  {shot.engine}{pinned}"),
        title_justify="left",
        header_style="bold",
        box=None,
        padding=(0, 2, 0, 0),
    )
    for name in ("take", "seed", "GPU min", "verdict", "found"):
        drawn.add_column(name, justify="right" if name in ("take", "seed", "GPU min") else "left")
    for take in found:
        cost = f"{take.gpu_minutes:.1f}" if take.gpu_minutes else ""
        drawn.add_row(
            f"{take.number}{' *' if take.chosen else ''}",
            str(take.seed),
            cost,
            Text(take.status, style=STYLES.get(take.status, "dim")),
            Text("\n".join(take.findings)),
        )
    if any(take.chosen for take in found):
        drawn.caption, drawn.caption_justify = Text("* in the cut"), "left"
    return drawn
