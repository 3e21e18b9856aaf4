"""The same inputs give the same bytes: in every process, folder and heap, on any number of cores."""

import os
import subprocess
import sys

import pytest

CLIP = """
import sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from swav.media.writer import ClipWriter
y, x = np.mgrid[0:192, 0:320]
grain = np.random.default_rng(0).integers(0, 12, (192, 320, 3))
with ClipWriter(Path("take.mp4"), width=320, height=192, rate=Fraction(12), metadata={"title": "a"}) as clip:
    for n in range(24):
        base = np.stack([(x + 3 * n) % 256, (y * 2 + n) % 256, 128 + 90 * np.sin((x + y) / 30 + n / 8)], -1)
        clip.write(np.clip(base + grain, 0, 255).astype("uint8"))
"""
PIECES = """
import sys
from fractions import Fraction
from pathlib import Path
from PIL import Image, ImageDraw
from swav.cut.join import Chapter, join
from swav.cut.segment import Format, Lettering, ShotPicture, encode_segment, encode_transition
from swav.titles.overlay import write_overlay
import soundfile, numpy as np
form = Format(320, 192, Fraction(24))
size = {"width": 320, "height": 192}
write_overlay(("First light", "at sea"), "lower_third", **size, language="en", target=Path("title.png"))
shot = ShotPicture(Path("take.mp4"), 48, (Lettering(Path("title.png"), 0, 40, 8),))
encode_segment(shot, 0, 36, form, Path("a.mp4"))
for kind in ("fade", "fade_black", "wipe", "slide"):
    encode_transition(kind, shot, shot, 12, 12, form, Path(f"{kind}.mp4"))
encode_segment(shot, 12, 48, form, Path("b.mp4"))
sound = np.random.default_rng(1).normal(0, 0.05, (84 * 2000, 2)).astype("float32")
soundfile.write("mix.wav", sound, 48000, "PCM_24")
pieces = [Path("a.mp4"), Path("fade.mp4"), Path("b.mp4")]
join(pieces, rate=Fraction(24), sound=Path("mix.wav"), subtitles=None, language="en",
     chapters=[Chapter("a", 0, 84)], metadata={"title": "t"}, target=Path("reel.mp4"))
from swav.cut.master import CODECS, encode_master
from swav.motion.makers import MAKERS
from swav.motion.retime import retime
for codec in CODECS:
    encode_master(Path("reel.mp4"), Path("mix.wav"), codec, Path(f"{codec}.mov"))
for how in MAKERS:
    retime(Path("take.mp4"), Path(f"{how}.mp4"), rate=Fraction(24), frames=24, maker=MAKERS[how], metadata={},
           threads=int(sys.argv[1]))
"""
LAID = """
from pathlib import Path
import numpy as np, soundfile
from swav.sound.cues import Bed, Placed
from swav.sound.levels import Levels
from swav.sound.master import master
from swav.sound.stems import write_stems
from swav.speech import speak
speak("The boat is out.", engine="piper", language="en", speaker=None, speed=1.0, seed=0,
      target=Path("line.wav"))
bed = np.random.default_rng(1).normal(0, 0.05, (96000, 2)).astype("float32")
soundfile.write("bed.wav", bed, 48000, "PCM_24")
lines, beds = [Placed(Path("line.wav"), 4800)], [Bed(Path("bed.wav"))]
stems = write_stems(lines, beds, [], samples=96000, levels=Levels(), folder=Path("."))
master(stems.paths, samples=96000, target=Path("mix.wav"))
"""


def made(folder, program, threads, perturb):
    """What the program makes in a process of its own, by name."""
    environment = {"MALLOC_PERTURB_": perturb, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    cores = [] if threads != "1" else ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [*cores, sys.executable, "-c", program, threads],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("program", [CLIP + PIECES, LAID], ids=["pictures", "sound"])
def test_the_same_bytes_come_out(tmp_path, program):
    first = made(tmp_path / "first", program, "1", "0")
    for name, threads, perturb in (("sec ond", "4", "85"), ("third/fourth", "2", "170")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        again = made(tmp_path / name, program, threads, perturb)
        assert again.keys() == first.keys()
        assert [file for file in first if again[file] != first[file]] == []
