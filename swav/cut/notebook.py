"""What people said of takes: notes, approvals and rejections, in a file beside the storyboard.

One line a fact, only ever added to, so that git merges what two people wrote. An approval belongs to a take's
key: an edit makes another key, which nobody approved yet; taking the edit back finds the approval again.
"""

import errno
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from swav.locks import alone
from swav.parts import Part

LONGEST = 4000
"""Characters of a note."""
STROKES, POINTS = 40, 500
"""Strokes of a drawing at most, and points of a stroke."""
LONGEST_NAME = 80
"""Characters of the name that stands under it."""
Kind = Literal["note", "approve", "reject", "withdraw"]
Share = Annotated[float, Field(ge=0, le=1), AfterValidator(lambda share: round(share, 4))]
"""Of the frame's width or height: a ten-thousandth is finer than a pixel."""
Stroke = Annotated[tuple[tuple[Share, Share], ...], Field(min_length=1, max_length=POINTS)]
"""Points (x, y) from the frame's top left corner."""


class Entry(Part):
    """One thing that somebody said."""

    kind: Kind
    shot: Annotated[str, Field(min_length=1, max_length=64)]
    take: Annotated[str, Field(pattern=r"^([0-9a-f]{12})?$")] = ""
    """The key of the take that it is about; empty for the shot, or the film at a frame."""
    frame: Annotated[int, Field(ge=0, lt=10**8)] | None = None
    """Of that take, from 0."""
    text: Annotated[str, Field(max_length=LONGEST)] = ""
    drawing: Annotated[tuple[Stroke, ...], Field(max_length=STROKES)] = ()
    """What was drawn on that frame: numbers alone, which whoever shows them makes lines of."""
    by: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    at: Annotated[str, Field(max_length=40)]
    """ISO 8601, with the offset from UTC."""

    @model_validator(mode="after")
    def _drawn_on_a_frame(self) -> "Entry":
        if self.drawing and not (self.kind == "note" and self.take and self.frame is not None):
            raise ValueError("a drawing belongs to a note on a frame of a take")
        return self


_ENTRY = TypeAdapter(Entry)


def notebook_path(storyboard: Path) -> Path:
    """Where a storyboard's notes stand: ``reel.notes.jsonl`` beside ``reel.yaml``."""
    return storyboard.with_name(f"{storyboard.stem}.notes.jsonl")


@dataclass(frozen=True)
class Notebook:
    """The notes of one storyboard, as they were read."""

    file: Path
    entries: tuple[Entry, ...] = ()
    unread: int = field(default=0)
    """Lines that cannot be understood: they stay in the file."""

    @classmethod
    def of(cls, storyboard: Path) -> "Notebook":
        """Those that stand beside a storyboard. OSError where the file cannot be read."""
        file = notebook_path(storyboard)
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return cls(file)
        found = [_entry(line) for line in lines if line.strip()]
        entries = tuple(entry for entry in found if entry is not None)
        return cls(file, entries, len(found) - len(entries))

    def add(self, *entries: Entry) -> None:
        """Write one thing more, or several. OSError; then nothing of it is in the file that counts."""
        plain = (entry.model_dump(exclude_defaults=True) for entry in entries)
        lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in plain)
        with alone(self.file):
            descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                size = os.lseek(descriptor, 0, os.SEEK_END)
                torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
                data = (b"\n" if torn else b"") + lines.encode()
                try:
                    if os.write(descriptor, data) != len(data):
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.file))
                    os.fsync(descriptor)
                except OSError:
                    os.ftruncate(descriptor, size)
                    raise
            finally:
                os.close(descriptor)

    def decided(self) -> dict[str, Entry]:
        """By take, whether it was approved or rejected last; a withdrawn word is none."""
        found: dict[str, Entry] = {}
        for entry in self.entries:
            if entry.take and entry.kind != "note":
                found[entry.take] = entry
        return {take: entry for take, entry in found.items() if entry.kind != "withdraw"}

    def about(self, shot: str) -> Iterable[Entry]:
        """All that was said of a shot and its takes, the oldest first."""
        return (entry for entry in self.entries if entry.shot == shot)


def now() -> str:
    """The time as an entry has it."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _entry(line: str) -> Entry | None:
    try:
        return _ENTRY.validate_json(line)
    except ValidationError:
        return None
