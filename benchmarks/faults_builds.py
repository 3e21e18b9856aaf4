"""More than one build: two at once in one folder, two that share a build folder, and one that loses it."""

import random
import shutil
import time
from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import faults_film as films
from faults_trials import Lost, Stale, Trial

OTHER = films.BOARD | {"title": "Other", "shots": [*films.BOARD["shots"][1:], films.BOARD["shots"][0]]}
OTHER["shots"] = [{**shot, "transition": "cut"} for shot in OTHER["shots"]]


def trials(given: Namespace, top: Path) -> Iterator[Trial]:
    film, other = films.write(top / "undisturbed"), films.write(top / "other", OTHER)
    began = time.monotonic()
    films.build(film)
    seconds = time.monotonic() - began
    films.build(other)
    ways = {
        "two builds in one folder": partial(_two_at_once, film, seconds),
        "two that share a build folder": partial(_shared, film, other, seconds),
        "two storyboards in turn": partial(_in_turn, film, other),
        "build/ removed meanwhile": partial(_removed, film, seconds),
    }
    for number in range(given.count or 10 * len(ways)):
        row = list(ways)[number % len(ways)]
        yield Trial(row, f"{row} ({number})", ways[row])


def _two_at_once(film: Path, seconds: float, folder: Path, rng: random.Random) -> str:
    films.write(folder)
    first = films.start(folder)
    until = time.monotonic() + films.LIMIT
    while not list(folder.glob(".snakemake/locks/*")) and first.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(rng.uniform(0, seconds / 4))
    second = films.snakemake(folder, "final.mp4", "--cores", "2")
    second_ended_while_first_ran = first.poll() is None
    said, _ = first.communicate(timeout=films.LIMIT)
    if first.returncode:
        raise Lost("the first build is disturbed by the second", said)
    if second_ended_while_first_ran and (
        second.returncode != 1 or "a build goes on in this folder (process " not in second.stdout
    ):
        raise Lost("the second build is not refused in a sentence", second.stdout)
    return said + second.stdout + films.finish(folder, film)


def _shared(film: Path, other: Path, seconds: float, folder: Path, rng: random.Random) -> str:
    shared = str(folder / "shared")
    one, two = folder / "one", folder / "two"
    films.write(one, build=shared)
    films.write(two, OTHER, build=shared)
    first = films.start(one)
    time.sleep(rng.uniform(0, seconds))
    second = films.start(two)
    said = ""
    for build in (first, second):
        text, _ = build.communicate(timeout=films.LIMIT)
        said += text
        if build.returncode:
            raise Lost("one of two builds that share a folder ends with an error", text)
    return said + films.finish(one, film) + films.finish(two, other)


def _in_turn(film: Path, other: Path, folder: Path, rng: random.Random) -> str:
    films.write(folder)
    said = ""
    for _ in range(2):
        for board, wanted in ((films.BOARD, film), (OTHER, other)):
            films.write(folder, board)
            said += films.finish(folder, wanted)
    return said


def _removed(film: Path, seconds: float, folder: Path, rng: random.Random) -> str:
    films.write(folder)
    build = films.start(folder)
    time.sleep(rng.uniform(0, seconds))
    shutil.rmtree(folder / "build", ignore_errors=True)
    said, _ = build.communicate(timeout=films.LIMIT)
    if build.returncode == 0 and not (folder / "final.mp4").exists():
        raise Stale("a build without a film ends as if all were well", said)
    return said + films.finish(folder, film)
