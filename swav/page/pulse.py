"""What the page asks every second or two: whether anything on disk is another than it was.

A short question instead of a stream that stays open: a browser opens six connections to a host, and side by
side four takes have four of them.
"""

from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.page.project import Project

_WATCHED = ("takes", "clips", "segments", "reels", "verdicts", "admissions", "drawn", "speech")


def pulse(project: Project) -> dict[str, Any]:
    """A stamp of the storyboard and one of what is made."""
    return {"storyboard": _stamp(project.storyboard), "made": _made(project.build)}


def _made(build: Path) -> str:
    delivered = Path(paths.DELIVERED.format(build=build))
    return "-".join([*(_stamp(build / name) for name in _WATCHED), _stamp(delivered)])


def _stamp(path: Path) -> str:
    try:
        facts = path.stat()
    except OSError:
        return "none"
    return f"{facts.st_mtime_ns:x}.{facts.st_size:x}"
