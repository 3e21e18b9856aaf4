"""What the engines share that work on any machine."""

import os
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


def drawing_threads() -> int:
    """Threads that draw frames: as many as the job's rule claims, and two where that is one. What a small
    machine keeps for other jobs is idle while an edited shot is drawn, and two jobs share it as well."""
    return max(2, int(os.environ.get("OMP_NUM_THREADS") or 1))


def write_frames(job: Job, frames: Iterable) -> None:
    """Write drawn frames (uint8 RGB, (height, width, 3)) as the job's clip, telling how far it is."""
    from swav.media.writer import QUICK, ClipWriter
    from swav.side_by_side import one_thread_each

    request = job.request
    form = {"width": request.width, "height": request.height, "rate": request.rate, **QUICK}
    with ClipWriter(job.clip, **form, metadata=dict(job.metadata)) as clip, one_thread_each():
        for count, frame in enumerate(frames, 1):
            clip.write(frame)
            job.progress("frame", count, job.frames)
