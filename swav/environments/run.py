"""Run a program in an engine's environment: a request in, JSON lines out.

A program is a stand-alone file in ``swav/programs`` that imports nothing of swav. It is run as
``PYTHON PROGRAM REQUEST.json`` and prints one JSON object a line on its standard output::

    {"progress": ["step", done, total]}
    {"note": "a sentence for the user"}
    {"made": {...}}        for each finished item
    {"done": {...}}        last
    {"error": "one sentence; what to do"}      and exit status 1, on a fault that the user can mend

Whatever else it or its libraries print goes to a log.
"""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from swav.environments.process import child, surroundings
from swav.errors import EngineError

_PRINTED = "printed: "
"""Before what a program printed outside the protocol, among what it said on its standard error."""


def run_program(
    python: Path,
    program: Path,
    request: dict[str, Any],
    *,
    cards: tuple[str, ...] = (),
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
    note: Callable[[str], None] = lambda sentence: None,
    made: Callable[[dict[str, Any]], None] = lambda item: None,
    hand_over: Sequence[int] = (),
) -> dict[str, Any]:
    """Run ``program`` in the environment of ``python`` and return what it says when it is done.

    ``python`` is a path, or a name to be found on PATH as in an activated conda environment. ``cards`` are
    device ids as CUDA_VISIBLE_DEVICES has them; without any the program sees none. Descriptors to
    ``hand_over`` are the program's alone from then on: they are closed here. The program
    reads the request from a file that only this user can read, and ends when this process does.
    Raises EngineError with the program's own sentence, or with the last thing that it said before it died and
    the log that holds the rest.
    """
    heard: dict[str, Any] = {}
    hear = {
        "progress": lambda value: progress(*value),
        "note": note,
        "made": made,
        "done": lambda value: heard.update(done=value),
        "error": lambda value: heard.update(error=value),
    }
    env = surroundings({"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": ",".join(cards)})
    with ExitStack() as ours, _request_file(program, request) as asked, _log(program) as log:
        for descriptor in hand_over:
            ours.callback(os.close, descriptor)
        command = [_interpreter(python), program, asked]
        with child(command, env=env, stderr=log, keep_open=hand_over) as process:
            ours.close()
            for line in process.stdout:
                _heed(line, hear, log)
        if "error" in heard:
            raise EngineError(heard["error"])
        if "done" not in heard:  # a library that crashes when all is done harms nobody
            raise _Died(program, process.returncode)
    return heard["done"]


def _interpreter(python: Path) -> str:
    found = shutil.which(python)
    if found is None:
        raise EngineError(
            f"there is no {python}: the environment is not made; see what is missing with: swav doctor"
        )
    return found


def _heed(line: str, hear: dict[str, Callable[[Any], None]], log: IO[bytes]) -> None:
    """Pass on one line; what is not of the protocol goes to the log."""
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if not isinstance(message, dict) or not message.keys() <= hear.keys():
        log.write(f"{_PRINTED}{line}".encode())
        log.flush()
        return
    for kind, value in message.items():
        hear[kind](value)


@contextmanager
def _request_file(program: Path, request: dict[str, Any]) -> Iterator[Path]:
    """The request as a file of mode 0600, gone afterwards: it may hold words that are not yet public."""
    descriptor, name = tempfile.mkstemp(prefix=f"swav-{program.stem}-", suffix=".json")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(request, file, ensure_ascii=False)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


class _Died(Exception):
    """A program ended without a word that the protocol knows."""

    def __init__(self, program: Path, status: int):
        super().__init__(program, status)
        self.program, self.status = program, status


@contextmanager
def _log(program: Path) -> Iterator[IO[bytes]]:
    """A file for all that a program says outside the protocol; it stays only if the program died."""
    descriptor, name = tempfile.mkstemp(prefix=f"swav-{program.stem}-", suffix=".log")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as log:
            yield log
    except _Died as died:
        raise EngineError(_how_it_ended(died, path)) from None
    except BaseException:
        path.unlink()
        raise
    path.unlink()


def _how_it_ended(died: _Died, log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith(_PRINTED)]
    if died.status == -signal.SIGKILL:
        reason = "it was killed, by somebody or because memory ran out"
    else:
        reason = lines[-1] if lines else f"exit status {died.status}"
    return f"{died.program.stem} ended before it was done ({reason}); its log is {log}"
