"""Footage: a stretch of what a real camera saw, at the reel's size, and at its rate or the camera's own."""

from math import ceil
from pathlib import Path
from typing import Any

from swav.engines import Form, Job, Request
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
            **({"own_rate": request.source.rate} if request.source.rate else {}),
        }

    def form(self, request: Request) -> Form:
        """At the reel's rate, or at its own: then up to the frame after the last instant that is shown."""
        rate = request.source.rate
        if rate is None:
            return super().form(request)
        frames = ceil((request.length.frames - 1) * rate / request.rate) + 1
        return Form(request.width, request.height, rate, frames)

    def shoot(self, job: Job) -> dict[str, Any]:
        from swav.media.conform import conform_footage

        request = job.request
        form = self.form(request)
        conform_footage(
            Path(request.source.path),
            start=request.source.start,
            frames=form.frames,
            width=form.width,
            height=form.height,
            rate=form.rate,
            anchor=request.source.anchor,
            target=job.clip,
            metadata=dict(job.metadata),
        )
        return {}


ENGINE = Footage()
