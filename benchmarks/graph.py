"""What Snakemake and swav take for films of many shots: ``python benchmarks/graph.py`` prints a table.

Seconds are of the processor, beside ``snakemake --version`` in the same run: other work on the machine
lengthens both alike. Films to which nothing is to be done were not built: one of a few shots is, and its
files stand for those of the others, each under its own name and written down in the hash list. ``--left
EVENTS`` prints, of a build that has ended (its file in ``build/events``), what it would have said was left.
"""

import argparse
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import yaml
from build import SNAKEMAKE

from swav.config import Config
from swav.cut.model import Cut
from swav.hashes import HashList, _line
from swav.helper.hiring import Helper
from swav.reel.damage import files_of
from swav.reel.events import read_build
from swav.reel.time_left import TimeLeft, expectation
from swav.reel.workflow import read_reel

OF_54 = 54
"""Shots of a film whose events are read."""
SAMPLE = 6
"""Shots of the film that is built."""
RATE, SECONDS = 8, 4
WARM, JOBS = 3, 20
"""Jobs that come first, after which the helper has imported what they want; and those that are measured."""
LISTED_A_SHOT = 15
"""Files of a shot that a build writes down."""
REPOSITORY = Path(__file__).parents[1]


def shots(count: int, *, spoken: bool) -> list[dict]:
    """Generated shots with a lower third each, some with a transition; ``spoken``: and with narration."""
    found = []
    for number in range(count):
        shot = {
            "id": f"r{number:05}",
            "prompt": f"a fishing boat number {number} leaves the harbour at dawn, slow push in",
            "duration": SECONDS,
            "overlay": [{"text": [f"Boat {number}"], "style": "lower_third", "start": 0.5, "end": 3}],
            "transition": "fade" if number % 5 == 0 and number + 1 < count else "cut",
        }
        found.append(shot | ({"narration": f"This is boat number {number}."} if spoken else {}))
    return found


def project(folder: Path, count: int, *, spoken: bool = True) -> Path:
    """A project with a small film of so many shots."""
    folder.mkdir(parents=True)
    board = {"title": "Many", "size": "160x90", "fps": RATE, "shots": shots(count, spoken=spoken)}
    (folder / "board.yaml").write_text(yaml.safe_dump(board, sort_keys=False))
    (folder / "config.yaml").write_text("storyboard: board.yaml\n")
    return folder


@dataclass(frozen=True)
class Run:
    """What one command took."""

    processor: float
    wall: float
    megabytes: float
    said: str


