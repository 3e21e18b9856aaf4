"""What a build does, written down while it runs: a line an event, for those who look from elsewhere.

``build/events/{began}-{pid}.jsonl`` is written by the logger of every build, whoever started it, and read by
the review page. The first line says which process builds, and when that began, so that a build that goes on
can be told from one that was killed.
"""

import json
import os
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.reel.building import started

KEPT = 30
"""Files of builds that are kept; older ones go when a build begins."""
_NOTE = re.compile(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] \w+")
_NAME = re.compile(r"\d{8}-\d{6}-\d+\.jsonl")


def now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


class EventLog:
    """Where one build writes its events. What cannot be written keeps nobody from building."""

    def __init__(self) -> None:
        self._early: list[dict[str, Any]] = []
        self._file: Path | None = None
        self._broken = False

    def begin(self, command: str) -> None:
        """Say who builds. It is written once the build folder is known."""
        pid = os.getpid()
        self.say(
            event="began",
            pid=pid,
            started=started(pid),
            host=platform.node(),
            command=command,
            folder=str(Path.cwd()),
        )

    def into(self, build: str) -> None:
        """The build folder, as soon as it is known."""
        if self._file is None and self._early:
            name = f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.jsonl"
            self._file = Path(paths.EVENTS.format(build=build, name=name))
            _tidy(self._file.parent)
            early, self._early = self._early, []
            for event in early:
                self._write(event)

    def say(self, **event: Any) -> None:
        """Write one event, with the time."""
        event = {"at": now(), **event}
        if self._file is not None:
            self._write(event)
        elif self._early or event["event"] == "began":  # what nobody began is a preview, or a single job
            self._early.append(event)

    def _write(self, event: dict[str, Any]) -> None:
        if self._broken or self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(event, ensure_ascii=False) + "\n")
        except OSError:
            self._broken = True


def _tidy(folder: Path) -> None:
    """Remove the oldest files but ``KEPT``."""
    try:
        names = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
        for path in names[: -KEPT + 1] if len(names) >= KEPT else ():
            path.unlink(missing_ok=True)
    except OSError:
        return


def sentence_in(log: str | Path | None) -> str:
    """The sentence with which a job failed, from its log; empty where it left none."""
    if not log:
        return ""
    try:
        lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    said = [line.strip() for line in lines if line.strip() and not _NOTE.match(line)]
    return said[-1] if said else ""


@dataclass
class Job:
    """One job of a build, as far as it went."""

    id: int
    rule: str
    about: str
    shot: str
    why: str
    began: str
    log: str
    state: str = "running"
    """``running``, ``done`` or ``failed``; ``stopped`` where it was ended, or the build before it was."""
    ended: str = ""
    said: str = ""


@dataclass
class Build:
    """One build: what it did, and whether it still runs."""

    name: str
    """Of its file."""
    began: str = ""
    ended: str = ""
    command: str = ""
    host: str = ""
    pid: int = 0
    started: str | None = None
    state: str = "running"
    """``running``, ``done``, ``failed``; ``stopped`` where no job failed and not all were done; ``lost``
    where its process went without a last word."""
    done: int = 0
    total: int = 0
    left: float | None = None
    """Seconds that it would still take, when the last job ended; None where that was not known."""
    jobs: list[Job] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        """Whether the process that builds is still the same and here."""
        return self.host == platform.node() and started(self.pid) == self.started is not None


def builds(build: str | Path) -> list[Path]:
    """Files of builds, the newest first."""
    folder = Path(paths.EVENTS.format(build=build, name="x")).parent
    try:
        return sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)
    except OSError:
        return []


def read_build(file: Path) -> Build:
    """What a build's file says. OSError where it cannot be read; a torn last line is not read yet."""
    found = Build(file.name)
    jobs: dict[int, Job] = {}
    for event in _events(file):
        _take(found, jobs, event)
    found.jobs = list(jobs.values())
    if found.state == "running" and not found.alive:
        found.state = "lost"
    if found.state != "running":
        for job in found.jobs:
            job.state = "stopped" if job.state == "running" else job.state
    return found


def _take(build: Build, jobs: dict[int, Job], event: dict[str, Any]) -> None:
    kind, at = event.get("event"), str(event.get("at", ""))
    if kind == "began":
        build.began, build.pid, build.started = at, int(event["pid"]), event.get("started")
        build.host, build.command = str(event.get("host", "")), str(event.get("command", ""))
    elif kind == "job":
        words = (str(event.get(name, "")) for name in ("rule", "about", "shot", "why"))
        jobs[event["id"]] = Job(event["id"], *words, began=at, log=str(event.get("log") or ""))
    elif kind in ("done", "failed", "stopped") and (job := jobs.get(event.get("id", -1))):
        job.state, job.ended, job.said = kind, at, str(event.get("said", ""))
    elif kind == "progress":
        build.done, build.total, build.left = int(event["done"]), int(event["total"]), event.get("left")
    elif kind == "total":
        build.total = int(event["total"])
    elif kind == "ended":
        build.ended = at
        failed = any(job.state == "failed" for job in jobs.values())
        build.state = "done" if event.get("ok") else "failed" if failed else "stopped"


def _events(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
            if isinstance(event, dict) and "event" in event:
                yield event
        except ValueError:
            continue
