"""A forked process becomes the job that a client asked for, as if ``python SCRIPT ARGUMENT...`` had begun."""

import atexit
import io
import os
import runpy
import signal
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from swav.helper.client import FORWARDED
from swav.lifeline import die_with


@dataclass(frozen=True)
class Request:
    """What a client asks for."""

    words: list[str]
    """A script, or ``-m`` and a module; then its arguments."""
    folder: str
    environment: dict[str, str]


def perform(request: Request, streams: list[int], parent: int, own_path: list[str]) -> int:
    """Run a request to its end; its exit status. ``own_path``: what the helper's own PYTHONPATH named.

    A process that Ctrl-C ends dies by that signal, as Python's do.
    """
    _take_over(request, streams, parent)
    sys.path[:] = _search_path(request.words, own_path, request.environment.get("PYTHONPATH", ""))
    status = _status_of(request.words)
    threading._shutdown()  # as the interpreter does at its end: threads first, then what was registered
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            status = status or 1
    return status


def _take_over(request: Request, streams: list[int], parent: int) -> None:
    """The streams, folder and environment of the client; signals as a new process finds them."""
    os.setsid()  # so that all that the job starts can be ended with it
    die_with(parent)()
    for number in FORWARDED:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    sys.stdin = _text(0, "r", sys.stdin)
    sys.stdout = _text(1, "w", sys.stdout)
    sys.stderr = _text(2, "w", sys.stderr)


def _text(number: int, mode: str, before: io.TextIOWrapper) -> io.TextIOWrapper:
    """A standard stream on a descriptor, which is another one than that which Python opened."""
    facts = {"encoding": before.encoding, "errors": before.errors}
    lines = mode == "w" and (number == 2 or os.isatty(number))
    stream = open(number, mode, closefd=False, buffering=1 if lines else -1, **facts)  # noqa: SIM115
    return stream


def named_by(path: str) -> list[str]:
    """The folders that a PYTHONPATH names, as Python writes them into ``sys.path``."""
    return [str(Path(folder).absolute()) for folder in path.split(os.pathsep) if folder]


def _search_path(words: list[str], before: list[str], now: str) -> list[str]:
    """Where Python would look for modules: what the script stands in, PYTHONPATH, and all else as it is."""
    first = Path.cwd() if words[0] == "-m" else Path(words[0]).absolute().parent
    rest = sys.path[0 if sys.flags.safe_path else 1 :]  # without -P the first is where the helper stands
    return [str(first), *named_by(now), *(folder for folder in rest if folder not in before)]


def _status_of(words: list[str]) -> int:
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)  # one that came since the fork is heard now
        if words[0] == "-m":
            sys.argv = words[1:]
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = list(words)
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as leave:
        if leave.code is None or isinstance(leave.code, int):
            return leave.code or 0
        print(leave.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        traceback.print_exc()
        _die_of(signal.SIGINT)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _die_of(number: int) -> NoReturn:
    sys.stderr.flush()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    raise SystemExit(128 + number)  # not reached
