"""Render jobs as thin clients of a resident worker: find one or start one, hand it the shot, hear it out.

Standard library only, so that a job is there in milliseconds. A worker of the same kind that is idle is
engaged; else free cards are leased and one is started on them; else idle workers of another kind are
dismissed for their cards; else the job waits. All of that is decided under one lock, and a waiting job holds
nothing, so jobs never share a card and never wait for each other's half.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, get_args

import swav
from swav.keys import digest
from swav.locks import lock
from swav.render.cards import POLL_SECONDS, check_count, lease_folder, lease_lock, try_lease
from swav.render.protocol import Channel, Kind, ShotFailed, connect, listen
from swav.render.worker_keeper import ENDED
from swav.render.worker_register import Worker, idle_alike, make_room, new_folder, registered

KEEPER = (sys.executable, "-P", "-m", "swav.render.worker_keeper")
_STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Order:
    """What kind of worker a shot needs. Shots whose orders are equal share one."""

    engine: str
    renderer: str
    """``package.module:name`` of what the worker runs: see ``swav.render.worker``."""
    setup: Mapping[str, Any]
    """Plain data for the renderer: weights, placement and all else that is settled before a shot is."""
    processes: int
    build: Path
    """The build that the worker belongs to and ends with."""

    @property
    def key(self) -> str:
        """Digest of the order and of the code that would carry it out."""
        build = str(self.build.resolve())
        return digest(
            [
                self.renderer,
                dict(self.setup),
                self.processes,
                build,
                code_version(),
                *package_version(self.renderer),
            ]
        )


_RENDERING = (
    "*.py",
    "engines/**/*.py",
    "diffusion/**/*.py",
    "weights/*.py",
    "media/*.py",
    "render/*.py",
)
"""The code that a worker holds in memory."""


@cache
def code_version() -> str:
    """Digest of the rendering code on disk: a worker that was started before an edit is another worker."""
    root = Path(swav.__file__).parent
    files = sorted(file for pattern in _RENDERING for file in root.glob(pattern))
    facts = [[str(file.relative_to(root)), *_stamp(file)] for file in files]
    return digest([swav.__version__, sys.executable, facts])


def package_version(renderer: str) -> list[str]:
    """Digest of the code of a renderer that another package brings, so that a warm worker never goes on with
    what it held before an edit; nothing for swav's own. All files of its top-level package count."""
    name = renderer.partition(":")[0].partition(".")[0]
    found = None if name == swav.__name__ else find_spec(name)
    if found is None:
        return []
    folders = [Path(folder) for folder in found.submodule_search_locations or ()]
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    files = files or ([Path(found.origin)] if found.has_location else [])
    return [digest([[str(file), *_stamp(file)] for file in files])]


