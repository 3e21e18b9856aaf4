"""Which engine shoots a prompt, here and now, and why.

``engine: auto`` prefers, per shot: a finished take of the wanted engine; else that engine, where its weights
and cards are here; else the animatic. So a laptop shows the rendered takes that it was given, stands in for
the rest, and never replaces one by the other.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from swav.cut import paths
from swav.engines import STAND_IN, Readiness, Request, Site, engines
from swav.files import write_text
from swav.keys import take_key


@dataclass(frozen=True)
class Choice:
    """An engine, the weights it uses, the key that follows, and the reason in one phrase."""

    engine: str
    model: str
    key: str
    why: str
    ready: bool
    """False where only a forced policy holds on to an engine that cannot shoot here."""


class Chooser:
    """Chooses engines for the shots of one reel, looking at each engine's readiness once."""

    def __init__(self, site: Site, build: str, policy: str, finished: Callable[[str, Request, str], bool]):
        """``policy`` is ``auto`` or the name of the engine that must shoot every prompt."""
        self._site = site
        self._policy = policy
        self._finished = finished
        self._models = KnownModels(build)
        self._readiness: dict[str, Readiness] = {}

    def readiness(self, engine: str) -> Readiness:
        """The engine's readiness on this machine."""
        if engine not in self._readiness:
            found = engines()[engine].readiness(self._site)
            if found.model:
                self._models.remember(engine, found.model)
            self._readiness[engine] = found
        return self._readiness[engine]

    def choose(self, request: Request) -> Choice:
        """The engine for one request. The request's ``wanted`` names what the storyboard asks for."""
        wanted = request.wanted if self._policy == "auto" else self._policy
        ready = self.readiness(wanted)
        model = ready.model or self._models.last(wanted)
        key = take_key(engines()[wanted].recipe(request, model))
        if (model or ready.ready) and self._finished(wanted, request, key):
            return Choice(wanted, model, key, "finished take", True)
        if ready.ready or self._policy != "auto":
            return Choice(wanted, model, key, ready.why, ready.ready)
        stand_in = take_key(engines()[STAND_IN].recipe(request, ""))
        return Choice(STAND_IN, "", stand_in, f"stands in for {wanted}: {ready.why}", True)

    def save(self) -> None:
        """Remember the weights that were seen."""
        self._models.save()


class KnownModels:
    """The weights that takes of this build were made with; it travels with the build folder.

    A take's key covers the fingerprint of its weights. A machine without weights could not compute the key,
    and so not find the take, if the fingerprint did not travel beside it.
    """

    def __init__(self, build: str):
        self._file = Path(paths.MODELS.format(build=build))
        self._known: dict[str, str] = {}
        if self._file.exists():
            try:
                self._known = json.loads(self._file.read_text())
            except ValueError:
                self._known = {}
        self._saved = dict(self._known)

    def last(self, engine: str) -> str:
        """The fingerprint last seen; empty if none ever was."""
        return self._known.get(engine, "")

    def remember(self, engine: str, model: str) -> None:
        self._known[engine] = model

    def save(self) -> None:
        if self._known != self._saved:
            write_text(self._file, json.dumps(self._known, indent=1, sort_keys=True) + "\n")
            self._saved = dict(self._known)
