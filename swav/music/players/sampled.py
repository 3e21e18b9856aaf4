"""Sampled instruments: a composition by rule, played by recorded instruments."""

from typing import Any

from swav.errors import EngineError
from swav.music.music_engine import Bed, MusicEngine


class Sampled(MusicEngine):
    """Plays what ``swav.music.score`` composes."""

    name = "sampled"
    title = "sampled instruments"
    licence = "TimGM6mb, GPL-2.0"
    recipe = 1
    packages = ("pretty_midi", "midirenderer")

    def compose(self, bed: Bed) -> dict[str, Any]:
        from swav.music.perform import perform

        if missing := self.missing():
            raise EngineError(missing)
        perform(bed.moods, bed.length, bed.seed, bed.target)
        return {"engine": self.name, "licence": self.licence}


PLAYER = Sampled()
