"""kill -9 of a resident render worker or of one of its two ranks, in the middle of a shot.

With the stub of the tests for its model: the job says so in a sentence and keeps nothing, no process is
left behind, and the next job is rendered on the same cards.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import chdir
from functools import partial
from pathlib import Path

import faults_film as films
from faults_trials import Lost, Trial

from swav.render.client import stop_workers

REPOSITORY = Path(__file__).parents[1]
TESTS = REPOSITORY / "tests"
WHO = ("worker", "rank 0", "rank 1")
CARDS = ("0", "1")


def trials(given: Namespace, top: Path) -> Iterator[Trial]:
    for number in range(given.count or 30):
        who = WHO[number % len(WHO)]
        yield Trial(f"kill -9: {who}", f"kill {number} of {who}", partial(_killed, who))


def _killed(who: str, folder: Path, rng: random.Random) -> str:
    folder.mkdir()
    os.environ |= {"SWAV_LEASES": str(folder / "leases"), "SWAV_WORKER_IDLE": "60"}
    os.environ["PYTHONPATH"] = os.pathsep.join([str(TESTS), str(REPOSITORY)])
    try:
        with chdir(folder):
            return _kill_in(folder, who, rng)
    finally:
        stop_workers(folder / "build")


def _kill_in(folder: Path, who: str, rng: random.Random) -> str:
    job = _job(folder, "s1", step_seconds=0.3)
    if not job.stdout.readline():
        raise Lost("a job that nobody disturbed ends")
    time.sleep(rng.uniform(0, 1))
    diary = [json.loads(line) for line in (folder / "diary.jsonl").read_text().splitlines()]
    ranks = {entry["rank"]: entry["pid"] for entry in diary if entry["event"] == "load"}
    hit = _parent(ranks[0]) if who == "worker" else ranks[int(who[-1])]
    os.kill(hit, signal.SIGKILL)
    said, _ = job.communicate(timeout=120)
    if job.returncode != 1 or "the render worker" not in said or (folder / "s1.clip").exists():
        raise Lost(f"a job ends with {job.returncode} when its {who} is killed", said)
    until = time.monotonic() + films.PATIENCE
    while any(Path(f"/proc/{pid}").exists() and not _is_zombie(pid) for pid in [hit, *ranks.values()]):
        if time.monotonic() > until:
            raise Lost("a rank is left behind", said)
        time.sleep(0.05)
    again = _job(folder, "s2")
    more, _ = again.communicate(timeout=120)
    if again.returncode or not (folder / "s2.clip").exists():
        raise Lost("the next job is not rendered", more)
    return said + more


def _job(folder: Path, name: str, **task: float) -> subprocess.Popen[str]:
    asked = json.dumps({"folder": str(folder), "name": name, "processes": 2, "cards": CARDS, **task})
    return subprocess.Popen(
        [sys.executable, str(TESTS / "worker_stub.py"), asked],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
