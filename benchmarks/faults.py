"""What becomes of a film when something goes wrong: tried, survived, lost, stale. Prints a table.

    python benchmarks/faults.py damages              every kind of file in every way, and 200 random pairs
    python benchmarks/faults.py damages --pairs 20 --seed 7

A small film is built once. For each trial it is copied, damaged, and all that is made from the damaged files
is removed, so that they are needed again; then it is built. ``survived``: the next build makes the film of an
undisturbed build, byte for byte, names what was damaged, and then nothing is left to do. ``lost``: it ends
with an error. ``stale``: it delivers another film, or does not say what was damaged.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from damages import KINDS, WAYS, files, small_film, trial  # noqa: E402


def damages(given: argparse.Namespace) -> bool:
    """Every kind in every way, then random pairs; whether all survived."""
    with tempfile.TemporaryDirectory() as folder:
        film, place = small_film(Path(folder, "film")), Path(folder, "trial")
        there = [kind for kind in KINDS if files(film, kind)]
        none = ", ".join(kind for kind in KINDS if kind not in there)
        print(f"not in this film: {none or 'nothing'}")
        table, bad = {}, []
        singles = [
            (kind, [(kind, way)]) for kind in there if not given.only or kind in given.only for way in WAYS
        ]
        rng = random.Random(given.seed)
        pairs = [
            ("pairs", [(kind, rng.choice(list(WAYS))) for kind in rng.sample(there, 2)])
            for _ in range(given.pairs)
        ]
        for row, hurt in singles + pairs:
            found = trial(film, hurt, f"{given.seed} {hurt}", place)
            table.setdefault(row, Counter())[found.verdict] += 1
            if found.verdict != "survived":
                bad.append(hurt)
                print(f"{found.verdict}: {hurt}: {found.why}", flush=True)
        print(f"{'damaged':<14} {'tried':>6} {'survived':>9} {'lost':>5} {'stale':>6}")
        for row, counts in table.items():
            rest = f"{counts['survived']:>9} {counts['lost']:>5} {counts['stale']:>6}"
            print(f"{row:<14} {counts.total():>6} {rest}")
        return not bad


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["damages"])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="one kind; may be given several times")
    sys.exit(0 if damages(parser.parse_args()) else 1)
