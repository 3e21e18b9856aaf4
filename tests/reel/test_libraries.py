"""What is mapped into the jobs of a build: the environment's libraries, Python's own, and the C runtime.

A wheel may open libraries of the system at run time, as Pillow's does with FriBidi; then a reel is made on
this machine and not on the next.
"""

import re
import subprocess
import sys
import sysconfig
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from places import REPOSITORY
from project import Project

from swav.media.writer import ClipWriter

RUNTIME = re.compile(
    r"(ld-linux-x86-64|lib(c|m|mvec|dl|pthread|rt|util|gcc_s|stdc\+\+|python3\.\d+))\.so\.\d+(\.\d+)*"
)
"""The runtime of C and C++ (libc6, libgcc-s1, libstdc++6): apt itself needs it, so every Debian has it."""

WRITE_MAPS = '''
"""Every Python process notes at its end which files it has mapped."""
import atexit, os, sys

def note():
    name = os.path.basename(sys.argv[0]) or "python"
    with open(f"{os.environ['MAPS']}/{name}.{os.getpid()}", "w") as target:
        target.write(open("/proc/self/maps").read())

if "MAPS" in os.environ:
    atexit.register(note)
'''

STANDARD = """
import bz2, ctypes, curses, dbm, decimal, hashlib, lzma, readline, sqlite3, ssl, uuid, zlib
import xml.parsers.expat
print(open("/proc/self/maps").read())
"""
"""The parts of the standard library that stand on libraries of the system: those belong to Python."""

BOARD = {
    "title": "Libraries",
    "size": "128x72",
    "fps": 12,
    "seed": 3,
    "engine": "animatic",
    "music": {"prompt": "calm strings"},
    "deliver": {"master": {"format": "prores"}},
    "shots": [
        {
            "id": "a",
            "duration": 2,
            "prompt": "A harbour at dawn",
            "keyframe": {"prompt": "A boat at sea"},
            "narration": "One lantern.",
            "overlay": [{"text": ["नौसेना", "الابتكار ★"], "style": "title"}],
            "transition": {"type": "fade", "duration": 0.5},
        },
        {"id": "b", "duration": 1, "card": {"title": "கடற்படை", "subtitle": "END"}},
        {"id": "c", "duration": 1, "still": {"file": "sample:harbour.png"}},
        {"id": "e", "duration": 1, "footage": {"file": "slow.mp4"}, "motion": "interpolate"},
        {"id": "f", "duration": 1, "prompt": "A raft at sea", "engine": "stub"}
        | {"steps": 4, "takes": 2, "look_at": 2},
    ],
}
PICTURE = np.random.default_rng(1).integers(0, 255, (9, 16, 3), np.uint8).repeat(8, axis=0).repeat(8, axis=1)
OTHER_TARGETS = ("c", "stills", "final.otio", "final.burned.mp4", "final.master.mov")
OF_OTHER_ENVIRONMENTS = {"make_environment", "compose_in_environment", "speak_in_environment", "finish"}
OF_OTHER_ENVIRONMENTS |= {"motion_in_environment"}
LIKE_OTHERS = {"hand_over", "compare"}
"""One wants an engine that begins with a picture, and reads clips as ``judge`` does. The other wants one that
renders in lossy ways; it renders as ``look`` does, and compares by the ffmpeg that is tried here."""


def libraries(maps):
    """The shared libraries among mapped files."""
    return {Path(path) for path in re.findall(r"\s(/\S.*\.so(?:\.\d+)*)$", maps, re.MULTILINE)}


def strangers(found, allowed):
    """Libraries that a machine need not have."""
    inside = (sys.prefix, sysconfig.get_path("stdlib"))
    return sorted(
        str(path)
        for path in found
        if not any(path.is_relative_to(Path(folder).resolve()) for folder in inside)
        and not RUNTIME.fullmatch(path.name)
        and path not in allowed
    )


@pytest.fixture(scope="module")
def pythons_own():
    said = subprocess.run([sys.executable, "-I", "-c", STANDARD], capture_output=True, text=True, check=True)
    return libraries(said.stdout)


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """Per script, the libraries that its processes had mapped when they ended."""
    folder = tmp_path_factory.mktemp("maps")
    project = Project(tmp_path_factory.mktemp("reel") / "reel", BOARD, {"cards": 1})
    project.give_weights()
    project.give_faults(f={})  # so its takes may differ, and are looked at
    clip = {"width": 128, "height": 72, "rate": Fraction(8), "metadata": {}}
    with ClipWriter(project.folder / "slow.mp4", **clip) as footage:
        for number in range(12):
            footage.write(np.roll(PICTURE, 4 * number, axis=1))
    (project.folder / "plugins" / "sitecustomize.py").write_text(WRITE_MAPS)
    done = project.snakemake("final.mp4", *OTHER_TARGETS, "--resources", "gpu=1", MAPS=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    found = {}
    for file in folder.iterdir():
        script = file.name.split(".")[0]
        found.setdefault(script, set()).update(libraries(file.read_text()))
    return found


def test_every_kind_of_job_was_seen(mapped):
    scripts = {script.stem for script in (REPOSITORY / "scripts").glob("*.py")}
    assert scripts - OF_OTHER_ENVIRONMENTS - LIKE_OTHERS <= mapped.keys()
    assert any("uharfbuzz" in str(path) for path in mapped["set_lettering"])


def test_no_job_maps_a_library_of_the_machine(mapped, pythons_own):
    assert {script: found for script in mapped if (found := strangers(mapped[script], pythons_own))} == {}


def test_ffmpeg_maps_none_either():
    with subprocess.Popen(
        [get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-s", "8x8", "-i", "-", "-f", "null", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as ffmpeg:
        ffmpeg.stdin.write(bytes(96))
        ffmpeg.stdin.flush()
        for _ in range(500):  # until the process is ffmpeg, and no copy of this one that is about to be
            maps = Path(f"/proc/{ffmpeg.pid}/maps").read_text()
            if "ffmpeg" in maps:
                break
            time.sleep(0.01)
        ffmpeg.stdin.close()
    assert "ffmpeg" in maps and strangers(libraries(maps), ()) == []


@pytest.mark.parametrize(
    ("path", "strange"),
    [
        ("/usr/lib/x86_64-linux-gnu/libfribidi.so.0.4.0", True),
        ("/usr/local/lib/libvips.so", True),
        ("/usr/lib/x86_64-linux-gnu/libmvec.so.1", False),
        ("/usr/lib/x86_64-linux-gnu/libc.so.6", False),
        ("/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30", False),
        (f"{sys.prefix}/lib/python3/site-packages/x.libs/libopenblas.so", False),
    ],
)
def test_a_library_of_the_machine_would_be_seen(path, strange):
    line = f"7f41d82a4000-7f41d82a6000 r-xp 00000000 fe:00 2364 {' ' * 20}{path}\n"
    assert bool(strangers(libraries(line), ())) == strange
