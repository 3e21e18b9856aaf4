"""The film of the trials, built as a user builds it; what is left of it; whether two films are the same."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import av
import warm
import yaml
from damages import without_manifest
from faults_trials import Lost, Stale

REPOSITORY = Path(__file__).parents[1]
SNAKEMAKE = [sys.executable, "-m", "snakemake", "-s", str(REPOSITORY / "Snakefile")]
PATH = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "swav" / "console")])
"""Where Python finds this clone before whatever is installed."""
PATIENCE = 20
"""Seconds after which whatever a killed build leaves running counts as left behind."""
LIMIT = 900
"""Seconds that a build may take before it counts as hanging."""

BOARD = {
    "title": "Faults",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "voice": {"engine": "espeak"},  # the quickest to start, of two hundred builds
    "music": {"engine": "sampled", "prompt": "calm piano"},
    "shots": [
        {
            "id": "a1",
            "prompt": "a harbour at dawn",
            "duration": 1,
            "overlay": {"text": "First light", "style": "title"},
            "transition": {"type": "fade", "duration": 0.25},
        },
        {
            "id": "a2",
            "prompt": "a boat at sea",
            "duration": "auto",
            "narration": "The boat is out.",
            "transition": "wipe",
        },
        {"id": "a3", "card": {"title": "Noon"}, "duration": 1},
    ],
}
CONFIG = {
    "storyboard": "board.yaml",
    "delivery": {"preset": "ultrafast"},
    "speech_quality": {"words": "off"},
}


def write(folder: Path, board: dict[str, Any] = BOARD, **config: Any) -> Path:
    """A project that is not built yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("models", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "board.yaml").write_text(yaml.safe_dump(board, sort_keys=False))
    (folder / "config.yaml").write_text(yaml.safe_dump({**CONFIG, **config}, sort_keys=False))
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Of a build by this clone, whichever is installed, with cards and temporary files of its own.

    As this process began: importing OpenCV changes a variable that decides whether a run can be a fork.
    """
    places = {"SWAV_LEASES": str(folder / "leases"), "TMPDIR": str(folder / "tmp")}
    own = {"PYTHONPATH": PATH, **places}
    return warm.BEGUN | {"OMP_NUM_THREADS": "1"} | own


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Begin to build the film, in a process group of its own."""
    return subprocess.Popen(
        [*SNAKEMAKE, "final.mp4", "--cores", "2", *arguments],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def snakemake(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run snakemake to its end; what it printed is in ``stdout``.

    As a fork of a process that has read it, whose forks its jobs are too: that takes a third of the time.
    """
    done = warm.run([*SNAKEMAKE[1:], *arguments], cwd=folder, env=environment(folder))
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout + done.stderr)


def build(folder: Path, *arguments: str) -> str:
    """Build to the end; what was said. Lost if that is an error."""
    done = snakemake(folder, "final.mp4", "--cores", "2", *arguments)
    if done.returncode:
        raise Lost("a build ends with an error", done.stdout)
    return done.stdout


def finish(folder: Path, film: Path, *arguments: str) -> str:
    """Build to the end: the same film as an undisturbed one, and nothing is pending after. What was said."""
    said = build(folder, *arguments)
    same_film(folder, film)
    rest = snakemake(folder, "-n", "final.mp4", *arguments)
    if rest.returncode or jobs(rest.stdout):
        raise Stale("something is pending after a build", said + rest.stdout)
    return said + rest.stdout


def jobs(said: str) -> list[str]:
    """The jobs that a dry run lists or a run has done, sorted."""
    return sorted(
        " ".join(words) for words in re.findall(r"^(?:  |\[ *\d+/\d+\] )(\w+) +(\w+)", said, re.MULTILINE)
    )


def same_film(folder: Path, other: Path) -> None:
    """Stale unless both folders' films show and sound the same, frame by frame, and say the same."""
    for name in ("final.srt", "final.vtt"):
        if (folder / name).exists() != (other / name).exists() or (
            (folder / name).exists() and (folder / name).read_bytes() != (other / name).read_bytes()
        ):
            raise Stale(f"{name} is another one")
    one, two = folder / "final.mp4", other / "final.mp4"
    if one.read_bytes() != two.read_bytes() and frames(one) != frames(two):
        raise Stale("final.mp4 shows another film")


def frames(film: Path) -> list[str]:
    """A digest of every decoded picture, then of every stretch of sound."""
    with av.open(str(film)) as container:
        return [
            hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest()
            for kind in ("video", "audio")
            for stream in getattr(container.streams, kind)
            for frame in _decoded(container, stream)
        ]


def _decoded(container: Any, stream: Any) -> Any:
    container.seek(0)
    return container.decode(stream)


def no_half_file(folder: Path, film: Path) -> None:
    """Lost if a file with a final name is not what an undisturbed build writes there."""
    for file in (*(folder / "build").rglob("*"), *folder.glob("final.*")):
        name = file.relative_to(folder)
        if not file.is_file() or ".partial" in file.name or name.parts[1:2] in (("logs",), ("benchmarks",)):
            continue
        if file.suffix == ".json":
            try:
                json.loads(file.read_bytes())
            except ValueError:
                raise Lost(f"{name} is half a file") from None
        elif file.suffix in WHOLE and (film / name).is_file() and not _same(file, film / name):
            raise Lost(f"{name} is not what an undisturbed build writes")


def _same(one: Path, two: Path) -> bool:
    return without_manifest(one) == without_manifest(two)


WHOLE = (".mp4", ".wav", ".png", ".srt", ".vtt", ".flac")


def processes(folder: Path) -> list[int]:
    """Those that work in a folder or below it."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit():
                continue
            place = str((entry / "cwd").readlink())
            alive = (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            continue
        if alive and (place == str(folder) or place.startswith(f"{folder}/")):
            found.append(int(entry.name))
    return found


def no_process_left(folder: Path) -> None:
    """Lost if a process still works in the folder after some time."""
    until = time.monotonic() + PATIENCE
    while left := processes(folder):
        if time.monotonic() > until:
            names = [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")[:200] for pid in left]
            raise Lost(f"left behind: {names}")
        time.sleep(0.1)
