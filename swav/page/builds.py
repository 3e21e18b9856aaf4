"""Builds seen from the page, whoever started them; started and stopped from it. The page builds nothing.

A build is a process of its own in a session of its own: that the page is closed, or dies, stops nothing. What
is shown is what the build wrote down and nothing else: a click on Stop says that it was asked to.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.errors import SwavError
from swav.page.project import Project
from swav.reel.building import snakefile, why_locked
from swav.reel.events import Build, builds, read_build
from swav.reel.live import Rendering, look, renderings
from swav.render.hardware import Reading, readings

MOST_LOG = 64 << 10
"""Bytes of a log that are shown: its end."""
_SHOWN = 12
"""Builds that are listed."""
_READ_EVERY = 2.0
"""Seconds for which what the cards do is not asked again."""


class Builder:
    """Starts builds of a project and stops them."""

    def __init__(self, project: Project, overrides: Sequence[str] = ()):
        self._project = project
        self._overrides = tuple(overrides)
        self._process: subprocess.Popen | None = None
        self._cards: tuple[float, tuple[Reading, ...]] = (float("-inf"), ())

    def state(self) -> dict[str, Any]:
        """The newest build, and the ones before."""
        files = builds(self._project.build)[:_SHOWN]
        newest = read_build(files[0]) if files else None
        runs = renderings(self._project.build)
        if runs:
            look(self._project.build)
        return {
            "live": [self._live(item) for item in runs],
            "cards": [asdict(card) for card in self._readings()],
            "build": asdict(newest) if newest else None,
            "earlier": [_short(read_build(file)) for file in files[1:]],
            "starting": self._process is not None and self._process.poll() is None,
            "said": self._last_words(newest),
        }

    def _live(self, item: Rendering) -> dict[str, Any]:
        """A render that runs: its step, the seconds that are left by those that went, its preview."""
        made = item.done - item.first
        left = item.seconds / made * (item.total - item.done) if made > 0 else None
        shown = Path(paths.PREVIEW.format(build=self._project.build, key=item.key))
        stamp = shown.stat().st_mtime_ns if item.key and shown.is_file() else 0
        said = {"shot": item.shot, "engine": item.engine, "step": item.step, "done": item.done}
        said |= {"total": item.total, "seconds": item.seconds, "left": left}
        return said | {"preview": f"preview/{item.key}?{stamp:x}" if stamp else ""}

    def _readings(self) -> tuple[Reading, ...]:
        """What the cards do, asked at most every two seconds."""
        if time.monotonic() - self._cards[0] > _READ_EVERY:
            self._cards = (time.monotonic(), readings())
        return self._cards[1]

    def start(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Start a build of the film. SwavError while another runs."""
        if (running := self._running()) is not None or (self._process and self._process.poll() is None):
            raise SwavError(why_locked() if running else "a build is beginning already")
        look = self._project.look()  # faults are said here, before anything is started
        cards = len(look.reel.claim.cards)
        command = [sys.executable, "-P", "-m", "snakemake", "-s", str(snakefile()), look.cut.target]
        command += ["--resources", f"gpu={cards}", "--nocolor"]
        command += ["--config", f"storyboard={self._project.storyboard}", *self._overrides]
        self._words.parent.mkdir(parents=True, exist_ok=True)
        with self._words.open("wb") as words:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return {"started": True}

    def stop(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Ask the build that runs to stop: at once, or when its running jobs have ended.

        SwavError where none runs, or it is another user's.
        """
        running = self._running()
        if running is None:
            raise SwavError("no build runs here")
        try:
            if Path(f"/proc/{running.pid}").stat().st_uid != os.getuid():
                raise PermissionError
            if sent.get("now") is True:  # as Ctrl-C, which reaches the jobs as well
                os.killpg(os.getpgid(running.pid), signal.SIGINT)
            else:
                os.kill(running.pid, signal.SIGTERM)
        except ProcessLookupError:
            raise SwavError("the build has just ended") from None
        except OSError:
            raise SwavError(f"process {running.pid} is another user's, who has to stop it") from None
        return {"asked": True}

    def log(self, name: str, job: str) -> dict[str, Any]:
        """The end of a job's log. SwavError where there is none."""
        for file in builds(self._project.build):
            if file.name != name:
                continue
            found = next((item for item in read_build(file).jobs if str(item.id) == job), None)
            if found is None or not found.log:
                break
            path, folder = Path(found.log).resolve(), (self._project.build / "logs").resolve()
            if not path.is_relative_to(folder) or not path.is_file():
                break
            return {"log": _end(path), "file": found.log}
        raise SwavError("this job has no log any more")

    @property
    def _words(self) -> Path:
        return self._project.build / "events" / "said.log"

    def _running(self) -> Build | None:
        for file in builds(self._project.build)[:3]:
            with suppress(OSError):
                if (found := read_build(file)).state == "running":
                    return found
        return None

    def _last_words(self, newest: Build | None) -> str:
        """What a build that was started here said last, where it ended badly before its first job."""
        if self._process is None or not self._process.poll():
            return ""
        if newest is not None and newest.pid == self._process.pid:
            return ""
        return _end(self._words)[-2000:] if self._words.is_file() else ""


def _short(build: Build) -> dict[str, Any]:
    failed = [job.about for job in build.jobs if job.state == "failed"]
    return {"name": build.name, "began": build.began, "state": build.state, "done": build.done} | {
        "total": build.total,
        "failed": failed[:6],
    }


def _end(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - MOST_LOG))
        return file.read(MOST_LOG).decode("utf-8", "replace")
