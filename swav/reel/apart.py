"""Engines of speech, music and motion that have an environment of their own, and where each lives."""

from collections.abc import Iterator
from pathlib import Path

from swav import environments
from swav.environments import Environment, from_lock
from swav.errors import EngineError
from swav.motion.interpolator import Interpolator
from swav.motion.interpolators import plugins as interpolators
from swav.music.music_engine import MusicEngine
from swav.music.players import plugins as players
from swav.plugins import listed
from swav.speech.voice_engine import VoiceEngine
from swav.speech.voices import plugins as voices


def locks() -> dict[str, Path]:
    """The lock of each environment by the environment's name: swav's own, and those of installed packages."""
    found = {engine.lock.stem: engine.lock for engine in _engines() if engine.lock}
    return found | {name: environments.LOCKS / f"{name}.txt" for name in environments.NAMES}


def named(name: str, root: Path) -> Environment:
    """The environment of that name, in the folder of environments. Raises EngineError where none is."""
    known = locks()
    if name not in known:
        raise EngineError(f"there is no environment named {name!r}", f"choose {listed(sorted(known))}")
    return from_lock(known[name], root)


def home(engine: VoiceEngine | MusicEngine | Interpolator, root: Path) -> Environment | None:
    """The environment of an engine; None where it works in swav's own."""
    return named(engine.lock.stem, root) if engine.lock else None


def _engines() -> Iterator[VoiceEngine | MusicEngine | Interpolator]:
    yield from voices().usable.values()
    yield from players().usable.values()
    yield from interpolators().usable.values()
