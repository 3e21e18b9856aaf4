"""The helper: it imports once what the jobs of a build import, and forks for each job.

What an interpreter and its libraries take to begin is most of what a short job takes. What a job of ours had
to import is imported here before the next, so that one of its kind finds it; packages that start threads or
hold a card are none of those, since a fork takes along neither.

Run as ``python -m swav.helper.server SOCKET DESCRIPTOR MODULE...``, the descriptor being that of the
listening socket. Modules are imported one after the other while nobody asks for anything: jobs will want
them. It ends when its standard input does, after its last job.
"""

import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import sysconfig
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, NoReturn

from swav.helper import shared
from swav.helper.client import ACCEPTED, FORWARDED, PEER, SIZE, STATUS
from swav.helper.job import Request, named_by, perform

FORKABLE = sys.stdlib_module_names | {
    "swav",
    sysconfig._get_sysconfigdata_name(),  # a part of the standard library, named by the platform
    "PIL",
    "_cffi_backend",
    "_soundfile",
    "_soundfile_data",
    "_yaml",
    "annotated_types",
    "av",
    "cffi",
    "cv2",
    "ffmpeg",
    "ffmpeg_core",
    "fontTools",
    "imageio_ffmpeg",
    "immutables",
    "numpy",
    "pydantic",
    "pydantic_core",
    "soundfile",
    "typing_extensions",
    "typing_inspection",
    "uharfbuzz",
    "yaml",
}
"""Packages that may be imported before a fork: they start no thread and hold nothing open."""
_BEGINS = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "GLIBC_")
"""Variables that decide how a Python begins, and cannot be given to one that has begun; but for PYTHONPATH.
Snakemake gives each job its own ``OPENBLAS_NUM_THREADS``; here there is one thread, whatever a job claims."""
_REQUEST_SECONDS = 10.0
_CUT = "--cut="
"""How a job's word begins that names the file of its cut (``swav.reel.command``)."""
_MOST_NAMES = 32768
"""Bytes of a job's last word; half of what a pipe takes without a reader (pipe(7))."""


class Unforkable(BaseException):
    """A module wants one that must not be here. No ImportError: a module that can do without would do so."""


