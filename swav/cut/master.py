"""A master for an editing program: the reel's picture encoded once more, its mix as it was mastered.

The pieces of such a reel are close to lossless, and its sound is taken from the mix, which was never AAC.
What was written is looked at in the file itself before it gets its name.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from swav.errors import MediaError
from swav.files import replacing
from swav.media.ffmpeg import location, run
from swav.media.probe import opened, probe

_BITEXACT = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
_COLOUR = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]
CODECS = {
    "prores": ["-c:v", "prores_ks", "-profile:v", "hq", "-vendor", "apl0", "-pix_fmt", "yuv422p10le"],
    "dnxhr": ["-c:v", "dnxhd", "-profile:v", "dnxhr_hq", "-pix_fmt", "yuv422p"],
}
"""ffmpeg's words for Apple ProRes 422 HQ, 10 bits, and Avid DNxHR HQ (VC-3), 8 bits."""
_NAMES = {"prores": ("prores", "yuv422p10le"), "dnxhr": ("dnxhd", "yuv422p")}


@dataclass(frozen=True)
class Seen:
    """What a master holds, read from its file."""

    codec: str
    pixels: str
    width: int
    height: int
    rate: Fraction
    frames: int
    sound: str


def encode_master(reel: Path, mix: Path, codec: str, target: Path) -> Seen:
    """Write ``reel`` (mp4) with ``mix`` (48 kHz WAV) as ``target`` (mov): ProRes or DNxHR, 24-bit PCM.

    Chapters and what the reel says of itself come along. Raises MediaError where it cannot be written, or
    where the file does not hold what it should: codec, size, rate and every frame.
    """
    wanted = probe(reel)
    sources = ["-i", location(reel), "-i", location(mix)]
    streams = ["-map", "0:v:0", "-map", "1:a:0", "-map_metadata", "0", "-map_chapters", "0"]
    sound = ["-c:a", "pcm_s24le"]
    with replacing(target) as partial:
        options = [*streams, *CODECS[codec], *_COLOUR, *sound, "-movflags", "+faststart", *_BITEXACT]
        run([*sources, *options, location(partial)], what=f"encoding {Path(target).name}")
        found = seen(partial)
        expected = Seen(*_NAMES[codec], wanted.width, wanted.height, wanted.rate, wanted.frames, "pcm_s24le")
        if found != expected:
            raise MediaError(f"{Path(target).name} came out as {_said(found)}, not as {_said(expected)}")
    return found


def seen(master: Path) -> Seen:
    """What a master holds. MediaError where it cannot be read."""
    picture = probe(master)
    with opened(master) as container:
        video, sound = container.streams.video[0].codec_context, container.streams.audio
        return Seen(
            video.name,
            str(video.pix_fmt),
            picture.width,
            picture.height,
            picture.rate,
            picture.frames,
            sound[0].codec_context.name if sound else "",
        )


def _said(master: Seen) -> str:
    return (
        f"{master.codec} {master.pixels} {master.width}x{master.height}, {master.frames} frames at "
        f"{float(master.rate):g}, sound {master.sound or 'none'}"
    )
