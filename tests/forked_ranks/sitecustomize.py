"""Let a rank of a resident worker be a fork of a process that has imported PyTorch: see ``warm``.

Python reads this first in every process that has this folder in its PYTHONPATH. One that is about to be a
rank becomes the client of the helper at ``SWAV_TEST_RANKS``, and stands for the fork as long as that lives:
signals, death and exit status of the one are those of the other. Where no helper answers, it is the rank.
"""

import os
import sys

RANK = [[*how, "-m", "swav.render.worker"] for how in (["-P"], ["-u"])]
"""How a keeper starts the only rank, and torchrun each of several; then comes the worker's folder."""


def become_client(helper: str) -> None:
    """Not to return."""
    from pathlib import Path

    from swav.helper import client
    from swav.render.worker_keeper import die_with_parent

    script = Path(__file__).parent.with_name("forked_rank.py")
    die_with_parent()
    words = ["-I", "-S", client.__file__, helper, sys.executable, str(script), sys.orig_argv[-1]]
    os.execv(sys.executable, [sys.executable, *words])


if "SWAV_TEST_RANKS" in os.environ and sys.orig_argv[1:-1] in RANK:
    become_client(os.environ["SWAV_TEST_RANKS"])
