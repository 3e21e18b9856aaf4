"""Options that several commands share, and how they find the project."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from swav.errors import InputError, SwavError

CONFIG_FILE = "config.yaml"

Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--config", "-C", metavar="KEY=VALUE", help="Override config.yaml, as snakemake's --config does."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Gpus = Annotated[
    int | None,
    typer.Option("--gpus", metavar="N", help="GPUs to plan for, as snakemake's --resources gpu=N."),
]


def configuration(overrides: list[str] | None) -> dict[str, Any]:
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
    for override in overrides or []:
        key, sign, value = override.partition("=")
        if not sign:
            raise SwavError(f"--config {override}: KEY=VALUE is needed, such as --config engine=animatic")
        values = merged(values, {key: yaml.safe_load(value)})
    return values


def merged(values: Any, over: Any) -> Any:
    """Values with others laid over them, group by group, as Snakemake merges ``--config``."""
    if not (isinstance(values, dict) and isinstance(over, dict)):
        return over
    return values | {key: merged(values.get(key), value) for key, value in over.items()}
