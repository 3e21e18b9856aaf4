"""What a build costs, and what an edit costs: ``python benchmarks/build.py`` prints a table as Markdown.

Every figure stands beside an alternative measured in the same run: encoding the whole reel anew in one ffmpeg
run, or Snakemake's own start-up. Options choose the parts, because the 54-shot build takes minutes.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
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


def measure_reel(storyboard: Path) -> list[tuple[str, str, str]]:
    """Full build, nothing to do, one prompt edited, one line of narration edited."""
    folder = project(storyboard)
    version = best(3, lambda: run([*SNAKEMAKE, "--version"], folder))[0]
    full, memory, _ = snakemake(folder)
    whole = encode_in_one_run(folder)
    nothing = best(3, lambda: snakemake(folder))[0]
    edit_one_prompt(folder, storyboard.name)
    pending = snakemake(folder, "-n")[2]
    encoded = sum(
        line.split()[0] in ("segment", "transition") for line in pending.splitlines() if line.split()
    )
    edited = snakemake(folder)[0]
    edit_one_line(folder, storyboard.name)
    jobs = [line.split()[0] for line in snakemake(folder, "-n")[2].splitlines() if line.startswith("  ")]
    spoken = snakemake(folder)[0]
    shutil.rmtree(folder)
    name = storyboard.stem
    return [
        (
            f"{name}: full build",
            f"{full:.1f} s",
            f"{full / whole:.2f} x encoding the reel in one run ({whole:.1f} s)",
        ),
        (
            f"{name}: nothing to do",
            f"{nothing:.2f} s",
            f"{nothing / version:.2f} x `snakemake --version` ({version:.2f} s)",
        ),
        (
            f"{name}: one prompt edited",
            f"{edited:.1f} s",
            f"{edited / full:.1%} of the full build, {encoded} pieces encoded; "
            f"{edited / whole:.2f} x one run",
        ),
        (
            f"{name}: one line of narration edited",
            f"{spoken:.1f} s",
            f"{spoken / full:.1%} of the full build; {len(jobs)} jobs: {', '.join(jobs)}",
        ),
        (f"{name}: peak memory of a job", f"{memory:.0f} MB", ""),
    ]


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


def measure_dry_runs(counts: list[int]) -> list[tuple[str, str, str]]:
    """``snakemake -n`` on ever longer reels."""
    rows, first = [], None
    for count in counts:
        folder = many_shots(count)
        seconds, memory, _ = best(1 if count > 1000 else 2, lambda folder=folder: snakemake(folder, "-n"))
        shutil.rmtree(folder)
        first = first or seconds / count
        rows.append(
            (
                f"`snakemake -n`, {count} shots",
                f"{seconds:.1f} s",
                f"{1000 * seconds / count:.1f} ms a shot, {memory:.0f} MB",
            )
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reels", nargs="*", default=["demo", "swav2025"], help="storyboards to build")
    parser.add_argument("--shots", nargs="*", type=int, default=[54, 540, 5400], help="lengths for dry runs")
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    rows = []
    for name in given.reels:
        rows += measure_reel(REPOSITORY / "storyboards" / f"{name}.yaml")
    rows += measure_dry_runs(given.shots)
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, `python benchmarks/build.py`\n")
    print("| what | figure | against |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
