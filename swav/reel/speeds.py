"""How fast models in environments of their own worked here, for forecasts: ``<build>/speeds.json``.

What a network takes grows with the pixels that it looks at and, for networks of one kind, about with its
weights. So a model that was used here is foretold from its own last job, and another one from that of the
model whose weights weigh most nearly the same.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from swav.cut import paths
from swav.errors import Damaged
from swav.files import read_json, remember


@dataclass(frozen=True)
class Speed:
    """What a job of a model took here."""

    content: str
    """Of its weights."""
    bytes: int
    """The same, in bytes."""
    on_card: bool
    load_seconds: float
    pixels: int
    """That it looked at: of all frames that it was given."""
    seconds: float
    memory: int
    """Bytes of the card that it reserved at most; without a card, of the machine's memory."""


@dataclass(frozen=True)
class Foretold:
    """What jobs of a model will take."""

    seconds: float
    memory: int | None
    """None where only another model was used here."""


_REMEMBERED = TypeAdapter(list[Speed])


def speeds(build: str) -> list[Speed]:
    """The last job of each model on each kind of device; none where they cannot be read."""
    with suppress(FileNotFoundError, Damaged):
        return read_json(_file(build), _REMEMBERED.validate_python)
    return []


def remember_speed(build: str, file: Path, content: str, pixels: int, said: dict[str, Any]) -> None:
    """Keep what a program said of a job: ``device``, ``load_seconds``, ``seconds`` and ``memory``."""
    on_card = said["device"] != "the processor"
    took = Speed(
        content, file.stat().st_size, on_card, said["load_seconds"], pixels, said["seconds"], said["memory"]
    )
    others = [each for each in speeds(build) if (each.content, each.on_card) != (content, on_card)]
    remember(_file(build), json.dumps([asdict(each) for each in [*others, took]], indent=1))


def foretold(
    known: list[Speed], file: str, content: str, pixels: list[int], *, on_card: bool
) -> Foretold | None:
    """What jobs that look at so many pixels each will take, one after the other; None where nobody knows."""
    here = [each for each in known if each.on_card == on_card and each.pixels and each.seconds]
    if own := next((each for each in here if each.content == content), None):
        return Foretold(_seconds(own, pixels, 1), own.memory)
    weight = _bytes(file)
    if not here or not weight:
        return None
    alike = min(here, key=lambda each: abs(log(weight / max(1, each.bytes))))
    return Foretold(_seconds(alike, pixels, weight / max(1, alike.bytes)), None)


def _seconds(like: Speed, pixels: list[int], heavier: float) -> float:
    return len(pixels) * like.load_seconds + sum(pixels) / like.pixels * like.seconds * heavier


def _bytes(file: str) -> int:
    with suppress(OSError):
        return Path(file).stat().st_size if file else 0
    return 0


def _file(build: str) -> Path:
    return Path(paths.SPEEDS.format(build=build))
