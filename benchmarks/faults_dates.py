"""Files with dates that mean nothing: to come, long past, shuffled; then an edit, and a build."""

import copy
import os
import random
import shutil
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import faults_film as films
from faults_trials import Stale, Trial

_DAY = 86_400
DATES: dict[str, Callable[[random.Random], float]] = {
    "in a month": lambda rng: time.time() + 30 * _DAY,
    "in an hour": lambda rng: time.time() + 3600,
    "in 1999": lambda rng: 926_000_000.0,
    "shuffled": lambda rng: time.time() + rng.uniform(-400, 40) * _DAY,
}


def _edited(**of_shot: Any) -> dict[str, Any]:
    board = copy.deepcopy(films.BOARD)
    board["shots"][0] |= of_shot
    return board


EDITS = {
    "the title": films.BOARD | {"title": "Other faults"},
    "a prompt": _edited(prompt="a lighthouse in a storm"),
    "a length": _edited(duration=1.5),
    "an overlay": _edited(overlay={"text": "Last light", "style": "title"}),
    "the music": films.BOARD | {"music": {"engine": "sampled", "prompt": "driving drums"}},
}


def trials(given: Namespace, top: Path) -> Iterator[Trial]:
    film = films.write(top / "undisturbed")
    films.build(film)
    edited = {}
    for name, board in EDITS.items():
        folder = top / name.replace(" ", "_")
        shutil.copytree(film, folder, symlinks=True)
        edited[name] = folder, films.jobs(films.build(films.write(folder, board)))
    pairs = [(dates, edit) for edit in EDITS for dates in DATES]
    for number in range(given.count or len(pairs)):
        dates, edit = pairs[number % len(pairs)]
        act = partial(_dated, film, dates, edit, *edited[edit])
        yield Trial("all files dated otherwise", f"dates {dates}, then an edit of {edit}", act)


def _dated(
    film: Path,
    dates: str,
    edit: str,
    wanted: Path,
    needed: list[str],
    folder: Path,
    rng: random.Random,
) -> str:
    shutil.copytree(film, folder, symlinks=True)
    for file in (*folder.rglob("*"), folder):
        date = DATES[dates](rng)
        os.utime(file, (date, date), follow_symlinks=False)
    before = films.finish(folder, film)
    if films.jobs(before):
        raise Stale("dates alone had something made again", before)
    films.write(folder, EDITS[edit])
    board = folder / "board.yaml"
    date = DATES[dates](rng)
    os.utime(board, (date, date))
    said = films.finish(folder, wanted)
    if films.jobs(said) != needed:
        raise Stale(f"made: {films.jobs(said)}; needed: {needed}", said)
    return before + said
