"""What the machine says when it fails, as a sentence: full disks, unwritable folders, memory that ran out.

A fault of swav's own stays an exception; everything that a person can mend becomes what, where, what to do.
"""

import errno
import os
import shutil
from pathlib import Path

from swav.shown import shown, shown_path

ROOM = 1_000_000
"""Bytes: with less left on a disk, a failure to write counts as a full disk, whatever the library said."""
_SF_ERR_SYSTEM = 2
"""libsndfile's number for whatever the system refused: "System error." (sndfile.h)."""
KEPT = "what was finished is kept, and the same command goes on from there"

_MAKE_ROOM = f"make room (swav gc shows what no cut uses): {KEPT}"
_READ_ONLY = f"make it writable, or copy the project to where it is; {KEPT}"
_SENTENCES = {
    errno.EROFS: ("cannot be written: its disk is read-only", _READ_ONLY),
    errno.EACCES: ("may not be read or written (permission denied)", _READ_ONLY),
    errno.EPERM: ("may not be changed (operation not permitted)", _READ_ONLY),
    errno.EEXIST: (
        "is a file, or a link that leads nowhere, where a folder is needed",
        "move it away, or name another folder in config.yaml (build: ...)",
    ),
    errno.ENOTDIR: (
        "lies under a file where a folder is needed",
        "move that file away, or name another folder in config.yaml (build: ...)",
    ),
    errno.EISDIR: ("is a folder where a file is needed", "move it away"),
    errno.ENOENT: ("is gone, or its folder is", "if somebody removed it meanwhile, build again"),
    errno.EFBIG: ("would be larger than may be written here", f"raise the limit with ulimit -f; {KEPT}"),
    errno.EIO: ("cannot be read or written: its disk fails (input/output error)", "look after the disk"),
    errno.ESTALE: ("is lost: its network folder was taken away", "mount it again, then build again"),
    errno.ENAMETOOLONG: ("has too long a name for its disk", "use a shorter path for the project"),
    errno.ELOOP: ("is a link that leads to itself", "mend the link"),
    errno.EMFILE: ("cannot be opened: too many files are open", "raise the limit with ulimit -n"),
    errno.ENOMEM: ("needs more memory than there is", "end other work on this machine, or lower --cores"),
}


def sentence(error: BaseException, *, folder: str | Path = ".") -> str | None:
    """What happened, where, and what to do; None for what is no fault of the machine.

    ``folder`` is where the failing work writes. Libraries do not always say that a disk is full (libsndfile
    calls it "System error."), so that is looked up there.
    """
    if isinstance(error, MemoryError):
        return "memory ran out; end other work on this machine, or build with fewer jobs at once (--cores 1)"
    where = getattr(error, "filename2", None) or getattr(error, "filename", None)
    code = getattr(error, "errno", None)
    if code in (errno.ENOSPC, errno.EDQUOT) or is_full(where or folder):
        return full(where or folder)
    if type(error).__name__ == "LibsndfileError" and getattr(error, "code", None) == _SF_ERR_SYSTEM:
        return was_full(where or folder)
    if isinstance(error, OSError) and code in _SENTENCES:
        what, remedy = _SENTENCES[code]
        return f"{shown_path(where or folder)} {what}; {remedy}"
    if isinstance(error, OSError) and code is not None:
        return f"{shown_path(where or folder)}: {os.strerror(code).lower()}; {KEPT}"
    if isinstance(error, ImportError) and error.name:
        return f"the package {error.name} is missing or broken ({_first_line(error)}); install swav anew"
    return None


def full(where: str | Path) -> str:
    """The sentence for a disk without room."""
    return f"the disk that holds {shown_path(where)} is full; {_MAKE_ROOM}"


def was_full(where: str | Path) -> str:
    """The same where there is room again, as other jobs have removed what they had begun."""
    return f"the disk that holds {shown_path(where)} was full, or it fails; {_MAKE_ROOM}"


def says_full(text: str) -> bool:
    """Whether a program or library tells of a disk without room (strerror of ENOSPC and EDQUOT)."""
    return any(os.strerror(code) in text for code in (errno.ENOSPC, errno.EDQUOT))


def is_full(where: str | Path) -> bool:
    """Whether the disk that holds a path, or would, has no room left."""
    path = Path(where).absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    try:
        return shutil.disk_usage(path).free < ROOM
    except OSError:
        return False


def unforeseen(error: BaseException, log: Path | None = None) -> str:
    """The sentence for a fault of swav's own, of which the log holds the traceback."""
    look = f"its traceback is in {shown_path(log)}; please report it" if log else "please report it"
    return f"stopped by an error that nobody foresaw ({type(error).__name__}: {_first_line(error)}); {look}"


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return shown((lines or ["without a word"])[0], 90)
