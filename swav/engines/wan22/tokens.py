"""How many tokens of umT5 a prompt has: by the tokenizer of the model folder, or by an estimate."""

import math
import re
from functools import cache
from pathlib import Path
from typing import Any

from swav.engines import Tokens
from swav.engines.wan22.layout import TOKENIZER

_PARTS = re.compile(r"[A-Za-z]+|\d|[^\W\d_]+|[^\w\s]")
_LETTERS = 3.5  # of an English word to a token; umT5 needs fewer tokens than this says
_OTHERS = 1.5  # letters of other scripts to a token
_DOUBT = 0.6  # of the budget: an estimate below it is not worth opening a tokenizer


def count(text: str, folder: Path, most: int) -> Tokens:
    """Tokens of a prompt, of which the model reads ``most``, its end mark not counted."""
    guess = _estimate(text, most)
    if guess.tokens < _DOUBT * most:
        return guess
    for place in (folder / TOKENIZER / "tokenizer.json", folder / "tokenizer" / "tokenizer.json"):
        if place.is_file() and (tokenizer := _tokenizer(place)) is not None:
            offsets = tokenizer.encode(text, add_special_tokens=False).offsets
            kept = offsets[most - 1][1] if len(offsets) > most else len(text)
            return Tokens(len(offsets), most, kept, exact=True)
    return guess


@cache
def _tokenizer(file: Path) -> Any:
    try:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(file))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
    except Exception:  # not installed, or no such file as it knows: the estimate serves
        return None


def _estimate(text: str, most: int) -> Tokens:
    tokens, kept = 0, len(text)
    for part in _PARTS.finditer(text):
        letters = _LETTERS if part[0].isascii() else _OTHERS
        tokens += math.ceil(len(part[0]) / letters)
        if tokens > most and kept == len(text):
            kept = part.start()
    return Tokens(tokens, most, kept, exact=False)
