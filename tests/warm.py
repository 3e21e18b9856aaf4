"""Runs of ``snakemake`` and ``swav`` in forks of one process that has imported them.

What a run of a tiny film takes is mostly what Python reads before it, and the tests run hundreds. Each run is
a process of its own, with its own folder, environment and streams; its jobs are forks of the same process, by
swav's own helper. Whatever cannot be a fork (see ``swav.helper.server``) is an ordinary process. A second
helper has imported PyTorch too: ranks of workers and scripts that compute with it are its forks.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from places import REPOSITORY, TESTS
from reproducible import PRODUCTS

import swav.opencv  # noqa: F401  # which leaves the environment as it is: a later ``import cv2`` does not
from swav.helper.client import ask, connect, outcome
from swav.helper.hiring import OFF, VARIABLE, start

BEGUN = dict(os.environ)
"""Before any test changed it."""
RANKS = "SWAV_TEST_RANKS"
"""The socket of a helper, for ranks of workers: see ``forked_ranks/sitecustomize.py``."""
FORKED_RANKS = TESTS / "forked_ranks"
TORCH = {"OMP_NUM_THREADS": "1", "PYTHONSAFEPATH": "1"} | PRODUCTS
"""What a process has to have in its environment that a helper with PyTorch forks: as ranks have."""


@cache
def server() -> str | None:
    """The socket of this process's helper; None where it is not wanted."""
    return None if BEGUN.get(VARIABLE) == OFF else _started("warm_server.py", BEGUN)


@cache
def torch_server() -> str:
    """The socket of this process's helper that has imported PyTorch and diffusers: nine seconds."""
    own = {"PYTHONPATH": os.pathsep.join(map(str, (TESTS, REPOSITORY)))}  # a safe path is none of a script's
    return _started("warm_torch_server.py", BEGUN | TORCH | own)


def forked_ranks(*folders: Path) -> dict[str, str]:
    """Variables that let ranks of workers be forks, with other folders where Python looks for modules."""
    return {RANKS: torch_server(), "PYTHONPATH": os.pathsep.join(map(str, (FORKED_RANKS, *folders)))}


def _started(script: str, environment: dict[str, str]) -> str:
    """A helper of the tests' own, which ends with this process."""
    path = Path(tempfile.mkdtemp(prefix="swav-tests-"), "helper", "door")
    path.parent.mkdir(mode=0o700)
    process = start(str(path), [str(TESTS / script)], environment)

    def stop() -> None:
        process.kill()  # and with it whatever still waits for work: a worker does, after its last test
        process.wait()
        shutil.rmtree(path.parent.parent)

    atexit.register(stop)
    return str(path)


def run_with_torch(
    words: list[str], *, env: dict[str, str], seconds: float = 900
) -> subprocess.CompletedProcess[str]:
    """``python WORDS``, which imports PyTorch and diffusers, to its end, with all that it says.

    After so many ``seconds`` it is killed.
    """
    made = _forked(torch_server(), words, REPOSITORY, env | TORCH, seconds)
    assert made, "the helper with PyTorch did not take it"
    return made


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
    path: str, words: list[str], cwd: Path, env: dict[str, str], seconds: float | None = None
) -> subprocess.CompletedProcess | None:
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        open(os.devnull) as nothing,  # noqa: PTH123
        connect(path) as connection,
    ):
        if not ask(connection, words, str(cwd), env, [nothing.fileno(), out.fileno(), err.fileno()]):
            return None
        connection.settimeout(seconds)  # then its end is that of one that was killed, as it will be
        status = outcome(connection)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([sys.executable, *words], status, out.read(), err.read())
