"""The hash list of a build: what each file that was made is, by size and digest, so that damage is noticed.

A content key says what a file should show, but not whether the bytes are still those that were written. So
whatever is renamed into a build folder (``swav.files.replacing``) is written down there, in
``<build>/hash_list/<host>.jsonl`` and once more in ``<host>.copy.jsonl``: a damaged list is mended from its
copy, and each line carries its own check. Lists are only appended to. Several digests may stand for one file,
since one that was made twice may differ where a GPU made it; each of them is right under that name.

A digest costs a reading, so it is taken again only where size, times or inode of a file are not those at
which it was taken last; the time of change (ctime) moves with every writing, and nobody can set it back. What
rots on the disk without a writing is found when a job reads the file, and by ``swav verify``. Light.
"""

import fcntl
import hashlib
import json
import os
import platform
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Literal

from swav.errors import Damaged
from swav.presence import present
from swav.whole import looks_whole

State = Literal["whole", "damaged", "unknown", "missing"]
FOLDER = "hash_list"
_CHECK = 16  # hex digits of a line's own check
_TICK = 2_000_000_000  # nanoseconds: the coarsest clock of a file system (FAT)
_FEW = 100
"""Questions until a list is read as a whole: of 80,000 lines that takes a second, and looking for one 2 ms.
A job has few questions, a build has one for each file of the film."""


