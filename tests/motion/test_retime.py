"""A take at another rate: which frames it keeps, and that its bytes depend on nothing but the take."""

import hashlib
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn import SIZE, pan

from swav.errors import MediaError
from swav.media.probe import probe
from swav.media.writer import ClipWriter
from swav.motion.instants import instants
from swav.motion.makers import MAKERS, interpolate
from swav.motion.retime import pictures, retime, retimed


@pytest.fixture(scope="module")
def take(tmp_path_factory) -> Path:
    clip = tmp_path_factory.mktemp("take") / "take.mp4"
    with ClipWriter(clip, width=SIZE[0], height=SIZE[1], rate=Fraction(16), metadata={}) as writer:
        for number in range(9):
            writer.write_planes(pan(4 * number))
    return clip


def brought(take: Path, target: Path, frames: int = 12, threads: int = 4) -> str:
    asked = {"rate": Fraction(24), "frames": frames, "maker": MAKERS["interpolate"]}
    retime(take, target, **asked, metadata={"title": "a"}, threads=threads)
    return hashlib.sha256(target.read_bytes()).hexdigest()


@pytest.mark.parametrize("frames", [12, 15])  # the last one stands where the take is over
def test_kept_frames_are_the_takes_own(take, frames):
    wanted = instants(frames, Fraction(24), source_frames=9, source_rate=Fraction(16))
    own, shown = list(pictures(take)), list(retimed(pictures(take), wanted, interpolate))
    assert len(shown) == frames
    for instant, planes in zip(wanted, shown, strict=True):
        same = [np.array_equal(one, other) for one, other in zip(planes, own[instant.source], strict=True)]
        assert all(same) == instant.kept


def test_only_frames_that_are_shown_are_made(take):
    asked = []

    def counting(first, second, shares):
        asked.extend(shares)
        return [first] * len(shares)

    wanted = instants(5, Fraction(24), source_frames=9, source_rate=Fraction(16))
    decoded = iter(list(pictures(take)))
    assert len(list(retimed(decoded, wanted, counting))) == 5
    assert len(asked) == 3 and len(list(decoded)) == 9 - 4


def test_the_same_bytes_on_any_number_of_threads_and_in_every_process(take, tmp_path):
    made = brought(take, tmp_path / "one.mp4")
    assert (probe(tmp_path / "one.mp4").rate, probe(tmp_path / "one.mp4").frames) == (24, 12)
    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    assert brought(take, tmp_path / "two.mp4", threads=1) == made and cv2.getNumThreads() == 3
    cv2.setNumThreads(before)
    code = "import sys; from test_retime import *; print(brought(Path(sys.argv[1]), Path(sys.argv[2])))"
    words = [sys.executable, "-c", code, str(take), str(tmp_path / "three.mp4")]
    paths = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    told = subprocess.run(words, env=paths, capture_output=True, text=True, check=False)
    assert told.stdout.strip() == made, told.stderr


def test_a_take_that_ends_early_is_told(take, tmp_path):
    short = iter(list(pictures(take))[:3])
    wanted = instants(12, Fraction(24), source_frames=9, source_rate=Fraction(16))
    assert len(list(retimed(short, wanted, interpolate))) < 12
    (tmp_path / "torn.mp4").write_bytes(take.read_bytes()[:400])
    with pytest.raises(MediaError):
        brought(tmp_path / "torn.mp4", tmp_path / "made.mp4")
    assert not (tmp_path / "made.mp4").exists()
