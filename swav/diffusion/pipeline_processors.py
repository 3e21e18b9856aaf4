"""Parts of a pipeline that prepare words and pictures, where Transformers would not make them as they are.

It asks for torchvision as soon as a processor can read videos, which no pipeline here does. And its classes
for T5 rebuild a tokenizer without byte fallback: where one has that, as T5's own has not, each character
outside of the vocabulary would become one and the same token.
"""

import json
from pathlib import Path
from typing import Any

import transformers
from tokenizers import Tokenizer
from transformers import AutoImageProcessor, AutoTokenizer, PreTrainedTokenizerFast, ProcessorMixin

from swav.weights.headers import read_json
from swav.weights.unigram import of_sentencepiece

_VIDEO = "video_processor"
_MARKS = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
"""Those of T5, where a folder names no others."""


def processors(folder: Path) -> dict[str, Any]:
    """By the name of the part, what is made here."""
    found: dict[str, Any] = {}
    for part, named in read_json(folder / "model_index.json").items():
        kind = getattr(transformers, str(named[1]), None) if isinstance(named, list) and named else None
        if not isinstance(kind, type):
            continue
        if issubclass(kind, ProcessorMixin) and _VIDEO in kind.get_attributes():
            found[part] = _read(kind, folder / part)
        elif "T5Tokenizer" in kind.__name__ and (own := with_bytes(folder / part)):
            found[part] = own
    return found


def with_bytes(folder: Path) -> PreTrainedTokenizerFast | None:
    """The tokenizer in a folder as its authors have it, if it falls back to bytes; else None."""
    if (folder / "tokenizer.json").is_file():
        said = read_json(folder / "tokenizer.json")
    elif (folder / "spiece.model").is_file():
        said = of_sentencepiece((folder / "spiece.model").read_bytes()).json()
    else:
        return None
    model = said.get("model", {})
    if not (model.get("byte_fallback") and any(row[0] == "<0x00>" for row in model.get("vocab", ()))):
        return None
    stated = (
        read_json(folder / "tokenizer_config.json") if (folder / "tokenizer_config.json").is_file() else {}
    )
    marks = {name: stated.get(name) or usual for name, usual in _MARKS.items()}
    marks = {name: mark["content"] if isinstance(mark, dict) else mark for name, mark in marks.items()}
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(said)), **marks)


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
