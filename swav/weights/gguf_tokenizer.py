"""The tokenizer that a text encoder's GGUF file holds, as the tokenizer.json that says the same.

ggml's converter writes a sentencepiece model of the unigram kind as lists of tokens, scores and types
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, ``tokenizer.ggml.*``). Light: no torch.
"""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from swav.errors import EngineError
from swav.weights.gguf_file import gguf_table

_SAID = "tokenizer.ggml."
_UNKNOWN, _CONTROL, _OF_USERS = 2, 3, 4
"""Types of tokens that no text is divided into (sentencepiece's ``Type``)."""
_SPACE = "▁"
_PLAIN = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}


def holds_tokenizer(said: Mapping[str, Any]) -> bool:
    """Whether a table's words about the file have a whole tokenizer of T5's kind."""
    lists = [said.get(f"{_SAID}{name}", ()) for name in ("tokens", "scores", "token_type")]
    counts = {len(each) for each in lists if isinstance(each, (list, tuple))}
    return said.get(f"{_SAID}model") == "t5" and len(counts) == 1 and counts != {0}


def tokenizer_json(file: Path) -> dict[str, Any]:
    """What ``tokenizers.Tokenizer.from_str`` reads as JSON. An ``EngineError`` if the file has no such."""
    said = gguf_table(file).said
    if not holds_tokenizer(said):
        raise EngineError(f"{file} holds no tokenizer; put the model's tokenizer.json beside it")
    tokens, scores, types = (said[f"{_SAID}{name}"] for name in ("tokens", "scores", "token_type"))
    space = {
        "type": "Metaspace",
        "replacement": _SPACE,
        "prepend_scheme": "always" if said.get(f"{_SAID}add_space_prefix", True) else "never",
        "split": True,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": number, "content": token, **_PLAIN}
            for number, (token, kind) in enumerate(zip(tokens, types, strict=True))
            if kind in (_UNKNOWN, _CONTROL, _OF_USERS)
        ],
        "normalizer": {"type": "Sequence", "normalizers": _normalizers(said)},
        "pre_tokenizer": space,
        "post_processor": _ending(said, tokens),
        "decoder": space,
        "model": {
            "type": "Unigram",
            "unk_id": said.get(f"{_SAID}unknown_token_id", 2),
            "vocab": [list(pair) for pair in zip(tokens, scores, strict=True)],
            "byte_fallback": True,
        },
    }


def _normalizers(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if charsmap := said.get(f"{_SAID}precompiled_charsmap"):
        written = base64.b64encode(bytes(charsmap)).decode()
        found.append({"type": "Precompiled", "precompiled_charsmap": written})
    if said.get(f"{_SAID}remove_extra_whitespaces", True):
        found.append({"type": "Strip", "strip_left": False, "strip_right": True})
        found.append({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": _SPACE})
    return found


def _ending(said: Mapping[str, Any], tokens: Sequence[str]) -> dict[str, Any]:
    """The end mark after a text."""
    number = said.get(f"{_SAID}eos_token_id", 1)
    end = tokens[number]
    whole = [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": end, "type_id": 0}}]
    marks = {end: {"id": end, "ids": [number], "tokens": [end]}}
    return {"type": "TemplateProcessing", "single": whole, "pair": whole, "special_tokens": marks}
