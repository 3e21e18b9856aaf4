"""Names that a field of the form may have, as far as they are known here: what a browser completes."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from swav.engines import generating
from swav.music.players import plugins as players
from swav.page.project import Project
from swav.speech.voices import plugins as voices
from swav.speech.voices import speakers
from swav.storyboard.abilities import AUTO

MOST_FILES = 100
Place = tuple[str, ...]
"""Of a field, from the shot or the film down; ``*`` is each item of a list."""


def with_names(fields: dict[str, Any], project: Project, root: dict[str, Any], shot: str) -> dict[str, Any]:
    """The fields of a shot (or of the film, without one), with the names that they may have as examples."""
    found = deepcopy(fields)
    for place, names in _names(project, root, shot):
        field = _field(found, place)
        if field is not None and names:
            field["examples"] = list(dict.fromkeys(names))
    return found


def _names(project: Project, root: dict[str, Any], shot: str) -> Iterator[tuple[Place, list[str]]]:
    yield ("engine",), [AUTO, *generating()]
    loras = [str(file) for file in _loras(Path(project.storyboard).parent)]
    yield ("loras", "*", "file"), loras
    if not shot:
        yield ("voice", "engine"), sorted(voices().usable)
        yield ("voice", "speaker"), _speakers(root)
        yield ("music", "engine"), [*sorted(players().usable), "none"]
        return
    others = [each.get("id") for each in root.get("shots") or () if isinstance(each, dict)]
    others = [str(each) for each in others if each and each != shot]
    yield ("from",), others
    yield ("to",), others
    cast, places = (_keys(root, name) for name in ("cast", "places"))
    yield ("cast",), cast
    yield ("cast", "*"), cast
    yield ("place",), places
    yield ("narration", "voice"), _keys(root, "voices")
    yield ("narration", "speaker"), _speakers(root)


def _keys(root: dict[str, Any], name: str) -> list[str]:
    """What the storyboard itself names."""
    found = root.get(name)
    return [str(key) for key in found] if isinstance(found, dict) else []


def _speakers(root: dict[str, Any]) -> list[str]:
    """The speakers of the film's own voice engine in its language, as far as it lists them."""
    voice = root.get("voice")
    asked = voice if isinstance(voice, dict) else {}
    engine, language = str(asked.get("engine") or ""), str(asked.get("language") or "en")
    return list(speakers(engine, language)) if engine in voices().usable else []


def _loras(folder: Path) -> list[Path]:
    """Weights beside the storyboard that may be LoRAs, as a storyboard names them."""
    files = sorted((folder / "loras").rglob("*.safetensors"))[:MOST_FILES]
    return [file.relative_to(folder) for file in files]


def _field(fields: dict[str, Any], place: Place) -> dict[str, Any] | None:
    """The field at a place; None where the schema has none there."""
    found: dict[str, Any] | None = None
    for name in place:
        within = fields if found is None else found.get("parts", {})
        found = (found or {}).get("item") if name == "*" else within.get(name)
        if found is None:
            return None
    return found