class Guard:
    """A finder that is asked before all others, and finds nothing."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        """Raise Unforkable for a module that is there and may not be imported before a fork."""
        if name.partition(".")[0] not in FORKABLE and PathFinder.find_spec(name, path, target):
            raise Unforkable(name)


def beginning(environment: dict[str, str]) -> dict[str, str]:
    """The part of an environment in which a job and the helper must agree."""
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(_BEGINS) and name != "PYTHONPATH"
    }


@dataclass
class Running:
    """A job that goes on."""

    process: int
    ended: int
    """A pidfd."""
    client: socket.socket
    imported: int
    """The reading end of a pipe, on which it says what it imported."""


class Server:
    """Serves until its lifeline is cut; then jobs end, and it with the last of them."""

    def __init__(self, door: socket.socket, lifeline: int, folder: Path, likely: Sequence[str] = ()):
        self.own_path = named_by(os.environ.get("PYTHONPATH", ""))
        self.begun = beginning(dict(os.environ))
        self.door, self.lifeline, self.folder = door, lifeline, folder
        self.selector = selectors.DefaultSelector()
        self.jobs: dict[int, Running] = {}
        self.tried: set[str] = set()
        self.wanted: list[str] = []
        """What jobs had to import; imported before the next one, since after the last it is of no use."""
        self.likely = deque(likely)
        """What they will want, as far as it is not imported yet."""
        self.selector.register(door, selectors.EVENT_READ, self._come)
        self.selector.register(lifeline, selectors.EVENT_READ, self._leave)
        self.leaving = False

    def serve(self) -> None:
        """Until nobody wants it any more."""
        while not self.leaving or self.jobs:
            events = self.selector.select(0 if self.likely else None)
            if not events:
                self._import([self.likely.popleft()])
            for key, _ in events:
                if key.fd in self.selector.get_map():  # an event before it may have taken it away
                    key.data(key.fileobj)

    def _leave(self, _: int) -> None:
        self.leaving = True
        self.selector.unregister(self.lifeline)
        self.selector.unregister(self.door)

    def _come(self, _: socket.socket) -> None:
        """A client asks. Whom nothing is answered becomes the job itself."""
        client, _ = self.door.accept()
        streams: list[int] = []
        try:
            client.settimeout(_REQUEST_SECONDS)
            request = _read(client, streams)
            request.environment[shared.VARIABLE] = str(self.folder)
            client.settimeout(None)
            self._learn()
            _read_ahead(request)
            if len(streams) == 3 and self._suits(request):
                self._start(client, request, streams)
                return
        except (OSError, ValueError, KeyError, TypeError):
            pass
        finally:
            for stream in streams:
                os.close(stream)
        client.close()

    def _suits(self, request: Request) -> bool:
        """Whether a fork is as good as a new Python: alike from the start, and alone in its process."""
        threads = len(list(Path("/proc/self/task").iterdir()))
        return beginning(request.environment) == self.begun and threads == 1

    def _start(self, client: socket.socket, request: Request, streams: list[int]) -> None:
        client.sendall(ACCEPTED)
        reading, writing = os.pipe()
        parent = os.getpid()
        gc.freeze()  # what is here stays as it is, and is not copied by the collector's marks
        signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)  # a signal waits until the job can hear it
        process = os.fork()
        if process == 0:
            client.close()
            self._be(request, streams, parent, writing)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        os.close(writing)
        os.set_blocking(reading, False)  # whoever else may have its other end
        job = Running(process, os.pidfd_open(process), client, reading)
        self.jobs[client.fileno()] = self.jobs[job.ended] = job
        self.selector.register(client, selectors.EVENT_READ, self._hear)
        self.selector.register(job.ended, selectors.EVENT_READ, self._bury)

    def _be(self, request: Request, streams: list[int], parent: int, writing: int) -> NoReturn:
        """In the fork: run the job and end, whatever it does."""
        status = 1
        try:
            self._let_go()
            before = set(sys.modules)
            status = perform(request, streams, parent, self.own_path)
            _tell(writing, [name for name in sys.modules if name not in before])
        finally:
            os._exit(status & 0xFF)

    def _let_go(self) -> None:
        """Close what belongs to the helper: its door and its other clients."""
        for key in list(self.selector.get_map().values()):
            os.close(key.fd)
        self.selector.close()
        for job in {id(job): job for job in self.jobs.values()}.values():
            os.close(job.imported)

    def _hear(self, client: socket.socket) -> None:
        """A signal for the job; or its client is gone, and it is wanted no more."""
        job = self.jobs[client.fileno()]
        try:
            said = client.recv(64)
        except OSError:
            said = b""
        if not said:
            self.selector.unregister(client)
        for number in said or [signal.SIGKILL]:
            if number in FORWARDED or not said:
                _send(job.process, number)

    def _bury(self, ended: int) -> None:
        """A job has ended: its client hears how, and what it imported is remembered."""
        job = self.jobs[ended]
        _, status = os.waitpid(job.process, 0)
        with suppress(KeyError):
            self.selector.unregister(job.client)
        self.selector.unregister(ended)
        del self.jobs[ended], self.jobs[job.client.fileno()]
        with suppress(OSError):
            job.client.sendall(STATUS.pack(os.waitstatus_to_exitcode(status)))
        job.client.close()
        os.close(ended)
        with suppress(BlockingIOError):
            self.wanted += os.read(job.imported, _MOST_NAMES).decode().split()
        os.close(job.imported)

    def _learn(self) -> None:
        """Import what jobs had to."""
        self._import(self.wanted)
        self.wanted.clear()

    def _import(self, names: list[str]) -> None:
        """Import those that may be imported before a fork."""
        sys.meta_path.insert(0, Guard)
        for name in names:
            if name not in self.tried and name not in sys.modules and name.partition(".")[0] in FORKABLE:
                self.tried.add(name)
                with suppress(Exception, Unforkable):
                    importlib.import_module(name)
        sys.meta_path.remove(Guard)


def _send(process: int, number: int) -> None:
    """A signal to a job and all that it started; a fork that has no group of its own yet is alone."""
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        with suppress(OSError):
            os.kill(process, number)
    except OSError:
        return


def _read_ahead(request: Request) -> None:
    """Have that read which all jobs read, once any has: the cut that this one names, what packages offer."""
    plugins, kept = sys.modules.get("swav.plugins"), sys.modules.get("swav.cut.kept")
    if plugins:
        plugins.look_around()
    for word in request.words if kept else ():
        if word.startswith(_CUT):
            kept.keep_cut(Path(request.folder, word.removeprefix(_CUT)))


def _read(client: socket.socket, streams: list[int]) -> Request:
    """A client's request; its standard streams are added to ``streams``."""
    head, descriptors, _, _ = socket.recv_fds(client, SIZE.size, 3)
    streams += descriptors
    _, user, _ = PEER.unpack(client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))
    if user != os.getuid():
        raise PermissionError
    data = bytearray()
    while len(data) < SIZE.unpack(head)[0]:
        more = client.recv(1 << 20)
        if not more:
            raise ConnectionError
        data += more
    return Request(**json.loads(data))


def _tell(writing: int, names: list[str]) -> None:
    """The job's last word. Nobody waits for it, so it never waits."""
    os.set_blocking(writing, False)
    with suppress(OSError):
        said = "".join(f"{name}\n" for name in names).encode()
        os.write(writing, said[:_MOST_NAMES].rpartition(b"\n")[0])


def main(path: str, door: int, likely: Sequence[str] = ()) -> None:
    """Serve at ``path``, in a folder of this user alone, which goes when the helper does."""
    for number in FORWARDED:
        signal.signal(number, signal.SIG_IGN)  # a terminal's Ctrl-C is for the build, whose end it waits for
    server = Server(socket.socket(fileno=door), 0, Path(path).parent, likely)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # it starts its threads when it is imported
    try:
        server.serve()
    finally:
        shutil.rmtree(Path(path).parent, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
