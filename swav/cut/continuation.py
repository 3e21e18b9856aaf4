"""Shots that go on from one another: which frame, under which key, and what it stands for once it is there.

A frame of a take that is not made yet has no content that a key could hold. So the *key of the chain* stands
for it: the key of the take that it comes from, how long that is shown, which end of it, and by how much it
may differ. It is known when the workflow is read, and names the file; where the frame turns out to be as good
as an earlier one, its record says so, and the take of the shot that goes on is looked up under that frame's
content.
"""

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from swav.cut import paths
from swav.engines import FRAME_CONTENT, Request, Source
from swav.errors import Damaged
from swav.files import read_json, write_text

End = Literal["first", "last"]


@dataclass(frozen=True)
class Continuation:
    """A frame of another shot's take, which a shot begins or ends with."""

    shot: str
    """Whose frame it is."""
    end: End
    """Which frame of it: the last one that the cut shows, or the first."""
    key: str
    """Of the chain: see ``swav.keys.continuation_key``."""
    within: float
    """How far, in levels of 255, it may be from one that was handed over before, which then stands for it."""
    record: str
    """Path of the record that says what the frame stands for, once it is there."""

    @property
    def words(self) -> str:
        """As plans say it: ``the last frame of r011``."""
        return f"the {self.end} frame of {self.shot}"


@dataclass(frozen=True)
class HandedFrame:
    """The record of a frame that was taken from a take."""

    shot: str
    end: End
    frame: str
    """Digest of its own pixels."""
    stands_for: str
    """Key of the frame that is used in its place: its own, or an earlier one that it hardly differs from."""
    stands_for_frame: str
    """Digest of that one's pixels: what the take that begins with it is keyed by."""
    difference: float
    """From that one, in levels of 255: see ``swav.reel.continuing``."""

    def write(self, file: Path) -> None:
        write_text(file, json.dumps(vars(self), indent=1, sort_keys=True) + "\n")


_RECORD: TypeAdapter[HandedFrame] = TypeAdapter(HandedFrame)


def read_handed(record: str | Path) -> HandedFrame:
    """A record. FileNotFoundError before the frame was taken; Damaged."""
    return read_json(record, _RECORD.validate_python)


def frame_path(build: str, key: str) -> Path:
    """Where a frame lies in the store."""
    return Path(paths.HANDED.format(build=build, key=key))


def handed_source(continuation: Continuation) -> Source:
    """The picture that a continuation comes to, by its content. FileNotFoundError before it was taken, and
    where that can no longer be read: then it is taken again.
    """
    try:
        found = read_handed(continuation.record)
    except Damaged:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), continuation.record) from None
    path = Path(continuation.record).with_name(f"{found.stands_for}.png")
    return Source(str(path), f"{FRAME_CONTENT}{found.stands_for_frame}")


def with_frames(request: Request, continued: Mapping[str, Continuation]) -> Request:
    """A request whose continued pictures, by field, are what was handed over. FileNotFoundError before."""
    found: dict[str, Any] = {field: handed_source(item) for field, item in continued.items()}
    return replace(request, **found) if found else request
