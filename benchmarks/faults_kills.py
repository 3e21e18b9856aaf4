"""kill -9 at random moments: of the whole build, of snakemake alone or with its group, of one job.

A job is a fork of the build's helper, or a script of its own; before it stands a client, and the shell that
Snakemake starts for it. Each of them is killed, and the helper, which takes the jobs along that it runs.
"""

import os
import random
import signal
import subprocess
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import faults_film as films
from faults_trials import Lost, Trial

OF_A_JOB = ("a job", "who stands for a job", "the helper")
WHO = ("all", "snakemake", "the group", *OF_A_JOB)


def trials(given: Namespace, top: Path) -> Iterator[Trial]:
    film = films.write(top / "undisturbed")
    began = time.monotonic()
    films.build(film)
    # Many builds at a time take longer than one alone; a kill after the end of a build is drawn again.
    seconds = (time.monotonic() - began) * max(1.0, 2 * given.jobs / (os.cpu_count() or 1))
    for number in range(given.count or 200):
        who = WHO[number % len(WHO)]
        yield Trial(f"kill -9: {who}", f"kill {number} of {who}", partial(_killed, who, film, seconds))


def _killed(who: str, film: Path, seconds: float, folder: Path, rng: random.Random) -> str:
    films.write(folder)
    while not _kill(who, folder, rng.uniform(0, seconds), rng):
        seconds *= 0.8  # it was over before
        for file in ("build", "final.mp4", "final.srt", "final.vtt"):
            subprocess.run(["rm", "-rf", str(folder / file)], check=True)
    films.no_process_left(folder)
    films.no_half_file(folder, film)
    unlocked = films.snakemake(folder, "--unlock")
    if unlocked.returncode:
        raise Lost("a killed build cannot be unlocked", unlocked.stdout)
    return unlocked.stdout + films.finish(folder, film)


def _kill(who: str, folder: Path, after: float, rng: random.Random) -> bool:
    """Start a build and kill ``who`` after some seconds; whether the build was still at work."""
    build = films.start(folder)
    until = time.monotonic() + after
    while time.monotonic() < until and build.poll() is None:
        time.sleep(0.01)
    killed = build.poll() is None and _hit(who, build, rng)
    if who in OF_A_JOB or not killed:
        said, _ = build.communicate(timeout=films.LIMIT)
        if killed and build.returncode == 0:
            return who == "the helper"  # which nobody needed then; another that was hit had done its work
        if killed and "failed: " not in said:
            raise Lost("a build does not say which job was killed", said)
        return killed
    build.wait(films.PATIENCE)
    build.stdout.close()
    return True


def _hit(who: str, build: subprocess.Popen[str], rng: random.Random) -> bool:
    if who == "snakemake":
        build.kill()
    elif who == "the group":
        os.killpg(build.pid, signal.SIGKILL)
    elif who == "all":
        for pid in [build.pid, *below(build.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    else:
        until = time.monotonic() + films.PATIENCE
        while not (there := [pid for pid in below(build.pid) if _part(pid, build.pid) == who]):
            if build.poll() is not None or time.monotonic() > until:
                return False
            time.sleep(0.01)
        with suppress(ProcessLookupError):
            os.kill(rng.choice(there), signal.SIGKILL)
    return True


def _part(pid: int, build: int) -> str:
    """What a process under a build is: see ``OF_A_JOB``; nothing of these for what a job starts in turn."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"swav.helper.server" in words:
            return "the helper" if parent_of(pid) == build else "a job"
    except OSError:
        return ""
    if not any(b"/scripts/" in word for word in words):
        return ""
    stands_for = any(word.endswith(b"/helper/client.py") or b" " in word for word in words)
    return "who stands for a job" if stands_for else "a job"


def parent_of(pid: int) -> int:
    """OSError if it is gone."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def below(parent: int) -> list[int]:
    """The processes that descend from one."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                children.setdefault(parent_of(int(entry.name)), []).append(int(entry.name))
    found, ahead = [], [parent]
    while ahead:
        here = children.get(ahead.pop(), [])
        found += here
        ahead += here
    return found
