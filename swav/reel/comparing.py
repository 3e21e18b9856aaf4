"""A lossy take beside the exact one: the same seed, words and model, and everything but the way.

Light: every reading of a storyboard asks where comparisons lie; what renders is imported where one is made.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.candidates import Take, finished, takes_of
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import read_record, take_path
from swav.diffusion.ways import fitting
from swav.engines import Request, engines
from swav.errors import SwavError
from swav.files import write_text
from swav.keys import digest

RECIPE = 1
"""Raised when comparisons are made otherwise."""


def exact(request: Request) -> Request:
    """The same shot without lossy ways."""
    return replace(request, lossy=())


def is_lossy(shot: CutShot) -> bool:
    """Whether a shot's engine renders it in a lossy way."""
    return bool(shot.request.lossy and fitting(shot.request.lossy, engines()[shot.engine].lossy))


def likeness_path(cut: Cut, shot: CutShot) -> str:
    """Where the comparison of a shot's take with the exact one lies, or will."""
    key = digest({"likeness": RECIPE, "take": shot.key})
    return paths.LIKENESS.format(build=cut.build, engine=shot.engine, shot=shot.id, key=key)


def compare(cut: Cut, shot: CutShot, target: Path, *, cards: tuple[str, ...], gpus: int) -> None:
    """Make the exact take of a shot, unless the store holds it, and write how like it the lossy one is."""
    from swav.reel.shooting import Shooter

    take = _shown(cut, shot)
    shooter = Shooter(cut, shot, cards, gpus)
    try:
        key = shooter.take(shot.engine, exact(take.request), shot.model)
    finally:
        shooter.live.over()
    found = compared(take_path(cut.build, take.key), take_path(cut.build, key))
    said = {"shot": shot.id, "lossy": take.recipe["lossy"], "takes": [take.key, key]}
    write_text(target, json.dumps(said | found, indent=1) + "\n")
    shooter.progress.done()


def _shown(cut: Cut, shot: CutShot) -> Take:
    """The take of a shot that the cut shows, which is there. SwavError where something stands in for it."""
    file = finished(cut, shot)
    found = next((take for take in takes_of(cut, shot) if file is not None and take.key == file.stem), None)
    if found is None or "lossy" not in found.recipe:
        raise SwavError("no lossy take of it is in the cut; swav takes lists what was made")
    return found


def compared(first: Path, second: Path) -> dict[str, Any]:
    """How like two takes are, and the seconds that each took to render."""
    from swav.media.likeness import likeness

    found = likeness(first, second)
    seconds = [read_record(take).get("seconds") for take in (first, second)]
    return {"seconds": seconds, **found.plain()}


def in_words(said: Mapping[str, Any], first: str, second: str) -> list[str]:
    """A comparison in sentences."""
    ssim, psnr = said["ssim"], said["psnr"]
    lines = [f"{first} against {second}, {said['frames']} frames"]
    if psnr["mean"] is None:
        lines.append("every pixel is the same")
    else:
        least = f"{ssim['least']:.4f} at the least (frame {ssim['frame']})"
        lines.append(f"SSIM {ssim['mean']:.4f} in the mean, {least}")
        least = f"{psnr['least']:.1f} dB at the least (frame {psnr['frame']})"
        lines.append(f"PSNR {psnr['mean']:.1f} dB over all frames, {least}")
    if None not in said["seconds"]:
        lines.append("rendered in {:.0f} s and {:.0f} s".format(*said["seconds"]))
    return lines
