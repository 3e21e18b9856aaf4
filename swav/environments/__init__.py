"""Environments of engines: Python packages that would break each other live apart, and apart from swav.

An engine's environment is a folder that a lock decides: ``locks/NAME.txt`` pins every package, and the
folder's name carries a digest of what the lock says. A changed lock is another environment; the one before it
stays until it is removed. ``create`` makes one, ``run`` runs a program in one. This module is light.
"""

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from swav import recipes
from swav.environments.lock import Lock, read_lock
from swav.errors import EngineError
from swav.keys import digest

LOCKS = Path(__file__).parent / "locks"
NAMES = tuple(sorted(file.stem for file in LOCKS.glob("*.txt")))
"""The engines that have an environment of their own."""

MARKER = "ready.json"
"""Written last: a folder without it is half made."""


@dataclass(frozen=True)
class Environment:
    """Where an engine's packages live, or will."""

    name: str
    lock: Lock
    fingerprint: str
    """Digest of everything that decides what is installed."""
    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter that has the packages."""
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """Where pip puts them."""
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / f"python{version}" / "site-packages"

    @property
    def marker(self) -> Path:
        """A JSON file: the versions that were installed, how long it took, and when."""
        return self.folder / MARKER

    @property
    def ready(self) -> bool:
        """Whether it is whole, and its Python still there (a removed system Python leaves a dead link)."""
        return self.marker.is_file() and self.python.exists()


def environment(name: str, root: Path) -> Environment:
    """The environment of an engine, in the folder of environments ``root``; it may not be made yet.

    Raises EngineError for a name that has no lock.
    """
    if name not in NAMES:
        raise EngineError(
            f"there is no environment named {name!r}; choose one of {', '.join(NAMES) or 'none'}"
        )
    return from_lock(LOCKS / f"{name}.txt", root)


def from_lock(file: Path, root: Path) -> Environment:
    """The environment that a lock file decides, named as the file is. Raises EngineError if it is no lock."""
    lock = read_lock(file)
    known_by = fingerprint(lock)
    return Environment(file.stem, lock, known_by, Path(root) / f"{file.stem}-{known_by}")


def fingerprint(lock: Lock) -> str:
    """Digest of what the lock says (not of its comments), Python's version, the processor, and the recipe."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return digest(
        {
            "recipe": recipes.ENVIRONMENT,
            "python": version,
            "machine": platform.machine(),
            "lock": lock.plain(),
        }
    )


def root_of(build: str | Path) -> Path:
    """The folder of environments: the build's, or ``SWAV_ENVIRONMENTS`` where projects share one."""
    return Path(os.environ.get("SWAV_ENVIRONMENTS") or Path(build) / "environments")
