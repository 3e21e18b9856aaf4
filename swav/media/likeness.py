"""How like two clips are, frame by frame: SSIM and PSNR, by ffmpeg's own filters."""

import math
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from swav.errors import MediaError
from swav.media.ffmpeg import ended, location
from swav.media.probe import probe
from swav.shown import shown_path

_SSIM = re.compile(r"^n:(\d+) .*\bAll:([0-9.]+)", re.MULTILINE)
_PSNR = re.compile(r"^n:(\d+) mse_avg:\S+ .*?\bpsnr_avg:(inf|[0-9.]+)", re.MULTILINE)
_GRAPH = (
    "[0:v]settb=1/25,setpts=N,split[a][b];[1:v]settb=1/25,setpts=N,split[c][d];"
    "[a][c]ssim=stats_file=-:shortest=1,nullsink;[b][d]psnr=stats_file=-:shortest=1[out]"
)
"""Frames are paired by their numbers. It holds no name of a file."""
_WHITE = 255.0**2


@dataclass(frozen=True)
class Measure:
    """A measure of likeness over all frames."""

    mean: float | None
    least: float | None
    """Of the frame that is least alike. None: of PSNR, where all pixels are the same."""
    frame: int
    """The number of that frame, from 0."""


@dataclass(frozen=True)
class Likeness:
    """Two clips beside each other. SSIM is 1 and PSNR infinite, here None, where they are the same."""

    frames: int
    ssim: Measure
    psnr: Measure
    """dB; its mean is that of the error of all frames together."""

    def plain(self) -> dict[str, Any]:
        """For a file."""
        return asdict(self)


def likeness(first: Path, second: Path) -> Likeness:
    """Compare two clips of one size, as many frames as both have. Raises MediaError for others."""
    sizes = [(found.width, found.height) for found in map(probe, (first, second))]
    if sizes[0] != sizes[1]:
        said = " and ".join(f"{width}x{height}" for width, height in sizes)
        raise MediaError(f"{shown_path(first)} and {shown_path(second)} are {said}: only equal sizes compare")
    printed = _printed(first, second)
    ssim = [float(value) for _, value in sorted(_numbered(_SSIM, printed))]
    psnr = [float(value) for _, value in sorted(_numbered(_PSNR, printed))]
    if not ssim or len(ssim) != len(psnr):
        raise MediaError(f"{shown_path(first)} and {shown_path(second)} could not be compared frame by frame")
    errors = [0.0 if math.isinf(value) else _WHITE / 10 ** (value / 10) for value in psnr]
    least = psnr.index(min(psnr))
    return Likeness(
        frames=len(ssim),
        ssim=Measure(round(fmean(ssim), 6), min(ssim), ssim.index(min(ssim))),
        psnr=Measure(_decibels(fmean(errors)), _decibels(errors[least]), least),
    )


def _decibels(error: float) -> float | None:
    return round(10 * math.log10(_WHITE / error), 2) if error else None


def _numbered(pattern: re.Pattern[str], printed: str) -> Iterator[tuple[int, str]]:
    return ((int(number), value) for number, value in pattern.findall(printed))


def _printed(first: Path, second: Path) -> str:
    """What the filters say of each frame."""
    films = ["-i", location(first), "-i", location(second)]
    nowhere = ["-map", "[out]", "-an", "-f", "null", os.devnull]
    done = ended([*films, "-filter_complex", _GRAPH, *nowhere], stdout=subprocess.PIPE)
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:120]
        raise MediaError(f"{shown_path(first)} and {shown_path(second)} cannot be compared: {last}")
    return done.stdout.decode("ascii", "replace")
