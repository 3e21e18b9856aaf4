"""Ranks with what ``torchrun`` gives them, as forks of one process that has imported what their script does.

``python ranks.py COUNT SCRIPT ARGUMENT...``; what takes the time of such a test is importing PyTorch and
diffusers, once for each rank; that process is a fork too, of the tests' helper. Ranks by torchrun itself are
those of a worker: test_worker_ranks and test_wan22_build have such. As there, the first rank that fails takes
the others along.
"""

import ast
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import warm
from places import REPOSITORY, TESTS


def start(count: int, script: Path, *arguments: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """That many ranks of a script, to their end."""
    path = os.pathsep.join(map(str, (TESTS, REPOSITORY)))
    words = [*map(str, (Path(__file__), count, script, *arguments))]
    return warm.run_with_torch(words, env={**os.environ, "PYTHONPATH": path, **environment})


def import_as(script: Path) -> None:
    """Carry out the imports at the head of a script."""
    head = [
        part for part in ast.parse(script.read_text()).body if isinstance(part, ast.Import | ast.ImportFrom)
    ]
    exec(compile(ast.Module(head, []), script, "exec"), {})
    threads = [*Path("/proc/self/task").iterdir()]
    assert len(threads) == 1, "what was imported started threads, which no fork has"


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def fork(script: Path, environment: dict[str, str]) -> int:
    """A rank that runs the script to its end; its process."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        os.environ.update(environment)
        runpy.run_path(str(script), run_name="__main__")
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def run(count: int, script: Path) -> int:
    """All ranks to their end; the exit status of the first that failed, or 0."""
    import_as(script)
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(count)}
    running = {fork(script, shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)}) for rank in range(count)}
    failed = 0
    while running:
        process, status = os.wait()
        running.remove(process)
        if status and not failed:
            failed = os.waitstatus_to_exitcode(status)
            for other in running:
                os.kill(other, signal.SIGKILL)
    return failed and 1


def main(arguments: Sequence[str]) -> int:
    count, script, *_ = arguments
    sys.argv = list(arguments[1:])
    sys.path[0] = str(Path(script).parent)
    return run(int(count), Path(script))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
