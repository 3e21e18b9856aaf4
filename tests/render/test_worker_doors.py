"""Through which doors a worker of several ranks can be reached: none but its own folder."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from waiting import PATIENCE, wait_for
from worker_life import diary, job, living

from swav.render.worker_keeper import INDOORS, SAFE_PATH, command

CARDS = ("0", "1")
LOOPBACK = {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}
"""127.0.0.1, ::1 and ::ffff:127.0.0.1, as the kernel writes them."""
LISTENING = "0A"


def processes_of(root: int) -> list[int]:
    """A process and all that it started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [root]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found


def sockets_of(process: int) -> set[str]:
    """The inodes of a process's sockets."""
    found = set()
    try:
        entries = [*Path(f"/proc/{process}/fd").iterdir()]
    except (FileNotFoundError, ProcessLookupError):  # it ended since it was listed
        return found
    for entry in entries:
        try:
            target = os.readlink(entry)  # noqa: PTH115 - a socket's name is no path
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(target.removeprefix("socket:[").removesuffix("]"))
    return found


def listeners(processes: list[int]) -> list[str]:
    """Hexadecimal addresses on which the processes listen for TCP or take UDP, from the kernel's tables."""
    own = set().union(*(sockets_of(process) for process in processes))
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            local, state, inode = line.split()[1], line.split()[3], line.split()[9]
            if inode in own and (state == LISTENING or table.startswith("udp")):
                found.append(local.split(":")[0])
    return found


def environ(process):
    """What a process was started with; of processes without a card, which cannot show NCCL's ports."""
    given = Path(f"/proc/{process}/environ").read_bytes().decode().split("\0")
    return dict(variable.split("=", 1) for variable in given if "=" in variable)


def test_nothing_listens_outside_loopback_from_the_first_moment_to_the_last(folder, monkeypatch):
    """Looked at all the time while two ranks start, render, and wait for the next shot."""
    for name, value in INDOORS.items():  # what a cluster's profile may say
        monkeypatch.setenv(name, {"lo": "eth0", "0": "1", "1": "0"}[value])
    at_work = job(folder, "s1", processes=2, cards=CARDS, step_seconds=0.2)
    wait_for(lambda: living(folder), "no worker")
    (worker,) = living(folder)
    seen, most = set(), 0
    while at_work.poll() is None:
        processes = processes_of(worker.keeper)
        most = max(most, len(processes))
        seen.update(listeners(processes))
    seen.update(listeners(processes_of(worker.keeper)))
    assert most >= 4, "the keeper, torchrun and two ranks were looked at"
    kept = [
        variables for variables in map(environ, processes_of(worker.keeper)) if "SWAV_KEEPER" in variables
    ]
    assert len(kept) >= 3 and all((INDOORS | SAFE_PATH).items() <= variables.items() for variables in kept)
    assert at_work.returncode == 0 and len(diary(folder, "load")) == 2
    assert seen <= LOOPBACK, seen


def test_all_that_ranks_meet_through_lies_in_a_folder_of_this_user_alone(folder):
    at_work = job(folder, "s1", processes=2, cards=CARDS)
    assert at_work.wait(PATIENCE) == 0
    (worker,) = living(folder)
    assert stat.S_IMODE(worker.folder.stat().st_mode) == 0o700
    assert {"door", "keeper", "rendezvous", "ranks"} <= {entry.name for entry in worker.folder.iterdir()}
    assert "--standalone" not in command(worker.folder, 2)


SHARING = """
import json, sys, torch, torch.distributed as dist
from torch.distributed import distributed_c10d
from swav.render import plain

def refuse(*given, **named):
    raise AssertionError("a pickle was made or read")

distributed_c10d._pickler = distributed_c10d._unpickler = refuse
file, rank = sys.argv[1], int(sys.argv[2])
dist.init_process_group("gloo", store=dist.FileStore(file, 2), rank=rank, world_size=2)
values = [
    None, True, 3, 2.5, float("inf"), "words ü \\u202e", [], (), {}, [1, [2, (3, None)]], {"a": {1: (2,)}},
    {"tensor": [1]}, {"x": torch.arange(6.0).view(2, 3), "y": [torch.tensor(7, dtype=torch.int64)]},
    (torch.ones(2, 2, dtype=torch.bfloat16), torch.tensor([True, False]), torch.empty(0, 3)),
]
def same(a, b):
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b)
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b
for value in values:
    assert same(plain.share(value if rank == 0 else "not asked"), value), value
    assert same(plain.collect(value if rank else [rank]), [[0], value]), value
for bad in (object(), {1, 2}, b"bytes"):
    try:
        plain.collect(bad)
    except TypeError:
        continue
    raise AssertionError(bad)
dist.barrier()  # a process that ends with a group of gloo's aborts now and then, its threads still at work
dist.destroy_process_group()
"""


def test_ranks_exchange_plain_data_and_tensors_exactly_and_no_pickle(tmp_path):
    command = [sys.executable, "-c", SHARING, str(tmp_path / "store")]
    env = os.environ | {"GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    ranks = [subprocess.Popen([*command, str(rank)], env=env) for rank in (0, 1)]
    assert [rank.wait(PATIENCE) for rank in ranks] == [0, 0]
