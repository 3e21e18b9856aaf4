"""A rank of a resident worker in a fork: ``python forked_rank.py FOLDER``, as ``swav.render.worker`` runs.

Its parent is the helper, and neither the keeper nor torchrun. The process that stands for it among theirs
dies with them, and takes it along. A module that ``SWAV_TEST_RANK_READS`` names is imported first.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

from swav.render.worker import Resident

if __name__ == "__main__":
    if name := os.environ.get("SWAV_TEST_RANK_READS"):
        import_module(name)
    Resident(Path(sys.argv[1])).live()
