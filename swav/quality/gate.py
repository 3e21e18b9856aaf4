"""What a gate is: its name, its limits, its words and the gauge that measures it, declared in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from swav.quality.sentences import Words

if TYPE_CHECKING:
    from swav.media.probe import Picture
    from swav.quality.frames import Frame


@dataclass(frozen=True)
class Watched:
    """The clip that gauges watch, and what is asked of it."""

    clip: Path
    picture: Picture | None
    """None where it is one picture, and no clip."""
    samples: tuple[int, ...]
    """Numbers of the frames that are looked at in full."""
    moves: bool
    """Whether the shot asks for motion."""
    prompt: str
    models: Path | None
    """The folder of model folders."""
    portraits: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    """Pictures of those who should be in it, by their names."""


class Gauge(Protocol):
    """What watches the frames for one or more gates."""

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""

    def result(self) -> dict[str, dict]:
        """Its part of the measurement: for each gate ``value``, ``frames`` (the worst) and more."""


@dataclass(frozen=True)
class Gate:
    """One gate: what ``config.yaml``, verdicts and reports need to know of it."""

    name: str
    place: int
    """Among the gates, which are listed and said in this order."""
    rising: bool
    """Whether its number gets worse as it grows."""
    warn: float
    """At which number it warns, unless ``config.yaml`` says otherwise;"""
    fail: float | None
    """and at which it fails. None: never."""
    words: Words
    gauge: Callable[[Watched], Gauge] | None = None
    """Makes what measures it, the same for all gates that one gauge serves. None: no single clip shows it,
    and the cross-check of a reel compares takes."""
    of_all: bool = False
    """Whether it is for designed material too; cards, stills, footage and drawn panels may be dark, blurred
    or still."""
    of_segment: bool = False
    """Whether it is for what the reel shows of a shot, and not for the take."""
    of_cast: bool = False
    """Whether it is for keyframes that show somebody of whom there are portraits."""
    of_detail: bool = False
    """Whether it looks at what a take gets in its last steps alone: an early look is judged without it."""
    of_motion: bool = False
    """Whether it is only for shots that ask for motion."""
    optional: bool = False
    """Whether its model does not come with the installation: where it is not here, nobody counts on it."""


ALL_BLACK = {"missing": "every frame is black"}
"""The part of a measurement of a gate for which nothing was to be seen."""


def runs(numbers: list[int]) -> list[list[int]]:
    """Ascending frame numbers as stretches: ``[3, 4, 5, 9]`` is ``[[3, 5], [9, 9]]``."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
