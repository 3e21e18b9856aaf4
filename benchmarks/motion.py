"""How good made frames are, and what they cost: ``python benchmarks/motion.py`` writes the tables of
``docs/motion.md``.

Each clip of ``motion_clips.py`` is drawn at 48 frames a second; every third frame is a take of 16, and the
frames of 24 that it does not have are made and held against the true ones. All ways are tried in one run, on
the same yuv420p pictures: hold and blend, ffmpeg's minterpolate with its best options, and swav's.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
from motion_clips import PROMPTS, SCENES, H, W, drawn

from swav.environments import environment, root_of
from swav.media.ffmpeg import binary
from swav.media.writer import ClipWriter
from swav.motion.between import Planes
from swav.motion.instants import Instant, instants
from swav.motion.interpolators import interpolator
from swav.motion.learned import learned
from swav.motion.makers import MAKERS
from swav.motion.retime import retime, retimed
from swav.opencv import cv2

REPOSITORY = Path(__file__).parents[1]
PAGE = REPOSITORY / "docs" / "motion.md"
MARKS = "<!-- written by benchmarks/motion.py -->", "<!-- end of what benchmarks/motion.py writes -->"
TRUE, OWN, REEL = 48, 16, 24
SOURCES = 13
MINTERPOLATE = "minterpolate=fps=48:mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1"


@dataclass(frozen=True)
class Figures:
    """Of the made frames of a clip: PSNR in dB, mean SSIM, its worst, and detail against the true frames'."""

    psnr: float
    ssim: float
    worst: float
    detail: float
    least_detail: float


def planes(rgb: np.ndarray) -> Planes:
    """A drawn picture as a take stores it."""
    stacked = cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420)
    height, width = rgb.shape[:2]
    quarter = height * width // 4
    luma, u, v = np.split(stacked.reshape(-1), (height * width, height * width + quarter))
    half = height // 2, width // 2
    return luma.reshape(height, width).copy(), u.reshape(half).copy(), v.reshape(half).copy()


def ssim(made: np.ndarray, true: np.ndarray) -> float:
    """Z. Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity, 2004."""
    made, true = made.astype(np.float32), true.astype(np.float32)

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(values, (11, 11), 1.5)

    a, b = mean(made), mean(true)
    va, vb, both = mean(made * made) - a * a, mean(true * true) - b * b, mean(made * true) - a * b
    one, two = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * a * b + one) * (2 * both + two)) / ((a * a + b * b + one) * (va + vb + two))).mean())


def psnr(made: Planes, true: Planes) -> float:
    """Over all samples of luma and chroma."""
    squares = sum(
        float(((one.astype(np.float32) - other) ** 2).sum()) for one, other in zip(made, true, strict=True)
    )
    return float(10 * np.log10(255**2 / max(1e-3, squares / sum(plane.size for plane in true))))


def detail(picture: Planes) -> float:
    return float(np.abs(cv2.Laplacian(picture[0], cv2.CV_32F)).mean())


def figures(made: list[Planes], true: list[Planes]) -> Figures:
    found = [
        (psnr(*pair), ssim(pair[0][0], pair[1][0]), detail(pair[0]) / detail(pair[1]))
        for pair in zip(made, true, strict=True)
    ]
    levels, likeness, sharp = (np.array(column) for column in zip(*found, strict=True))
    return Figures(levels.mean(), likeness.mean(), likeness.min(), sharp.mean(), sharp.min())


# --- the ways


def held(sources: list[Planes], wanted: list[Instant]) -> list[Planes]:
    return [sources[instant.source] for instant in wanted]


def by(how: str) -> Callable[[list[Planes], list[Instant]], list[Planes]]:
    return lambda sources, wanted: list(retimed(sources, wanted, MAKERS[how]))


