"""Child processes in another Python: nothing of ours leaks into them, and none outlives us."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from swav.lifeline import die_with

_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "COQUI_TOS_AGREED": "1",  # plan and report show the licence; no build stops to ask for it
}
_LEAKS = (
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_PYTHON",
    "__PYVENV_LAUNCHER__",
)


def surroundings(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables for a child in another Python: ours, but for those that would let our packages in.

    No ``PYTHON*`` variable is handed on (PYTHONPATH and PYTHONHOME among them), nor the user's own
    site-packages. Libraries that would ask a model hub are told that there is none.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name not in _LEAKS
    }
    own = {"PYTHONNOUSERSITE": "1", "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    own["PIP_USER"] = "0"  # whatever pip's configuration says: a virtual environment has no user site
    return kept | own | _OFFLINE | dict(extra or {})


@contextmanager
def child(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    stderr: IO | int,
    keep_open: Sequence[int] = (),
) -> Iterator[subprocess.Popen]:
    """Start a command whose standard output is read here as text, and end it when the block is left.

    It has a process group of its own: Ctrl-C reaches only us, and we end it with all that it started. If this
    process ends, or only the calling thread, however it does, the kernel kills the child. ``keep_open`` are
    descriptors that it inherits.
    """
    process = subprocess.Popen(
        [str(word) for word in command],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        encoding="utf-8",
        errors="replace",
        pass_fds=tuple(keep_open),
        process_group=0,
        preexec_fn=die_with(os.getpid()),
    )
    watcher = threading.Thread(target=_end_with, args=(process.pid,), daemon=True)
    watcher.start()
    try:
        yield process
        watcher.join()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        watcher.join()
        process.wait()
        process.stdout.close()


def _end_with(process: int) -> None:
    """When a process has ended, end its group: what it left behind would hold its standard output open.

    The process stays a zombie meanwhile, so that its number, and its group's, are nobody else's.
    """
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
