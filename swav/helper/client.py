"""What a rule starts: it has the helper run the job, and stands for it until it ends.

Run as ``python -I -S client.py SOCKET PYTHON SCRIPT ARGUMENT...``; standard library only, and little of it,
because a build starts hundreds. The job has this process's folder, environment and open streams; signals that
come here go on to it, it dies when this process does, and this process ends as it ended. Where no helper
answers, this process becomes the job: ``PYTHON SCRIPT ARGUMENT...``.
"""

import json
import os
import signal
import socket
import struct
import sys

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SIZE = struct.Struct(">I")
STATUS = struct.Struct(">i")
PEER = struct.Struct("3i")
"""Process, user and group of whoever is at the other end (unix(7), SO_PEERCRED)."""
ACCEPTED = b"+"


def address(path: str) -> tuple[int, str]:
    """A descriptor of the socket's folder, and its path through that: the kernel takes 107 bytes at most."""
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
    return folder, f"/proc/self/fd/{folder}/{os.path.basename(path)}"


def connect(path: str) -> socket.socket:
    """A connection to the helper of this user. OSError if there is none."""
    folder, short = address(path)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(short)
        _, owner, _ = PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))
        if owner != os.getuid():
            raise PermissionError("another user listens there")
    except OSError:
        connection.close()
        raise
    finally:
        os.close(folder)
    return connection


def ask(connection: socket.socket, words: list[str], folder: str, environment: dict, streams: list) -> bool:
    """Hand a job to the helper; whether it took it."""
    plain = {"words": words, "folder": folder, "environment": environment}
    data = json.dumps(plain).encode()  # what is no text of UTF-8 is escaped one by one
    try:
        socket.send_fds(connection, [SIZE.pack(len(data))], streams)
        connection.sendall(data)
        return connection.recv(1) == ACCEPTED
    except OSError:
        return False


def send(connection: socket.socket, signals: list[int]) -> None:
    """Hand signals on. A job that has ended already needs none."""
    try:
        connection.send(bytes(signals), socket.MSG_NOSIGNAL)
    except OSError:
        return


def outcome(connection: socket.socket) -> int:
    """How the job ended: its exit status, or the negative number of a signal. It dies with the helper."""
    said = b""
    while len(said) < STATUS.size:
        try:
            more = connection.recv(STATUS.size - len(said))
        except OSError:
            more = b""
        if not more:
            return -signal.SIGKILL
        said += more
    return STATUS.unpack(said)[0]


def main(path: str, job: list[str]) -> int:
    """Have the job run by the helper, or become it."""
    try:
        connection = connect(path)
        folder = os.getcwd()
    except OSError:
        os.execv(job[0], job)
    early = forwarding(connection)
    if not ask(connection, job[1:], folder, dict(os.environ), [0, 1, 2]):
        for number in early[1:]:
            die_of(number)
        os.execv(job[0], job)
    while early:  # one that comes between two of these steps is kept as well, or sent at once
        send(connection, [early.pop(0)])
    return outcome(connection)


def forwarding(connection: socket.socket) -> list[int]:
    """Send signals on to the job. Those that come before it is there are kept in what is returned."""
    early = [0]  # no signal: there is always something to send

    def forward(number: int, _: object) -> None:
        early.append(number) if early else send(connection, [number])

    for number in FORWARDED:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, forward)
    return early


def die_of(number: int) -> None:
    """End as a signal ends a process that does not listen to it."""
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    status = main(sys.argv[1], sys.argv[2:])
    if status < 0:
        die_of(-status)
    os._exit(status)
