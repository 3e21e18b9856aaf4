"""Stills by Wan 2.2 T2V-A14B itself: a clip of one frame, from the weights of ``wan2.2``.

Nothing more is fetched for it, and a picture has the look of the clips that the same weights render.
"""

from math import log, sqrt
from pathlib import Path
from typing import Any

from swav.diffusion.facts import ModelFacts, ShotFacts
from swav.engines import Request
from swav.engines.wan22.service import Wan22Engine, native_size
from swav.readiness import Recognised

_NEAR = 0.1
"""Forms are alike whose ratio is within a tenth: 16:9 is that of 1280x720 and of 832x480."""


class Wan22Still(Wan22Engine):
    """Draws keyframes with Wan 2.2 T2V-A14B."""

    name = "wan2.2-still"
    gives = "stills from a prompt, by the weights of wan2.2"
    draws_stills = True
    trained_seconds = longest_seconds = None

    def recognise(self, folder: Path) -> Recognised | None:
        """Nothing: ``wan2.2`` says what of their weights a folder holds."""
        return None

    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        """What decides the picture: a take of one frame."""
        width, height = still_size(request.width, request.height)
        return super().recipe(request, model) | {"width": width, "height": height, "frames": 1}

    def placed_as(self, models: Path) -> tuple[ModelFacts, ShotFacts]:
        """The sizes of the experts in its folder, and of its largest picture."""
        sizes, shot = super().placed_as(models)
        return sizes, ShotFacts(shot.width, shot.height, 1)


def still_size(width: int, height: int) -> tuple[int, int]:
    """The size of a still for a reel of that size: that of its clips where that has the reel's form.

    Else a picture of as many pixels in the reel's own form, in multiples of 16, so that what is upright or
    square is composed as such and not cropped from something else. Wan's own code does so with pictures of
    any form (Wan2.2, ``wan/image2video.py``: ``max_area``).
    """
    native = native_size(width, height)
    form, area = width / height, native[0] * native[1]
    if abs(log(form * native[1] / native[0])) < _NEAR:
        return native
    return _rounded(sqrt(area * form)), _rounded(sqrt(area / form))


def _rounded(side: float) -> int:
    return max(16, round(side / 16) * 16)


ENGINE = Wan22Still()
