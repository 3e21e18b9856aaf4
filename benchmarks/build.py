"""What a build costs, and what an edit costs: ``python benchmarks/build.py`` prints a table as Markdown.

Every figure stands beside an alternative measured in the same run: encoding the whole reel anew in one ffmpeg
run, or Snakemake's own start-up. Options choose the parts, because the 54-shot build takes minutes.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).parents[1]
SNAKEMAKE = [sys.executable, "-m", "snakemake", "-s", str(REPOSITORY / "Snakefile")]


@dataclass(frozen=True)
class Done:
    """What a command took: seconds of the wall and of the processor, the peak in MB; and what it said."""

    seconds: float
    processor: float
    peak: float
    text: str


def run(command: list[str], folder: Path) -> Done:
    """Run a command to its end."""
    code = (
        "import resource, subprocess, sys, time\n"
        "began = time.monotonic()\n"
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
        "seconds, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000, done.returncode)\n"
        "print(done.stdout + done.stderr)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=folder, capture_output=True, text=True
    ).stdout
    figures, _, text = said.partition("\n")
    *taken, status = figures.split()
    if status != "0":
        raise SystemExit(f"{' '.join(command)} failed:\n{text}")
    return Done(*map(float, taken), text)


def snakemake(folder: Path, *arguments: str) -> Done:
    """Run snakemake on final.mp4."""
    return run([*SNAKEMAKE, "final.mp4", "--resources", "gpu=4", *arguments], folder)


def best(times: int, measure) -> Done:
    """The fastest of several runs: the others were disturbed."""
    return min((measure() for _ in range(times)), key=lambda done: done.seconds)


def resized(folder: Path, name: str, size: str) -> None:
    """Give a project's storyboard another size."""
    file = folder / "storyboards" / f"{name}.yaml"
    board = yaml.safe_load(file.read_text())
    board["size"] = size
    file.write_text(yaml.safe_dump(board, allow_unicode=True, sort_keys=False))


def project(storyboard: Path) -> Path:
    """A folder of its own with that storyboard and the shipped configuration."""
    folder = Path(tempfile.mkdtemp(prefix="swav-benchmark-"))
    (folder / "storyboards").mkdir()
    for file in storyboard.parent.glob(f"{storyboard.stem}*"):
        shutil.copy(file, folder / "storyboards")
    settings = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
    settings["storyboard"] = f"storyboards/{storyboard.name}"
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    return folder


def edit_one_prompt(folder: Path, storyboard: str) -> None:
    """Change one word of the middle generated shot."""
    file = folder / "storyboards" / storyboard
    board = yaml.safe_load(file.read_text())
    generated = [shot for shot in board["shots"] if "prompt" in shot]
    generated[len(generated) // 2]["prompt"] += " Gulls overhead."
    file.write_text(yaml.safe_dump(board, allow_unicode=True, sort_keys=False))


def edit_one_line(folder: Path, storyboard: str) -> None:
    """Change one word of the first narration that does not decide its shot's length."""
    file = folder / "storyboards" / storyboard
    board = yaml.safe_load(file.read_text())
    shot = next(
        shot for shot in board["shots"] if "narration" in shot and shot.get("duration") not in (None, "auto")
    )
    line = shot["narration"]
    if isinstance(line, dict):
        line["text"] += " Listen."
    else:
        shot["narration"] = f"{line} Listen."
    file.write_text(yaml.safe_dump(board, allow_unicode=True, sort_keys=False))


def encode_in_one_run(folder: Path) -> Done:
    """The alternative: encode the finished reel's picture again as a whole, with the segments' settings."""
    from imageio_ffmpeg import get_ffmpeg_exe

    settings = ["-c:v", "libx264", "-preset", "medium", "-crf", "18", "-c:a", "copy"]
    command = [get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", "-i", "final.mp4", *settings, "whole.mp4"]
    return run(command, folder)


def of_version(checkout: Path) -> None:
    """Let what follows be built by another checkout of swav: its rules, its code and logger before ours."""
    SNAKEMAKE[-1] = str(checkout / "Snakefile")
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, (checkout, checkout / "swav" / "console")))


def earlier(commit: str) -> Path:
    """A checkout of an earlier commit, beside this one."""
    folder = Path(tempfile.mkdtemp(prefix="swav-earlier-")) / "swav"
    command = ["git", "-C", str(REPOSITORY), "worktree", "add", "--detach", str(folder), commit]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def forget(checkout: Path) -> None:
    """Remove such a checkout."""
    command = ["git", "-C", str(REPOSITORY), "worktree", "remove", "--force", str(checkout)]
    subprocess.run(command, check=True, capture_output=True)
    checkout.parent.rmdir()


@dataclass(frozen=True)
class Day:
    """What a reel costs: built whole, with nothing to do, after an edit of a prompt and of a line; and the
    reel encoded in one run of ffmpeg."""

    full: Done
    whole: Done
    nothing: Done
    prompt: Done
    line: Done
    drawing: float
    """Seconds of the wall that the edited prompt was drawn for: they are in ``prompt``."""


