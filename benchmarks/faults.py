"""What becomes of a film when something goes wrong: tried, survived, lost, stale. Prints a table.

    python benchmarks/faults.py kills                kill -9 at 200 random moments: of all, of a job ...
    python benchmarks/faults.py worker               kill -9 of a render worker and of its ranks, 30 times
    python benchmarks/faults.py damages              every kind of file in every way, and 200 random pairs
    python benchmarks/faults.py disk                 a disk full at 20 moments, then with room again
    python benchmarks/faults.py dates                dates to come, past and shuffled, then an edit
    python benchmarks/faults.py sources              sources replaced while a build runs, 60 times
    python benchmarks/faults.py builds               two builds at once, build/ removed meanwhile, 40 times
    python benchmarks/faults.py fuzz                 10,000 mutants of storyboards, lists and configurations
    python benchmarks/faults.py kills --count 20 --seed 7 --jobs 16

A small film is built once, undisturbed; then it is disturbed. ``survived``: builds end with that same film,
frame by frame, and nothing is left to do, pending, half written or running. ``lost``: an error where there
should be none, or something left behind. ``stale``: another film, or silence on what was damaged. ``--jobs``
tries several at a time, each in a folder of its own under ``--folder``. With ``--notes FILE`` what became of
each is written down, and the same command goes on from there: a long part can be tried in several sittings.
The exit code is 1 unless all survived.
"""

import argparse
import importlib
import os
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
for place in ("benchmarks", "tests", ""):
    if str(REPOSITORY / place) not in sys.path:
        sys.path.insert(0, str(REPOSITORY / place))

PARTS = ("kills", "worker", "damages", "disk", "dates", "sources", "builds", "fuzz")


def main() -> int:
    from faults_trials import run

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--count", type=int, help="trials, of all parts but damages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="trials at a time")
    parser.add_argument("--folder", help="where the films are made; a temporary folder otherwise")
    parser.add_argument("--pairs", type=int, default=200, help="of damages")
    parser.add_argument("--only", action="append", help="of damages: one kind; may be given several times")
    parser.add_argument("--notes", type=Path, help="a file of outcomes; what is in it is not tried again")
    given = parser.parse_args()
    own = [str(REPOSITORY), str(REPOSITORY / "swav" / "console")]
    os.environ["PYTHONPATH"] = os.pathsep.join(own)  # of every process, before whatever is installed
    part = importlib.import_module(f"faults_{given.part}")
    with tempfile.TemporaryDirectory(prefix="swav-faults-", dir=given.folder) as folder:
        top = Path(folder).resolve()
        about = {"jobs": given.jobs, "seed": given.seed, "top": top, "notes": given.notes}
        return 0 if run(part.trials(given, top), **about) else 1


if __name__ == "__main__":
    sys.exit(main())
