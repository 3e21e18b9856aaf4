"""A build folder whose disk is full at some moment, and that has room again."""

import os
import random
import re
import shlex
import subprocess
from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import faults_film as films
from faults_trials import Lost, Trial

SMALLEST = 4096
SCRIPT = "mount -t tmpfs -o size={size} none build && {build}; code=$?; cp -a build kept; exit $code"


def trials(given: Namespace, top: Path) -> Iterator[Trial]:
    if subprocess.run([*_apart(), "mount", "-t", "tmpfs", "none", "/mnt"]).returncode:
        raise SystemExit("this part needs a mount namespace of its own; run it where unshare and mount may")
    film = films.write(top / "undisturbed")
    films.build(film)
    needed = sum(file.stat().st_size for file in (film / "build").rglob("*") if file.is_file())
    count = given.count or 20
    for number in range(count):
        size = SMALLEST + round(needed * number / count)
        yield Trial("disk full, then room", f"a disk of {size:,} bytes", partial(_full, film, size))


def _apart() -> list[str]:
    """A mount namespace: as root, or as one who is root in there alone."""
    return ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--mount", "--map-root-user"]


def _full(film: Path, size: int, folder: Path, rng: random.Random) -> str:
    films.write(folder)
    (folder / "build").mkdir()
    building = shlex.join([*films.SNAKEMAKE, "final.mp4", "--cores", "2"])
    done = subprocess.run(
        [*_apart(), "sh", "-c", SCRIPT.format(size=size, build=building)],
        cwd=folder,
        env=films.environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=films.LIMIT,
    )
    if done.returncode and not re.search(
        r"the disk that holds .* (?:is|was) full[,;].* make room ", done.stdout
    ):
        raise Lost("a full disk is not said", done.stdout)
    (folder / "build").rmdir()
    (folder / "kept").rename(folder / "build")
    if partials := list((folder / "build").rglob("*.partial*")):
        raise Lost(f"left behind: {partials}")
    films.no_half_file(folder, film)
    return done.stdout + films.finish(folder, film)
