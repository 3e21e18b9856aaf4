"""How commands write to a terminal of any width and any encoding, and to a file."""

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.shown import turned


def speak_any_script() -> None:
    """Let no letter end a command: what the terminal's encoding does not have is shown as ``?``.

    What would turn the rest of a line around (Unicode's controls of direction) is written out.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.stdout, sys.stderr = _Straight(sys.stdout), _Straight(sys.stderr)


class _Straight:
    """A stream whose text is written ``swav.shown.turned``; all else is the stream's own."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(turned(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def print_json(data: Any) -> None:
    """Print JSON: in letters where the stream is Unicode, else escaped, so that it is JSON all the same."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    print(json.dumps(data, indent=1, ensure_ascii=not unicode))


def columns(title: str = "", **columns: str) -> Table:
    """A plain table: columns by name, each ``left``, ``right`` or ``rest``, which takes what room is left."""
    drawn = Table(
        title=Text(title) if title else None,
        title_justify="left",
        header_style="bold",
        box=None,
        padding=(0, 2, 0, 0),
    )
    for name, kind in columns.items():
        rest = kind == "rest"
        drawn.add_column(
            name.replace("_", " "),
            justify="right" if kind == "right" else "left",
            no_wrap=not rest,
            overflow="fold",
        )
    return drawn


def say(console: Console, lines: Iterable[str]) -> None:
    """Print sentences: wrapped between words on a terminal, whole where they go to a file."""
    for line in lines:
        console.print(Text(line), soft_wrap=not console.is_terminal)
