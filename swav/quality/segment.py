"""Measuring a segment: what only the reel's own frames show, and the take does not."""

from pathlib import Path
from typing import Any

from swav import recipes
from swav.media.probe import probe
from swav.quality.frames import watch
from swav.quality.gate import Watched
from swav.quality.gauges import gates


def measure_segment(clip: Path) -> dict[str, Any]:
    """The numbers of the gates for segments, as plain JSON that ``judge`` reads. Raises MediaError."""
    asked = [gate for gate in gates() if gate.of_segment and gate.gauge]
    watched = Watched(clip, probe(clip), samples=(), moves=True, prompt="", models=None)
    gauges = [gate.gauge(watched) for gate in asked if gate.gauge]
    for frame in watch(clip):
        for gauge in gauges:
            gauge.see(frame)
    found: dict[str, Any] = {"recipe": recipes.SEGMENT_MEASUREMENT, "form": {"faults": []}}
    for gauge in gauges:
        found |= gauge.result()
    return found | {"gates": [gate.name for gate in asked]}
