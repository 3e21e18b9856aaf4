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
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from damages import KINDS, WAYS, files, small_film, trial  # noqa: E402


def damages(given: argparse.Namespace) -> bool:
    """Every kind in every way, then random pairs; whether all survived. Ctrl-C ends it early."""
    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        film, place = small_film(Path(folder, "film")), Path(folder, "trial")
        there = [kind for kind in KINDS if files(film, kind)]
        none = ", ".join(kind for kind in KINDS if kind not in there)
        print(f"not in this film: {none or 'nothing'}", flush=True)
        trials = list(_trials(there, given))
        try:
            for number, (row, hurt) in enumerate(trials, 1):
                found = trial(film, hurt, f"{given.seed} {hurt}", place)
                counts.setdefault(row, Counter())[found.verdict] += 1
                print(f"\r{number} of {len(trials)}", end="", file=sys.stderr)
                if found.verdict != "survived":
                    print(f"{found.verdict}: {hurt}: {found.why}", flush=True)
        except KeyboardInterrupt:
            print("\nended early", file=sys.stderr)
    show(counts)
    return all(count.total() == count["survived"] for count in counts.values())


def _trials(there: list[str], given: argparse.Namespace) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Rows of the table, each with the kinds of file that are damaged, and how."""
    for kind in given.only or there:
        yield from ((kind, [(kind, way)]) for way in WAYS)
    rng = random.Random(given.seed)
    for _ in range(given.pairs):
        yield "pairs", [(kind, rng.choice(list(WAYS))) for kind in rng.sample(there, 2)]


def show(counts: dict[str, Counter[str]]) -> None:
    """The table of what was tried, and what became of it."""
    print(f"\n| {'damaged':<14} | tried | survived | lost | stale |\n|---|---|---|---|---|")
    for row, count in counts.items():
        found = f"{count['survived']:>8} | {count['lost']:>4} | {count['stale']:>5}"
        print(f"| {row:<14} | {count.total():>5} | {found} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["damages"])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="one kind; may be given several times")
    sys.exit(0 if damages(parser.parse_args()) else 1)
