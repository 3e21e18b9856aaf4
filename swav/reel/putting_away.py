"""Damaged files out of the way, so that they are missing and are made again: see ``swav.reel.damage``.

A module of its own, since every job of a build looks at what it reads, and few find damage.
"""

import shutil
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from swav.cut import paths
from swav.cut.takes import record_path
from swav.errors import Damaged, MediaError
from swav.hashes import HashList, require_whole

ASIDE = ".damaged"
NOTE = "damaged"
"""What the log of a job says of itself that found damage: the first word of a note (``swav.reel.again``)."""


def put_away(file: Path, build: str, is_damaged: Callable[[Path], bool] | None = None) -> str:
    """Take a damaged file out of the way; what became of it, in a few words. OSError.

    It is looked at once more, as another build may have made it again: ``HashList.while_damaged``.
    """
    with HashList(build).while_damaged(file, is_damaged) as damaged:
        return _out_of_the_way(file) if damaged else "another build has made it again"


def _out_of_the_way(file: Path) -> str:
    if file.parent.name != Path(paths.TAKE).parent.name or file.suffix != ".mp4":
        file.unlink(missing_ok=True)
        return "it is made again where it is needed"
    aside = next(path for path in _asides(file) if not path.exists())
    file.rename(aside)
    file.with_suffix(".quality.json").unlink(missing_ok=True)
    if record_path(file).exists():
        shutil.copyfile(record_path(file), record_path(aside))
    return f"it lies aside as {aside.name}, and the take is made again"


@contextmanager
def putting_away(build: str, reads: list[str]) -> Iterator[None]:
    """A job that reads files which the build made: their bytes are looked at before, and damage is put away.

    Where nobody wrote down what a file is, it may be damaged and found out only when it is read: so after a
    failure everything that was read is read to its end.
    """
    try:
        require_whole(build, reads)
    except Damaged as error:
        _put_all_away(error, build)
        raise
    try:
        yield
    except Damaged as error:
        _put_all_away(error, build, error.means)
        raise
    except (MediaError, wave.Error) as error:
        from swav.media.decodes import can_be_read

        if not (torn := [file for file in map(Path, reads) if not can_be_read(file)]):
            raise
        damaged = Damaged(*torn)
        _put_all_away(damaged, build, damaged.means)
        raise damaged from error


def _put_all_away(error: Damaged, build: str, is_damaged: Callable[[Path], bool] | None = None) -> None:
    for file in error.files:
        put_away(file, build, is_damaged)


def lying_aside(folder: Path) -> frozenset[str]:
    """The keys of the takes of a folder that lie aside; it is looked through once for thousands of shots."""
    files = folder.iterdir() if folder.is_dir() else ()
    return frozenset(file.name.partition(ASIDE)[0] for file in files if ASIDE in file.name)


def aside_of(take: Path) -> Path | None:
    """The newest damaged file that had this take's name, if any."""
    return max(
        take.parent.glob(f"{take.stem}{ASIDE}*.mp4"), key=lambda path: path.stat().st_mtime, default=None
    )


def _asides(take: Path) -> Iterator[Path]:
    yield take.with_name(f"{take.stem}{ASIDE}.mp4")
    for number in range(2, 1_000_000):
        yield take.with_name(f"{take.stem}{ASIDE}-{number}.mp4")
