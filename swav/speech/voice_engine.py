"""What a voice offers. One file or folder each in ``swav.speech.voices``; adding one touches no other file.

A voice is an object ``VOICE`` of the class below in a module there, or an object named by an entry point of
the group ``swav.voices`` in any installed package. Their modules are imported whenever a storyboard is read,
so they stay light: a synthesiser is imported when it speaks.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from swav import recipes
from swav.errors import EngineError
from swav.readiness import Readiness, Recognised, Site
from swav.speech.language_codes import is_english
from swav.speech.scripts import foreign, scripts_of


@dataclass(frozen=True)
class SpokenLine:
    """A line as it is to be said, with everything settled."""

    text: str
    """Words, as ``VoiceEngine.words`` made them of what was written."""
    language: str
    """The engine's own code."""
    speaker: str
    speed: float = 1.0
    """1 is the voice's natural pace."""
    seed: int = 0
    reference: Path | None = None
    """A recording whose voice is taken, where the engine ``clones``."""


class VoiceEngine(ABC):
    """What every voice offers. What has a value or a body here need not be said again.

    A voice speaks either in swav's own environment, by ``synthesise``, or in one of its own, by
    ``speak_lines``: then ``lock`` names the file that decides that environment.
    """

    name: str
    """What a storyboard writes as ``engine``; the folder of its lines."""
    title: str
    """What it is called in a sentence."""
    gives: str = ""
    """What it would make if its model were fetched, and how much that is, in a phrase."""
    licence: str
    """Of the weights and of the program, in one phrase."""
    recipe: int = 1
    """Raised when the same words would sound different: part of the name of every line's file."""
    remark: str = ""
    """What people should know of its sound: ``synthetic voice``."""
    stands_in: int = 0
    """Its place among those that stand in where an engine has no voice for a language; 0: it never does."""
    trained: bool = True
    """Whether a trained model speaks, which a film's proof of origin then says."""
    clones: bool = False
    """Whether it can take its voice from a recording."""
    packages: ClassVar[tuple[str, ...]] = ()
    """Modules that it needs in swav's own environment."""
    install: str = "pip install -e ."
    """The command that installs them."""
    lock: Path | None = None
    """The lock file of its own environment, if it has one: see ``swav.environments``."""

    @property
    @abstractmethod
    def languages(self) -> Mapping[str, tuple[str, ...]]:
        """The lower-case codes of the languages that it speaks, and for each the names of its speakers.

        The first speaker is the default. No names: any is taken, because only the model knows them.
        """

    def synthesise(self, line: SpokenLine) -> tuple[Any, int]:
        """The line as float32 mono samples in [-1, 1] of shape (samples,), and their rate in Hz.

        The same line gives the same samples. Raises EngineError.
        """
        raise EngineError(f"{self.title} speaks in an environment of its own, not here")

    def speak_lines(
        self,
        lines: Sequence[tuple[SpokenLine, Path]],
        *,
        models: Path,
        python: Path,
        cards: tuple[str, ...],
        progress: Callable[[str, int, int], None],
        note: Callable[[str], None],
        verify: Callable[[], None],
    ) -> dict[str, Any]:
        """Speak each line into its file, in the environment of ``python``; what a record should say of it.

        A file is as ``swav.speech.finish.write`` leaves it, and there as soon as its line is said. ``models``
        is the folder of model folders; ``cards`` are device ids, none for the processor. ``verify`` is called
        before each line is kept, and raises where weights or recordings are not what they were. Raises
        EngineError.
        """
        raise EngineError(f"{self.title} speaks in swav's own environment")

    def missing(self) -> str:
        """Which packages are not installed, and how to install them; empty where all are. Light."""
        missing = [name for name in self.packages if find_spec(name) is None]
        return f"{', '.join(missing)} not installed; {self.install}" if missing else ""

    def readiness(self, site: Site) -> Readiness:
        """Whether it could speak here and now, and with which weights. Light."""
        missing = self.missing()
        return Readiness(not missing, missing or "in packages")

    def recognise(self, folder: Path) -> Recognised | None:
        """Its model in a folder of any name, with its fault if it has one; None where another lies there."""
        return None

    def default_speaker(self, language: str) -> str:
        """Who speaks where no speaker is named; ``default`` where the synthesiser has none of that name."""
        known = self.languages[language]
        return known[0] if known else "default"

    def accent(self, language: str, speaker: str) -> str:
        """The language as that speaker speaks it: English is American or British."""
        return language

    def called(self, speaker: str) -> str:
        """A speaker's name in a sentence; empty where there is none."""
        return "" if speaker == "default" else speaker

    def unspeakable(self, text: str, language: str) -> dict[str, str]:
        """What of a text it cannot say in a language: scripts by their names, or ``FIGURES``, each with the
        first word there.

        The letters of the language and Latin ones can be said, unless the engine knows better.
        """
        return foreign(text, scripts_of(language))

    def words(self, text: str, language: str) -> str:
        """Written text as it is said: cleaned, English read out, figures of other languages made legible."""
        from swav.speech.text import speakable

        return self.figures(speakable(text, language), language)

    def figures(self, text: str, language: str) -> str:
        """The text with its figures as the synthesiser reads them; English has none left."""
        from swav.speech.figures import legible

        return text if is_english(language) else legible(text, language)

    def recipe_of(self, text: str, language: str) -> Any:
        """The recipe of one line, for its key: lines whose figures are rewritten carry that recipe too."""
        from swav.speech.text import cleaned

        written = cleaned(text)
        rewritten = not is_english(language) and self.figures(written, language) != written
        return [self.recipe, recipes.FIGURES] if rewritten else self.recipe
