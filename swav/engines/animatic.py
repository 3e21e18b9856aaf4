"""The animatic: a designed panel that performs the shot's camera move. It stands in for every video model."""

from typing import Any

from swav.engines import Job, Request
from swav.engines._frames import LocalEngine, frame_format, write_frames

RECIPE = 2
"""Raised when the drawing changes so that panels should be made anew."""


class Animatic(LocalEngine):
    """Draws generated shots with no GPU and no weights."""

    name = "animatic"
    source = "prompt"

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
