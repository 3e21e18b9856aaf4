"""The manifest of a film: its ingredients, what was done with them, and where each comes from.

Plain values in, plain values out; no file is signed here. The terms for where a picture or a sound comes from
are the IPTC's (https://cv.iptc.org/newscodes/digitalsourcetype/), as C2PA 2.x asks of actions.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from swav import __version__, keys
from swav.shown import harmless

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
TRAINED = "trainedAlgorithmicMedia"
"""Made by a trained model."""
ALGORITHMIC = "algorithmicMedia"
"""Made by a program without a trained model: a designed panel, a card, sampled instruments."""
CAPTURED = "digitalCapture"
"""Recorded by a camera or a microphone."""
Origin = Literal["trainedAlgorithmicMedia", "algorithmicMedia", "digitalCapture", ""]
"""Where a part comes from; empty where nobody said."""
DETAILS = "org.swav.reel"
"""The label of the assertion that holds what the standard has no field for: model, seed, words, licences."""
_LONGEST = 5000


@dataclass(frozen=True)
class Part:
    """An ingredient of the film: a take, footage, a line, the music."""

    id: str
    """Its own name in the manifest, such as ``r001`` or ``r001 narration``."""
    title: str
    kind: Literal["picture", "narration", "music", "sound"]
    origin: Origin
    maker: str
    """Who made it: an engine's name, or whom footage is credited to."""
    format: str
    """Its MIME type."""
    details: dict[str, Any]
    """What else is told of it, plain."""


def manifest(title: str, format: str, parts: Iterable[Part], *, words: bool) -> dict[str, Any]:
    """The definition of a manifest, as c2pa's ``Builder`` takes it.

    ``words`` says prompts, lines and seeds as they are; otherwise their digest stands in their place.
    """
    parts = list(parts)
    created = {
        "action": "c2pa.created",
        "digitalSourceType": SOURCE_TYPE + whole(part.origin for part in parts),
        "softwareAgent": _agent(),
    }
    placed = [
        {
            "action": "c2pa.placed",
            "softwareAgent": {"name": _text(part.maker)} if part.maker else _agent(),
            "description": _text(part.title),
            "parameters": {"ingredientIds": [part.id]},
        }
        | ({"digitalSourceType": SOURCE_TYPE + part.origin} if part.origin else {})
        for part in parts
    ]
    ingredients = [
        {
            "title": _text(part.title),
            "format": part.format,
            "relationship": "componentOf",
            "label": part.id,
        }
        for part in parts
    ]
    told = [
        {"id": part.id, "kind": part.kind, "maker": part.maker, "origin": part.origin}
        | (part.details if words else _digested(part.details))
        for part in parts
    ]
    return {
        "claim_generator_info": [_agent()],
        "title": _text(title),
        "format": format,
        "ingredients": ingredients,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created, *placed]}},
            {"label": DETAILS, "data": {"parts": _plain(told)}},
        ],
    }


def whole(origins: Iterable[str]) -> str:
    """Where a film comes from that is put together from such parts."""
    found = set(origins)
    if TRAINED in found:
        return "compositeWithTrainedAlgorithmicMedia"
    if CAPTURED in found:
        return "compositeCapture" if found == {CAPTURED} else "composite"
    return ALGORITHMIC if found == {ALGORITHMIC} else "composite"


SAID = ("prompt", "negative", "seed", "text")
"""Details of which a digest can stand in their place: what a producer may not want to tell."""


def _digested(details: dict[str, Any]) -> dict[str, Any]:
    """Details with one digest for all that was said to a model: a seed alone could be guessed."""
    said = {name: details[name] for name in SAID if name in details}
    rest = {name: value for name, value in details.items() if name not in SAID}
    if not said:
        return rest
    return rest | {"said_sha256": hashlib.sha256(keys.canonical(said).encode()).hexdigest()}


def _agent() -> dict[str, str]:
    return {"name": "swav", "version": __version__}


def _plain(value: Any) -> Any:
    """Plain data that the library can hold: numbers beyond 63 bits, as seeds are, are text."""
    if isinstance(value, dict):
        return {_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    return _text(str(value))


def _text(text: str) -> str:
    """A text without controls, which a terminal or a page would obey; breaks of line are written out."""
    return harmless(text)[:_LONGEST]
