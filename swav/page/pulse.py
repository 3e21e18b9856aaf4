"""What the page asks every second or two: whether anything on disk is another than it was.

A short question instead of a stream that stays open: a browser opens six connections to a host, and side by
side four takes have four of them.
"""

from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.approvals import approvals_path
from swav.cut.notebook import notebook_path
from swav.reel.events import builds

_WATCHED = ("takes", "clips", "segments", "reels", "verdicts", "admissions", "drawn", "speech")


def pulse(build: Path, storyboard: Path) -> dict[str, Any]:
    """A stamp of the storyboard and one of what is made."""
    events = next(iter(builds(build)), None)
    return {
        "storyboard": _stamp(storyboard),
        "made": _made(build, storyboard),
        "build": f"{events.name}.{_stamp(events)}" if events else "",
    }


def _made(build: Path, storyboard: Path) -> str:
    beside = (notebook_path(storyboard), approvals_path(storyboard))
    files = [Path(paths.DELIVERED.format(build=build)), *beside]
    return "-".join(map(_stamp, [*(build / name for name in _WATCHED), *files]))


def _stamp(path: Path) -> str:
    try:
        facts = path.stat()
    except OSError:
        return "none"
    return f"{facts.st_mtime_ns:x}.{facts.st_size:x}"