def minterpolated(sources: list[Planes], wanted: list[Instant]) -> list[Planes]:
    """By ffmpeg, which drops some frames at the start: where its own frames lie is looked for."""
    spare = 3
    padded = [sources[0]] * spare + sources + [sources[-1]] * spare
    given = b"".join(plane.tobytes() for picture in padded for plane in picture)
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p"]
    command = [
        binary(),
        "-v",
        "error",
        *raw,
        "-s",
        f"{W}x{H}",
        "-r",
        str(OWN),
        "-i",
        "-",
        "-vf",
        MINTERPOLATE,
        *raw,
        "-",
    ]
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout
    frames = np.frombuffer(done, np.uint8).reshape(-1, H * W * 3 // 2)
    lumas = frames[:, : H * W].reshape(-1, H, W)
    probes = (1, len(sources) // 2, len(sources) - 2)

    def off(start: int) -> float:
        return sum(float(cv2.absdiff(lumas[start + 3 * at], sources[at][0]).mean()) for at in probes)

    start = min(range(min(3 * spare + 4, len(lumas) - 3 * (len(sources) - 1))), key=off)
    found = []
    for instant in wanted:
        flat = frames[start + int((instant.source + instant.share) * 3)]
        luma, u, v = np.split(flat, (H * W, H * W * 5 // 4))
        found.append((luma.reshape(H, W), u.reshape(H // 2, W // 2), v.reshape(H // 2, W // 2)))
    return found


def by_network(
    name: str, models: Path, python: Path
) -> Callable[[list[Planes], list[Instant]], list[Planes]]:
    """A learned way, as a build has it, with the weights in a folder of models."""
    asked = {"weights": interpolator(name).file(models), "python": python}

    def make(sources: list[Planes], wanted: list[Instant]) -> list[Planes]:
        with learned(interpolator(name), (W, H), **asked) as maker:
            return list(retimed(sources, wanted, maker))

    return make


WAYS = {"hold": held, "blend": by("blend"), "minterpolate": minterpolated, "interpolate": by("interpolate")}


def tried(name: str, looked_at: Path | None) -> dict[str, Figures]:
    """Every way on one clip. ``looked_at``: where to put made frames above true ones, as PNG."""
    every = [planes(rgb) for rgb in drawn(name, TRUE, 3 * (SOURCES - 1) + 1)]
    sources = every[::3]
    shown = instants(
        (SOURCES - 1) * REEL // OWN, Fraction(REEL), source_frames=SOURCES, source_rate=Fraction(OWN)
    )
    wanted = [instant for instant in shown if not instant.kept]
    true = [every[int((instant.source + instant.share) * 3)] for instant in wanted]
    found = {}
    for way, make in WAYS.items():
        made = make(sources, wanted)
        found[way] = figures(made, true)
        if looked_at:
            for number in (0, len(made) // 2):
                pair = [
                    cv2.cvtColor(_stacked(each), cv2.COLOR_YUV2BGR_I420)
                    for each in (made[number], true[number])
                ]
                cv2.imwrite(str(looked_at / f"{name}-{way}-{number}.png"), np.concatenate(pair))
    return found


def _stacked(picture: Planes) -> np.ndarray:
    return np.concatenate([plane.reshape(-1) for plane in picture]).reshape(H * 3 // 2, W)


# --- what it costs


def spent() -> float:
    """Processor seconds of this process and of those that it waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def cost(folder: Path) -> tuple[tuple[str, float, float], ...]:
    """Processor and wall seconds of the stage for each second of 1280x720, at the rates of reels."""
    take = folder / "take.mp4"
    pictures = [cv2.resize(rgb, (1280, 720)) for rgb in drawn("occlusion", OWN, 33)]
    with ClipWriter(take, width=1280, height=720, rate=Fraction(OWN), metadata={}) as clip:
        for picture in pictures:
            clip.write(picture)
    makers = {
        "decoded and encoded, nothing made": lambda first, second, shares: [first] * len(shares),
        **MAKERS,
    }
    tried_at = [(how, 24) for how in makers] + [("interpolate", 25), ("interpolate", 30)]
    rows = []
    for how, rate in tried_at:
        began, wall = spent(), time.monotonic()
        given = {"rate": Fraction(rate), "frames": 2 * rate, "maker": makers[how], "metadata": {}}
        retime(take, folder / "made.mp4", **given)
        rows.append((f"{how}, 16 to {rate}", (spent() - began) / 2, (time.monotonic() - wall) / 2))
    return tuple(rows)


# --- the page


def table(results: dict[str, dict[str, Figures]]) -> str:
    made = [*WAYS][-1]
    names = {name: said for name, (said, *_) in (SCENES | PROMPTS).items()}
    lines = ["| clip | " + " | ".join(WAYS) + " | detail |", "|---|" + "---|" * (len(WAYS) + 1)]
    for name, found in results.items():
        best = max(found.values(), key=lambda each: each.ssim)
        cells = [
            f"**{each.psnr:.1f} / {each.ssim:.3f}**" if each is best else f"{each.psnr:.1f} / {each.ssim:.3f}"
            for each in found.values()
        ]
        lines.append(f"| {names[name]} | {' | '.join(cells)} | {found[made].detail:.2f} |")
    means = [np.mean([(f[way].psnr, f[way].ssim) for f in results.values()], axis=0) for way in WAYS]
    sharp = np.mean([found[made].detail for found in results.values()])
    cells = " | ".join(f"{level:.1f} / {likeness:.3f}" for level, likeness in means)
    return "\n".join([*lines, f"| mean | {cells} | {sharp:.2f} |"])


def cost_table(rows: tuple[tuple[str, float, float], ...]) -> str:
    lines = ["| for each second of 1280x720 | processor, s | wall, s |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {said} | {used:.1f} | {wall:.1f} |" for said, used, wall in rows)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="*", help="names of clips; all, and the page is written, without any")
    parser.add_argument("--cost", action="store_true", help="only say what it costs")
    parser.add_argument("--look", type=Path, help="a folder for made frames above true ones")
    parser.add_argument(
        "--learned", default="", help="a learned way, such as rife, beside hold and interpolate"
    )
    parser.add_argument(
        "--models", type=Path, default=Path("models"), help="the folder of its weights' folder"
    )
    parser.add_argument(
        "--python", type=Path, help="an interpreter with its packages; else its environment's"
    )
    given = parser.parse_args()
    if given.learned:
        home = environment(interpolator(given.learned).lock.stem, root_of("build"))
        network = by_network(given.learned, given.models, given.python or home.python)
        for way in set(WAYS) - {"hold", "interpolate"}:
            del WAYS[way]
        WAYS[given.learned] = network
    if given.look:
        given.look.mkdir(parents=True, exist_ok=True)
    if given.cost:
        with tempfile.TemporaryDirectory() as folder:
            return print(cost_table(cost(Path(folder))))
    results = {}
    for name in given.clips or (*SCENES, *PROMPTS):
        results[name] = tried(name, given.look)
        told = ", ".join(f"{way} {each.psnr:.1f} / {each.ssim:.3f}" for way, each in results[name].items())
        last = results[name][[*WAYS][-1]]
        print(
            f"{name}: {told}; worst {last.worst:.3f}, least detail {last.least_detail:.2f}", file=sys.stderr
        )
    print(table(results))
    if given.clips or given.learned:
        return
    with tempfile.TemporaryDirectory() as folder:
        costs = cost_table(cost(Path(folder)))
    print(costs)
    machine = f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, `python benchmarks/motion.py`"
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    PAGE.write_text(
        f"{head}{MARKS[0]}\n\n{machine}.\n\n{table(results)}\n\n{costs}\n\n{MARKS[1]}{tail}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
