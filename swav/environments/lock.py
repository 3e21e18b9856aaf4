"""Locks: what an engine's environment consists of, in a file that pip reads as it is.

A lock is a requirements file that pins every package. One kind of comment says what pip has no words for:
which modules must be importable once all is installed::

    # imports: torch, TTS.tts.models.xtts
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from swav.errors import EngineError

_IMPORTS = re.compile(r"#\s*imports:\s*(.*\S)")
_COMMENT = re.compile(r"(^|\s+)#.*")


@dataclass(frozen=True)
class Lock:
    """What a lock file says."""

    file: Path
    requirements: tuple[str, ...]
    """Lines for pip, without comments."""
    imports: tuple[str, ...]
    """Modules that prove that it works."""

    def plain(self) -> dict[str, Any]:
        """What decides the environment, as plain data: not where the file lies, and no comments."""
        return {"requirements": list(self.requirements), "imports": list(self.imports)}


def read_lock(file: Path) -> Lock:
    """Read a lock. Raises EngineError where there is none, or it names nothing to install or to import."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise EngineError(f"{file} cannot be read ({error.strerror}); reinstall swav") from None
    requirements = tuple(filter(None, (_COMMENT.sub("", line) for line in lines)))
    named = ",".join(match[1] for match in map(_IMPORTS.fullmatch, lines) if match)
    imports = tuple(filter(None, (module.strip() for module in named.split(","))))
    if not requirements or not imports:
        raise EngineError(
            f"{file} is no lock: it needs a package a line, and a line '# imports: MODULE, ...'"
        )
    return Lock(file, requirements, imports)
