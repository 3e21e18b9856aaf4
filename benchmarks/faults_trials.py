"""Trials run side by side, each in a folder of its own; what became of them, counted in a row of a table."""

import json
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True)
class Outcome:
    """What became of one trial."""

    verdict: str = "survived"
    """``survived``, ``lost`` (an error where none should be) or ``stale`` (another film, in silence)."""
    why: str = ""
    said: str = ""
    """All that was printed for the user on the way; there is no traceback in it."""

    @property
    def traceback(self) -> bool:
        return TRACEBACK in self.said or TRACEBACK in self.why


class Lost(Exception):
    """A build ends with an error where it should not, or something of it is left behind."""


class Stale(Exception):
    """A build says that all is well, and it is not."""


@dataclass(frozen=True)
class Trial:
    """One thing that goes wrong; ``act`` is called in another process with an empty folder and a generator.

    It returns what was printed on the way, and raises Lost or Stale.
    """

    row: str
    """The row of the table in which it counts."""
    name: str
    act: Callable[[Path, random.Random], str]


def attempt(trial: Trial, top: Path, number: int, seed: int) -> Outcome:
    """Try one, in a new folder that is removed again."""
    folder = Path(tempfile.mkdtemp(prefix=f"{number}-", dir=top))
    try:
        return Outcome(said=trial.act(folder / "film", random.Random(f"{seed} {number} {trial.name}")))
    except Lost as lost:
        return Outcome("lost", *map(str, lost.args))
    except Stale as stale:
        return Outcome("stale", *map(str, stale.args))
    except Exception:  # of the trial itself, or of what it calls in this process
        return Outcome("lost", traceback.format_exc().strip())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Notes:
    """A file of what became of trials, a line each: a long part is tried in several sittings."""

    def __init__(self, file: Path | None):
        self._file = file
        lines = file.read_text().splitlines() if file and file.exists() else []
        self._known = {note.pop("trial"): note for note in map(json.loads, lines)}

    def known(self, trial: str) -> Outcome | None:
        """What became of a trial in an earlier sitting."""
        return Outcome(**self._known[trial]) if trial in self._known else None

    def add(self, trial: str, outcome: Outcome) -> None:
        """Write down what became of one; what was said on the way, if it did not survive."""
        said = outcome.said if outcome.verdict != "survived" or outcome.traceback else ""
        if self._file:
            with self._file.open("a") as file:
                file.write(json.dumps({"trial": trial, **asdict(outcome), "said": said}) + "\n")


def run(trials: Iterable[Trial], *, jobs: int, seed: int, top: Path, notes: Path | None = None) -> bool:
    """Try all, ``jobs`` at a time, and print the table; whether all survived. Ctrl-C ends it early.

    What ``notes`` knows the outcome of is counted and not tried again.
    """
    os.environ["OMP_NUM_THREADS"] = "1"
    kept, counts, numbered = Notes(notes), {}, {}
    for number, trial in enumerate(trials, 1):
        if outcome := kept.known(f"{seed} {number} {trial.name}"):
            count(counts.setdefault(trial.row, Counter()), outcome)
        else:
            numbered[number] = trial
    # Not forked: what builds in this process may hold threads, of which a fork has none.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        asked = {pool.submit(attempt, trial, top, n, seed): n for n, trial in numbered.items()}
        try:
            for done, future in enumerate(as_completed(asked), 1):
                trial, outcome = numbered[asked[future]], future.result()
                kept.add(f"{seed} {asked[future]} {trial.name}", outcome)
                count(counts.setdefault(trial.row, Counter()), outcome)
                print(f"\r{done} of {len(numbered)}", end="", file=sys.stderr)
                if outcome.verdict != "survived" or outcome.traceback:
                    print(f"{outcome.verdict}: {trial.name}: {outcome.why or outcome.said}", flush=True)
        except KeyboardInterrupt:
            print("\nended early", file=sys.stderr)
            pool.shutdown(wait=False, cancel_futures=True)
    show(counts)
    return all(row.total() - row["tracebacks"] == row["survived"] for row in counts.values()) and not any(
        row["tracebacks"] for row in counts.values()
    )


def count(row: Counter[str], outcome: Outcome) -> None:
    row[outcome.verdict] += 1
    row["tracebacks"] += outcome.traceback


def show(counts: dict[str, Counter[str]]) -> None:
    """The table of what was tried, and what became of it."""
    columns = ("survived", "lost", "stale", "tracebacks")
    print(f"\n| {'':<28} | tried | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 2)}")
    for name in sorted(counts):
        row = counts[name]
        tried = sum(row[verdict] for verdict in ("survived", "lost", "stale"))
        cells = " | ".join(f"{row[column]:>{len(column)}}" for column in columns)
        print(f"| {name:<28} | {tried:>5} | {cells} |", flush=True)
