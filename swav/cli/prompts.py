"""``swav prompts``: what preparation makes of each prompt, as a coloured difference, and why."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from swav.animatic.samples import SAMPLES
from swav.cli.options import AsJson, Overrides, configuration
from swav.config import Config
from swav.engines import generating, plugins
from swav.prompts import Prepared, prepare, word_diff
from swav.storyboard import load
from swav.storyboard.model import Shot, Storyboard

STYLES = {"same": "", "removed": "red strike", "added": "green"}


def prompts(
    shots: Annotated[list[str] | None, typer.Argument(help="Shot ids; all generated shots if none.")] = None,
    config: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Show each prompt before and after preparation, and why it changed."""
    settings = Config.read(configuration(config))
    board = load(
        Path(settings.storyboard), samples=SAMPLES, engines=generating(), unusable=plugins().broken
    ).board
    wanted = [shot for shot in board.shots if shot.prompt and (not shots or shot.id in shots)]
    found = [(shot, prepared(board, shot)) for shot in wanted]
    if as_json:
        plain = [{"shot": shot.id, "before": shot.prompt, **asdict(made)} for shot, made in found]
        print(json.dumps(plain, indent=1, ensure_ascii=False))
        return
    console = Console()
    for shot, made in found:
        show(console, shot, made)


def prepared(board: Storyboard, shot: Shot) -> Prepared:
    """A shot's prompt as its engine gets it."""
    return prepare(
        shot.prompt or "",
        negative=shot.negative,
        style=board.style.prompt,
        style_negative=board.style.negative,
        camera=shot.camera,
        enabled=shot.prepare,
    )


def show(console: Console, shot: Shot, made: Prepared) -> None:
    """Print one shot's prompt: the words that went in red, those that came in green, and the reasons."""
    console.print(Text(shot.id, style="bold"))
    line = Text()
    for kind, words in word_diff(shot.prompt or "", made.prompt):
        line.append(words, style=STYLES[kind])
        line.append(" ")
    console.print(line)
    for change in made.changes:
        console.print(Text(f"  {change.kind}: {change.why}", style="dim"))
    for words in made.lettering:
        console.print(Text(f'  offered as an overlay: - text: "{words}"', style="cyan"))
    console.print()
