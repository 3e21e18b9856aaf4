"""Who can play: modules or folders here, and other packages' players. See ``swav.music.music_engine``."""

import pkgutil
from functools import cache

from swav.music.music_engine import MusicEngine
from swav.plugins import Plugins, discover

__all__ = ["DEFAULT", "player", "plugins"]

DEFAULT = "sampled"
"""The player of the default install: who plays where weights are missing."""


@cache
def plugins() -> Plugins[MusicEngine]:
    """All players: those of this folder, then those of installed packages."""
    own = (module.name for module in pkgutil.iter_modules(__path__, f"{__name__}."))
    return discover("swav.players", MusicEngine, own, "PLAYER")


def player(name: str) -> MusicEngine:
    """The player of that name. Raises EngineError where it is not there, or cannot be used."""
    return plugins().get(name, "player of music")
