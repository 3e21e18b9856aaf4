"""The sound as plain data for the page: the mix, its stems, each line with who speaks it and who could."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.timeline import timeline
from swav.errors import Damaged, SwavError
from swav.page.files import is_there, key_of
from swav.page.project import Look
from swav.sound.stems import read_stems
from swav.speech import length, speakers
from swav.times import to_seconds


def sound_state(look: Look) -> dict[str, Any]:
    """All that the view of the sound shows: of the film that is built, else of the one built last."""
    now, before = look.cut, look.before
    heard = next((cut for cut in (now, before) if cut is not None and is_there(cut.sound.mix)), None)
    spans, words, speaking = _spans(heard), _heard(now), cache(_speakers)
    return {
        "mix": key_of(heard.sound.mix) if heard else "",
        "current": heard is not None and heard.sound.mix == now.sound.mix,
        "stems": _stems(heard),
        "shots": [
            {"shot": shot, "start": start, "seconds": seconds} for shot, (start, seconds) in spans.items()
        ],
        "lines": [_line(now, shot, spans, words, speaking) for shot in now.shots if shot.narration],
        "voices": sorted(look.reel.loaded.board.voices),
    }


def _spans(cut: Cut | None) -> dict[str, tuple[float, float]]:
    """By shot, the seconds of the film at which it begins, and for which it lasts."""
    if cut is None:
        return {}
    try:
        laid = timeline(cut)
    except FileNotFoundError:  # its lines were tidied away
        return {}
    seconds = [(to_seconds(span.start, laid.rate), to_seconds(span.frames, laid.rate)) for span in laid.spans]
    return {shot.id: tuple(map(float, each)) for shot, each in zip(cut.shots, seconds, strict=True)}


def _stems(cut: Cut | None) -> list[dict[str, Any]]:
    if cut is None or not is_there(cut.sound.stems):
        return []
    folder = Path(cut.sound.stems).parent
    try:
        found = read_stems(folder)
    except (Damaged, OSError):
        return []
    loud = {name: each.integrated for name, each in found.levels.items()}
    return [
        {"name": path.stem, "key": folder.name, "loudness": _finite(loud[path.stem])} for path in found.paths
    ]


def _finite(level: float) -> float | None:
    return level if abs(level) < 1000 else None


def _line(
    cut: Cut,
    shot: CutShot,
    spans: dict[str, tuple[float, float]],
    words: dict[str, str],
    speaking: Callable[[str, str], list[str]],
) -> dict[str, Any]:
    line = shot.narration
    assert line is not None
    there = is_there(line.path)
    at = spans.get(shot.id)
    return {
        "shot": shot.id,
        "words": line.text,
        "key": key_of(line.path) if there else "",
        "start": at[0] + float(to_seconds(line.start, cut.delivery.rate)) if at else None,
        "seconds": float(length(Path(line.path))) if there else None,
        "engine": line.engine,
        "language": line.language,
        "speaker": line.speaker or "",
        "recorded": line.recorded,
        "heard": words.get(line.key, ""),
        "speakers": speaking(line.engine, line.language) if not line.recorded else [],
    }


def _speakers(engine: str, language: str) -> list[str]:
    with suppress(SwavError):
        return list(speakers(engine, language))
    return []


def _heard(cut: Cut) -> dict[str, str]:
    """What the recogniser heard, by the line's key; nothing before it listened, or of what is damaged."""
    try:
        found = json.loads(Path(cut.sound.heard).read_text(encoding="utf-8"))
        lines = dict(found).items()
    except (OSError, ValueError, TypeError):
        return {}
    words: dict[str, str] = {}
    for key, line in lines:
        with suppress(KeyError, TypeError):
            words[key] = " ".join(str(word["text"]) for word in line["words"])
    return words
