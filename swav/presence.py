"""Which of many files are there: a folder of which many are asked for is listed once. Light.

A film of thousands of shots names ten files a shot, and each step of a start asks for all of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from os import scandir
from pathlib import Path

FEW = 16
"""Files of a folder that are asked for one by one: a job asks for those of one shot, where thousands lie."""


def present(files: Iterable[str]) -> set[str]:
    """Those of the files that are there now, and those of which that cannot be found out: whoever opens one
    of them is told why. A link that leads nowhere is not there.
    """
    folders = defaultdict(list)
    for file in files:
        folders[file.rpartition("/")[0]].append(file)
    found: set[str] = set()
    for folder, asked in folders.items():
        names, links = _listed(folder) if folder and len(asked) > FEW else (None, set())
        for file in asked:
            name = file[len(folder) + 1 :]
            if _exists(file) if names is None or name in links else name in names:
                found.add(file)
    return found


def _listed(folder: str) -> tuple[set[str] | None, set[str]]:
    """The names in a folder, and those of links among them; None where it cannot be listed."""
    try:
        with scandir(folder) as entries:
            is_link = {entry.name: entry.is_symlink() for entry in entries}
    except (FileNotFoundError, NotADirectoryError):
        return set(), set()
    except OSError:
        return None, set()
    return set(is_link), {name for name, link in is_link.items() if link}


def _exists(file: str) -> bool:
    try:
        return Path(file).exists()
    except OSError:
        return True
