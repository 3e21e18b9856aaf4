"""Sources that are replaced while a build runs, and perhaps put back: a film shows what lies there.

Footage, stills and sounds in builds by Snakemake, at random moments of the whole build. The recording of a
cloned voice, whose engine is hours of downloads, in a job with a program that stands in for the engine.
"""

import random
import shutil
import time
from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import faults_film as films
import numpy as np
import soundfile
from faults_trials import Lost, Stale, Trial
from faults_voice import swapped_voice

from swav.media import ffmpeg
from swav.opencv import cv2

BOARD = {
    "title": "Swapped",
    "size": "128x72",
    "fps": 12,
    "engine": "animatic",
    "music": {"engine": "none"},
    "shots": [
        {"id": "footage", "footage": {"file": "in.mp4", "in": 0, "out": 1}},
        {"id": "still", "still": {"file": "p.png"}, "camera": "static", "duration": 1},
        {"id": "sound", "card": {"title": "Sound"}, "duration": 1, "sound": {"file": "a.wav"}},
    ],
}
NO_GATES = {"reel_quality": {}}
SOURCES = {"footage": "in.mp4", "still": "p.png", "sound": "a.wav"}
WAYS = ("between cut and job", "while it is read", "put back")
CHANGED = "changed since the storyboard was read; build again"


def trials(given: Namespace, top: Path) -> Iterator[Trial]:
    for colour in ("red", "blue"):
        _material(top / f"{colour}-material", colour)
        folder = films.write(top / colour, BOARD, **NO_GATES)
        _give(top / f"{colour}-material", folder, SOURCES.values())
        began = time.monotonic()
        films.build(folder)
        seconds = time.monotonic() - began
    rows = [(kind, way) for kind in (*SOURCES, "voice") for way in WAYS]
    for number in range(given.count or 5 * len(rows)):
        kind, way = rows[number % len(rows)]
        in_a_build = partial(_swapped, top, kind, way, seconds)
        act = partial(swapped_voice, way) if kind == "voice" else in_a_build
        yield Trial("source replaced, " + way, f"{kind} {way} ({number})", act)


def _material(folder: Path, colour: str) -> None:
    folder.mkdir()
    pixel, pitch = {"red": ((0, 0, 255), 300), "blue": ((255, 0, 0), 2000)}[colour]
    flat = f"color={colour}:size=128x72:rate=12:duration=2"
    ffmpeg.run(["-f", "lavfi", "-i", flat, "-pix_fmt", "yuv420p", str(folder / "in.mp4")], what="footage")
    cv2.imwrite(str(folder / "p.png"), np.full((72, 128, 3), pixel, np.uint8))
    tone = np.sin(2 * np.pi * pitch * np.arange(48_000) / 48_000)
    soundfile.write(folder / "a.wav", 0.3 * tone, 48_000)


def _give(material: Path, folder: Path, names, *, into: bool = False) -> None:
    """Put sources into a project: by renaming, as most programs save, or into the file that is there."""
    for name in names:
        if into:
            (folder / name).write_bytes((material / name).read_bytes())
        else:
            shutil.copyfile(material / name, folder / f".{name}")
            (folder / f".{name}").replace(folder / name)


def _swapped(top: Path, kind: str, way: str, seconds: float, folder: Path, rng: random.Random) -> str:
    films.write(folder, BOARD, **NO_GATES)
    red, blue, name = top / "red-material", top / "blue-material", [SOURCES[kind]]
    _give(red, folder, SOURCES.values())
    build = films.start(folder)
    until = time.monotonic() + films.LIMIT
    while not list(folder.glob("build/cuts/*.json")) and build.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    into = rng.random() < 0.5
    if way != "between cut and job":
        time.sleep(rng.uniform(0, seconds / 2))
    _give(blue, folder, name, into=into)
    if way == "put back":
        time.sleep(rng.choice((0, 0.01, 0.1, 1)) * rng.random())
        _give(red, folder, name, into=into)
    said, _ = build.communicate(timeout=films.LIMIT)
    if build.returncode and CHANGED not in said:
        raise Lost("a build ends with an error that is not the changed source", said)
    _give(red, folder, SOURCES.values(), into=into)
    again = films.finish(folder, top / "red")
    if way != "put back":  # and the new one is what a build shows with it
        _give(blue, folder, name)
        again += films.build(folder)
        if (folder / "final.mp4").read_bytes() == (top / "red" / "final.mp4").read_bytes():
            raise Stale("a new source is not seen", again)
    return said + again
