"""The same environments for those who deploy with conda: a conda file says what the lock says.

Snakemake copies a conda file elsewhere before conda reads it, so the file cannot name the lock: it holds its
lines. ``python -m swav.environments.conda rules/envs`` writes the files anew, after a lock was changed.
"""

import sys
from pathlib import Path

from swav.environments import LOCKS, NAMES
from swav.environments.lock import Lock, read_lock
from swav.files import write_text

PYTHON = "3.11"

_HEAD = """\
# Made from swav/environments/locks/{name} by `python -m swav.environments.conda rules/envs`.
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python={python}
  - pip
  - pip:
"""


def conda_file(lock: Lock) -> str:
    """The text of the conda file: Python from conda-forge, all else by pip, as in the lock."""
    head = _HEAD.format(name=lock.file.name, python=PYTHON)
    return head + "".join(f"      - {line}\n" for line in lock.requirements)


def main(folder: Path) -> None:
    """Write the conda file of every lock into a folder."""
    for name in NAMES:
        write_text(folder / f"{name}.yaml", conda_file(read_lock(LOCKS / f"{name}.txt")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
