"""How many tokens of umT5 a prompt has."""

from pathlib import Path

from swav.engines import Tokens
from swav.engines._tokens import count as counted
from swav.engines.wan22.originals import TOKENIZER


def count(text: str, folder: Path, most: int) -> Tokens:
    """Tokens of a prompt, of which the model reads ``most``, its end mark not counted."""
    return counted(
        text, (folder / TOKENIZER / "tokenizer.json", folder / "tokenizer" / "tokenizer.json"), most
    )
