"""The resident worker: holds an engine's weights in memory and renders the shots that jobs bring, one by one.

It knows nothing of any engine. ``order.json`` in its folder names a *renderer*, ``package.module:name``,
which is called once, as ``renderer(setup, session)``, and loads; then ``renderer.render(task, session)``
makes each shot. Setup, task and what ``render`` returns are plain data. Each rank of the worker has a
renderer and calls it alike; rank 0 also listens at the door.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from swav.errors import SwavError
from swav.files import write_text
from swav.locks import lock
from swav.render import staying
from swav.render.protocol import Channel
from swav.render.worker_keeper import die_with_parent, fetch_descriptors
from swav.render.worker_memory import memory_ran_out
from swav.render.worker_ranks import Ranks, join_ranks

_LAST_WORD_SECONDS = 5.0
_PEER_ERRORS = ("DistBackendError", "DistNetworkError", "DistStoreError")
_PEER_SIGNS = ("Connection closed by peer", "Connection reset by peer", "Broken pipe")
"""How torch.distributed says that another rank is no more."""
_PATIENCE_SECONDS = 20.0
"""How long a rank that failed waits for the others to come to the same end before it takes them along."""


class Cancelled(Exception):
    """The job went away: the shot is wanted no more, and the worker is ready for the next."""


class Session:
    """What a renderer sees of the job it works for, and of the other ranks."""

    def __init__(self, ranks: Ranks, channel: Channel | None):
        self.rank, self.processes = ranks.rank, ranks.count
        self._ranks, self._channel = ranks, channel

    def tell(self, step: str, done: int, total: int) -> None:
        """Say how far this rank is. The job hears rank 0."""
        if self._channel:
            self._channel.send(progress=[step, done, total])

    def note(self, sentence: str) -> None:
        """Say one thing that the user should know. The job hears rank 0."""
        if self._channel:
            self._channel.send(note=sentence)

    def go_on(self) -> None:
        """Raise Cancelled in all ranks if the job went away. All ranks call it at the same point."""
        if self._ranks.share(self._channel.gone() if self._channel else False):
            raise Cancelled

    def go_on_alone(self) -> None:
        """Raise Cancelled in rank 0 if the job went away, where only rank 0 has work left to do."""
        if self._channel and self._channel.gone():
            raise Cancelled


class Resident:
    """One rank's life: wait for a shot, load at the first one, render, answer; until idle for too long."""

    def __init__(self, folder: Path):
        self.folder = folder
        order = json.loads((folder / "order.json").read_text())
        self.setup, self.renderer_name = order["setup"], order["renderer"]
        door, *self._locks = fetch_descriptors(folder)
        self.door = socket.socket(fileno=door)
        self.ranks = join_ranks(folder)
        self.renderer: Any = None

    def live(self) -> None:
        """Serve shots until none comes. It ends the whole process when the engine crashes."""
        while True:
            channel = self._next_job() if self.ranks.rank == 0 else None
            task = self.ranks.share(channel.receive() if channel else None)
            if task is not None:
                self._perform(task["task"], channel)
            if channel:
                channel.close()

    def _next_job(self) -> Channel:
        """The next job's connection. After a while without any, the worker has its keeper end it."""
        self.door.settimeout(staying.seconds())
        staying.is_idle_from_now(self.folder)
        while True:
            with suppress(TimeoutError):
                return Channel(self.door.accept()[0])
            if self._nobody_comes():
                os.kill(int(os.environ["SWAV_KEEPER"]), signal.SIGTERM)
                signal.pause()

    def _nobody_comes(self) -> bool:
        """Take the busy-lock, so that no job can engage a worker that is about to leave."""
        self._busy = lock(self.folder / "busy", wait=False)
        if self._busy is None:
            return False
        (self.folder / "leaving").touch()
        return True

    def _perform(self, task: dict[str, Any], channel: Channel | None) -> None:
        session = Session(self.ranks, channel)
        if channel:
            channel.send(accepted={"warm": self.renderer is not None})
        outcome = self._outcome(task, session)
        patience = _PATIENCE_SECONDS if "failed" in outcome else None
        outcomes = self.ranks.collect(outcome, patience)
        if channel:
            bad = next((each for each in outcomes if "failed" in each), None)
            channel.insist(_LAST_WORD_SECONDS, **(bad or outcome))

    def _outcome(self, task: dict[str, Any], session: Session) -> dict[str, Any]:
        """What came of a shot. Whatever is not a sentence from the engine ends the process."""
        try:
            if self.renderer is None:
                self.renderer = self._load(session)
            made = self.renderer.render(task, session)
            session.go_on_alone()
            return {"made": made}
        except Cancelled:
            if self.ranks.rank == 0:
                Path(task["clip"]).unlink(missing_ok=True)
            return {"made": None}
        except SwavError as error:
            if self.renderer is None:
                self._die(session, {"failed": str(error), "kind": "refused"})
            return {"failed": str(error), "kind": "refused"}
        except Exception as error:
            traceback.print_exc()
            self._die(session, _failure(error))

    def _load(self, session: Session) -> Any:
        module, _, name = self.renderer_name.partition(":")
        gc.disable()  # what frameworks import stays: the collector would look at it again and again
        try:
            renderer = getattr(importlib.import_module(module), name)
        finally:
            gc.freeze()
            gc.enable()
        return renderer(self.setup, session)

    def _die(self, session: Session, failure: dict[str, Any]) -> None:
        """Leave word and end, without the clean-up of frameworks that may hang. The keeper does the rest."""
        write_text(self.folder / f"failed-{session.rank}.json", json.dumps(failure))
        (self.folder / "leaving").touch()
        sys.stderr.flush()
        os._exit(1)


def _failure(error: Exception) -> dict[str, Any]:
    """An exception as a line, and of which kind. Frameworks are known by the names of their errors alone."""
    name, text = type(error).__name__, str(error).strip()
    first = (text.splitlines() or [""])[0]
    if isinstance(error, MemoryError) or name == "OutOfMemoryError" or "out of memory" in text.lower():
        return {"failed": memory_ran_out(error), "kind": "memory"}
    peer = name in _PEER_ERRORS or any(sign in text for sign in _PEER_SIGNS)
    return {"failed": f"{name}: {first}" if first else name, "kind": "peer" if peer else "crash"}


def _check_parent() -> None:
    """End if the parent ended before ``die_with_parent``: an orphan belongs to the keeper, or to nobody."""
    keeper = int(os.environ["SWAV_KEEPER"])
    alone = int(os.environ.get("WORLD_SIZE", "1")) == 1
    if (os.getppid() == keeper) != alone:
        os._exit(1)


if __name__ == "__main__":
    die_with_parent()
    _check_parent()
    Resident(Path(sys.argv[1])).live()
