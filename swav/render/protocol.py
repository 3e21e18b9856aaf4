"""What a render job and a resident worker say to each other, and through which door.

They speak over a unix socket that keeps messages apart (SOCK_SEQPACKET); each message is one JSON object.
The job says ``{"task": {"clip": path, ...}}``. The worker answers ``{"accepted": {"warm": bool}}``, any
number of ``{"progress": [step, done, total]}`` and ``{"note": sentence}``, and one of ``{"made": {...}}``
and ``{"failed": sentence, "kind": ...}``. A connection that ends is an answer too: a job that went away
wants its shot no more, and a worker that went away will not finish it.
"""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from swav.errors import EngineError
from swav.helper.client import address

Kind = Literal["memory", "refused", "crash", "peer"]
"""``refused``: the engine said why in a sentence, and the worker lives on; after the others it does not.
``peer``: a rank lost another, which knows better why, if it could still say so. The first kind tells most.
"""

LARGEST_MESSAGE = 1 << 17
"""Bytes: below the kernel's usual buffer of 208 KiB, so that a message is sent whole or not at all."""


class ShotFailed(EngineError):
    """A worker did not make the shot; ``kind`` says what came of the worker."""

    def __init__(self, sentence: str, kind: Kind):
        super().__init__(sentence)
        self.kind = kind


class Channel:
    """One end of a connection. Sending never raises and never waits: who does not listen misses progress."""

    def __init__(self, connection: socket.socket):
        self._connection = connection

    def send(self, **message: Any) -> bool:
        """Send a message; False if the other end is gone, or so far behind that nothing more goes in."""
        data = json.dumps(message).encode()
        if len(data) > LARGEST_MESSAGE:
            raise ValueError(f"a message of {len(data):,} bytes is too large")
        try:
            self._connection.send(data, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except OSError:
            return False
        return True

    def insist(self, seconds: float, **message: Any) -> bool:
        """Send a message that must not be missed, waiting up to ``seconds`` for one who reads slowly."""
        self._connection.settimeout(seconds)
        try:
            self._connection.send(json.dumps(message).encode(), socket.MSG_NOSIGNAL)
        except OSError:
            return False
        finally:
            self._connection.settimeout(None)
        return True

    def receive(self) -> dict[str, Any] | None:
        """The next message, or None when the other end is gone."""
        try:
            data = self._connection.recv(LARGEST_MESSAGE)
        except (ConnectionError, TimeoutError):
            return None
        return json.loads(data) if data else None

    def gone(self) -> bool:
        """Whether the other end has hung up. It has nothing else to say once its task is sent."""
        try:
            return not self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        self._connection.close()


def listen(path: Path) -> socket.socket:
    """A socket at ``path`` that takes connections from now on, even before anybody accepts them."""
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    _at(path, door.bind)
    door.listen(16)
    return door


def connect(path: Path) -> socket.socket:
    """A connection to whoever listens at ``path``. ConnectionError or FileNotFoundError if nobody does."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        _at(path, connection.connect)
    except OSError:
        connection.close()
        raise
    return connection


def _at(path: Path, act: Callable[[str], None]) -> None:
    """Use a socket's path however long it is."""
    folder, short = address(str(path))
    try:
        act(short)
    finally:
        os.close(folder)
