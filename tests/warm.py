"""Runs of ``snakemake`` and ``swav`` in forks of one process that has imported them.

What a run of a tiny film takes is mostly what Python reads before it, and the tests run hundreds. Each run is
a process of its own, with its own folder, environment and streams; its jobs are forks of the same process, by
swav's own helper. Whatever cannot be a fork (see ``swav.helper.server``) is an ordinary process.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from places import TESTS

import swav.opencv  # noqa: F401  # which leaves the environment as it is: a later ``import cv2`` does not
from swav.helper.client import ask, connect, outcome
from swav.helper.hiring import OFF, VARIABLE, start

BEGUN = dict(os.environ)
"""Before any test changed it."""


@cache
def server() -> str | None:
    """The socket of this process's helper; None where it is not wanted."""
    if BEGUN.get(VARIABLE) == OFF:
        return None
    path = Path(tempfile.mkdtemp(prefix="swav-tests-"), "helper", "door")
    path.parent.mkdir(mode=0o700)
    process = start(str(path), [str(TESTS / "warm_server.py")], BEGUN)

    def stop() -> None:
        process.stdin.close()
        process.wait(10)
        shutil.rmtree(path.parent.parent)

    atexit.register(stop)
    return str(path)


def run(
    words: list[str], *, cwd: Path, env: dict[str, str], cold: bool = False
) -> subprocess.CompletedProcess[str]:
    """``python WORDS``, to its end, with all that it says. ``cold``: as a process of its own."""
    path = None if cold or env.get(VARIABLE) == OFF else server()
    made = path and _forked(path, words, cwd, env | {VARIABLE: path})
    if made:
        return made
    return subprocess.run([sys.executable, *words], cwd=cwd, env=env, capture_output=True, text=True)


def _forked(
    path: str, words: list[str], cwd: Path, env: dict[str, str]
) -> subprocess.CompletedProcess | None:
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        open(os.devnull) as nothing,  # noqa: PTH123
        connect(path) as connection,
    ):
        if not ask(connection, words, str(cwd), env, [nothing.fileno(), out.fileno(), err.fileno()]):
            return None
        status = outcome(connection)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([sys.executable, *words], status, out.read(), err.read())
