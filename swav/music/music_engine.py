"""What a player of music offers. One file or folder each in ``swav.music.players``.

A player is an object ``PLAYER`` of the class below in a module there, or an object named by an entry point of
the group ``swav.players`` in any installed package. Their modules are imported whenever a storyboard is read,
so they stay light: what plays is imported when it plays.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from swav.music.moods import Mood
from swav.readiness import Readiness, Recognised, Site


@dataclass(frozen=True)
class Bed:
    """A bed of music to be made, with everything settled."""

    moods: Sequence[Mood]
    """In order of time; the first from the first second on."""
    length: Fraction
    """Seconds of the reel."""
    seed: int
    target: Path
    """Where to write it: 48 kHz, stereo, 24-bit WAV of ``round(length * 48000)`` samples, at -23 LUFS. See
    ``swav.music.finish``."""
    models: Path = Path("models")
    """The folder of model folders."""
    model: str = ""
    """Fingerprint of the weights that the bed's key covers: with others it must not be made."""
    state: Path = Path("build/state/music")
    """A folder for what long work needs to resume."""
    python: Path | None = None
    """The interpreter of the player's own environment, if it has one."""
    cards: tuple[str, ...] = ()
    """Device ids that it holds; none: the processor. Only in an environment of its own does it get any."""
    progress: Callable[[str, int, int], None] = field(default=lambda step, done, total: None)
    note: Callable[[str], None] = field(default=lambda sentence: None)


class MusicEngine(ABC):
    """What every player offers. What has a value or a body here need not be said again."""

    name: str
    """What a storyboard writes as ``engine``; the folder of its beds."""
    title: str
    """What it is called in a sentence."""
    gives: str = ""
    """What it would make if its model were fetched, and how much that is, in a phrase."""
    licence: str
    """Of the weights, or of the recorded instruments, in one phrase."""
    recipe: int = 1
    """Raised when the same moods would sound different: part of the name of every bed."""
    generates: bool = False
    """Whether a model writes its sound, which the reel's metadata then says."""
    packages: ClassVar[tuple[str, ...]] = ()
    """Modules that it needs in swav's own environment."""
    install: str = "pip install -e ."
    """The command that installs them."""
    lock: Path | None = None
    """The lock file of its own environment, if it has one: see ``swav.environments``."""

    @abstractmethod
    def compose(self, bed: Bed) -> dict[str, Any]:
        """Write ``bed.target``, whole or not at all, and return what a record should say of it.

        The same bed gives the same bytes, as far as the hardware allows. Raises EngineError.
        """

    def missing(self) -> str:
        """Which packages are not installed, and how to install them; empty where all are. Light."""
        missing = [name for name in self.packages if find_spec(name) is None]
        return f"{', '.join(missing)} not installed; {self.install}" if missing else ""

    def readiness(self, site: Site) -> Readiness:
        """Whether it could play here and now, and with which weights. Light."""
        missing = self.missing()
        return Readiness(not missing, missing or "in packages")

    def recognise(self, folder: Path) -> Recognised | None:
        """Its model in a folder of any name, with its fault if it has one; None where another lies there."""
        return None

    def identity(self, model: str) -> list[Any]:
        """Who plays, for the key of a bed: name, recipe, fingerprint of the weights.

        A first recipe without weights goes unsaid: so beds keep their names that were made before players had
        recipes of their own.
        """
        return [self.name] if self.recipe == 1 and not model else [self.name, self.recipe, model]
