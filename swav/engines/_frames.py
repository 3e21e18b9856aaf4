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


ENCODING = {"preset": "superfast", "parameters": ("mbtree=1", "rc-lookahead=10")}
"""x264's, for takes that can be drawn again in seconds: a third of the time of ``fast``, and as near to what
was drawn. The macroblock tree, which the preset leaves out, keeps them small: 1.3 times the bytes, not 5.
Whoever changes it raises the recipes of all engines that draw."""


def write_frames(job: Job, frames: Iterable) -> None:
    """Write drawn frames (uint8 RGB, (height, width, 3)) as the job's clip, telling how far it is."""
    from swav.media.writer import ClipWriter

    request = job.request
    form = {"width": request.width, "height": request.height, "rate": request.rate, **ENCODING}
    with ClipWriter(job.clip, **form, metadata=dict(job.metadata)) as clip:
        for count, frame in enumerate(frames, 1):
            clip.write(frame)
            job.progress("frame", count, job.frames)
