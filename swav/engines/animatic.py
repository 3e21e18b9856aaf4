"""The animatic: a designed panel that performs the shot's camera move. It stands in for every video model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from swav.engines import Job, Request, Source
from swav.engines._frames import LocalEngine, drawing_threads, frame_format, write_frames

RECIPE = 6
"""Raised when the drawing changes so that panels should be made anew, or how they are written as a take."""
PICTURE = 4
"""The same of a panel that is one picture, which renders may begin with: raised with the drawing alone."""


class Animatic(LocalEngine):
    """Draws generated shots with no GPU and no weights; where there are keyframes, it moves over those."""

    name = "animatic"
    source = "prompt"
    reads = frozenset({"prompt", "first_frame", "last_frame"})

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
            **({} if request.slate else {"slate": False}),
            **{name: picture.identity() for name, picture in pictures(request).items()},
        }

    def picture_recipe(self, request: Request, model: str) -> dict[str, Any]:
        return {
            "engine": self.name,
            "picture": PICTURE,
            "prompt": request.prompt,
            "seed": request.seed,
            "width": request.width,
            "height": request.height,
        }

    def draw(self, job: Job) -> dict[str, Any]:
        """A panel as one picture, without a slate."""
        from PIL import Image

        from swav.animatic.told import told_frames

        request = job.request
        shape = {"width": request.width, "height": request.height, "rate": request.rate, "count": 1}
        drawn = told_frames(request.prompt, camera="static", seed=request.seed, **shape, slate=None)
        Image.fromarray(next(drawn)).save(job.clip, "PNG")
        return {}

    def shoot(self, job: Job) -> dict[str, Any]:
        from swav.animatic.keyframe import keyframe_frames
        from swav.animatic.slate import Slate
        from swav.animatic.told import first_words, told_frames
        from swav.times import to_seconds

        request, given = job.request, pictures(job.request)
        seconds, words = to_seconds(job.frames, request.rate), first_words(request.prompt)
        slate = Slate(request.shot, request.wanted, seconds, words=words) if request.slate else None
        shape = {
            "camera": request.camera,
            "width": request.width,
            "height": request.height,
            "rate": request.rate,
            "count": job.frames,
            "slate": slate,
        }
        if given:
            first, last = (
                given.get(name) and Path(given[name].path) for name in ("first_frame", "last_frame")
            )
            drawn = keyframe_frames(first, last, **shape, note=job.note)
        else:
            drawn = told_frames(request.prompt, seed=request.seed, threads=drawing_threads(), **shape)
        write_frames(job, drawn)
        return {}


def pictures(request: Request) -> dict[str, Source]:
    """The keyframes of a request, by its fields."""
    given = {"first_frame": request.first_frame, "last_frame": request.last_frame}
    return {name: picture for name, picture in given.items() if picture is not None}


ENGINE = Animatic()
