"""A build whose jobs found damage goes on by itself: what was damaged is put away, and is made again.

Snakemake decides what is to be made before its first job begins; a job that finds that a file which it reads
is damaged can only put that away, and fail. So the build ends as any that failed, and then its process, with
the number and the terminal that it has, becomes the same command once more.
"""

import atexit
import os
import re
import sys
from pathlib import Path
from typing import Any

from swav.hashes import HashList
from swav.reel.building import interrupted
from swav.reel.putting_away import NOTE

MOST = 9
"""Times that a build goes on. More damage than that comes from a disk that fails, and people should know."""
_VARIABLE = "SWAV_WENT_ON"
"""How often a build has gone on."""
_NOTED = re.compile(rf"^\[\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\] {NOTE}\b", re.MULTILINE)
_PROGRAMS = ("snakemake", "__main__.py")


class _Decision:
    goes_on = False


def goes_on() -> bool:
    """Whether this process becomes another build when it ends."""
    return _Decision.goes_on


def go_on(workflow: Any, build: str) -> None:
    """Let a build that failed go on when this process ends, if all that failed in it met damaged files.

    For ``onerror`` of a build that somebody started. What was asked to stop stops.
    """
    scheduler = workflow.scheduler
    stopped = interrupted() or getattr(scheduler, "_user_kill", None)
    went_on = int(os.environ.get(_VARIABLE, "0"))
    if stopped or went_on >= MOST or Path(sys.argv[0]).name not in _PROGRAMS:
        return
    listed = HashList(build)
    if not scheduler.failed or not all(_met_damage(job, listed) for job in scheduler.failed):
        return
    from swav.reel.call_sheet import VARIABLE as CALL_SHEET  # this module is read before any workflow is

    environment = os.environ | {_VARIABLE: str(went_on + 1)}
    environment.pop(CALL_SHEET, None)  # this build's own; in one that begins it names what another submitted
    _Decision.goes_on = True
    atexit.register(_become, environment)


def _met_damage(job: Any, listed: HashList) -> bool:
    """Whether a job failed because a file was damaged that it read, or because another had put that away."""
    if any(_NOTED.search(_text(Path(log))) for log in job.log):
        return True
    return any(listed.digests(Path(file)) and not Path(file).exists() for file in job.input)


def _text(log: Path) -> str:
    try:
        return log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _become(environment: dict[str, str]) -> None:
    """Become the same command, once all else that was to happen at this process's end has happened."""
    atexit.unregister(_become)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, "-P", "-m", "snakemake", *sys.argv[1:]]
    os.execve(sys.executable, command, environment)
