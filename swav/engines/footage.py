"""Footage: a stretch of what a real camera saw, at the reel's size and rate."""

from pathlib import Path
from typing import Any

from swav.engines import Job, Request
from swav.engines._frames import LocalEngine, frame_format

RECIPE = 1


class Footage(LocalEngine):
    """Conforms the shots whose source is ``footage``."""

    name = "footage"
    source = "footage"

    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        return {
            "engine": self.name,
            "version": RECIPE,
            **request.source.identity(),
            "start": request.source.start,
            **frame_format(request),
        }

    def shoot(self, job: Job) -> dict[str, Any]:
        from swav.media.conform import conform_footage

        request = job.request
        conform_footage(
            Path(request.source.path),
            start=request.source.start,
            frames=job.frames,
            width=request.width,
            height=request.height,
            rate=request.rate,
            target=job.clip,
            metadata=dict(job.metadata),
        )
        return {}


ENGINE = Footage()
