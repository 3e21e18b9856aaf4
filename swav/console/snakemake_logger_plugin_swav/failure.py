"""What a failed job's log adds to what the terminal has shown."""

import re
from pathlib import Path

from swav.shown import harmless_lines

_NOTE = re.compile(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] (\w+)")
_END = re.compile(
    r"CANCELLED|TIME LIMIT|oom.kill|Out Of Memory|SWAV_CALL_SHEET|build again|No module named", re.I
)
"""How schedulers, and jobs that could not begin, say why they end."""
_MOST = 20
"""Lines of a log that are shown: a sentence has one, a traceback of a fault of ours more."""


def memory_kills() -> int:
    """How many processes the kernel has killed for want of memory: on this machine, in this control group."""
    return _count(Path("/proc/vmstat")) + _count(Path("/sys/fs/cgroup/memory.events"))


def _count(file: Path) -> int:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))


def last_words(log: Path) -> list[str]:
    """What a scheduler's log says most of all: the last line that says why a job ends, or else the last."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    said = [harmless_lines(line.strip()) for line in lines if line.strip()]
    ends = [line for line in said if _END.search(line)]
    return (ends or said)[-1:]


def was_stopped(log: Path | None, interrupted: bool) -> bool:
    """Whether a job ended because it was asked to, by Ctrl-C: it says so itself, or it was ended with a build
    that was ``interrupted``, and had not failed before.
    """
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log else []
    except OSError:
        lines = []
    notes = [found[1] for line in lines if (found := _NOTE.match(line))]
    return notes[-1:] == ["interrupted"] or (interrupted and notes[-1:] != ["failed"])


def what_it_said(log: Path, elsewhere: bool, kills_before: int) -> list[str]:
    """Lines to show for a failed job.

    A job on this machine has said why already; one that ran ``elsewhere``, on a node of a cluster, has only
    written it into its log. A log without an end belongs to a job that was killed. ``kills_before``:
    ``memory_kills`` when the build began.
    """
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    notes = [found[1] for line in lines if (found := _NOTE.match(line))]
    said = [line for line in lines if not _NOTE.match(line)][-_MOST:] if elsewhere else []
    if notes and notes[-1] == "began":
        if memory_kills() > kills_before:
            said.append(
                "the job was killed, as memory ran out on this machine; end other work, or build with "
                "fewer jobs at once (--cores 1)"
            )
        else:
            said.append("the job was killed before it could say why: by somebody, or at the end of a session")
    return said
