"""What a storyboard may read: files of the project, and of folders that the configuration names.

A storyboard may come from somebody else, and whatever it names is read into the film. So a path that leads
out of the project (``../../private``, ``/home``) is refused, unless ``media_roots`` in config.yaml has a
folder that it lies in. A link inside the project was made by whoever set the project up, and is followed.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from swav.shown import harmless, shown_path
from swav.storyboard.findings import Findings
from swav.storyboard.model import Storyboard
from swav.storyboard.named_files import named_files
from swav.storyboard.pictures import SAMPLE


@dataclass(frozen=True)
class Reach:
    """The folders from which a storyboard may read."""

    roots: tuple[Path, ...]

    @classmethod
    def of(cls, storyboard: Path, media_roots: Sequence[str] = ()) -> "Reach":
        """The project, which is the folder where swav runs and the storyboard's; and what is configured."""
        folders = [Path.cwd(), storyboard.parent, *(Path(root).expanduser() for root in media_roots)]
        return cls(tuple(Path(os.path.normpath(folder.absolute())) for folder in folders))

    def refusal(self, path: Path) -> tuple[str, str] | None:
        """Message and remedy for a path that leads out of all folders; None for one that does not."""
        place, real = _place(path), _real(path)
        if any(place.is_relative_to(root) or real.is_relative_to(_real(root)) for root in self.roots):
            return None
        folder = harmless(str(place.parent))
        message = f"{shown_path(path.name, 60)} lies outside the project"
        return message, f"copy it there, or allow its folder in config.yaml: media_roots: [{folder}]"


def check_reach(board: Storyboard, folder: Path, reach: Reach, findings: Findings) -> None:
    """Report every file that a storyboard names and may not read; its paths are relative to ``folder``."""
    for named in named_files(board):
        if named.name.startswith(SAMPLE) or not findings.fits(*named.route):
            continue
        if refusal := reach.refusal(folder / named.name):
            findings.fault(named.route, *refusal)


def _place(path: Path) -> Path:
    """Where a path leads, a link taken for a folder; but ``..`` behind one leads out of its own end."""
    place = Path("/")
    for part in path.absolute().parts[1:]:
        behind = _real(place) if part == ".." and _is_link(place) else place
        place = behind.parent if part == ".." else place / part
    return place


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except (OSError, ValueError):
        return False


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path
