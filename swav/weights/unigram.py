"""Tokenizers of sentencepiece's unigram kind that lie inside other files, as the tokenizer.json that says
the same. Light: no torch.

ggml's converter writes such a model as lists of tokens, scores and types
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, ``tokenizer.ggml.*``).
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from swav.errors import EngineError
from swav.weights.gguf_file import gguf_table

_SAID = "tokenizer.ggml."
_UNKNOWN, _CONTROL, _OF_USERS = 2, 3, 4
"""Types of tokens that no text is divided into (sentencepiece's ``Type``)."""
_SPACE = "▁"
_PLAIN = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}


@dataclass(frozen=True)
class Unigram:
    """A unigram model with byte fallback; ``charsmap`` is sentencepiece's normalizer, compiled."""

    tokens: Sequence[str]
    scores: Sequence[float]
    types: Sequence[int]
    charsmap: bytes = b""
    space_before: bool = True
    """Whether a text is read as if a space stood before it."""
    folds_spaces: bool = True
    end: int = 1
    unknown: int = 2

    def json(self) -> dict[str, Any]:
        """What ``tokenizers.Tokenizer.from_str`` reads as JSON."""
        space = {
            "type": "Metaspace",
            "replacement": _SPACE,
            "prepend_scheme": "always" if self.space_before else "never",
            "split": True,
        }
        special = (_UNKNOWN, _CONTROL, _OF_USERS)
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [
                {"id": number, "content": token, **_PLAIN}
                for number, (token, kind) in enumerate(zip(self.tokens, self.types, strict=True))
                if kind in special
            ],
            "normalizer": {"type": "Sequence", "normalizers": self._normalizers()},
            "pre_tokenizer": space,
            "post_processor": self._ending(),
            "decoder": space,
            "model": {
                "type": "Unigram",
                "unk_id": self.unknown,
                "vocab": [list(pair) for pair in zip(self.tokens, self.scores, strict=True)],
                "byte_fallback": True,
            },
        }

    def _normalizers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if self.charsmap:
            written = base64.b64encode(self.charsmap).decode()
            found.append({"type": "Precompiled", "precompiled_charsmap": written})
        if self.folds_spaces:
            found.append({"type": "Strip", "strip_left": False, "strip_right": True})
            found.append({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": _SPACE})
        return found

    def _ending(self) -> dict[str, Any]:
        """The end mark after a text."""
        end = self.tokens[self.end]
        whole = [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": end, "type_id": 0}}]
        marks = {end: {"id": end, "ids": [self.end], "tokens": [end]}}
        return {"type": "TemplateProcessing", "single": whole, "pair": whole, "special_tokens": marks}


def holds_tokenizer(said: Mapping[str, Any]) -> bool:
    """Whether a GGUF table's words about its file have a whole tokenizer of this kind."""
    lists = [said.get(f"{_SAID}{name}", ()) for name in ("tokens", "scores", "token_type")]
    counts = {len(each) for each in lists if isinstance(each, (list, tuple))}
    return said.get(f"{_SAID}model") == "t5" and len(counts) == 1 and counts != {0}


def of_gguf(file: Path) -> Unigram:
    """The tokenizer that a text encoder's GGUF file holds. An ``EngineError`` if there is none."""
    said = gguf_table(file).said
    if not holds_tokenizer(said):
        raise EngineError(f"{file} holds no tokenizer; put the model's tokenizer.json beside it")
    return Unigram(
        *(said[f"{_SAID}{name}"] for name in ("tokens", "scores", "token_type")),
        charsmap=bytes(said.get(f"{_SAID}precompiled_charsmap", b"")),
        space_before=said.get(f"{_SAID}add_space_prefix", True),
        folds_spaces=said.get(f"{_SAID}remove_extra_whitespaces", True),
        end=said.get(f"{_SAID}eos_token_id", 1),
        unknown=said.get(f"{_SAID}unknown_token_id", 2),
    )


def of_sentencepiece(content: bytes) -> Unigram:
    """The tokenizer of a ``spiece.model`` (``sentencepiece_model.proto``)."""
    from sentencepiece.sentencepiece_model_pb2 import ModelProto

    model = ModelProto.FromString(content)
    return Unigram(
        [piece.piece for piece in model.pieces],
        [piece.score for piece in model.pieces],
        [piece.type for piece in model.pieces],
        charsmap=model.normalizer_spec.precompiled_charsmap,
        space_before=model.normalizer_spec.add_dummy_prefix,
        folds_spaces=model.normalizer_spec.remove_extra_whitespaces,
        end=model.trainer_spec.eos_id,
        unknown=model.trainer_spec.unk_id,
    )
