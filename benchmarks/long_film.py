"""What a long film holds in memory while it is mixed and joined: ``python benchmarks/long_film.py``.

Each step runs in a process of its own, by the code that a build runs, on sound and a tiny picture that are as
long as the film: two stems are laid, summed, mastered and encoded, and pieces of four seconds are joined with
chapters and subtitles. Prints a table as Markdown: the most that each process held (``VmHWM``, proc(5)).
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile

REPOSITORY = Path(__file__).parents[1]
RATE = 48_000
PIECE_SECONDS = 4
STEPS = {
    "stems laid": """
from swav.sound.cues import Effect, Placed
from swav.sound.levels import Levels
from swav.sound.stems import write_stems

lines = [Placed(folder / "line.wav", second * rate) for second in range(0, seconds - 4, 8)]
effects = [Effect(folder / "sea.flac", 0)]
write_stems(lines, [], effects, samples=seconds * rate, levels=Levels(), folder=folder / "stems")
""",
    "summed and mastered": """
from swav.sound.master import master

master(sorted((folder / "stems").glob("*.wav")), samples=seconds * rate, target=folder / "mix.wav")
""",
    "encoded as AAC": """
from swav.cut.aac import encode

encode(folder / "mix.wav", seconds * rate, 256_000, folder / "mix.m4a")
""",
    "joined": """
from fractions import Fraction
from swav.cut.join import Chapter, join

chapters = [Chapter(str(second), second * 24, (second + 4) * 24) for second in range(0, seconds, 4)]
join([folder / "piece.mp4"] * (seconds // 4), rate=Fraction(24), sound=folder / "mix.wav",
     subtitles=folder / "lines.srt", language="en", chapters=chapters, metadata={},
     encoded=folder / "mix.m4a", target=folder / "reel.mp4")
""",
    "measured": """
from swav.quality.joined import measure_joined, measure_sound

measure_joined(folder / "reel.mp4", None, [], {}, lambda digest: measure_sound(folder / "reel.mp4"))
""",
}
_BEGINS = """
import sys
from pathlib import Path
folder, seconds, rate = Path(sys.argv[1]), int(sys.argv[2]), 48000
"""
_ENDS = """
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024)
"""
EXACT = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536", "OMP_NUM_THREADS": "1"}
"""What glibc keeps of memory that was given back would come and go with the machine's other work."""


def material(folder: Path, seconds: int, parts: list[str]) -> None:
    """A line, a sea as long as the film, a piece of picture, subtitles; for the sound of steps that are left
    out a quiet one."""
    from swav.cut.segment import Format, ShotPicture, encode_segment
    from swav.media.writer import ClipWriter

    random, sea = np.random.default_rng(1), folder / "sea.flac"
    soundfile.write(folder / "line.wav", random.normal(0, 0.1, 3 * RATE).clip(-1, 1), RATE)
    minute = random.normal(0, 0.05, 60 * RATE).clip(-1, 1)
    first, second, *_ = STEPS
    if first in parts:
        lasting(sea, minute, seconds)
    elif second in parts:
        (folder / "stems").mkdir()
        for name in ("dialogue", "effects"):
            lasting(folder / "stems" / f"{name}.wav", np.stack([minute, minute], 1), seconds)
    else:
        lasting(folder / "mix.wav", np.zeros((60 * RATE, 2)), seconds)
    frames = PIECE_SECONDS * 24
    with ClipWriter(folder / "take.mp4", width=64, height=64, rate=Fraction(24), metadata={}) as clip:
        for _ in range(frames):
            clip.write(random.integers(0, 256, (64, 64, 3), np.uint8))
    format_ = Format(64, 64, Fraction(24))
    encode_segment(ShotPicture(folder / "take.mp4", frames), 0, frames, format_, folder / "piece.mp4")
    clock = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(seconds)]
    cues = range(0, seconds - 4, 8)
    lines = (f"{n}\n{clock[s]},000 --> {clock[s + 3]},000\nA line.\n\n" for n, s in enumerate(cues, 1))
    (folder / "lines.srt").write_text("".join(lines))


def lasting(file: Path, minute: np.ndarray, seconds: int) -> None:
    """Write a minute of sound over and over."""
    channels = minute.ndim
    with soundfile.SoundFile(file, "w", RATE, channels, subtype="PCM_24") as sound:
        for _ in range(seconds // 60):
            sound.write(minute)


def step(script: str, folder: Path, seconds: int) -> tuple[float, float]:
    """MiB that a step held at its height, and seconds of the wall."""
    began = time.monotonic()
    command = [sys.executable, "-c", _BEGINS + script + _ENDS, str(folder), str(seconds)]
    environment = {**os.environ, **EXACT}
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, env=environment)
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(done.stdout.split()[-1]), time.monotonic() - began


def measured(minutes: int, parts: list[str]) -> dict[str, tuple[float, float]]:
    """The steps of a film of that length."""
    folder = Path(tempfile.mkdtemp(prefix="swav-long-film-"))
    try:
        material(folder, minutes * 60, parts)
        found = {}
        for name in parts:
            found[name] = step(STEPS[name], folder, minutes * 60)
            print(f"{minutes} minutes {name}: {found[name]}", file=sys.stderr, flush=True)
        return found
    finally:
        shutil.rmtree(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", nargs="*", type=int, default=[4, 180], help="lengths of the film")
    parser.add_argument("--steps", nargs="*", choices=STEPS, default=list(STEPS), help="some steps alone")
    given = parser.parse_args()
    steps = [name for name in STEPS if name in given.steps]
    found = {minutes: measured(minutes, steps) for minutes in given.minutes}
    print(f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores\n")
    print("| step | " + " | ".join(f"{minutes} minutes" for minutes in given.minutes) + " |")
    print("|---" + "|---:" * len(given.minutes) + "|")
    for name in steps:
        cells = [f"{found[minutes][name][0]:.0f} MiB" for minutes in given.minutes]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