def _stamp(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def render(
    order: Order,
    task: Mapping[str, Any],
    *,
    cards: Sequence[str],
    progress: Callable[[str, int, int], None],
    note: Callable[[str], None],
) -> dict[str, Any]:
    """Have a worker make a shot; what its renderer returned, ``cards`` it ran on, and if it was ``warm``.

    ``task`` is plain data for the renderer, with the ``clip`` to write; its paths are absolute, since a
    worker has its own folder.
    Raises ShotFailed with one sentence.
    """
    check_count(cards, order.processes)
    while True:
        with _hired(order, cards, note) as (worker, channel):
            made = _hear(worker, channel, task, progress, note)
        if made is not None:
            return made
        time.sleep(POLL_SECONDS)


def stop_workers(build: str | Path) -> int:
    """End the workers of a build, because it ended; how many there were. What they render is cancelled."""
    folder = str(Path(build).resolve())
    with registered() as found:
        mine = [worker for worker in found if worker.build == folder]
    for worker in mine:
        worker.dismiss()
    for worker in mine:
        worker.wait_until_gone()
    return len(mine)


@contextmanager
def _hired(
    order: Order, cards: Sequence[str], note: Callable[[str], None]
) -> Iterator[tuple[Worker, Channel]]:
    """A worker that works for nobody else meanwhile, and a connection to it."""
    leases, told = lease_folder(), False
    while True:
        with lease_lock(leases):
            hired = _engaged(order, cards, leases)
            must_wait = hired is None and not make_room(leases, cards, order.processes, key=order.key)
        if hired:
            break
        if must_wait and not told:
            note("waiting for free GPUs")
            told = True
        time.sleep(POLL_SECONDS)
    worker, busy, channel = hired
    try:
        yield worker, channel
    finally:
        channel.close()
        busy.close()


def _engaged(order: Order, cards: Sequence[str], leases: Path) -> tuple[Worker, IO, Channel] | None:
    """A worker of that kind that was idle, or a new one on free cards. Inside the lease lock."""
    found = idle_alike(leases, order.key, cards) or _start(order, cards, leases)
    if found is None:
        return None
    worker, busy = found
    try:
        return worker, busy, Channel(connect(worker.door))
    except OSError:  # it ended a moment ago
        busy.close()
        return None


def _start(order: Order, cards: Sequence[str], leases: Path) -> tuple[Worker, IO] | None:
    """Start a worker on free cards and engage it; None if too few are free. Inside the lease lock.

    The locks and the door are made here and passed on: there is no moment at which the cards belong to
    nobody, and none at which the worker cannot be spoken to.
    """
    leased = try_lease(cards, order.processes, leases)
    if leased is None:
        return None
    folder = new_folder(leases)
    log = _log_file(order, folder.name)
    (folder / "order.json").write_text(json.dumps({"renderer": order.renderer, "setup": dict(order.setup)}))
    alive, busy = lock(folder / "alive", wait=True), lock(folder / "busy", wait=True)
    with listen(folder / "door") as door, log.open("ab") as written, alive:
        passed = [door.fileno(), alive.fileno(), *leased.descriptors]
        keeper = subprocess.Popen(
            [*KEEPER, folder, str(order.processes), *map(str, passed)],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            env={
                "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # the order of /dev/nvidia* and of nvidia-smi
                **os.environ,
                "CUDA_VISIBLE_DEVICES": ",".join(leased.cards),
            },
            pass_fds=passed,
            start_new_session=True,
        )
    leased.close()
    build = str(order.build.resolve())
    worker = Worker(folder, order.engine, order.key, build, leased.cards, str(log), keeper.pid)
    worker.save()
    return worker, busy


def _log_file(order: Order, name: str) -> Path:
    logs = order.build.resolve() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    return logs / f"{order.engine}-{time.strftime('%Y%m%d-%H%M%S')}-{name}.log"


def _hear(
    worker: Worker,
    channel: Channel,
    task: Mapping[str, Any],
    progress: Callable[[str, int, int], None],
    note: Callable[[str], None],
) -> dict[str, Any] | None:
    """Hand over the task and listen until the end; None if a worker left before it took the task."""
    channel.insist(_STOP_SECONDS, task=dict(task))
    warm: bool | None = None
    while message := channel.receive():
        if "accepted" in message:
            warm = message["accepted"]["warm"]
        elif "progress" in message:
            progress(*message["progress"])
        elif "note" in message:
            note(message["note"])
        elif "failed" in message:
            raise ShotFailed(message["failed"], message["kind"])
        elif "made" in message:
            return {**message["made"], "cards": list(worker.cards), "warm": bool(warm)}
    return _ended(worker, accepted=warm is not None)


def _ended(worker: Worker, accepted: bool) -> None:
    """The connection ended without an answer: None if the worker never took the shot, else raise why."""
    worker.wait_until_gone()
    said = [json.loads(file.read_text()) for file in sorted(worker.folder.glob("failed-*.json"))]
    if said:
        first = min(said, key=lambda failure: get_args(Kind).index(failure["kind"]))
        raise ShotFailed(_SAID[first["kind"]].format(**first, log=worker.log), first["kind"])
    try:
        ending = json.loads((worker.folder / ENDED).read_text())
    except FileNotFoundError:
        ending = {"status": None, "dismissed": False}
    if ending["dismissed"]:
        if not accepted:
            return None
        raise ShotFailed("the render worker was told to leave while it rendered; build again", "crash")
    kind: Kind = "peer" if ending["status"] in (None, -signal.SIGKILL) else "crash"
    raise ShotFailed(_SAID[kind].format(failed=_how(ending["status"]), log=worker.log), "crash")


_SAID: dict[Kind, str] = {
    "memory": "{failed}",
    "refused": "{failed}",
    "crash": "the render worker crashed ({failed}); its log is {log}",
    "peer": "the render worker was killed, by somebody or because memory ran out; its log is {log}",
}


def _how(status: int | None) -> str:
    return f"signal {-status}" if (status or 0) < 0 else f"exit status {status}"
