"""What can be wrong with what a user wrote, and how it is said: one sentence a fault, with its place."""

from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path

from swav.shown import listed, message, shown


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where it stands, and what to do about it.

    ``line`` and ``column`` count from 1, as editors do; ``field`` is a dotted path such as
    ``shots[3].overlay[0].style``, with the shot's id where one is known.
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    remedy: str
    route: tuple[str | int, ...] = attribute(default=(), compare=False)
    """What of the storyboard it concerns, as keys and positions (from 0); empty: all of it."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        return message(f"{place}: {shown(self.field, 100)}: {self.message}; {self.remedy}")


class SwavError(Exception):
    """Base of every error that swav raises on purpose; its text is written for the user.

    However it was made, each line of it is shown short, and without anything that acts on a terminal.
    """

    def __str__(self) -> str:
        return "\n".join(map(message, super().__str__().split("\n")))


class InputError(SwavError):
    """A storyboard, configuration or footage list that cannot be built, with all its faults at once."""

    def __init__(self, faults: list[Fault]):
        self.faults = sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column, fault.field))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))

    @classmethod
    def whole_file(cls, file: str | Path, message: str, remedy: str) -> "InputError":
        """An error about a file as such (missing, unreadable), which has no better place than its start."""
        return cls([Fault(str(file), 1, 1, "file", message, remedy)])


class Damaged(SwavError):
    """Files that the build made are no longer what was written; a build that notices makes them again."""

    def __init__(self, *files: str | Path):
        self.files = tuple(map(Path, files))
        self._seen = {file: _identity(file) for file in self.files}
        are, them = ("is", "it") if len(self.files) == 1 else ("are", "them")
        damaged = listed(map(str, self.files), 2)
        super().__init__(f"{damaged} {are} damaged; a build makes {them} again")

    def means(self, file: Path) -> bool:
        """Whether a file is the one that was found damaged, and no other has got its name since."""
        return self._seen.get(file) == _identity(file)


def _identity(file: Path) -> tuple[int, ...] | None:
    try:
        facts = file.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


class MediaError(SwavError):
    """ffmpeg or a decoder failed; the text says on which file and why, on one line."""

    def __str__(self) -> str:
        return message(Exception.__str__(self))


LONGEST_REMEDY = 900
"""Characters of an engine's error: its remedy may be a command with paths, which is of use only whole."""


class EngineError(SwavError):
    """An engine could not make its clip, speech or music: what is wrong, and what to do about it.

    ``message`` and ``remedy`` are the two halves of its text, which reads "message; remedy". A text that is
    given whole is parted at its first semicolon.
    """

    def __init__(self, message: str, remedy: str = ""):
        super().__init__(f"{message}; {remedy}" if remedy else message)
        self.message, self.remedy = (message, remedy) if remedy else _parted(message)

    def __str__(self) -> str:
        return message(Exception.__str__(self), LONGEST_REMEDY)


def _parted(text: str) -> tuple[str, str]:
    message, _, remedy = text.partition("; ")
    return message, remedy


class AnotherModel(EngineError):
    """A folder holds something else than the model that was looked for; ``holds`` names it where nothing but
    the engine that looked can tell.
    """

    def __init__(self, sentence: str, holds: str = ""):
        super().__init__(sentence)
        self.holds = holds
