"""``swav prompts``: what preparation makes of each prompt, as a coloured difference, and why."""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from swav.cli.options import AsJson, Overrides, settings, storyboard_among
from swav.cli.screen import print_json
from swav.engines import abilities, generating, plugins, samples
from swav.prompts import Prepared, word_diff
from swav.prompts.prepare import Change
from swav.storyboard import load
from swav.storyboard.model import Storyboard
from swav.storyboard.prompting import shot_prompt
from swav.storyboard.shot import Shot

COMMON = 3
"""A reason that so many prompts share stands once, below them."""
STYLES = {"same": "", "removed": "red strike", "added": "green"}
MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
"""As git's ``--word-diff`` has them: a file, and an eye that does not see red, read them too."""


def prompts(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STORYBOARD] [SHOT]...", help="Shot ids, all generated shots if none; a storyboard."
        ),
    ] = None,
    config: Overrides = None,
    as_json: AsJson = False,
) -> None:
    """Show each prompt before and after preparation, and why it changed."""
    storyboard, shots = storyboard_among(words or [])
    file = Path(settings(config, storyboard).storyboard)
    board = load(
        file, samples=samples(), engines=generating(), unusable=plugins().broken, abilities=abilities()
    ).board
    wanted = [shot for shot in board.shots if shot.prompt and (not shots or shot.id in shots)]
    found = [(shot, prepared(board, shot)) for shot in wanted]
    if as_json:
        plain = [{"shot": shot.id, "before": shot.prompt, **asdict(made)} for shot, made in found]
        print_json(plain)
        return
    console = Console()
    counts = Counter(said(change) for _, made in found for change in made.changes)
    shared = {reason: count for reason, count in counts.items() if count >= COMMON}
    for shot, made in found:
        show(console, shot, made, shared)
    for reason, count in shared.items():
        console.print(Text(f"{count} prompts: {reason}", style="dim"))


def prepared(board: Storyboard, shot: Shot) -> Prepared:
    """A shot's prompt as its engine gets it."""
    return shot_prompt(board, shot)


def said(change: Change) -> str:
    """What was done to a prompt, and why."""
    return f"{change.kind}: {change.why}"


def show(console: Console, shot: Shot, made: Prepared, shared: Collection[str] = ()) -> None:
    """Print one shot's prompt: what went, what came, and the reasons that it does not share."""
    console.print(Text(shot.id, style="bold"))
    console.print(
        difference(shot.prompt or "", made.prompt, marks=console.no_color or not console.is_terminal)
    )
    for reason in map(said, made.changes):
        if reason not in shared:
            console.print(Text(f"  {reason}", style="dim"))
    for words in made.lettering:
        console.print(Text(f'  offered as an overlay: - text: "{words}"', style="cyan"))
    console.print()


def difference(before: str, after: str, *, marks: bool) -> Text:
    """One text as another: what went in red and what came in green, or between ``marks`` without colour."""
    line = Text()
    for kind, words in word_diff(before, after):
        text, (opening, closing) = words.strip(), MARKS[kind] if marks else ("", "")
        front, end = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        if not text:
            line.append(words)
            continue
        if kind == "added" and line.plain and not line.plain[-1].isspace() and not front and not marks:
            front = " "
        line.append(front).append(f"{opening}{text}{closing}", style=STYLES[kind]).append(end if text else "")
    return line
