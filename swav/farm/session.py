"""The life of resident workers on a farm that runs a task at a time: from the session's beginning to its end.

A build ends its workers when it ends. Where each task is a build of its own, they outlive it as long as the
variable ``SWAV_SESSION`` is set, and the session ends them: ``python -m swav.farm.session BUILD``.
"""

import os
import sys
from pathlib import Path

from swav.render.card_names import SESSION
from swav.render.client import stop_workers


def end_workers(build: str | Path) -> int:
    """End the workers of a build that ended, unless a session goes on; how many there were."""
    return 0 if os.environ.get(SESSION) else stop_workers(build)


if __name__ == "__main__":
    stop_workers(sys.argv[1])
