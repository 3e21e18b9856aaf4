"""What this machine offers a render: its cards, their free memory, its own memory, and attention kernels.

Light: ``nvidia-smi`` is asked, and PyTorch is not imported, because ``swav plan`` looks here too.
"""

import csv
import os
import shutil
import subprocess
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from swav.processes import parents

Kernel = Literal["flash3", "flash2", "cudnn", "native"]
Link = Literal["nvlink", "pcie", "unknown"]
MIB = 1 << 20

_READING = "index,name,memory.used,memory.total,temperature.gpu,utilization.gpu"
_QUERY = "index,uuid,name,memory.total,memory.free,compute_cap"
_MODULES: tuple[tuple[Kernel, str], ...] = (
    ("flash3", "fa3_fwd_interface"),
    ("flash3", "flash_attn_interface"),
    ("flash2", "flash_attn"),
    ("cudnn", "torch"),
)
_SECONDS = 20


@dataclass(frozen=True)
class Gpu:
    """One GPU: its memory in bytes, and its CUDA compute capability, (9, 0) for Hopper."""

    name: str
    total_bytes: int
    free_bytes: int
    capability: tuple[int, int]


@dataclass(frozen=True)
class Hardware:
    """The cards that a render may use, free host memory in bytes, and what lies between the cards.

    ``kernels`` are those that are installed, whatever the card; ``compiles`` is whether ``torch.compile`` has
    the compilers that it needs. An unknown link counts as PCIe.
    """

    cards: tuple[Gpu, ...]
    host_bytes: int
    link: Link = "unknown"
    kernels: frozenset[Kernel] = frozenset({"cudnn", "native"})
    compiles: bool = True


def read_hardware(devices: Sequence[str], ours: Collection[int] = ()) -> Hardware:
    """The cards with these ids (indices or UUIDs, as CUDA_VISIBLE_DEVICES has them), as they are now.

    Memory that the processes ``ours`` hold counts as free: a render takes the place of an idle worker, or is
    done by it. Without a driver there are no cards.
    """
    listed = {card_id: row for row in _ask("--query-gpu", _QUERY) for card_id in (row[0], row[1])}
    rows = [listed[device] for device in devices if device in listed]
    held = _held({row[1] for row in rows}, set(ours))
    return Hardware(
        cards=tuple(_card(row, held.get(row[1], 0)) for row in rows),
        host_bytes=free_host_bytes(),
        link=_link(len(rows)),
        kernels=installed_kernels(),
        compiles=bool(find_spec("triton") and (shutil.which("cc") or shutil.which("gcc"))),
    )


@dataclass(frozen=True)
class Reading:
    """What a card does at this moment. What the driver does not tell is None."""

    index: int
    name: str
    used_bytes: int | None
    total_bytes: int | None
    celsius: int | None
    busy: int | None
    """Percent of the last moment in which it computed."""


def readings() -> tuple[Reading, ...]:
    """What each card of this machine does now; none without a driver."""
    return tuple(
        Reading(int(index), name, _mib(used), _mib(total), _whole(celsius), _whole(busy))
        for index, name, used, total, celsius, busy in _ask("--query-gpu", _READING)
    )


def _whole(said: str) -> int | None:
    """A number as the driver says it; None for ``[N/A]``."""
    return int(said) if said.isdecimal() else None


def _mib(said: str) -> int | None:
    found = _whole(said)
    return None if found is None else found << 20


def listed_cards() -> tuple[tuple[str, str], ...]:
    """Index and UUID of each card that the driver shows to this process; none without a driver."""
    return tuple((index, uuid) for index, uuid, _ in _listed())


def card_models(devices: Sequence[str]) -> tuple[str, ...]:
    """What the driver calls the cards with these ids (indices or UUIDs); nothing without a driver."""
    by_id = {card_id: name for index, uuid, name in _listed() for card_id in (index, uuid)}
    return tuple(by_id[device] for device in devices if device in by_id)


@cache
def _listed() -> tuple[tuple[str, str, str], ...]:
    """Index, UUID and name of each card: asked once, since a take's record wants both ids and names."""
    return tuple((index, uuid, name) for index, uuid, name in _ask("--query-gpu", "index,uuid,name"))


def installed_kernels() -> frozenset[Kernel]:
    """Attention kernels whose packages are installed."""
    return frozenset({"native", *(kernel for kernel, module in _MODULES if find_spec(module))})


def free_host_bytes() -> int:
    """Memory that new processes can have: what the kernel calls available, within a container's limit."""
    pages = os.sysconf("SC_PAGE_SIZE")
    free = os.sysconf("SC_AVPHYS_PAGES") * pages
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) * 1024
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text().strip()
        used = int((group / "memory.current").read_text())
    except OSError:
        return free
    return free if limit == "max" else max(0, min(free, int(limit) - used))


def descendants(roots: Iterable[int]) -> set[int]:
    """These processes and all that they started, such as a worker's keeper and its ranks."""
    started_by = dict(parents())
    found = set(roots)
    while grown := {child for child, parent in started_by.items() if parent in found} - found:
        found |= grown
    return found


def _card(row: Sequence[str], ours: int) -> Gpu:
    _, _, name, total, free, capability = row
    major, _, minor = capability.partition(".")
    total_bytes = int(total) * MIB
    free_bytes = min(total_bytes, int(free) * MIB + ours)
    return Gpu(name, total_bytes, free_bytes, (int(major), int(minor)))


def _held(cards: set[str], processes: set[int]) -> dict[str, int]:
    """Bytes that the processes hold on each card."""
    held: dict[str, int] = {}
    if not processes:
        return held
    for uuid, process, used in _ask("--query-compute-apps", "gpu_uuid,pid,used_memory"):
        if uuid in cards and process.isdigit() and int(process) in processes and used.isdigit():
            held[uuid] = held.get(uuid, 0) + int(used) * MIB
    return held


def _link(cards: int) -> Link:
    """What joins the cards: NVLink only if the driver's matrix shows nothing else between any two."""
    if cards < 2:
        return "unknown"
    matrix = _run("topo", "--matrix")
    rows = [line.split() for line in matrix.splitlines() if line.startswith("GPU")]
    pairs = [entry for row in rows for entry in row[1 : 1 + len(rows)] if entry != "X"]
    if not pairs:
        return "unknown"
    return "nvlink" if all(entry.startswith("NV") for entry in pairs) else "pcie"


def _ask(query: str, fields: str) -> list[list[str]]:
    said = _run(f"{query}={fields}", "--format=csv,noheader,nounits")
    rows = list(csv.reader(said.splitlines(), skipinitialspace=True))
    return [row for row in rows if len(row) == fields.count(",") + 1]


def _run(*arguments: str) -> str:
    """What nvidia-smi says; nothing if it is not there, fails or hangs."""
    try:
        return subprocess.run(
            ["nvidia-smi", *arguments], capture_output=True, text=True, check=True, timeout=_SECONDS
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