def content_digest(path: str | Path) -> str:
    """sha256 of a file's bytes, in hex."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class HashList:
    """The hash list of one build folder. ``HashList.above`` finds it from any file in it."""

    def __init__(self, build: str | Path):
        self.build = Path(build)
        self._inside = f"{self.build}/"
        self._folder = self.build / FOLDER
        host = re.sub(r"[^A-Za-z0-9_-]+", "-", platform.node()) or "host"
        self._files = (self._folder / f"{host}.jsonl", self._folder / f"{host}.copy.jsonl")
        self._digests: dict[str, set[str]] = defaultdict(set)
        self._taken: dict[tuple[int, ...], str] = {}
        self._again: list[tuple[Path, str, tuple[int, ...]]] = []
        """What was read although the list may know it: it has other times than when it was written down."""
        self._texts: list[bytes] | None = None
        self._asked, self._read = 0, False

    @classmethod
    def above(cls, file: Path) -> "HashList | None":
        """The hash list of the build folder that a file lies in; None outside of one."""
        for folder in Path(file).absolute().parents:
            if (folder / FOLDER).is_dir():
                return cls(folder)
        return None

    def begin(self) -> None:
        """Let files that are made in the build folder be written down from now on."""
        self._folder.mkdir(parents=True, exist_ok=True)

    @property
    def begun(self) -> bool:
        """Whether files of this build are written down at all."""
        return self._folder.is_dir()

    # --- asking

    def state(self, file: Path, *, afresh: bool = False) -> State:
        """How it stands with a file; ``afresh`` reads it even where nothing was written to it."""
        try:
            found = self.digest(file, afresh=afresh)
        except (FileNotFoundError, NotADirectoryError):
            return "missing"
        known = self.digests(file)
        return "unknown" if not known else "whole" if found in known else "damaged"

    def digests(self, file: Path) -> set[str]:
        """Every digest under which a file was written down; none for one that never was."""
        name = self._name(file)
        for found in self._about(f" [{json.dumps(name)}, "):
            self._digests[name].add(found)
        return self._digests.get(name, set())

    def digest(self, file: Path, *, afresh: bool = False) -> str:
        """sha256 of a file's bytes; remembered where the file was not written to. OSError."""
        if not afresh:
            stamp = _stamp(Path(file).stat())
            if stamp not in self._taken:
                for found in self._about(f", {', '.join(map(str, stamp))}]"):
                    self._taken[stamp] = found
            if known := self._taken.get(stamp):
                return known
        with Path(file).open("rb") as opened:
            stamp = _stamp(os.fstat(opened.fileno()))
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        self._taken[stamp] = found
        if not afresh:
            self._again.append((Path(file), found, stamp))
        return found

    def listed(self) -> list[Path]:
        """Every file that was written down."""
        self._load()
        return [self._file(name) for name in sorted(self._digests)]

    def handed_on(self) -> list[Path]:
        """Those of them that lie outside of the build folder."""
        self._load()
        return [self._file(name) for name in sorted(self._digests) if name.startswith("..")]

    # --- writing down

    def name(self, written: Path, file: Path) -> None:
        """Rename a file to ``file`` and write down what it is, nobody finds it unlisted between. OSError."""
        if self._passes_by(file):
            written.replace(file)
            return
        found = content_digest(written)
        with self._alone():
            written.replace(file)
            self._note(file, found)

    def record(self, file: Path, digest: str | None = None) -> None:
        """Write down what a file is now, which is that ``digest`` where it was read just before. OSError."""
        if not self._passes_by(file):
            found = digest or content_digest(file)
            with self._alone():
                self._note(file, found)

    @contextmanager
    def while_damaged(self, file: Path, is_damaged: Callable[[Path], bool] | None = None) -> Iterator[bool]:
        """Whether a file is damaged still, while nothing else gets its name.

        Another build may have made it again since it was looked at. ``is_damaged`` says so of files of which
        nobody wrote down what they are. Nothing can be written down within the block.
        """
        self.begin()
        with self._alone():
            if is_damaged:
                yield is_damaged(file)
            else:
                yield bool(damaged_files([file], HashList(self.build), afresh=True, adopt=False))

    def adopt(self, files: Iterable[Path]) -> None:
        """Write down files as they are, in one go: those of a build from before there was a list, and what
        was read just now, which is not read once more.
        """
        lines = []
        for file in files:
            found, stamp = self.digest(file), _stamp(Path(file).stat())
            lines.append(_line(self._name(file), found, stamp))
            self._digests[self._name(file)].add(found)
        if lines:
            with self._alone():
                self._append(lines)

    def remember(self) -> None:
        """Write down with their new times what was read again and is whole, so that the next run need not.

        Snakemake dates all that its jobs made, and a copied folder has other inodes. What changed just now is
        left for later: it could be written to once more within the same tick of its file system's clock.
        """
        settled = time.time_ns() - _TICK
        whole = [
            _line(self._name(file), found, stamp)
            for file, found, stamp in self._again
            if found in self.digests(file) and stamp[3] < settled
        ]
        self._again.clear()
        if whole:
            with self._alone():
                self._append(whole)

    def mend(self) -> list[str]:
        """Mend the list and its copy from each other; a sentence for each that was damaged. OSError."""
        said = []
        for whole in sorted(self._folder.glob("*.jsonl")):
            if whole.name.endswith(".copy.jsonl"):
                continue
            copy = whole.with_name(f"{whole.stem}.copy.jsonl")
            texts = [_text(file) for file in (whole, copy)]
            if texts[0] == texts[1]:
                continue
            with self._alone():
                texts = [_text(file) for file in (whole, copy)]
                lines = list(dict.fromkeys(line for text in texts for line in _sound_lines(text)))
                union = "".join(f"{line}\n" for line in lines).encode()
                mended = next((text for text in texts if _same_lines(text, union)), union)
                for file, text in zip((whole, copy), texts, strict=True):
                    if text != mended:
                        _replace(file, mended)
                        other = copy if file == whole else whole
                        said.append(f"{file} was damaged; it is mended from {other.name}")
        lonely = [copy for copy in self._folder.glob("*.copy.jsonl") if not _original(copy).exists()]
        for copy in lonely:
            _replace(_original(copy), copy.read_bytes())
            said.append(f"{_original(copy)} was gone; it is mended from its copy")
        return said

    # --- inside

    def _name(self, file: Path) -> str:
        """A file as the list names it: from the build folder, so that the folder can be moved."""
        path = os.fspath(file)
        if (
            path.startswith(self._inside) and ".." not in path
        ):  # as most are; the other way takes ten times as long
            return os.path.normpath(path[len(self._inside) :])
        return os.path.relpath(file, self.build)

    def _file(self, name: str) -> Path:
        """The file of a name, by words alone, as the name was made: the build folder may be a link."""
        return Path(os.path.normpath(self.build / name))

    def _passes_by(self, file: Path) -> bool:
        """Whether a file is one that is being written, or only needed while something is."""
        return any(part.startswith(".") and part != ".." for part in self._name(file).split("/"))

    def _note(self, file: Path, found: str) -> None:
        name, stamp = self._name(file), _stamp(Path(file).stat())
        self._append([_line(name, found, stamp)])
        self._digests[name].add(found)
        self._taken[stamp] = found

    def _load(self) -> None:
        """Read the lists as a whole, as they were at the first question."""
        if self._read:
            return
        self._read = True
        for text in self._said():
            for name, found, stamp in _entries(text):
                self._digests[name].add(found)
                self._taken[stamp] = found
        self._texts = []

    def _said(self) -> list[bytes]:
        if self._texts is None:
            self._texts = []
            for file in sorted(self._folder.glob("*.jsonl")):
                text = _text(file)
                if text not in self._texts:  # as most copies are
                    self._texts.append(text)
        return self._texts

    def _about(self, words: str) -> list[str]:
        """The digests of lines that hold some words, while few are asked for; then all lines are read."""
        self._asked += 1
        if self._asked > _FEW:
            self._load()
        if self._read:
            return []
        texts = (_lines_with(text, words.encode()) for text in self._said())
        return [found for text in texts for _, found, _ in _parsed(text)]

    def _append(self, lines: list[str]) -> None:
        text = "".join(f"{line}\n" for line in lines).encode()
        for file in self._files:
            with file.open("ab", buffering=0) as opened:
                opened.write(text)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of jobs that run side by side, one writes."""
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def damaged_files(
    files: Iterable[str | Path], listed: HashList, *, afresh: bool = False, adopt: bool = True
) -> list[Path]:
    """Those of the files that are not what was written.

    What nobody wrote down is whole if it has the form of its kind to its end, and is written down now unless
    ``adopt`` says no. ``afresh`` reads files to which nothing was written since they were read last, too.
    """
    found, adopted, asked = [], [], [os.fspath(file) for file in files]
    here = present(asked)
    for file in (Path(path) for path in asked if path in here):
        try:
            state = listed.state(file, afresh=afresh)
            if state == "unknown" and looks_whole(file):
                adopted.append(file)
            elif state in ("damaged", "unknown"):
                found.append(file)
        except OSError:  # unreadable is not damaged; whoever reads it says why
            continue
    if adopt and listed.begun:
        with suppress(OSError):  # a folder that cannot be written to is looked at again the next time
            listed.remember()
            listed.adopt(adopted)
    return found


def forget_damaged(files: Iterable[Path]) -> None:
    """Remove those files of one build that are damaged, whatever their dates say: what was measured or heard,
    and costs little to find again. For jobs, before they read them.
    """
    files = list(files)
    listed = HashList.above(files[0]) if files else None
    for file in damaged_files(files, listed, afresh=True) if listed else ():
        with listed.while_damaged(file) as damaged:
            if damaged:
                file.unlink(missing_ok=True)


def require_whole(build: str, files: Iterable[str]) -> None:
    """Look at the bytes of what a job is about to read. Raises Damaged."""
    if found := damaged_files(files, HashList(build), afresh=True):
        raise Damaged(*found)


def _stamp(facts: os.stat_result) -> tuple[int, ...]:
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def _line(name: str, digest: str, stamp: tuple[int, ...]) -> str:
    text = json.dumps([name, digest, *stamp])
    return f"{_check(text)} {text}"


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_CHECK]


@lru_cache(maxsize=2)
def _entries(text: bytes) -> list[tuple[str, str, tuple[int, ...]]]:
    """What a list says. Remembered: a run asks all of one text."""
    return _parsed(text)


def _parsed(text: bytes) -> list[tuple[str, str, tuple[int, ...]]]:
    """Names, digests and stamps of all lines that are whole."""
    found = (json.loads(line.partition(" ")[2]) for line in _sound_lines(text))
    return [(name, digest, tuple(stamp)) for name, digest, *stamp in found]


def _lines_with(text: bytes, words: bytes) -> bytes:
    """Those lines of a text that hold some words."""
    lines, place = [], text.find(words)
    while place >= 0:
        begin, end = text.rfind(b"\n", 0, place) + 1, text.find(b"\n", place)
        lines.append(text[begin:end] if end >= 0 else text[begin:])
        place = text.find(words, end) if end >= 0 else -1
    return b"\n".join(lines)


def _sound_lines(text: bytes) -> Iterator[str]:
    """The lines that are whole."""
    for line in text.decode(errors="replace").split("\n"):
        check, _, said = line.partition(" ")
        if said and _check(said) == check:
            yield line


def _same_lines(text: bytes, other: bytes) -> bool:
    """Whether two lists say the same, in whatever order."""
    return sorted(text.split(b"\n")) == sorted(other.split(b"\n"))


def _text(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _original(copy: Path) -> Path:
    return copy.with_name(copy.name.replace(".copy.jsonl", ".jsonl"))


def _replace(file: Path, text: bytes) -> None:
    beside = file.with_suffix(".partial")
    beside.write_bytes(text)
    beside.replace(file)
