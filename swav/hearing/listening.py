"""Listening to a reel's narration: each line once, for as long as its words and its voice stay."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from swav import recipes
from swav.errors import Damaged
from swav.files import plain_object, read_json, write_text
from swav.hashes import forget_damaged
from swav.hearing.heard import Heard
from swav.hearing.recogniser import can_hear, recognise

Line = tuple[str, str, Path, str]
"""A line's key, its text, its recording and its language."""


def listen(lines: Sequence[Line], store: Path) -> dict[str, dict[str, Any]]:
    """What was heard of each line, by key, as plain JSON.

    A line that was heard has ``words`` and ``model`` (``Heard.read`` takes it as it is); one that cannot be
    heard has ``missing``: why. ``store`` keeps a file for each key, so that only lines without one are
    heard; the model is loaded only if there are any. Raises MediaError for a recording that holds no sound.
    """
    found: dict[str, dict[str, Any]] = {}
    wanted: dict[str, Line] = {}
    forget_damaged(_file(store, key) for key, *_ in lines)
    for line in lines:
        key, _, _, language = line
        kept = _kept(_file(store, key))
        if kept is not None:
            found[key] = kept
        elif reason := can_hear(language):
            found[key] = {"recipe": recipes.RECOGNITION, "missing": reason}
        else:
            wanted[key] = line
    if wanted:
        texts, wavs = [text for _, text, _, _ in wanted.values()], [wav for _, _, wav, _ in wanted.values()]
        for key, heard in zip(wanted, recognise(wavs, texts), strict=True):
            found[key] = {"recipe": recipes.RECOGNITION, **heard.plain()}
            write_text(_file(store, key), json.dumps(found[key], indent=1, ensure_ascii=False) + "\n")
    return {key: found[key] for key, *_ in lines}


def _file(store: Path, key: str) -> Path:
    return Path(store) / f"{key}.json"


def _kept(file: Path) -> dict[str, Any] | None:
    """What was heard before, unless it was heard in another way."""
    try:
        plain = read_json(file, heard_line)
    except (FileNotFoundError, Damaged):
        return None
    return plain if plain.get("recipe") == recipes.RECOGNITION else None


def heard_line(plain: Any) -> dict[str, Any]:
    """The shape of what was heard of a line: words with times, or why nothing could be heard."""
    if "missing" in plain:
        plain["missing"] + ""
    else:
        Heard.read(plain).text  # noqa: B018 - it raises where a word is none
    return plain_object(plain)


def heard_lines(plain: Any) -> dict[str, dict[str, Any]]:
    """The shape of what ``listen`` gives."""
    return {key: heard_line(line) for key, line in plain_object(plain).items()}
