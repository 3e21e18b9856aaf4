"""Which networks make the frames of a reel's takes, and what is known of their weights here."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from swav.cut.choose import KnownModels
from swav.cut.shot_parts import Learned
from swav.errors import EngineError
from swav.motion.interpolators import interpolator
from swav.motion.ways import OWN
from swav.weights.intact import fault_in


class Interpolating:
    """The networks of one reel, each looked at once."""

    def __init__(self, models: Path, known: KnownModels, content: Callable[[Path], str]):
        """``content`` gives the digest of a file, ``known`` what it was where the file is not here."""
        self._models, self._known, self._content = models, known, content
        self.of = cache(self._of)

    def _of(self, way: str) -> Learned | None:
        """The network of a way of motion; None where swav itself makes the frames."""
        if way in OWN:
            return None
        about = f"motion {way}"
        try:
            file = interpolator(way).file(self._models)
            if said := fault_in(file):
                raise EngineError(f"{about}: {said}")
            content = self._content(file)
        except (EngineError, OSError) as error:
            return Learned("", self._known.last(about), str(error))
        self._known.remember(about, content)
        return Learned(str(file), content)
