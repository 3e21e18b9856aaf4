"""What the engines share that work on any machine."""

from collections.abc import Iterable
from typing import Any

from swav.engines import Engine, Job, Readiness, Request, Site


class LocalEngine(Engine):
    """An engine that needs no GPU and no weights: it can always shoot."""

    gpu = False
    designed = True

    def readiness(self, site: Site) -> Readiness:
        return Readiness(True, "needs no GPU and no weights")


def frame_format(request: Request) -> dict[str, Any]:
    """The part of a recipe that says how large, how fast and how long a drawn take is."""
    return {
        "width": request.width,
        "height": request.height,
        "rate": request.rate,
        "length": request.length.plain(),
    }


def write_frames(job: Job, frames: Iterable) -> None:
    """Write drawn frames (uint8 RGB, (height, width, 3)) as the job's clip, telling how far it is."""
    from swav.media.writer import QUICK, ClipWriter

    request = job.request
    form = {"width": request.width, "height": request.height, "rate": request.rate, **QUICK}
    with ClipWriter(job.clip, **form, metadata=dict(job.metadata)) as clip:
        for count, frame in enumerate(frames, 1):
            clip.write(frame)
            job.progress("frame", count, job.frames)
