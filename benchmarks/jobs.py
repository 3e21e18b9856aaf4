"""What each kind of job takes: ``python benchmarks/jobs.py`` builds a reel and prints a table as Markdown.

*Memory* is the most that a job's whole tree of processes held at one time, each shared page divided among
those that share it (PSS, proc(5)). *Cores* is how many of its threads were running or waiting for a core, on
average over the job: other work on the machine lengthens a job, and hardly changes that. Looked at ten times
a second, so a shorter peak may be missed. What rules claim stands in ``swav.reel.memory``.
"""

import argparse
import os
import platform
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from build import REPOSITORY, SNAKEMAKE, project

from swav.helper.hiring import OFF, VARIABLE

LOOK_SECONDS = 0.1
SCRIPTS = f"{REPOSITORY / 'scripts'}/"


@dataclass
class Kind:
    """All jobs of a rule's script."""

    jobs: set[int] = field(default_factory=set)
    most_bytes: int = 0
    looks: int = 0
    wanted: int = 0
    """Threads that wanted a core, added up over all looks."""

    def row(self, name: str) -> str:
        cores = self.wanted / max(1, self.looks)
        return f"| `{name}` | {len(self.jobs)} | {self.most_bytes / 1e6:.0f} MB | {cores:.1f} |"


def processes() -> dict[int, int]:
    """Every process's parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    return found


def tree(root: int, parents: dict[int, int]) -> Iterator[int]:
    """A process and all that it started."""
    yield root
    for child, parent in parents.items():
        if parent == root:
            yield from tree(child, parents)


def script_of(process: int) -> str:
    """The name of the step that a process runs; empty where it is another program."""
    with suppress(OSError):
        words = (Path("/proc") / str(process) / "cmdline").read_text().split("\0")
        # Of the shell that starts a job, the first word is no interpreter.
        if len(words) > 1 and words[1].startswith(SCRIPTS):
            return Path(words[1]).stem
    return ""


def held(process: int) -> int:
    """Bytes of memory that are a process's share."""
    with suppress(OSError):
        lines = (Path("/proc") / str(process) / "smaps_rollup").read_text().splitlines()
        return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0


def wanting(process: int) -> int:
    """Threads of a process that are running, or would if a core were free."""
    count = 0
    with suppress(OSError):
        for thread in (Path("/proc") / str(process) / "task").iterdir():
            count += (thread / "stat").read_text().rpartition(")")[2].split()[0] == "R"
    return count


def watch(build: subprocess.Popen) -> dict[str, Kind]:
    """Look at the jobs of a build until it ends."""
    kinds: dict[str, Kind] = defaultdict(Kind)
    while build.poll() is None:
        parents = processes()
        for process in list(tree(build.pid, parents)):
            if name := script_of(process):
                kind, own = kinds[name], list(tree(process, parents))
                kind.jobs.add(process)
                kind.most_bytes = max(kind.most_bytes, sum(map(held, own)))
                kind.looks += 1
                kind.wanted += sum(map(wanting, own))
        time.sleep(LOOK_SECONDS)
    return kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reel", default="demo", help="the storyboard to build")
    parser.add_argument("--keep", type=Path, help="a folder to move the project to, with the film")
    given = parser.parse_args()
    folder = project(REPOSITORY / "storyboards" / f"{given.reel}.yaml")
    command = [*SNAKEMAKE, "final.mp4", "--resources", "gpu=4"]
    with (folder / "said.txt").open("w") as said:
        alone = os.environ | {VARIABLE: OFF}  # forks share what they have not written to
        build = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, env=alone)
        kinds = watch(build)
    if build.returncode:
        raise SystemExit((folder / "said.txt").read_text())
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, `python benchmarks/jobs.py`\n")
    print("| job | of them | memory | cores |\n|---|---:|---:|---:|")
    for name, kind in sorted(kinds.items(), key=lambda item: -item[1].most_bytes):
        print(kind.row(name))
    if given.keep:
        shutil.move(folder, given.keep)
    else:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
