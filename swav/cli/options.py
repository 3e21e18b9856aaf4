"""Options that several commands share, and how they find the project."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from swav.config import Config, laid_over
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.errors import InputError, SwavError
from swav.shown import listed, shown

CONFIG_FILE = "config.yaml"
_CONFIG_OPTIONS = ("--config", "-C")
_STORYBOARDS = (".yaml", ".yml")

Overrides = Annotated[
    list[str] | None,
    typer.Option(
        *_CONFIG_OPTIONS,
        metavar="KEY=VALUE...",
        help="Override config.yaml, as snakemake's --config does: one or several.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Gpus = Annotated[
    int | None,
    typer.Option("--gpus", min=1, metavar="N", help="GPUs to plan for, as snakemake's --resources gpu=N."),
]
Storyboard = Annotated[
    Path | None,
    typer.Argument(metavar="[STORYBOARD]", help="The storyboard; else the one that config.yaml names."),
]
Cards = Annotated[
    str | None,
    typer.Option(
        metavar="CARDS",
        help='Forecast a machine that is not here, such as "4 x RTX A6000".',
        show_default=False,
    ),
]
Deliver = Annotated[
    str, typer.Option("--deliver", metavar="NAME", help="A version of the film, by its name in deliver:.")
]
HostMemory = Annotated[
    float | None,
    typer.Option(
        min=1, metavar="GB", help="What is free of that machine's own memory; else 32 GB a card are taken."
    ),
]


def settings(overrides: Sequence[str] | None, storyboard: Path | None = None) -> Config:
    """The configuration that a command works by, with a storyboard that it was given in its place."""
    values = configuration(overrides)
    return Config.read(values if storyboard is None else {**values, "storyboard": str(storyboard)})


def configuration(overrides: Sequence[str] | None) -> dict[str, Any]:
    """The values of config.yaml with overrides laid over them. InputError if there is no such file."""
    file = Path(CONFIG_FILE)
    if not file.exists():
        raise InputError.whole_file(file, "there is no such file here", "change to the project's folder")
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        place = getattr(error, "problem_mark", None)
        where = f" at line {place.line + 1}" if place else ""
        raise InputError.whole_file(
            file, f"is not YAML{where}", "mend it, or restore the shipped one"
        ) from None
    return laid_over(values, overrides or [])


def spread(arguments: Sequence[str]) -> list[str]:
    """A command line in which ``--config a=1 b=2`` stands as Snakemake reads it: each with its own option."""
    found: list[str] = []
    inside = False
    for word in arguments:
        if word.startswith("-"):
            inside = word in _CONFIG_OPTIONS
            found.append(word)
        elif inside and found[-1] not in _CONFIG_OPTIONS and "=" in word:
            found += [_CONFIG_OPTIONS[0], word]
        else:
            inside = inside and found[-1] in _CONFIG_OPTIONS
            found.append(word)
    return found


def storyboard_among(words: Sequence[str]) -> tuple[Path | None, list[str]]:
    """The storyboard that is named among a command's words, and the other words: shots."""
    boards = [word for word in words if word.endswith(_STORYBOARDS)]
    return (Path(boards[-1]) if boards else None), [word for word in words if word not in boards]


def shot_named(cut: Cut, name: str) -> CutShot:
    """The shot of that id. SwavError where there is none."""
    try:
        return cut.shot(name)
    except KeyError:
        known = listed((item.id for item in cut.shots), 24)
        said = f"there is no shot {shown(name, 40)} in {cut.storyboard}"
        raise SwavError(f"{said}; its shots are {known}") from None
