"""Measuring a keyframe: what the gates of takes find in one picture, before a clip is rendered from it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from swav import recipes
from swav.errors import MediaError
from swav.quality.form import undecodable
from swav.quality.frames import Frame
from swav.quality.gate import Watched
from swav.quality.gauges import gates
from swav.quality.measure import plain
from swav.quality.verdict import CAST

KEYFRAME = ("black", "blur", "dark", "blown", "lettering", "adherence")
"""The gates that one picture can be asked for, beside its form."""


def measure_picture(
    file: Path,
    size: tuple[int, int],
    *,
    prompt: str,
    designed: bool,
    models: Path | None = None,
    portraits: Mapping[str, Sequence[Path]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Numbers as ``swav.quality.measure`` gives them of a clip. ``size`` is the width and height ordered.

    ``portraits`` are of those who should be in it. A ``designed`` picture has its form alone. A picture that
    cannot be read is a finding, and no error.
    """
    import av

    from swav.media.photograph import read_photograph

    wanted = (*KEYFRAME, *(CAST if portraits else ()))
    names = [] if designed else [gate.name for gate in gates() if gate.name in wanted]
    found: dict[str, Any] = {"recipe": recipes.PICTURE_MEASUREMENT, "gates": names}
    try:
        pixels = read_photograph(file)
    except MediaError as error:
        return found | {"form": undecodable(str(error))}
    height, width = pixels.shape[:2]
    faults = []
    if (width, height) != size:
        faults.append(f"the picture is {width}x{height}, and {size[0]}x{size[1]} was ordered")
    found["form"] = {"faults": faults, "decodable": True}
    frame = Frame(0, av.VideoFrame.from_ndarray(pixels, format="rgb24"), False)
    watched = Watched(file, None, (0,), False, prompt, models, portraits)
    known = {gate.name: gate for gate in gates()}
    for gauge in dict.fromkeys(known[name].gauge for name in names):
        gauge = gauge(watched)
        gauge.see(frame)
        found |= {name: part for name, part in gauge.result().items() if name in names}
    return plain(found)