def run(folder: Path, *words: str) -> Run:
    """Run a command in a folder; SystemExit where it fails."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    code = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stderr=subprocess.STDOUT); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000); sys.exit(done.returncode)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    *said, peak = done.stdout.splitlines()
    return Run(spent, time.monotonic() - began, float(peak), "\n".join(said))


def best(times: int, folder: Path, *words: str) -> Run:
    """The cheapest of several runs: the others were disturbed."""
    return min((run(folder, *words) for _ in range(times)), key=lambda found: found.processor)


def seem_built(folder: Path, sample: Path) -> None:
    """Lay out what a build of the film in ``folder`` would leave, with the bytes of a film that was built."""
    found = (file for file in sorted((sample / "build").rglob("*")) if file.is_file())
    like = {_kind(file.relative_to(sample)): file for file in found}
    with chdir(folder):
        _lay_out(like, (sample / "final.mp4").read_bytes())


def _kind(file: Path) -> tuple[str, str]:
    """What a file is: its folder under build/, and all suffixes."""
    return file.parts[1], "".join(file.suffixes)


def _lay_out(like: dict[tuple[str, str], Path], final: bytes) -> None:
    cut = read_reel(Config.read({"storyboard": "board.yaml"})).cut
    listed = HashList(cut.build)
    listed.begin()
    cut.save()
    made = [Path(file) for file in files_of(cut) if _kind(Path(file)) in like]
    for file in made:
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(like[_kind(file)], file)
    for shot in cut.shots:
        shutil.copyfile(like["takes", ".mp4"], shot.clip)
    (old,) = set(re.findall(rb"swav-reel:[0-9a-f]{12}", final))
    film = Path("final.mp4")
    film.write_bytes(final.replace(old, f"swav-reel:{Path(cut.reel).stem}".encode()))
    shutil.copyfile(film, cut.delivered)
    for suffix in (".srt", ".vtt"):
        shutil.copyfile(Path(cut.sound.captions).with_suffix(suffix), film.with_suffix(suffix))
    listed.adopt([*made, film, film.with_suffix(".srt"), film.with_suffix(".vtt")])
    shutil.copyfile(cut.path, cut.record)


def first_line(folder: Path) -> float:
    """Seconds on the wall until Snakemake says its first word."""
    began = time.monotonic()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*SNAKEMAKE, "-n"], cwd=folder, stderr=subprocess.PIPE, stdout=quiet)
    process.stderr.readline()
    seconds = time.monotonic() - began
    process.communicate()
    return seconds


Row = tuple[str, str, str]


def measure(folder: Path, counts: list[int], times: int) -> Iterator[Row]:
    """Nothing to do and nothing built, for films of so many shots."""
    sample = project(folder / "sample", SAMPLE)
    run(sample, *SNAKEMAKE)
    version = best(times, sample, *SNAKEMAKE, "--version")
    yield "`snakemake --version`", f"{version.processor:.2f} s", f"{version.megabytes:.0f} MB"
    bare = folder / "bare"
    bare.mkdir()
    (bare / "Snakefile").write_text('rule:\n    output: "x"\n    shell: "touch x"\n')
    (bare / "x").touch()
    alone = best(times, bare, *SNAKEMAKE[:3], "--cores", "1")
    yield _row("a workflow of one rule, nothing to do", alone, version)
    yield "the first line", f"{min(first_line(sample) for _ in range(times)):.2f} s on the wall", ""
    for count in counts:
        few = times if count < 1000 else 1
        film = project(folder / f"{count}", count)
        yield _row(
            f"`snakemake -n`, {count} shots, nothing built", best(few, film, *SNAKEMAKE, "-n"), version
        )
        plan = best(few, film, sys.executable, "-m", "swav", "plan")
        yield _row(f"`swav plan`, {count} shots, nothing built", plan, version)
        seem_built(film, sample)
        done = best(few, film, *SNAKEMAKE)
        if "Everything is up to date" not in done.said:
            raise SystemExit(f"something was to be done:\n{done.said}")
        yield _row(f"`snakemake`, {count} shots, nothing to do", done, version)
        shutil.rmtree(film)


def _row(what: str, took: Run, version: Run) -> Row:
    ratio = f"{took.processor / version.processor:.2f} x `--version`"
    return what, f"{took.processor:.2f} s", f"{ratio}; {took.wall:.1f} s on the wall, {took.megabytes:.0f} MB"


def measure_whole(folder: Path, count: int) -> Iterator[Row]:
    """A build of so many tiny shots without narration, to its end."""
    film = project(folder / "whole", count, spoken=False)
    done = run(film, *SNAKEMAKE)
    files = [file.stat() for file in (film / "build").rglob("*") if file.is_file()]
    sizes = {file.st_ino: file.st_size for file in files}
    yield (
        f"a build of {count} tiny shots",
        f"{done.wall / count:.2f} s a shot on the wall, {done.processor / count:.2f} s of the processor",
        f"{len(files) / count:.1f} files, {len(sizes) / count:.1f} inodes a shot; "
        f"{sum(sizes.values()) / 1e6:.0f} MB",
    )


def measure_job(folder: Path, counts: list[int]) -> Iterator[Row]:
    """A job that sets lettering, in a fork of the helper, with the hash list of a film that is built."""
    for count in counts:
        film = project(folder / f"job-{count}", count)
        with chdir(film):
            cut = read_reel(Config.read({"storyboard": "board.yaml"})).cut
            cut.save()
            _list_as_built(HashList(cut.build), LISTED_A_SHOT * count)
            yield (
                f"a small job of a film of {count} shots",
                f"{_seconds_of_a_job(cut):.3f} s of the processor",
                f"the cut {Path(cut.path).stat().st_size / 1e6:.1f} MB",
            )


def _list_as_built(listed: HashList, lines: int) -> None:
    listed.begin()
    at = time.time_ns()
    said = (_line(f"takes/{n:012x}.mp4", f"{n:064x}", (n, 1000 + n, at, at)) for n in range(lines))
    text = "".join(f"{line}\n" for line in said)
    for file in listed._files:
        file.write_text(text)


def _seconds_of_a_job(cut: Cut) -> float:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the helper has it
    helper = Helper(wanted=True)
    helper.start()
    try:
        spent = []
        for shot in cut.shots[: WARM + JOBS]:
            (overlay,) = shot.overlays
            words = [sys.executable, str(REPOSITORY / "scripts/set_lettering.py"), f"--cut={cut.path}"]
            words += ["--shot", shot.id, f"--log=build/logs/{shot.id}.log", "--", overlay.path]
            before = _processor(helper._process.pid)
            subprocess.run(helper.words(words), check=True)
            time.sleep(0.05)  # until the helper has heard of its end
            spent.append(_processor(helper._process.pid) - before)
        return sum(spent[WARM:]) / JOBS
    finally:
        helper.stop()


def _processor(process: int) -> float:
    """Seconds that a process and its ended children have used (proc(5))."""
    facts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, facts[11:15])) / os.sysconf("SC_CLK_TCK")


def measure_left(events: Path) -> Iterator[Row]:
    """Of a build that has ended: every minute, what was left and what would have been said."""
    build = read_build(events)
    zero, end = _clock(build.began), _clock(build.ended)
    left = TimeLeft(Counter(job.rule for job in build.jobs), lambda: expectation("", OF_54, {}))
    moments = [(_clock(job.began), 1, job) for job in build.jobs]
    moments += [(_clock(job.ended), 0, job) for job in build.jobs if job.ended]
    minute = 1
    for now, begins, job in sorted(moments, key=lambda moment: moment[:2]):
        if begins:
            left.began(job.id, job.rule, now)
            continue
        left.ended(job.id, now)
        if now - zero >= 60 * minute and end > now:
            minute = int((now - zero) / 60) + 1
            said = left.left(now) or 0.0
            off = f"{end - now:.0f} s were: {said / (end - now) - 1:+.0%}"
            yield f"after {now - zero:.0f} s", f"{said:.0f} s said to be left", off


def _clock(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", nargs="*", type=int, default=[54, 540, 5400], help="lengths of films")
    parser.add_argument("--times", type=int, default=3, help="runs of which the cheapest counts")
    parser.add_argument("--whole", type=int, help="build so many tiny shots to the end, and nothing else")
    parser.add_argument("--job", action="store_true", help="one small job of films of these lengths alone")
    parser.add_argument(
        "--left", type=Path, help="a file of build/events: say what was left, and nothing else"
    )
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, `python benchmarks/graph.py`\n")
    print("| what | figure | against |\n|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="swav-benchmark-") as made:
        if given.left:
            rows = measure_left(given.left)
        elif given.job:
            rows = measure_job(Path(made), given.shots)
        elif given.whole:
            rows = measure_whole(Path(made), given.whole)
        else:
            rows = measure(Path(made), given.shots, given.times)
        for row in rows:
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
