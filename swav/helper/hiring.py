"""A build and its helper: started when the first job is, told to leave with the build, gone if that dies."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from swav.helper import client, shared

VARIABLE = "SWAV_HELPER"
"""``off``, or the socket of a helper that runs already."""
OFF = "off"
_FOLDER = "swav-helper-"
"""How the names of folders begin; then come the build's process and what nobody can foresee."""
SERVER = ("-P", "-m", "swav.helper.server")
"""``-P``: nothing is imported from the folder in which a film is built, whoever filled it."""
_ENDING_SECONDS = 5.0
_CLIENT = str(Path(client.__file__))


class Helper:
    """The helper of one build.

    ``wanted`` is False for a Snakemake that runs single jobs for another one: on another machine or in
    another allocation of a scheduler, where this build's helper is not, or is somebody else's. ``likely`` are
    modules that jobs will want: it imports them while nobody asks for anything.
    """

    def __init__(self, *, wanted: bool, likely: Sequence[str] = ()):
        given = os.environ.get(VARIABLE, "")
        self._given = given not in ("", OFF)
        self.socket = given if self._given else _new_socket()
        self.used = wanted and given != OFF
        self._likely = likely
        self._process: subprocess.Popen | None = None

    def words(self, words: list[str]) -> list[str]:
        """A command as a rule gives it: a Python with a script and its options."""
        return [sys.executable, "-I", "-S", _CLIENT, self.socket, *words] if self.used else words

    def start(self) -> None:
        """Let it come, once. Where it cannot, jobs are processes of their own, as they are without one."""
        if not self.used or self._given or self._process is not None:
            return
        with suppress(OSError):
            sweep()
            Path(self.socket).parent.mkdir(mode=0o700)
            self._process = start(self.socket, likely=self._likely)

    def stop(self) -> None:
        """Let it go: it sees its standard input end, as it does when this process is killed."""
        if self._process is not None:
            self._process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDING_SECONDS)
            self._process = None
            shutil.rmtree(Path(self.socket).parent, ignore_errors=True)


def start(
    path: str,
    server: Sequence[str] = SERVER,
    environment: Mapping[str, str] | None = None,
    likely: Sequence[str] = (),
) -> subprocess.Popen:
    """A helper that listens at ``path`` before it is there, so that no job finds the door shut.
    Raises OSError if it cannot be.
    """
    folder, short = client.address(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(short)
        os.close(folder)
        door.listen(128)
        return subprocess.Popen(
            [sys.executable, *server, path, str(door.fileno()), *likely],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[door.fileno()],
            start_new_session=True,
        )


def sweep() -> None:
    """Remove the folders of builds that were killed together with their helpers: they hold a door, and what
    jobs shared.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        pid = folder.name.removeprefix(_FOLDER).partition("-")[0]
        with suppress(OSError):
            if pid.isdigit() and not Path("/proc", pid).exists() and folder.lstat().st_uid == os.getuid():
                for file in (folder / "door", *folder.glob(f"{shared.PREFIX}*")):
                    file.unlink(missing_ok=True)
                folder.rmdir()


def _new_socket() -> str:
    """A path that nobody can foresee, and that tells whose it is; its folder is made when the helper is."""
    name = f"{_FOLDER}{os.getpid()}-{secrets.token_hex(8)}"
    return str(Path(tempfile.gettempdir(), name, "door"))
