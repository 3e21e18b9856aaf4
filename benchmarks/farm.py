"""What a film costs on a cluster by three ways to submit it: ``python benchmarks/farm.py``.

What a Snakemake takes that begins, and what it takes for each further render, is measured on this machine,
in seconds of its processor, with the tests' stub in the place of a model: a resident worker whose loads are
counted. With these seconds, and ``--load`` and ``--render`` for the stub's own, 54 shots are then counted
out, not run, over four allocations of one card; and with ``--also``: on an H100 a cold clip of 480p took 32
s more than a warm one, and a warm one of 40 steps 214 s (docs/performance.md).

- *executor*: a Slurm job for each render (``--executor slurm``). Its worker ends with the job.
- *groups*: 14 renders in a job. Each member is a step of its own, and its worker ends with the step.
- *farm*: ``swav farm``, divided by its own code.

A Snakemake of the executor begins twice for each job (the plugin's and the job's own), as many as a group's
member. What a job waits for in the queue counts nowhere.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from math import ceil
from pathlib import Path

from build import REPOSITORY, SNAKEMAKE

sys.path.insert(0, str(REPOSITORY / "tests"))

from project import Project
from resident_project import resident_project

from swav.farm.division import divide
from swav.farm.work import Unit

SHOTS, ALLOCATIONS, TOGETHER = 54, 4, 4


def project(folder: Path) -> Project:
    """A film of the stub's."""
    shots = [{"id": f"s{n}", "prompt": f"a cat {n}", "duration": 0.5} for n in range(TOGETHER + 1)]
    board = {"title": "A farm", "size": "128x72", "fps": 12, "engine": "stub", "music": {"engine": "none"}}
    return resident_project(folder / "film", board | {"shots": shots}, {"cards": 1, "gpus_per_render": 1})


def seconds(made: Project, clips: list[str]) -> float:
    """Seconds of the processor for a Snakemake that renders these clips and nothing else."""
    before = os.times()
    words = [*SNAKEMAKE, *clips, "--nolock", "--resources", "gpu=1"]
    subprocess.run(words, cwd=made.folder, env=made.environment(), check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def loads(made: Project) -> int:
    """Loads that the stub wrote down."""
    lines = (made.folder / "diary.jsonl").read_text().splitlines()
    return sum(json.loads(line)["event"] == "load" for line in lines)


def measured() -> tuple[float, float]:
    """Seconds of the processor until a Snakemake has begun, and around each render."""
    with tempfile.TemporaryDirectory(prefix="swav-farm-") as folder:
        made = project(Path(folder))
        listed = subprocess.run(
            [*SNAKEMAKE, "-n", "--summary", "final.mp4", "--resources", "gpu=1"],
            cwd=made.folder,
            env=made.environment(),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        clips = [line.split("\t")[0] for line in listed.splitlines() if line.startswith("build/clips/stub/")]
        one = seconds(made, clips[:1])
        together = seconds(made, clips[1:])
        assert loads(made) == 2, "each Snakemake loads once"
    around = (together - one) / (TOGETHER - 1)
    return one - around, around


def counted_out(begin: float, load: float, render: float) -> list[tuple[str, int, int, float]]:
    """For each way: jobs, loads, and seconds on the wall until the last render is done."""
    each = ceil(SHOTS / ALLOCATIONS)
    shares = divide(
        [Unit((f"s{n}",), (f"s{n}.mp4",), (("stub", "", ()),), render / 60) for n in range(SHOTS)],
        ALLOCATIONS,
    )
    alone = 2 * begin + load + render
    return [
        ("executor", SHOTS, SHOTS, each * alone),
        (f"groups of {each}", ALLOCATIONS, SHOTS, begin + each * (begin + load + render)),
        ("farm", len(shares), len(shares), max(begin + load + len(share) * render for share in shares)),
    ]


def table(begin: float, load: float, render: float) -> None:
    """As Markdown."""
    print(
        f"\nA Snakemake begins in {begin:.1f} s, a load takes {load:.0f} s, a warm render {render:.1f} s:\n"
    )
    print("| | jobs | loads | until the last render | card seconds a shot | to the farm |")
    print("|---|---:|---:|---:|---:|---:|")
    rows = counted_out(begin, load, render)
    for name, jobs, loaded, wall in rows:
        ratio = wall / rows[-1][-1]
        cost = wall * ALLOCATIONS / SHOTS
        print(f"| {name} | {jobs} | {loaded} | {wall / 60:.1f} min | {cost:.1f} | {ratio:.2f} |")


def main() -> None:
    """Measure, then count out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load", type=float, default=3.0, help="seconds that the stub takes to load")
    parser.add_argument("--render", type=float, default=1.0, help="seconds of a render of the stub's")
    parser.add_argument("--also", type=float, nargs=2, default=(32.0, 214.0), metavar=("LOAD", "RENDER"))
    given = parser.parse_args()
    begin, around = measured()
    print(f"{date.today()}, {platform.machine()}; {SHOTS} shots, {ALLOCATIONS} allocations of one card")
    for load, render in ((given.load, given.render), given.also):
        table(begin, load, render + around)


if __name__ == "__main__":
    main()
