"""How far running renders are, written down while they run, for those who look from elsewhere.

``build/live/{shot}.json`` is written by the job that makes a take, at most once a second, and removed when
the job ends. One that was left behind by a job that was killed is known by its process, and is not read.
"""

import json
import os
import platform
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from swav.cut import paths
from swav.files import write_text
from swav.reel.building import started

_EVERY = 1.0
_MOST = 64


@dataclass(frozen=True)
class Rendering:
    """The render of a shot that runs."""

    shot: str
    engine: str
    key: str
    """Of the take that is made."""
    step: str
    first: int
    """How much of it was done when it began: a render that goes on begins amid it."""
    done: int
    total: int
    seconds: float
    """Since this step began."""
    pid: int
    started: str | None
    host: str

    @property
    def alive(self) -> bool:
        return self.host == platform.node() and started(self.pid) == self.started is not None


_RENDERING = TypeAdapter(Rendering)


class Live:
    """Writes how far the render of one shot is. What cannot be written keeps nobody from rendering."""

    def __init__(self, build: str, shot: str, engine: str):
        self._file = Path(paths.LIVE.format(build=build, shot=shot))
        self._shot, self._engine, self.key = shot, engine, ""
        self._step, self._began, self._first, self._told = "", 0.0, 0, float("-inf")
        self._me = (os.getpid(), started(os.getpid()), platform.node())

    def heard(self, step: str, done: int, total: int) -> None:
        """Write a step down; at most once a second of the same one."""
        now = time.monotonic()
        if step != self._step:
            self._step, self._began, self._first = step, now, done
        elif now - self._told < _EVERY:
            return
        self._told = now
        seconds = round(now - self._began, 1)
        counted = (self._first, done, total)
        found = Rendering(self._shot, self._engine, self.key, step, *counted, seconds, *self._me)
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._file, json.dumps(asdict(found)))

    def over(self) -> None:
        """The job ends."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def renderings(build: str | Path) -> list[Rendering]:
    """The renders that run now, by their shots."""
    found = []
    with suppress(OSError):
        for file in sorted(Path(paths.LIVE.format(build=build, shot="x")).parent.glob("*.json"))[:_MOST]:
            with suppress(OSError, ValidationError):
                found.append(_RENDERING.validate_json(file.read_bytes()))
    return [item for item in found if item.alive]


def look(build: str | Path) -> None:
    """Say that somebody looks, so that previews are made for a while."""
    with suppress(OSError):
        file = Path(paths.LOOKED.format(build=build))
        if not file.parent.is_dir():
            return
        file.touch()
