"""What the benchmarks of models found, on disk after every measurement: a killed run keeps what it had."""

import json
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_COLUMNS = ("part", "what", "seconds", "peak_gb", "note")
_FOLDED = 9
"""A row's other figures are folded into its note, this many at most; all of them are in the JSON file."""


@dataclass
class Results:
    """Rows of figures. ``about`` says on which machine, with which software and by which command."""

    folder: Path
    about: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    name: str = "wan22"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.about = {
            "date": datetime.now(UTC).date().isoformat(),
            "python": platform.python_version(),
            **self.about,
        }

    def add(self, part: str, what: str, **figures: Any) -> dict[str, Any]:
        """Keep one measurement, and say it. Seconds and gigabytes (1e9 bytes) are rounded to the millisecond
        and the megabyte.
        """
        row = {"part": part, "what": what, **{name: _plain(value) for name, value in figures.items()}}
        self.rows.append(row)
        self.save()
        print(" ".join(f"{name}={value}" for name, value in row.items()), flush=True)
        return row

    def save(self) -> None:
        """Write both files, such as wan22.json and wan22.md."""
        both = {"about": self.about, "rows": self.rows}
        (self.folder / f"{self.name}.json").write_text(json.dumps(both, indent=1, ensure_ascii=False) + "\n")
        (self.folder / f"{self.name}.md").write_text(self.table())

    def table(self) -> str:
        """The rows as Markdown."""
        said = ", ".join(f"{name} {value}" for name, value in self.about.items() if name != "command")
        lines = [f"{said}.", "", f"| {' | '.join(_COLUMNS)} |", "|---|---|---:|---:|---|"]
        lines += [f"| {' | '.join(self._cells(row))} |" for row in self.rows]
        return "\n".join(lines) + "\n"

    def _cells(self, row: dict[str, Any]) -> list[str]:
        others = [f"{name} {_short(value)}" for name, value in row.items() if name not in _COLUMNS]
        notes = [str(row["note"])] if row.get("note") else []
        cells = [str(row.get(name, "")) for name in _COLUMNS[:-1]]
        return [*cells, "; ".join(notes + others[:_FOLDED]).replace("|", "/")]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.3f}") if abs(value) >= 0.01 else float(f"{value:.3g}")
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
    return text if len(text) <= 160 else text[:157] + "..."
