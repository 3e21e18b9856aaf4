"""kill -9 at random moments: of the whole build, of snakemake alone, of one job."""

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

WHO = ("all", "snakemake", "a job")


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
    if who == "a job" or not killed:
        said, _ = build.communicate(timeout=films.LIMIT)
        if killed and build.returncode == 0:
            return False  # what was hit had done its work
        if killed and "failed: " not in said:
            raise Lost("a build does not say which job was killed", said)
        return killed
    build.wait(films.PATIENCE)
    build.stdout.close()
    return True


def _hit(who: str, build: subprocess.Popen[str], rng: random.Random) -> bool:
    if who == "snakemake":
        build.kill()
    elif who == "all":
        for pid in [build.pid, *below(build.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    else:
        until = time.monotonic() + films.PATIENCE
        while not (there := [pid for pid in below(build.pid) if _is_a_job(pid)]):
            if build.poll() is not None or time.monotonic() > until:
                return False
            time.sleep(0.01)
        with suppress(ProcessLookupError):
            os.kill(rng.choice(there), signal.SIGKILL)
    return True


def _is_a_job(pid: int) -> bool:
    """The shell that Snakemake starts for a job, or the script in it."""
    try:
        return b"/scripts/" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def below(parent: int) -> list[int]:
    """The processes that descend from one."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                above = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(above, []).append(int(entry.name))
    found, ahead = [], [parent]
    while ahead:
        here = children.get(ahead.pop(), [])
        found += here
        ahead += here
    return found
