"""Locks: what an engine's environment consists of, in a file that pip reads as it is.

A lock is a requirements file that pins every package. Comments of two kinds say what pip has no words for::

    # imports: torch, TTS.api
    # accepts: torchcodec 0.13.0 has requirement torch==2.11.*, but you have torch 2.13.0+cpu.

``imports`` names modules that must be importable once all is installed. ``accepts`` is a line of ``pip check``
that is known and does no harm.
"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from swav.errors import EngineError

_DIRECTIVE = re.compile(r"#\s*(imports|accepts):\s*(.*\S)")


@dataclass(frozen=True)
class Lock:
    """What a lock file says."""

    file: Path
    requirements: tuple[str, ...]
    """Lines for pip, without comments."""
    imports: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """What decides the environment, as plain data: not where the file lies."""
        return {name: list(lines) for name, lines in asdict(self).items() if name != "file"}


def read_lock(file: Path) -> Lock:
    """Read a lock. Raises EngineError where there is none, or it names nothing to install or to import."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise EngineError(f"{file} cannot be read ({error.strerror}); reinstall swav") from None
    said: dict[str, list[str]] = {"imports": [], "accepts": []}
    requirements = []
    for line in lines:
        if match := _DIRECTIVE.fullmatch(line.strip()):
            said[match[1]].append(match[2])
        elif requirement := re.sub(r"(^|\s+)#.*", "", line).strip():
            requirements.append(requirement)
    imports = [module.strip() for line in said["imports"] for module in line.split(",") if module.strip()]
    if not requirements or not imports:
        raise EngineError(
            f"{file} is no lock: it needs a package a line, and a line '# imports: MODULE, ...'"
        )
    return Lock(file, tuple(requirements), tuple(imports), tuple(said["accepts"]))
