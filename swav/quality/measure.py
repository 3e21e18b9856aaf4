"""Measuring a take: one pass over its frames, every gate's number out of it, nothing judged.

What is written is plain JSON and knows no limit, so that changed limits judge again without decoding.
"""

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from swav.errors import MediaError
from swav.media.probe import Picture, probe
from swav.quality import signature
from swav.quality.bits import Bits
from swav.quality.exposure import Exposure
from swav.quality.flicker import Flicker
from swav.quality.form import form, undecodable
from swav.quality.frames import Frame, spread, watch
from swav.quality.motion import Motion, Tears
from swav.quality.repetition import Repetition
from swav.quality.scene import Scene
from swav.quality.sharpness import Sharpness
from swav.quality.verdict import MEASURE_RECIPE, Expected

SAMPLES = 6
DIGITS = 4


class Gauge(Protocol):
    """What watches the frames for one or more gates."""

    def see(self, frame: Frame) -> None:
        """Look at the next frame."""

    def result(self) -> dict[str, dict]:
        """The numbers of its gates, each with ``value`` and ``frames``."""


def measure(clip: Path, expected: Expected, *, models: Path | None = None) -> dict[str, Any]:
    """Every number that the gates of ``expected`` need, as plain JSON data.

    ``models`` is the folder of model folders, for prompt adherence. A file that cannot be decoded is no
    error but a finding: its ``form`` says so, and nothing else is measured.
    """
    gates = [gate for gate in expected.gates if gate != "still" or expected.moves]
    plain = {"recipe": MEASURE_RECIPE, "gates": gates}
    try:
        picture = probe(clip)
        samples = spread(picture.frames, SAMPLES)
        gauges = _gauges(clip, picture, expected, samples)
        signer = signature.Signer(spread(picture.frames, signature.SAMPLES))
        decoded, damaged, colours = 0, [], []
        for frame in watch(clip):
            for gauge in (*gauges, signer):
                gauge.see(frame)
            if "lettering" in expected.gates and frame.number in samples:
                colours.append((frame.number, frame.colour()))
            decoded += 1
            if frame.damaged:
                damaged.append(frame.number)
    except MediaError as error:
        return plain | {"form": undecodable(str(error))}
    found = {"form": form(picture, decoded, damaged, expected)}
    for gauge in gauges:
        found |= {gate: number for gate, number in gauge.result().items() if gate in gates}
    if "lettering" in expected.gates:
        found["lettering"] = _lettering(colours)
    return plain | {"signature": signer.signature()} | _rounded(found)


def _lettering(frames: list[tuple[int, np.ndarray]]) -> dict[str, Any]:
    try:
        from swav.quality.lettering import letters
    except ImportError as error:
        return {"missing": str(error)}
    return letters(frames)


def _gauges(clip: Path, picture: Picture, expected: Expected, samples: tuple[int, ...]) -> list[Gauge]:
    gauges: dict[tuple[str, ...], Gauge] = {
        ("black", "dark", "blown"): Exposure(),
        ("bits",): Bits(clip, picture),
        ("frozen", "repeated"): Repetition(expected.rate, expected.moves),
        ("flicker",): Flicker(expected.rate),
        ("blur",): Sharpness(samples),
        ("still",): Motion(expected.rate),
        ("torn",): Tears(),
        ("jump",): Scene(expected.rate),
    }
    return [gauge for gates, gauge in gauges.items() if set(gates) & set(expected.gates)]


def _rounded(value: Any) -> Any:
    """The same clip gives the same text: floats of four digits, plain containers."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, (list, tuple)) else value
