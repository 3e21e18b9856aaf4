"""The animatic: a designed panel that performs the shot's camera move. It stands in for every video model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from swav.engines import Job, Request
from swav.engines._frames import LocalEngine, frame_format, write_frames

RECIPE = 2
"""Raised when the drawing changes so that panels should be made anew."""


class Animatic(LocalEngine):
    """Draws generated shots with no GPU and no weights."""

    name = "animatic"
    source = "prompt"

    @property
    def samples(self) -> Mapping[str, Any]:
        from swav.animatic.samples import SAMPLES

        return SAMPLES

    def make_sample(self, name: str, target: Path) -> None:
        from swav.animatic.samples import make_sample

        make_sample(name, target)

    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        return {
            "engine": self.name,
            "version": RECIPE,
            "shot": request.shot,
            "wanted": request.wanted,
            "prompt": request.prompt,
            "camera": request.camera,
            "seed": request.seed,
            **frame_format(request),
        }

    def shoot(self, job: Job) -> dict[str, Any]:
        from swav.animatic.panel import Slate, frames
        from swav.times import to_seconds

        request = job.request
        slate = Slate(request.shot, request.wanted, to_seconds(job.frames, request.rate))
        drawn = frames(
            request.prompt,
            camera=request.camera,
            seed=request.seed,
            width=request.width,
            height=request.height,
            rate=request.rate,
            count=job.frames,
            slate=slate,
        )
        write_frames(job, drawn)
        return {}


ENGINE = Animatic()
