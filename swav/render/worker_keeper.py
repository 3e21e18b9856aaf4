"""The keeper: the first process of a resident worker, which answers for the cards.

It starts the worker's ranks, gives them the locks of the cards, and ends when any of them ends, not before
the last one is gone. Whichever process is killed, the others die within a second or two: the ranks with their
parent (PR_SET_PDEATHSIG), orphans by the keeper, to which the kernel gives them (PR_SET_CHILD_SUBREAPER).
``torchrun`` hands no descriptors on to its ranks, so they fetch them from the keeper through a socket.

Nothing of it listens but on the loopback interface, and ranks find each other through a file in the worker's
folder, which only this user can enter: ``torchrun --standalone`` would open two stores to every network,
where whoever comes first may write what the ranks believe.

Run as ``python -m swav.render.worker_keeper FOLDER PROCESSES DESCRIPTOR...``, the first descriptor being the
door's; standard library only, so that it is there in no time.
"""

import ctypes
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from swav.files import write_text
from swav.processes import parents
from swav.render.protocol import connect, listen

PATIENCE_SECONDS = 5
"""How long ranks may take to end by themselves."""
ENDED = "ended.json"
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
_MOST_DESCRIPTORS = 64
INDOORS = {
    "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1",  # torchrun opens no store for its ranks: they have a file
    "GLOO_SOCKET_IFNAME": "lo",
    "NCCL_SOCKET_IFNAME": "lo",
    "TP_SOCKET_IFNAME": "lo",
    "NCCL_RAS_ENABLE": "0",  # a port that answers questions about the ranks (NCCL 2.24)
}
"""What keeps PyTorch and NCCL from the network, whatever the user's own environment says."""
SAFE_PATH = {"PYTHONSAFEPATH": "1"}
"""Ranks import nothing from the folder in which they are started; torchrun hands no ``-P`` on."""
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Let the kernel kill this process when the process that started it ends, however that happens."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def fetch_descriptors(folder: Path) -> list[int]:
    """For a rank: the door's descriptor and the locks, which now live as long as this process does."""
    with connect(folder / "keeper") as connection:
        _, descriptors, _, _ = socket.recv_fds(connection, 1, _MOST_DESCRIPTORS)
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    return descriptors


def command(folder: Path, processes: int) -> list[str]:
    """How the ranks are started."""
    rank = ["-m", "swav.render.worker", str(folder)]
    if processes == 1:
        return [sys.executable, "-P", *rank]
    return [*torchrun(folder, processes), *rank]


def torchrun(folder: Path, processes: int) -> list[str]:
    """The words that start what follows them as ranks, which meet in ``folder``, under ``INDOORS``."""
    rendezvous = ["--rdzv-backend=c10d", "--rdzv-conf=store_type=file"]
    rendezvous += [f"--rdzv-endpoint={folder / 'rendezvous'}", f"--rdzv-id={folder.name}"]
    run = ["-m", "torch.distributed.run", *rendezvous, "--local-addr=127.0.0.1"]
    return [sys.executable, "-P", *run, f"--nproc_per_node={processes}"]


def keep(folder: Path, processes: int, descriptors: list[int]) -> None:
    """Run the ranks until one of them ends, or until SIGTERM; then end all and say how it ended."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    with listen(folder / "keeper") as desk:
        child = subprocess.Popen(
            command(folder, processes),
            env=os.environ | INDOORS | SAFE_PATH | {"SWAV_KEEPER": str(os.getpid())},
            preexec_fn=die_with_parent,  # safe: the keeper has one thread
        )
        try:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            _serve(desk, child, descriptors)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            dismissed = child.poll() is None
            _end(child)
            ending = {"status": child.returncode, "dismissed": dismissed}
            write_text(folder / ENDED, json.dumps(ending))


def _serve(desk: socket.socket, child: subprocess.Popen, descriptors: list[int]) -> None:
    """Hand the descriptors to each rank that asks, until the child ends."""
    ended = os.pidfd_open(child.pid)
    with selectors.DefaultSelector() as selector:
        selector.register(desk, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == ended:
                    child.wait()
                    return
                with suppress(OSError), desk.accept()[0] as connection:
                    socket.send_fds(connection, [b"."], descriptors)


def _end(child: subprocess.Popen) -> None:
    """Ask the child to end, then make it; and kill whatever it leaves behind until nothing is left."""
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(PATIENCE_SECONDS)
    child.kill()
    child.wait()
    while orphans := _children():
        for orphan in orphans:
            with suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.01)


def _children() -> list[int]:
    """Processes whose parent is this one, the dead that wait to be counted included."""
    return [process for process, parent in parents() if parent == os.getpid()]


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]), [int(number) for number in sys.argv[3:]])
