"""What this machine has: cards, memory, disk, ffmpeg."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from swav import __version__
from swav.errors import MediaError
from swav.media.ffmpeg import binary
from swav.render.hardware import Gpu, free_host_bytes, read_hardware


@dataclass(frozen=True)
class Machine:
    """The machine as a build finds it; memory and disk in bytes."""

    cards: tuple[Gpu, ...]
    memory_bytes: int
    free_memory_bytes: int
    disk: str
    """The folder of the build, or the nearest one above it that is there."""
    free_disk_bytes: int
    ffmpeg: str
    """Version of imageio-ffmpeg's ffmpeg, or why it cannot be used."""
    python: str
    swav: str


def read_machine(cards: Sequence[str], build: Path) -> Machine:
    """Look at the machine. ``cards`` are the ids of those that may be used."""
    disk = next(folder for folder in (build.absolute(), *build.absolute().parents) if folder.exists())
    return Machine(
        cards=read_hardware(cards).cards,
        memory_bytes=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        free_memory_bytes=free_host_bytes(),
        disk=str(disk),
        free_disk_bytes=shutil.disk_usage(disk).free,
        ffmpeg=_ffmpeg(),
        python=f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        swav=__version__,
    )


def _ffmpeg() -> str:
    try:
        banner = subprocess.run([binary(), "-version"], capture_output=True, text=True, check=True).stdout
    except (MediaError, OSError, subprocess.CalledProcessError) as error:
        return str(error)
    version = re.match(r"ffmpeg version n?(\S+)", banner)
    return version[1] if version else "of unknown version"
