"""The command line of the scripts: which cut, which shot, which file to make, where to log what is said."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from swav import faults
from swav.cut.kept import kept_cut
from swav.errors import Damaged, SwavError
from swav.reel.outputs import there_already
from swav.reel.putting_away import NOTE, putting_away

INTERRUPTED = 130


def run(
    step: Callable[..., None],
    description: str,
    *,
    shot: bool = False,
    targets: int = 1,
    reads: Callable[..., list[str]] | None = None,
    options: dict[str, Callable[[str], object]] | None = None,
) -> None:
    """Run one step of a build as a process of its own.

    ``step`` is called with the cut, the shot if it is about one, the paths to write, and ``options`` by name.
    ``reads`` names the files that it is about to read; their bytes are looked at first, and what is damaged
    is put away, so that the next build makes it again. What another build made meanwhile is not made again.
    A SwavError becomes one sentence and exit status 1; Ctrl-C ends the process without a word.
    """
    keep_to_threads()
    parser = command_line(description)
    parser.add_argument("--cut", type=Path, required=True, help="the cut that is being built")
    if shot:
        parser.add_argument("--shot", required=True, help="the shot's id")
    for name, kind in (options or {}).items():
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--anew", action="store_true", help="make what is there already, too")
    parser.add_argument("targets", nargs=targets, type=Path, help="the files to write")
    given = parser.parse_args()
    with reporting(given.log, about=given.shot if shot else ""):
        cut = kept_cut(given.cut)
        about = (cut.shot(given.shot),) if shot else ()
        if not given.anew and there_already(cut, given.targets):
            return
        with putting_away(cut.build, reads(cut, *about) if reads else []):
            step(cut, *about, *given.targets, **{name: getattr(given, name) for name in options or {}})


def keep_to_threads() -> None:
    """Let OpenCV start as many threads as the job's rule claims, not one for each core of the machine.

    Snakemake says that number to BLAS and OpenMP, each by a variable of its own, and does not know OpenCV's.
    Where results depend on the number, it is fixed there.
    """
    if claimed := os.environ.get("OMP_NUM_THREADS"):
        os.environ.setdefault("OPENCV_FOR_THREADS_NUM", claimed)


def command_line(description: str) -> argparse.ArgumentParser:
    """A parser that knows what all scripts share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--log", type=Path, help="a file for all that the job says")
    return parser


@contextmanager
def reporting(log: Path | None, about: str = "") -> Iterator[None]:
    """Write what a job says on standard error into its log too, and end the process if the job fails.

    A SwavError becomes one sentence, said of ``about`` if that is given, and exit status 1. The log says when
    the job began and how it ended, so that one that was killed is known by a log without an end.
    """
    folder = log.parent if log else Path()
    with _copied(log) as copy:
        copy.note(f"began: {Path(sys.argv[0]).name} {' '.join(sys.argv[1:])}")
        try:
            yield
        except SwavError as error:
            said = str(error)
            if faults.is_full(folder):  # libraries and programs have many words for it
                copy.note(said)
                said = faults.full(folder)
            elif faults.says_full(said):
                copy.note(said)
                said = faults.was_full(folder)
            elif isinstance(error, Damaged):
                copy.note(f"{NOTE}: {', '.join(map(str, error.files))}")
            print(f"{about}: {said}" if about else said, file=sys.stderr)
            copy.note("failed")
            sys.exit(1)
        except KeyboardInterrupt:
            copy.note("interrupted")
            sys.exit(INTERRUPTED)
        except Exception as error:
            said = faults.sentence(error, folder=folder)
            if said is None:
                copy.note("".join(traceback.format_exception(error)))
                said = faults.unforeseen(error, log)
            print(f"{about}: {said}" if about else said, file=sys.stderr)
            copy.note("failed")
            sys.exit(1)
        copy.note("done")


class _Copy:
    """Standard error that is written into a log as well."""

    def __init__(self, stream, log):
        self._stream, self._log = stream, log

    def write(self, text: str) -> int:
        self._keep(text)
        return self._stream.write(text)

    def note(self, text: str) -> None:
        """What only the log is told."""
        self._keep(f"[{datetime.now().isoformat(' ', 'seconds')}] {text}\n")

    def _keep(self, text: str) -> None:
        """A log that cannot be written any more, on a full disk, stops no job."""
        with suppress(OSError):
            self._log.write(text)
            self._log.flush()

    def __getattr__(self, name: str):
        return getattr(self._stream, name)


class _Nowhere(_Copy):
    """Without a log, nothing is noted."""

    def __init__(self):
        super().__init__(sys.stderr, None)

    def note(self, text: str) -> None:
        pass


@contextmanager
def _copied(log: Path | None) -> Iterator[_Copy]:
    """Standard error, and a file beside it. A log that cannot be written stops no job."""
    stream = sys.stderr
    try:
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
        file = log and log.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        print(f"{log} cannot be written ({error.strerror}): what this job says is only here", file=stream)
        file = None
    if file is None:
        yield _Nowhere()
        return
    sys.stderr = _Copy(stream, file)
    try:
        yield sys.stderr
    finally:
        sys.stderr = stream
        with suppress(OSError):
            file.close()
