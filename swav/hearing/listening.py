"""Listening to a reel's narration: each line once, for as long as its words and its voice stay."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from swav.files import write_text
from swav.hearing.recogniser import can_hear, recognise

HEARING_RECIPE = 1
"""Raised when a change must listen to every line again."""

Line = tuple[str, str, Path, str]
"""A line's key, its text, its recording and its language."""


def listen(
    lines: Sequence[Line], store: Path, lexicon: Mapping[str, str] | None = None
) -> dict[str, dict[str, Any]]:
    """What was heard of each line, by key, as plain JSON.

    A line that was heard has ``words`` and ``model`` (``Heard.read`` takes it as it is), ``errors``: how many
    words were heard otherwise than written, and ``of``: how many words its text has. One that cannot be
    heard has ``missing``: why. ``store`` keeps a file for each key, so that only lines without one are heard;
    the model is loaded only if there are any. ``lexicon`` maps words to how they are to be said.
    Raises MediaError for a recording that holds no sound.
    """
    found: dict[str, dict[str, Any]] = {}
    wanted: dict[str, Line] = {}
    for line in lines:
        key, _, _, language = line
        kept = _kept(_file(store, key))
        reason = can_hear(language)
        if kept is not None:
            found[key] = kept
        elif reason:
            found[key] = {"recipe": HEARING_RECIPE, "missing": reason}
        else:
            wanted[key] = line
    if wanted:
        found |= _listened(list(wanted.values()), store, lexicon)
    return {key: found[key] for key, *_ in lines}


def _listened(lines: Sequence[Line], store: Path, lexicon: Mapping[str, str] | None) -> dict[str, dict]:
    from swav.hearing.english import comparison

    found = {}
    heard = recognise([wav for _, _, wav, _ in lines], [text for _, text, _, _ in lines])
    for (key, text, _, _), each in zip(lines, heard, strict=True):
        compared = comparison(text, each.text, lexicon)
        plain = {"recipe": HEARING_RECIPE, "errors": compared.errors, "of": compared.words, **each.plain()}
        write_text(_file(store, key), json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
        found[key] = plain
    return found


def _file(store: Path, key: str) -> Path:
    return Path(store) / f"{key}.json"


def _kept(file: Path) -> dict[str, Any] | None:
    """What was heard before, unless it was heard in another way."""
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return plain if isinstance(plain, dict) and plain.get("recipe") == HEARING_RECIPE else None
