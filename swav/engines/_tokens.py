"""How many tokens a prompt has: by a tokenizer that lies on the disk, or by an estimate."""

import math
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from swav.engines import Tokens

_PARTS = re.compile(r"[A-Za-z]+|\d|[^\W\d_]+|[^\w\s]")
_LETTERS = 3.5  # of an English word to a token; text encoders need fewer tokens than this says
_OTHERS = 1.5  # letters of other scripts to a token
_DOUBT = 0.6  # of the budget: an estimate below it is not worth opening a tokenizer


def count(text: str, places: Iterable[Path], most: int) -> Tokens:
    """Tokens of a prompt, of which the model reads ``most``, its marks not counted.

    ``places`` are where its tokenizer.json may lie; the first that is there counts.
    """
    guess = _estimate(text, most)
    if guess.tokens < _DOUBT * most:
        return guess
    for place in places:
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
