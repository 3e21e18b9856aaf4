"""Where a build's time goes: ``python benchmarks/build_profile.py`` builds a reel and prints its profile.
With ``--edit`` it is that of the build after one prompt was edited.

A ``sitecustomize`` beside the build has each Python process write what it used when it ends; a job of the
helper is a process too. *own* is the job's Python, *children* are the programs that it ran (ffmpeg). What is
left over is Snakemake, the shells and the clients that start jobs. Beside other work seconds of the processor
grow less than those of the wall.
"""

import argparse
import os
import platform
import shutil
from collections import defaultdict
from datetime import date
from pathlib import Path

from build import REPOSITORY, edit_one_prompt, encode_in_one_run, project, resized, snakemake

VARIABLE = "SWAV_PROFILE"
SITE = """
import atexit, os, resource, sys
def _note():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    name = os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] else "-"
    with open(os.environ["SWAV_PROFILE"], "a") as out:
        figures = (own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime, own.ru_maxrss / 1000)
        out.write("\\t".join((name, *map(str, figures))) + "\\n")
if "SWAV_PROFILE" in os.environ:
    atexit.register(_note)
"""


def profiled(folder: Path, *arguments: str) -> tuple[dict[str, list[list[float]]], float, float]:
    """Build once: for each script the own and the children's seconds and the peak MB of its processes; and
    what the whole build took, in seconds of the processor and of the wall."""
    notes = folder / "profile.tsv"
    notes.unlink(missing_ok=True)
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(SITE)
    os.environ |= {VARIABLE: str(notes), "PYTHONPATH": f"{site}:{REPOSITORY}"}
    done = snakemake(folder, *arguments)
    del os.environ[VARIABLE]
    found = defaultdict(list)
    for line in notes.read_text().splitlines():
        name, *figures = line.split("\t")
        found[name].append([float(figure) for figure in figures])
    return found, done.processor, done.seconds


def table(found: dict[str, list[list[float]]], processor: float) -> str:
    """The processes by the seconds that they used, as Markdown."""
    rows, jobs = [], 0.0
    for name, processes in sorted(found.items(), key=lambda item: -sum(p[0] + p[1] for p in item[1])):
        if name in ("__main__.py", "server.py", "-m", "-c"):  # Snakemake, the helper, who measures
            continue
        own, children = (sum(process[n] for process in processes) for n in (0, 1))
        jobs += own + children
        peak = max(process[2] for process in processes)
        share = (own + children) / processor
        rows.append(
            f"| {Path(name).stem} | {len(processes)} | {own + children:.1f} | {own:.1f} | {children:.1f} "
            f"| {share:.0%} | {peak:.0f} |"
        )
    left = processor - jobs
    rows.append(f"| Snakemake, helper, shells | | {left:.1f} | | | {left / processor:.0%} | |")
    head = "| job | of them | processor s | own | children | share | peak MB |\n|---" + 6 * "|---:" + "|"
    return "\n".join([head, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reel", default="demo", help="the storyboard to build")
    parser.add_argument("--size", help="another size of it, such as 640x360")
    parser.add_argument("--edit", action="store_true", help="profile the build after an edited prompt")
    given = parser.parse_args()
    folder = project(REPOSITORY / "storyboards" / f"{given.reel}.yaml")
    if given.size:
        resized(folder, given.reel, given.size)
    if given.edit:
        snakemake(folder)
        edit_one_prompt(folder, f"{given.reel}.yaml")
    found, processor, seconds = profiled(folder)
    whole = encode_in_one_run(folder)
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores: {given.reel} {given.size or ''}")
    print(
        f"{processor:.1f} s of the processor, {processor / whole.processor:.2f} x one run "
        f"({whole.processor:.1f} s); {seconds:.1f} s of the wall, {seconds / whole.seconds:.2f} x\n"
    )
    print(table(found, processor))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