def day_of(storyboard: Path, size: str | None) -> Day:
    """Build a reel, and edit it."""
    folder = project(storyboard)
    if size:
        resized(folder, storyboard.stem, size)
    full = snakemake(folder)
    whole = encode_in_one_run(folder)
    nothing = best(3, lambda: snakemake(folder))
    edit_one_prompt(folder, storyboard.name)
    prompt = snakemake(folder)
    drawing = drawing_seconds(folder)
    edit_one_line(folder, storyboard.name)
    line = snakemake(folder)
    shutil.rmtree(folder)
    return Day(full, whole, nothing, prompt, line, drawing)


def drawing_seconds(folder: Path) -> float:
    """Seconds of the wall that the jobs of the last build took which drew takes, by its events."""
    log = max((folder / "build/events").glob("*.jsonl"), key=lambda file: file.stat().st_mtime)
    events = [json.loads(line) for line in log.read_text().splitlines()]
    drawn = {event["id"] for event in events if event["event"] == "job" and event["rule"] == "draw"}
    times = defaultdict(list)
    for event in events:
        if event.get("id") in drawn:
            times[event["id"]].append(datetime.fromisoformat(event["at"]))
    return sum((max(at) - min(at)).total_seconds() for at in times.values())


def rows_of(name: str, day: Day, before: Day | None) -> list[tuple[str, ...]]:
    """A reel's figures: of the wall and of the processor, against one run, a full build, and before."""

    def row(what: str, done: Done, against: Done, unit: str, was: Done | None) -> tuple[str, ...]:
        ratios = f"{done.seconds / against.seconds:{unit}}, {done.processor / against.processor:{unit}}"
        then = f"{done.seconds / was.seconds:.2f}, {done.processor / was.processor:.2f}" if was else ""
        return f"{name}: {what}", f"{done.seconds:.1f} s, {done.processor:.1f} s", ratios, then

    rows = [row("full build, against one run of ffmpeg", day.full, day.whole, ".2f", before and before.full)]
    pairs = (("nothing to do", "nothing"), ("one prompt edited", "prompt"), ("one line edited", "line"))
    rows += [
        row(
            f"{what}, against the full build",
            getattr(day, part),
            day.full,
            ".1%",
            before and getattr(before, part),
        )
        for what, part in pairs
    ]
    rest = day.prompt.seconds - day.drawing
    rows.append((f"{name}: one prompt edited, all but drawing", f"{rest:.1f} s", "at most 6 s", ""))
    return [*rows, (f"{name}: peak of a job", f"{day.full.peak:.0f} MB", "", "")]


def many_shots(count: int) -> Path:
    """A storyboard of ``count`` generated shots, each with narration and a lower third."""
    folder = project(REPOSITORY / "storyboards" / "demo.yaml")
    shots = [
        {
            "id": f"r{number:05}",
            "prompt": f"a fishing boat number {number} leaves the harbour at dawn, slow push in",
            "duration": 4,
            "narration": f"This is boat number {number}.",
            "overlay": [
                {"text": [f"Boat {number}", "Harbour"], "style": "lower_third", "start": 0.5, "end": 3}
            ],
            "transition": "fade" if number % 5 == 0 and number + 1 < count else "cut",
        }
        for number in range(count)
    ]
    board = {"title": "Many", "size": "1280x720", "fps": 24, "shots": shots}
    (folder / "storyboards" / "demo.yaml").write_text(yaml.safe_dump(board, sort_keys=False))
    return folder


def measure_dry_runs(counts: list[int]) -> list[tuple[str, ...]]:
    """``snakemake -n`` on ever longer reels."""
    rows = []
    for count in counts:
        folder = many_shots(count)
        done = best(1 if count > 1000 else 2, lambda folder=folder: snakemake(folder, "-n"))
        shutil.rmtree(folder)
        said = f"{1000 * done.seconds / count:.1f} ms a shot, {done.peak:.0f} MB"
        rows.append((f"`snakemake -n`, {count} shots", f"{done.seconds:.1f} s", said, ""))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reels", nargs="*", default=["demo", "swav2025"], help="storyboards to build")
    parser.add_argument("--size", help="another size of them, such as 640x360")
    parser.add_argument("--shots", nargs="*", type=int, default=[54, 540, 5400], help="lengths for dry runs")
    parser.add_argument("--before", help="a commit to build the first reel with")
    parser.add_argument("--all", action="store_true", help="build every reel with it")
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    boards = [REPOSITORY / "storyboards" / f"{name}.yaml" for name in given.reels]
    days, before = {}, {}
    if given.before:  # first, since it may be too old to be built here, and hours would be lost
        checkout = earlier(given.before)
        try:
            of_version(checkout)
            for board in boards if given.all else boards[:1]:
                before[board.stem] = day_of(board, given.size)
        finally:
            forget(checkout)
    of_version(REPOSITORY)
    for board in boards:
        days[board.stem] = day_of(board, given.size)
    rows = measure_dry_runs(given.shots)
    named = [row for name, day in days.items() for row in rows_of(name, day, before.get(name))]
    command = f"python {' '.join([Path(sys.argv[0]).name, *sys.argv[1:]])}"
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, `{command}`\n")
    print(f"Pairs are of the wall and of the processor. *before* is {given.before or 'not measured'}.\n")
    print("| what | figure | ratio | of what it took before |\n|---|---|---|---|")
    for row in [*named, *rows]:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
