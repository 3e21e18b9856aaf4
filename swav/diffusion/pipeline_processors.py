"""What prepares words and pictures together, from a pipeline's folder, without its half for videos.

Transformers asks for torchvision as soon as such a processor can read videos, which no pipeline here does.
"""

from pathlib import Path
from typing import Any

import transformers
from transformers import AutoImageProcessor, AutoTokenizer, ProcessorMixin

from swav.weights.headers import read_json

_VIDEO = "video_processor"


def processors(folder: Path) -> dict[str, ProcessorMixin]:
    """By the name of the part, each processor of a pipeline that would read videos too."""
    found = {}
    for part, named in read_json(folder / "model_index.json").items():
        kind = getattr(transformers, str(named[1]), None) if isinstance(named, list) and named else None
        if isinstance(kind, type) and issubclass(kind, ProcessorMixin) and _VIDEO in kind.get_attributes():
            found[part] = _read(kind, folder / part)
    return found


def without_video(kind: type[ProcessorMixin]) -> type[ProcessorMixin]:
    """The same class, which accepts that nothing reads videos."""

    def check(self: ProcessorMixin, name: str, given: Any) -> Any:
        return None if name == _VIDEO else kind.check_argument_for_proper_class(self, name, given)

    return type(
        kind.__name__, (kind,), {"check_argument_for_proper_class": check, "__module__": kind.__module__}
    )


def _read(kind: type[ProcessorMixin], folder: Path) -> ProcessorMixin:
    here = {"local_files_only": True}
    return without_video(kind)(
        image_processor=AutoImageProcessor.from_pretrained(folder, **here),
        tokenizer=AutoTokenizer.from_pretrained(folder, **here),
        video_processor=None,
    )
