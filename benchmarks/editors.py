"""Whether programs that are not ours show the frames of a hand-off: ``python benchmarks/editors.py``.

Takes whose every frame says its number are handed off at four rates. Blender (its own Python reads final.xml
and final.otio by the kept adapters, its sequencer shows the clips) and melt (clips of final.otio as its own
playlist) render them small; each frame on both sides of every cut is then read. It needs `apt install melt
blender`.
"""

import os
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import opentimelineio as otio

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "handoff")]
import barcode  # noqa: E402
from test_handoff import RATES, film, picture_clips  # noqa: E402

PROFILES = {
    Fraction(24): "24",
    Fraction(25): "25",
    Fraction(24000, 1001): "2398",
    Fraction(30000, 1001): "2997",
}
"""What melt calls its own settings of a rate."""
BLENDER = """
import bpy, sys, opentimelineio as otio
file, adapter, rate, base, target = sys.argv[sys.argv.index("--") + 1:]
timeline = otio.adapters.read_from_file(file, adapter or None)
scene = bpy.context.scene
scene.sequence_editor_create()
at = 1
for clip in timeline.video_tracks()[0].find_clips():
    first, frames = (round(t.value) for t in (clip.source_range.start_time, clip.source_range.duration))
    url = clip.media_reference.target_url
    strip = scene.sequence_editor.sequences.new_movie(clip.name, url, 1, at - first)
    strip.frame_offset_start = first
    strip.frame_final_duration = frames
    at += frames
scene.frame_start, scene.frame_end = 1, at - 1
numerator, denominator = map(int, (rate + "/1").split("/")[:2])
scene.render.fps, scene.render.fps_base = round(numerator / denominator), float(base)
scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 192, 108, 100
scene.render.image_settings.file_format = "PNG"
scene.view_settings.view_transform = "Standard"
scene.render.filepath = target
bpy.ops.render.render(animation=True)
"""


def by_melt(folder: Path, rate: Fraction) -> list:
    """What melt shows of final.otio's clips, one frame after the other."""
    timeline = otio.adapters.read_from_file(str(folder / "final.otio"))
    clips = []
    for clip in timeline.video_tracks()[0].find_clips():
        first, frames = (round(t.value) for t in (clip.source_range.start_time, clip.source_range.duration))
        clips += [unquote(clip.media_reference.target_url), f"in={first}", f"out={first + frames - 1}"]
    profile = f"atsc_720p_{PROFILES[rate]}"
    out = ["-consumer", "avformat:melt.mp4", "vcodec=mpeg4", "qscale=1", "an=1", "s=320x180"]
    command = ["melt", "-silent", "-profile", profile, *clips, *out]
    quiet = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, cwd=folder, env=quiet, capture_output=True, timeout=120, check=False)
    return list(barcode.shown(folder / "melt.mp4"))


def by_blender(folder: Path, rate: Fraction, file: str, adapter: str) -> list:
    """What Blender's sequencer shows of a hand-off's clips."""
    import numpy as np
    from PIL import Image

    (folder / "blender.py").write_text(BLENDER)
    target = folder / f"blender{Path(file).suffix}"
    target.mkdir(exist_ok=True)
    base = str(float(Fraction(round(rate)) / rate))
    words = [file, adapter, str(rate), base, f"{target}/"]
    command = [
        "blender",
        "-b",
        "--factory-startup",
        "--python-use-system-env",
        "-P",
        "blender.py",
        "--",
        *words,
    ]
    packages = str(Path(otio.__file__).parent.parent)
    environment = {"PYTHONPATH": packages, "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=200, check=False
    )
    frames = sorted(target.glob("*.png"))
    if not frames:
        print(done.stdout[-800:], done.stderr[-800:], file=sys.stderr)
    return [barcode.read(np.asarray(Image.open(frame).convert("RGB"))) for frame in frames]


def main() -> None:
    """Print a line for each rate and program: frames at cuts that are right, of all."""
    only = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="swav-editors-") as root:
        for fps in RATES:
            folder = Path(root, fps)
            cut = film(folder, fps)
            rate = cut.delivery.rate
            timeline = otio.adapters.read_from_file(str(folder / "final.otio"))
            numbers = {shot.id: number for number, shot in enumerate(cut.shots, 1)}
            wanted, held = [], 0
            for name, _, first, frames in picture_clips(timeline):
                if name.endswith(" held"):
                    held = frames
                    continue
                wanted += [(numbers[name], first + n) for n in range(frames)]
            runs = {
                "melt, final.otio": lambda: by_melt(folder, rate),  # noqa: B023
                "blender, final.otio": lambda: by_blender(folder, rate, "final.otio", ""),  # noqa: B023
                "blender, final.xml": lambda: by_blender(folder, rate, "final.xml", "fcp_xml"),  # noqa: B023
            }
            for name, run in runs.items():
                if only and not any(word in name for word in only):
                    continue
                found = run()
                right = sum(a == b for a, b in zip(found, wanted, strict=False))
                cuts = [n for n in range(1, len(wanted)) if wanted[n][0] != wanted[n - 1][0]]
                at_cuts = sum(found[n - 1 : n + 1] == wanted[n - 1 : n + 1] for n in cuts)
                total = f"{len(found)} frames (film: {len(wanted) + held})"
                print(
                    f"{fps}: {name}: {right} of {len(wanted)} frames, {at_cuts} of {len(cuts)} cuts; {total}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
