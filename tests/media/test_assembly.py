"""Which of x264's assembly is at work in each encoder that swav starts, by its own word and by its streams.

Its AVX-512 code gives other pictures in every run (``swav.media.h264``). A processor without that code cannot
show it, so the encoders are given another list than any would choose, and must all say that they took it.
"""

import os
import re
import subprocess
import sys

import pytest
from places import REPOSITORY

from swav.media import h264
from swav.quality.gauges import bits

ENCODES = """
import os, sys
from fractions import Fraction
from pathlib import Path
import av, numpy as np, soundfile
from swav.cut.burn import Burnt, burn
from swav.cut.join import join
from swav.cut.segment import Format, ShotPicture, encode_segment, encode_transition
from swav.media import h264
from swav.media.conform import conform_footage
from swav.media.writer import ClipWriter
from swav.motion.makers import MAKERS
from swav.motion.retime import retime
from swav.page.pictures import make_proxy

h264.ASSEMBLY = sys.argv[1]
av.logging.restore_default_callback()  # what libav itself says, to standard error
av.logging.set_libav_level(av.logging.INFO)
rate = Fraction(12)

def named(name):
    os.environ["FFREPORT"] = f"file={name}.log:level=32"  # what ffmpeg says, however quiet it shall be
    print(name + ".mp4", flush=True)
    return Path(name + ".mp4")

with ClipWriter(named("take"), width=128, height=72, rate=rate, metadata={}) as clip:
    for n in range(8):
        clip.write(np.full((72, 128, 3), 20 * n, "uint8"))
take = Path("take.mp4")
form, shot = Format(128, 72, rate), ShotPicture(take, 8, ())
encode_segment(shot, 0, 4, form, named("segment"))
for kind in ("fade", "fade_black", "wipe", "slide"):
    encode_transition(kind, shot, shot, 4, 4, form, named(kind))
soundfile.write("mix.wav", np.zeros((32000, 2), "float32"), 48000, "PCM_24")
join([Path("segment.mp4"), Path("wipe.mp4")], rate=rate, sound=Path("mix.wav"), subtitles=None, language="en",
     chapters=[], metadata={}, target=named("reel"))
cue = Burnt(0, 4, np.full((72, 128, 4), 200, "uint8"))
burn(Path("reel.mp4"), [cue], crf=20, preset="fast", target=named("burnt"))
conform_footage(take, start=Fraction(0), frames=6, width=128, height=72, rate=rate, target=named("footage"),
                metadata={})
retime(take, named("between"), rate=Fraction(24), frames=8, maker=MAKERS["blend"], metadata={})
make_proxy(take, named("proxy"))
"""
ENCODED = ["take", "segment", "fade", "fade_black", "wipe", "slide", "burnt", "footage", "between", "proxy"]
OPTIONS = re.compile(rb"x264 - core \d+[^\0]*? options: ([\w=.:,| -]*)")
"""What x264 writes into a stream's first access unit."""


def said(folder, assembly):
    """What each encoder said of the processor, by the film that it made."""
    done = subprocess.run(
        [sys.executable, "-c", ENCODES, assembly],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    found = {}
    for part in re.split(r"^(?=\w+\.mp4$)", done.stdout, flags=re.MULTILINE)[1:]:
        name = part.partition(".")[0]
        log = folder / f"{name}.log"
        whole = part + (log.read_text() if log.exists() else "")
        found[name] = re.findall(r"using cpu capabilities: (.*)", whole)
    return found


@pytest.mark.skipif(not h264.parameters(), reason="x264's assembly is named on processors with AVX2 only")
@pytest.mark.parametrize("assembly", ["MMX2,SSE2Fast,SSSE3", h264.ASSEMBLY], ids=["any list", "ours"])
def test_every_encoder_takes_the_assembly_that_it_is_told(tmp_path, assembly):
    found = said(tmp_path, assembly)
    assert found.pop("reel") == []  # its pieces' packets as they are
    assert found == {name: [assembly.replace(",", " ")] for name in ENCODED}
    for film in tmp_path.glob("*.mp4"):
        (options,) = set(OPTIONS.findall(film.read_bytes()))
        threads = 1 if film.stem == "proxy" else h264.THREADS
        assert f" threads={threads} " in options.decode(), film.stem


def test_ours_has_none_of_avx_512():
    assert "AVX512" not in h264.ASSEMBLY.upper().replace("-", "")
    assert "AVX2" in h264.ASSEMBLY


def test_nothing_else_encodes_with_x264():
    """Whoever names the encoder names its parameters, or is a gauge that keeps no picture."""
    modules = [file for file in (REPOSITORY / "swav").rglob("*.py") if "libx264" in file.read_text()]
    own = {"media/h264.py", "media/writer.py", "page/pictures.py"}
    assert {str(file.relative_to(REPOSITORY / "swav")) for file in modules} == own | {
        "quality/gauges/bits.py"
    }
    assert bits.SAME_EACH_TIME == "mbtree=0"
