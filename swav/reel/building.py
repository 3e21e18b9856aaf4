"""Who is building in this folder: told from a note beside Snakemake's own lock, which does not say.

Snakemake locks a folder by files that outlive it when it is killed. The note says which process laid them, so
that a build that goes on can be told from one that is dead.
"""

import json
import os
import platform
import re
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import FrameType

from swav.cut import paths
from swav.files import write_text
from swav.processes import STARTED, facts

NOTE = Path(".snakemake/swav-build.json")
_INTERRUPTED = threading.Event()


def snakefile() -> Path:
    """The project's own rules, or those that swav came with."""
    here = Path("Snakefile")
    return here if here.is_file() else Path(__file__).resolve().parents[2] / "Snakefile"


def hear_interrupts() -> None:
    """Notice Ctrl-C, and pass it on: jobs that end by it have not failed. For the main thread.

    A shell without job control has what it starts in the background ignore the Ctrl-C of its terminal, and so
    has whatever that starts. Without a terminal it is always somebody's wish for this build: Stop on the
    page, or ``kill -INT``.
    """
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN and not _has_terminal():
        before = signal.default_int_handler
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        return

    def heard(number: int, frame: FrameType | None) -> None:
        _INTERRUPTED.set()
        before(number, frame)

    signal.signal(signal.SIGINT, heard)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def interrupted() -> bool:
    """Whether this build was asked to end at once."""
    return _INTERRUPTED.is_set()


def announce(build: str, cuts: Sequence[str]) -> None:
    """Note that this process builds here, and in the build folder which cuts: what they use is not tidied up.

    A note that cannot be written keeps nobody from building.
    """
    note = {
        "pid": os.getpid(),
        "started": started(os.getpid()),
        "since": datetime.now().isoformat(" ", "minutes"),
        "host": platform.node(),
    }
    with suppress(OSError):
        write_text(NOTE, json.dumps(note))
    with suppress(OSError):
        for file in _notes(build):
            if not _goes_on(_read(file)):
                file.unlink()
        write_text(_own(build), json.dumps(note | {"folder": str(Path.cwd()), "cuts": list(cuts)}))


def done(build: str) -> None:
    """Take the notes away, if they are this process's."""
    if (_read() or {}).get("pid") == os.getpid():
        NOTE.unlink(missing_ok=True)
    with suppress(OSError):
        _own(build).unlink()


def cuts_that_are_built(build: str) -> list[tuple[Path, Path]]:
    """What is being built in this build folder now, whoever does: a project's folder, and a cut in it."""
    notes = [note for note in map(_read, _notes(build)) if _goes_on(note)]
    return [(Path(note.get("folder", "")), Path(cut)) for note in notes for cut in note.get("cuts", [])]


def _notes(build: str) -> list[Path]:
    return sorted(Path(paths.BUILDING.format(build=build, name="x")).parent.glob("*.json"))


def _own(build: str) -> Path:
    host = re.sub(r"[^A-Za-z0-9_-]+", "-", platform.node())
    return Path(paths.BUILDING.format(build=build, name=f"{host}-{os.getpid()}.json")).absolute()


def _goes_on(note: dict | None) -> bool:
    """Whether a note's build goes on; one on another machine is taken to."""
    return note is not None and (note["host"] != platform.node() or started(note["pid"]) == note["started"])


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


def _read(file: Path = NOTE) -> dict | None:
    try:
        note = json.loads(file.read_text(encoding="utf-8"))
        return note | {name: note[name] for name in ("pid", "started", "since", "host")}
    except (OSError, ValueError, TypeError, KeyError):
        return None


def started(pid: int) -> str | None:
    """When a process began, in ticks of the kernel: a number that comes again belongs to another process."""
    try:
        found = facts(int(pid))
    except ValueError:
        return None
    return None if found is None or found[0] == "Z" else found[STARTED]
