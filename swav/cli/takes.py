"""``swav takes r012``: every take of a shot with its verdict, and a contact sheet to look at."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.cli.options import AsJson, Overrides, settings, shot_named, storyboard_among
from swav.cli.screen import columns, print_json, say
from swav.cut.shot import CutShot
from swav.errors import SwavError
from swav.reel.workflow import read_reel
from swav.review.history import all_takes
from swav.review.verdicts import TakeReport

STYLES = {"pass": "green", "warn": "yellow", "fail": "red"}
MOST_ON_SHEET = 12


def takes(
    words: Annotated[
        list[str], typer.Argument(metavar="SHOT [STORYBOARD]", help="The shot's id; a storyboard.")
    ],
    config: Overrides = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Where the contact sheet is written; else beside the verdicts.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every take ever made of a shot with the verdicts on them, and write a contact sheet.

    Builds nothing.
    """
    storyboard, shots = storyboard_among(words)
    if len(shots) != 1:
        raise SwavError("name one shot, such as: swav takes r012")
    cut = read_reel(settings(config, storyboard)).cut
    shot = shot_named(cut, shots[0])
    found = all_takes(cut, shot)
    if not found:
        raise SwavError(f"{shot.id} is as long as its narration, which is not spoken yet; build first")
    made = [take for take in found if take.shown][:MOST_ON_SHEET]
    target = sheet or Path(cut.build, "verdicts", f"{shot.id}-takes.png")
    if made:
        from swav.review.sheet import contact_sheet

        contact_sheet(shot.id, made, target)
    if as_json:
        print_json([{**asdict(take), "clip": str(take.clip), "look": str(take.look or "")} for take in found])
        return
    console = Console()
    console.print(table(shot, found))
    say(console, [f"Contact sheet: {target}"] if made else [])


def table(shot: CutShot, found: list[TakeReport]) -> Table:
    """The takes of a shot, a row each."""
    title = f"{shot.id}  {shot.engine}{', pinned' if shot.pinned else ''}"
    kinds = {"take": "right", "engine": "left", "seed": "right", "made": "left"}
    minutes = {"GPU_min": "right"} if any(take.gpu_minutes for take in found) else {}
    drawn = columns(title, **kinds, **minutes, verdict="left", found="rest")
    for take in found:
        number = "earlier" if take.number is None else f"{take.number}{' *' if take.chosen else ''}"
        since = [f"since: {'; '.join(take.since)}"] if take.since else []
        drawn.add_row(
            number,
            take.engine,
            str(take.seed),
            f"to step {take.look_at}" if take.look_at else take.made_at[:16].replace("T", " "),
            *([f"{take.gpu_minutes:.1f}" if take.gpu_minutes else ""] if minutes else []),
            Text(take.status, style=STYLES.get(take.status, "dim")),
            Text("\n".join([*take.findings, *since])),
        )
    if any(take.chosen for take in found):
        drawn.caption, drawn.caption_justify = Text("* in the cut"), "left"
    return drawn
