"""The environments of engines for tests: made by the same code that a build uses, once for all that test.

They lie in ``SWAV_TEST_ENVIRONMENTS``. ``conftest`` names a folder that goes when the run ends; name one
yourself, and the next run finds them there.
"""

import os
from functools import cache
from pathlib import Path

from swav.environments import environment
from swav.environments.create import create


def environments_root() -> Path:
    """The folder of environments, the same in all processes of a run."""
    return Path(os.environ["SWAV_TEST_ENVIRONMENTS"])


@cache
def environment_python(name: str) -> Path:
    """The interpreter of an engine's environment, which is made now if need be."""
    made = environment(name, environments_root())
    create(made)
    return made.python
