"""A job as a row of the console: its rule, what it is about, and with which engine on how many GPUs."""

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from rich.cells import cell_len, set_cell_size

RULE_WIDTH = 14


_OF_A_FILM = re.compile(r"^_(deliver|lay_stems)_.*")
"""Rules that every film has for itself."""


@dataclass(frozen=True)
class Row:
    """One job."""

    rule: str
    about: str
    outputs: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule:<{RULE_WIDTH}} {self.about}".rstrip()


def row(record: Any) -> Row:
    """The row of a job that Snakemake tells of (``LogEvent.JOB_INFO``)."""
    wildcards = record.wildcards or {}
    gpus = getattr(record.resources, "gpu", None)
    engine = wildcards.get("engine", "") if "shot" in wildcards else ""
    with_what = ", ".join(filter(None, [engine, f"GPUs: {gpus}" if gpus else ""]))
    subject = wildcards.get("shot") or wildcards.get("name") or _object(record.rule_msg or "")
    return Row(rule_of(record.rule_name), "  ".join(filter(None, [subject, with_what])), tuple(record.output))


def rule_of(name: str) -> str:
    """A rule as people know it."""
    return _OF_A_FILM.sub(r"\1", name)


def _object(sentence: str) -> str:
    """A job's message without its verb and its full stop: the rule's name says what is done."""
    return sentence.partition(" ")[2].removesuffix(".")


def width() -> int:
    """Columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def fitted(text: str, columns: int) -> str:
    """A text cut to so many columns of the terminal, with an ellipsis where it goes on."""
    return text if cell_len(text) <= columns else set_cell_size(text, columns - 1).rstrip() + "…"


def aligned(rows: list[tuple[Row, str]], columns: int) -> list[str]:
    """Rows with the reason of each beside it, one line each, in the order in which rules come up."""
    order = {rule: place for place, rule in enumerate(dict.fromkeys(item.rule for item, _ in rows))}
    rows = sorted(rows, key=lambda pair: (order[pair[0].rule], pair[0].about))
    indent = min(max((cell_len(str(item)) for item, _ in rows), default=0), columns // 2)
    lines = []
    for item, why in rows:
        said = str(item)
        room = max(0, indent - cell_len(said))
        lines.append(fitted(f"  {said}{' ' * room}  {why}".rstrip(), columns))
    return lines


def counted(rules: Iterable[str], columns: int) -> list[str]:
    """How many jobs each rule has, in as few lines as it takes."""
    counts = Counter(rules)
    said = ", ".join(f"{count}\N{NO-BREAK SPACE}{rule}" for rule, count in counts.items())
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in wrap(said, columns)]
