"""Measuring a take: one pass over its frames, every gate's number out of it, nothing judged.

What is written is plain JSON and knows no limit, so that changed limits judge again without decoding.
"""

from math import ceil
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from swav import recipes
from swav.errors import MediaError
from swav.media.probe import Picture, probe
from swav.quality import signature
from swav.quality.adherence import adherence
from swav.quality.bits import Bits
from swav.quality.exposure import Exposure
from swav.quality.flicker import Flicker
from swav.quality.form import form, undecodable
from swav.quality.frames import Frame, spread, watch
from swav.quality.lettering import letters
from swav.quality.motion import Motion
from swav.quality.repetition import Repetition
from swav.quality.scene import Scene
from swav.quality.sharpness import Sharpness
from swav.quality.tears import Tears
from swav.quality.verdict import Expected

SAMPLES_A_SECOND = 1.2
"""Frames that are looked at in full, for lettering, sharpness and adherence: six in five seconds,"""
FEWEST_SAMPLES, MOST_SAMPLES = 6, 24
"""and never fewer or more than these."""
DIGITS = 4
"""After the point: the same clip gives the same text on every machine."""


class Gauge(Protocol):
    """What watches the frames for one or more gates."""

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""

    def result(self) -> dict[str, dict]:
        """Its part of the measurement: for each gate ``value``, ``frames`` (the worst) and more."""


def measure(clip: Path, expected: Expected, *, models: Path | None = None) -> dict[str, Any]:
    """Every number that the gates of ``expected`` need, as plain JSON data.

    ``models`` is the folder of model folders, for prompt adherence. A file that cannot be decoded is no
    error but a finding: its ``form`` says so, and nothing else is measured.
    """
    gates = [gate for gate in expected.gates if gate != "still" or expected.moves]
    plain = {"recipe": recipes.TAKE_MEASUREMENT, "gates": gates}
    try:
        picture = probe(clip)
        gauges = _gauges(Path(clip), picture, expected, models)
        frames, damaged = 0, []
        for frame in watch(clip):
            for gauge in gauges:
                gauge.see(frame)
            frames += 1
            if frame.damaged:
                damaged.append(frame.number)
    except MediaError as error:
        return plain | {"form": undecodable(str(error))}
    found = {"form": form(picture, frames, damaged, expected)}
    for gauge in gauges:
        found |= gauge.result()
    return plain | _plain(
        {name: part for name, part in found.items() if name in (*gates, "form", "signature")}
    )


def _gauges(clip: Path, picture: Picture, expected: Expected, models: Path | None) -> list[Gauge]:
    """What has to watch the clip for the gates that apply."""
    seconds = picture.frames / picture.rate
    samples = min(MOST_SAMPLES, max(FEWEST_SAMPLES, ceil(SAMPLES_A_SECOND * seconds)))
    sampled = spread(picture.frames, samples)
    gauges: dict[tuple[str, ...], Gauge] = {
        ("black", "dark", "blown"): Exposure(),
        ("bits",): Bits(clip, picture),
        ("frozen", "repeated"): Repetition(picture.rate, expected.moves),
        ("flicker",): Flicker(picture.rate),
        ("blur",): Sharpness(sampled),
        ("still",): Motion(picture.rate),
        ("torn",): Tears(),
        ("jump",): Scene(picture.rate),
        ("lettering", "adherence"): Content(sampled, expected, models),
    }
    wanted = [gauge for gates, gauge in gauges.items() if set(gates) & set(expected.gates)]
    return [*wanted, signature.Signer(spread(picture.frames, signature.SAMPLES))]


class Content:
    """Measures ``lettering`` and ``adherence``: what is to be seen in the picture."""

    def __init__(self, samples: tuple[int, ...], expected: Expected, models: Path | None) -> None:
        self._samples, self._expected, self._models = frozenset(samples), expected, models
        self._seen: list[tuple[int, np.ndarray]] = []

    def see(self, frame: Frame) -> None:
        if frame.number in self._samples:
            self._seen.append((frame.number, frame.colour()))

    def result(self) -> dict[str, dict]:
        found = {}
        if "lettering" in self._expected.gates:
            found["lettering"] = letters(self._seen)
        if "adherence" in self._expected.gates:
            found["adherence"] = adherence(self._seen, self._expected.prompt, self._models)
        return found


def _plain(value: Any) -> Any:
    """A value as plain JSON data, its floats rounded."""
    if isinstance(value, (float, np.floating)):
        return round(float(value), DIGITS)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
