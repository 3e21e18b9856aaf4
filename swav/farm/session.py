"""The end of a build, for its resident workers.

They may stay a while for the next build (``keep_warm`` in the configuration), if this one went well: who
stopped a build wants its cards. On a farm that runs a task at a time each task is a build of its own; they
outlive it while the variable ``SWAV_SESSION`` is set; the session ends them:
``python -m swav.farm.session BUILD``.
"""

import os
import sys
from pathlib import Path

from swav.render import staying
from swav.render.card_names import SESSION
from swav.render.client import stop_workers


def end_workers(build: str | Path, *, stay: bool = False) -> list[str]:
    """End the workers of a build that ended, unless they may ``stay`` or a session goes on.

    A sentence for each that stays for the next build, with what ends it.
    """
    if os.environ.get(SESSION):
        return []
    if not (stay and staying.may_stay()):
        stop_workers(build)
        return []
    folder = str(Path(build).resolve())
    mine = [worker for worker in staying.living() if worker.build == folder]
    return [f"{line}; swav worker stop ends it" for line in staying.sentences(mine)]


if __name__ == "__main__":
    stop_workers(sys.argv[1])
