"""A film's folder may hold anything, a ``queue.py`` or ``numpy.py`` too: nothing of ours imports from it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from places import REPOSITORY

from swav.helper import hiring
from swav.render import client, worker_keeper

LOOKED_FOR = sorted(
    sys.stdlib_module_names | {"swav", "numpy", "torch", "yaml", "av", "pydantic", "snakemake"}
)
STARTED = {
    "the helper": [sys.executable, *hiring.SERVER],
    "a worker's keeper": [*client.KEEPER],
    "a worker": worker_keeper.command(Path("worker"), 1),
    "the espeak voice": [sys.executable, "-P", "-m", "swav.speech.voices.espeak.library"],
}


@pytest.mark.parametrize("what", STARTED)
def test_nothing_is_imported_from_the_folder(what, tmp_path):
    for name in LOOKED_FOR:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'a').write({name!r})\n")
    done = subprocess.run(STARTED[what], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert not (tmp_path / "imported").exists(), (tmp_path / "imported").read_text()
    assert "swav" in done.stderr, "it began, and says what it was not told"


def test_ranks_that_torchrun_starts_are_told_by_their_environment():
    assert worker_keeper.torchrun(Path("worker"), 2)[:3] == [sys.executable, "-P", "-m"]
    assert worker_keeper.SAFE_PATH == {"PYTHONSAFEPATH": "1"}


def test_every_module_that_is_started_is_started_so():
    """But for those whose environment says it: ranks under torchrun, and environments of their own."""
    others = {"render/worker_keeper.py", "environments/create.py"}
    found = set()
    for file in sorted((REPOSITORY / "swav").rglob("*.py")):
        text = re.sub(r"\s+", " ", file.read_text(encoding="utf-8"))
        if re.search(r'(?<!"-P", )"-m", ', text):
            found.add(str(file.relative_to(REPOSITORY / "swav")))
    assert found == others
