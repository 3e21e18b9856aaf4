"""Stills: a camera move over a photograph or a drawing."""

from pathlib import Path
from typing import Any

from swav.engines import Job, Request
from swav.engines._frames import LocalEngine, drawing_threads, frame_format, write_frames

RECIPE = 3


class Still(LocalEngine):
    """Shoots the shots whose source is a ``still``."""

    name = "still"
    source = "still"

    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        return {
            "engine": self.name,
            "version": RECIPE,
            **request.source.identity(),
            "camera": request.camera,
            **frame_format(request),
        }

    def shoot(self, job: Job) -> dict[str, Any]:
        from swav.animatic.still import still_frames

        request = job.request
        drawn = still_frames(
            Path(request.source.path),
            camera=request.camera,
            width=request.width,
            height=request.height,
            rate=request.rate,
            count=job.frames,
            anchor=request.source.anchor,
            note=job.note,
            threads=drawing_threads(),
        )
        write_frames(job, drawn)
        return {}


ENGINE = Still()
