"""Check a finished reel from the file itself: ``python tests/check_reel.py final.mp4 BOARD.yaml``."""

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import yaml
from imageio_ffmpeg import get_ffmpeg_exe


def check_reel(reel: Path, storyboard: Path, *, integrated: float = -16.0, true_peak: float = -1.0) -> dict:
    """Assert everything that a delivered file promises; returns what was measured."""
    board = yaml.safe_load(storyboard.read_text(encoding="utf-8"))
    rate = Fraction(str(board.get("fps", 24)))
    width, height = (int(side) for side in str(board.get("size", "1280x720")).split("x"))
    with av.open(str(reel)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (video.width, video.height, video.average_rate) == (width, height, rate)
        assert int(context.color_primaries) == int(context.color_trc) == int(context.colorspace) == 1
        assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48_000, "stereo")
        assert container.metadata["title"] == board["title"]
        names = [chapter["metadata"]["title"] for chapter in container.chapters()]
        assert [name.split()[0] for name in names] == [shot["id"] for shot in board["shots"]]
        frames, black = 0, 0
        for frame in container.decode(video):
            assert frame.pts * frame.time_base == Fraction(frames) / rate, (
                f"frame {frames} is not at its time"
            )
            black += frame.to_ndarray(format="gray").mean() < 17
            frames += 1
        sound = Fraction(audio.duration * audio.time_base)
    assert abs(sound - frames / rate) <= 1 / rate, f"picture {float(frames / rate)} s, sound {float(sound)} s"
    assert _fast_start(reel), "the index is not at the front"
    loudness, peak = _loudness(reel)
    assert abs(loudness - integrated) <= 0.5, f"{loudness} LUFS"
    assert peak <= true_peak + 0.05, f"{peak} dBTP"
    return {"frames": frames, "black_frames": int(black), "loudness": loudness, "true_peak": peak}


def _fast_start(reel: Path) -> bool:
    front = reel.read_bytes()
    return front.index(b"moov") < front.index(b"mdat")


def _loudness(reel: Path) -> tuple[float, float]:
    command = [get_ffmpeg_exe(), "-nostdin", "-i", str(reel), "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    integrated = re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]
    return float(integrated), float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)[-1])


if __name__ == "__main__":
    print(check_reel(Path(sys.argv[1]), Path(sys.argv[2])))
