"""Who is building in this folder: told from a note beside Snakemake's own lock, which does not say.

Snakemake locks a folder by files that outlive it when it is killed. The note says which process laid them, so
that a build that goes on can be told from one that is dead.
"""

import json
import os
import platform
import signal
import threading
from datetime import datetime
from pathlib import Path
from types import FrameType

from swav.files import write_text

NOTE = Path(".snakemake/swav-build.json")
_INTERRUPTED = threading.Event()


def hear_interrupts() -> None:
    """Notice Ctrl-C, and pass it on: jobs that end by it have not failed. For the main thread."""
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        return

    def heard(number: int, frame: FrameType | None) -> None:
        _INTERRUPTED.set()
        before(number, frame)

    signal.signal(signal.SIGINT, heard)


def interrupted() -> bool:
    """Whether this build was asked to end at once."""
    return _INTERRUPTED.is_set()


def announce() -> None:
    """Note that this process builds here. A note that cannot be written keeps nobody from building."""
    note = {
        "pid": os.getpid(),
        "started": started(os.getpid()),
        "since": datetime.now().isoformat(" ", "minutes"),
        "host": platform.node(),
    }
    try:
        write_text(NOTE, json.dumps(note))
    except OSError:
        return


def done() -> None:
    """Take the note away, if it is this process's."""
    if (_read() or {}).get("pid") == os.getpid():
        NOTE.unlink(missing_ok=True)


def why_locked() -> str:
    """Why Snakemake finds this folder locked, and what to type."""
    note = _read()
    unlock = "type: snakemake --unlock, and build again; nothing that was finished is lost"
    if note is None:
        return f"this folder is locked by a build, or by one that was killed; if none goes on, {unlock}"
    who = f"process {note['pid']} on {note['host']}, since {note['since']}"
    if note["host"] != platform.node():
        return f"a build on another machine locks this folder ({who}); wait for it, or if it is dead {unlock}"
    if started(note["pid"]) == note["started"]:
        return f"a build goes on in this folder ({who}); wait for it, or end it with: kill -INT {note['pid']}"
    return f"a build in this folder was killed ({who}); {unlock}"


def _read() -> dict | None:
    try:
        note = json.loads(NOTE.read_text(encoding="utf-8"))
        return {name: note[name] for name in ("pid", "started", "since", "host")}
    except (OSError, ValueError, TypeError, KeyError):
        return None


def started(pid: int) -> str | None:
    """When a process began, in ticks of the kernel: a number that comes again belongs to another process."""
    try:
        words = Path(f"/proc/{int(pid)}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if words[0] == "Z" else words[19]
