"""How a finished reel is known: its key stands inside the file, so no date and no hidden record is trusted.

``final.mp4`` is a copy of the reel of the current cut. It is right if the key inside it is the current one,
and stale otherwise, whatever the dates say: after a copy, a checkout, a restored backup or a deleted
``.snakemake``. It and its subtitles are whole if they are what the hash list says of the files that they are
copies of.
"""

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from swav.cut.inputs import captions
from swav.cut.model import Cut
from swav.hashes import HashList
from swav.presence import present

STAMP = "swav-reel:{key}"


def stamp(key: str) -> str:
    """What is written into the reel's metadata."""
    return STAMP.format(key=key)


def stamped_keys(path: Path) -> set[str]:
    """Keys inside a reel; none if it has none. Reads the index at the file's front, no pictures.

    A title or a credit may read like a stamp: so all are found, and none of them can be the key, which covers
    both.
    """
    try:
        with path.open("rb") as file:
            front = _front(file)
    except OSError:
        return set()
    return {found.decode() for found in re.findall(rb"swav-reel:([0-9a-f]{12})", front)}


def _front(file) -> bytes:
    """The boxes before the media data (ISO/IEC 14496-12, section 4.2): the index, in a fast-start file."""
    front = b""
    while len(header := file.read(8)) == 8:
        size, kind = int.from_bytes(header[:4], "big"), header[4:]
        if kind == b"mdat" or size < 8:
            break
        if kind == b"uuid":  # a proof of origin, which holds words of the storyboard
            file.seek(size - 8, os.SEEK_CUR)
            continue
        front += file.read(size - 8)
    return front


def is_current(final: Path, reel_key: str) -> bool:
    """Whether the finished file shows the reel of that key."""
    return reel_key in stamped_keys(final)


def not_as_delivered(
    cut: Cut, final: Path, listed: HashList | None = None, *, afresh: bool = False
) -> list[Path]:
    """Those of ``final`` and its subtitles that are there, and are not copies of what the cut delivers.

    ``listed`` is the build's hash list, which then knows what they are. A reel of which nobody wrote down
    what it is, from before there was a list, says nothing against them.
    """
    listed, found = listed or HashList(cut.build), []
    for file, source, empty in delivered_files(cut, final):
        if not file.is_file():
            continue
        wanted = listed.digests(Path(source)) if source else {hashlib.sha256(empty).hexdigest()}
        if wanted and listed.digest(file, afresh=afresh) not in wanted:
            found.append(file)
    return found


@contextmanager
def taken_back(*files: Path) -> Iterator[None]:
    """Look at files that were delivered: what turns out not to be the film does not keep its name."""
    try:
        yield
    except BaseException:
        for file in files:
            file.unlink(missing_ok=True)
        raise


def is_no_older_film(cut: Cut, file: Path) -> bool:
    """Whether a file has the name of one that was delivered, and is none that ever was: so it is damaged."""
    return HashList(cut.build).state(file) == "damaged"


def delivered_files(cut: Cut, final: Path) -> list[tuple[Path, str, bytes]]:
    """The files that are delivered: each with what it is a copy of, or what it holds if that is nothing."""
    srt, vtt = captions(cut) or ("", "")
    return [
        (final, cut.delivered, b""),
        (final.with_suffix(".srt"), srt, b""),
        (final.with_suffix(".vtt"), vtt, b"WEBVTT\n"),
    ]


def bring_to_now(files: Iterable[str | Path]) -> None:
    """Date files with a date to come to now: nothing depends on dates, but Snakemake refuses such inputs.

    They come from a clock that was set back, or a copy from a machine whose clock is ahead.
    """
    now = time.time_ns()
    for file in present(map(os.fspath, files)):
        with suppress(OSError):  # not there, or not ours to date: then Snakemake says what it thinks of it
            if Path(file).stat().st_mtime_ns > now:
                os.utime(file)


def date_after(cut: Path, final: Path) -> None:
    """Date the cut after a stale ``final``, which is how Snakemake sees that it is stale.

    A stale file with a date to come (a restored backup, a clock that was set back) is dated back instead:
    Snakemake refuses inputs from the future.
    """
    os.utime(cut)
    now = cut.stat().st_mtime_ns
    if final.exists() and final.stat().st_mtime_ns >= now:
        os.utime(final, ns=(now - 1_000_000_000, now - 1_000_000_000))
