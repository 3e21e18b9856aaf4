"""What a job imports: a build starts hundreds, and most of what a short one takes is what it reads first."""

import subprocess
import sys

import pytest
from places import REPOSITORY

JOBS = sorted(file.stem for file in (REPOSITORY / "scripts").glob("*.py"))
HEAVY = {
    "av", "cv2", "ffmpeg", "numpy", "PIL", "soundfile", "torch", "yaml", "swav.animatic", "swav.storyboard",
}  # fmt: skip
"""What only some steps want; those import it when they come to it."""
WANTED = {"admit": {"av", "cv2", "numpy"}}
"""It always draws the sheet of the film."""
LISTED = "import sys, runpy; sys.argv = [sys.argv[1]]; runpy.run_path(sys.argv[0]); print(*sys.modules)"


@pytest.mark.parametrize("job", JOBS)
def test_a_job_begins_without_what_only_other_jobs_want(job):
    script = REPOSITORY / "scripts" / f"{job}.py"
    run = subprocess.run([sys.executable, "-c", LISTED, script], capture_output=True, text=True, check=True)
    assert HEAVY.intersection(run.stdout.split()) == WANTED.get(job, set())
