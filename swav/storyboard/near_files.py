"""The file that was meant where none has the name: other capitals, other Unicode, a blank, another suffix."""

import difflib
import unicodedata
from pathlib import Path

CHECK_THE_PATH = "check the path; it starts from the storyboard's folder"
_MOST = 2000  # names of a folder that are compared
_LIKE = 0.8


def near_file(folder: Path, name: str) -> str | None:
    """The name of a file near ``name`` (both relative to ``folder``), or None.

    Folders on the way are found as the file is; nothing outside what is named is looked at.
    """
    parts = Path(name.strip() or name).parts
    place, found = folder, []
    for number, part in enumerate(parts):
        wanted_folder = number < len(parts) - 1
        match = part if part in ("/", "..", ".") else _near(part, _names(place, folders=wanted_folder))
        if match is None:
            return None
        place, found = place / match, [*found, match]
    near = str(Path(*found)) if found else None
    return near if near and near != name and place.is_file() else None


def remedy_for(folder: Path, name: str, otherwise: str = CHECK_THE_PATH) -> str:
    """What to do about a file that is not there, with the one that was meant, if one is near."""
    near = near_file(folder, name)
    if near is None:
        return otherwise
    if _composed(near) == _composed(name):
        return "a file of that name is there in another Unicode form, as macOS writes it: rename one of them"
    return f"did you mean {near!r}?"


def shown(name: str) -> str:
    """A file's name in a sentence: in quotes where blanks at its ends would not be seen."""
    return name if name == name.strip() else repr(name)


def _names(folder: Path, folders: bool) -> list[str]:
    try:
        entries = (entry for entry in folder.iterdir() if not entry.name.startswith("."))
        return sorted(
            entry.name for _, entry in zip(range(_MOST), entries, strict=False) if entry.is_dir() == folders
        )
    except (OSError, ValueError):
        return []


def _near(wanted: str, names: list[str]) -> str | None:
    """The first name that is the same in all but a kind of accident; else one that is spelt alike."""
    if wanted in names:
        return wanted
    for alike in (_composed, _plain, _stem):
        same = [name for name in names if alike(name) == alike(wanted) and alike(name)]
        if same:
            return max(same, key=lambda name: _likeness(name, wanted))
    best = max(names, key=lambda name: _likeness(name, wanted), default="")
    return best if _likeness(best, wanted) >= _LIKE else None


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, _plain(one), _plain(other)).ratio()


def _composed(name: str) -> str:
    """One of the forms in which an accented letter can be written: macOS writes the other."""
    return unicodedata.normalize("NFC", name)


def _plain(name: str) -> str:
    """Without capitals, blanks at its ends and invisible characters; blanks, ``-`` and ``_`` alike."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    visible = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Cc"))
    stem, dot, suffix = visible.strip().rpartition(".")
    words = "-".join((stem if dot else suffix).replace("_", " ").replace("-", " ").split())
    return f"{words}.{suffix.strip()}" if dot else words


def _stem(name: str) -> str:
    return Path(_plain(name)).stem
