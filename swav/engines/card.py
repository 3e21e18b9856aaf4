"""Title cards: lettering on a quietly living ground."""

from typing import Any

from swav.engines import Job, Request
from swav.engines._frames import LocalEngine, frame_format, write_frames

RECIPE = 4


class Card(LocalEngine):
    """Draws the shots whose source is a ``card``."""

    name = "card"
    source = "card"

    def recipe(self, request: Request, model: str) -> dict[str, Any]:
        return {
            "engine": self.name,
            "version": RECIPE,
            "title": request.title,
            "subtitle": request.subtitle,
            "language": request.language,
            "seed": request.seed,
            **frame_format(request),
        }

    def shoot(self, job: Job) -> dict[str, Any]:
        from swav.titles.card import card_frames

        request = job.request
        drawn = card_frames(
            request.title,
            request.subtitle,
            language=request.language,
            seed=request.seed,
            width=request.width,
            height=request.height,
            rate=request.rate,
            count=job.frames,
        )
        write_frames(job, drawn)
        return {}


ENGINE = Card()
