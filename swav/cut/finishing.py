"""Which takes of a reel are brought to a larger size, to which, and by which model."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from swav import keys
from swav.cut import paths
from swav.cut.choose import KnownModels
from swav.cut.shot_parts import Finish
from swav.errors import EngineError
from swav.storyboard.model import Finish as Asked
from swav.upscaling.models import FOLDER, LANCZOS, upscaler
from swav.upscaling.sizes import covering
from swav.weights.intact import fault_in


@dataclass(frozen=True)
class _Model:
    """The model that a storyboard asks for, as far as it is known here."""

    name: str
    file: str
    content: str
    """sha256 of the file; empty where it was never seen."""
    lacks: str = ""
    """Why takes cannot be brought to the size here, in one sentence."""


class Finishing:
    """How the takes of one reel are finished, looking at the model once."""

    def __init__(
        self,
        asked: Asked | None,
        frame: tuple[int, int],
        models: Path,
        known: KnownModels,
        content: Callable[[Path], str],
        build: str,
    ):
        """``frame`` is that of the reel as it is encoded, which a preview makes small; ``content`` gives the
        digest of a file, ``known`` what it was where the file is not here."""
        self._asked, self._frame, self._build = asked, frame, build
        self._models, self._known, self._content = models, known, content

    def of(self, shot: str, take: str, width: int, height: int) -> Finish | None:
        """How a shot's take, which has a key and a size, is finished; None where it is large enough, or where
        it is scaled like any other picture."""
        if (
            self._asked is None
            or self._asked.model == LANCZOS
            or covering(width, height, self._frame) is None
        ):
            return None
        wanted = (self._asked.size.width, self._asked.size.height)
        size = wanted if covering(width, height, wanted) else self._frame
        model = self._model
        key = keys.finish_key(take=take, model=model.content or model.name, size=size)
        path = paths.FINISHED.format(build=self._build, shot=shot, key=key)
        return Finish(model.name, model.file, model.content, size, key, path, model.lacks)

    @cached_property
    def _model(self) -> _Model:
        assert self._asked is not None
        name, last = self._asked.model, self._known.last
        try:
            file = upscaler(self._models, name)
            if said := fault_in(file):
                raise EngineError(f"finish: {said}")
            content = self._content(file)
        except (EngineError, OSError) as error:
            name = name or last(FOLDER)
            return _Model(name, "", last(f"{FOLDER} {name}"), str(error))
        self._known.remember(FOLDER, file.stem)
        self._known.remember(f"{FOLDER} {file.stem}", content)
        return _Model(file.stem, str(file), content)
