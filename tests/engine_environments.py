"""The environments of engines for tests: each is made once in a run, by the same code that a build uses.

``SWAV_TEST_ENVIRONMENTS`` may name a folder in which they stay, so that the next run finds them.
"""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from swav.environments import environment
from swav.environments.create import create


@cache
def environments_root() -> Path:
    """The folder of environments; one that the run made itself goes when the run ends."""
    if named := os.environ.get("SWAV_TEST_ENVIRONMENTS"):
        return Path(named)
    root = Path(tempfile.mkdtemp(prefix="swav-test-environments-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return root


@cache
def environment_python(name: str) -> Path:
    """The interpreter of an engine's environment, which is made now if need be."""
    made = environment(name, environments_root())
    create(made)
    return made.python
