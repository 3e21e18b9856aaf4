"""Measuring a take: one pass over its frames, every gate's number out of it, nothing judged.

What is written is plain JSON and knows no limit, so that changed limits judge again without decoding.
"""

from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from swav import recipes
from swav.errors import MediaError
from swav.media.probe import Picture, probe
from swav.quality.form import form, undecodable
from swav.quality.frames import spread, watch
from swav.quality.gate import Gauge, Watched
from swav.quality.gauges import gates
from swav.quality.gauges.signature import SAMPLES, Signer
from swav.quality.verdict import Expected

SAMPLES_A_SECOND = 1.2
"""Frames that are looked at in full, for lettering, sharpness and adherence: six in five seconds,"""
FEWEST_SAMPLES, MOST_SAMPLES = 6, 24
"""and never fewer or more than these."""
DIGITS = 4
"""After the point: the same clip gives the same text on every machine."""


def measure(clip: Path, expected: Expected, *, models: Path | None = None) -> dict[str, Any]:
    """Every number that the gates of ``expected`` need, as plain JSON data.

    ``models`` is the folder of model folders, for prompt adherence. A file that cannot be decoded is no
    error but a finding: its ``form`` says so, and nothing else is measured.
    """
    unasked = {gate.name for gate in gates() if gate.of_motion and not expected.moves}
    names = [name for name in expected.gates if name not in unasked]
    base = {"recipe": recipes.TAKE_MEASUREMENT, "gates": names}
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
        return base | {"form": undecodable(str(error))}
    found = {"form": form(picture, frames, damaged, expected)}
    for gauge in gauges:
        found |= gauge.result()
    return base | plain({name: part for name, part in found.items() if name in (*names, "form", "signature")})


def _gauges(clip: Path, picture: Picture, expected: Expected, models: Path | None) -> list[Gauge]:
    """What has to watch the clip for the gates that apply."""
    seconds = picture.frames / picture.rate
    samples = min(MOST_SAMPLES, max(FEWEST_SAMPLES, ceil(SAMPLES_A_SECOND * seconds)))
    watched = Watched(clip, picture, spread(picture.frames, samples), expected.moves, expected.prompt, models)
    known = {gate.name: gate for gate in gates()}
    wanted = dict.fromkeys(known[name].gauge for name in expected.gates if name in known)
    return [*(gauge(watched) for gauge in wanted if gauge), Signer(spread(picture.frames, SAMPLES))]


def plain(value: Any) -> Any:
    """A value as plain JSON data, its floats rounded."""
    if isinstance(value, (float, np.floating)):
        return round(float(value), DIGITS)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value
