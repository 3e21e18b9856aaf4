"""One set of H.264 settings, from which clips of the same format come out with the same parameter sets.

Clips can be joined without encoding again only if their sequence and picture parameter sets are equal. So
what x264 would choose by the machine or the picture is fixed here: level, references, threads, assembly.
"""

from fractions import Fraction
from functools import cache
from math import ceil

from swav.arithmetic import processor
from swav.errors import MediaError
from swav.media.timescale import track_timescale

REFERENCE_FRAMES = 4
THREADS = 4  # x264's bytes depend on the number of threads, so it must not follow the machine
ASSEMBLY = "MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
"""x264's assembly but for AVX-512, whose macroblock tree reads memory that was never written: the same frames
then give other bytes and other pictures in every process (seen with PyAV 18.1's x264 and imageio-ffmpeg 0.8).
With these, the bytes are the same on every processor that has AVX2. ``mbtree=0`` is no better cure: it spends
the bits where nobody looks."""

# ITU-T H.264, table A-1: level, and its macroblocks a second, in a frame, and in the decoded picture buffer.
_LEVELS = (
    ("1", 1_485, 99, 396),
    ("1.1", 3_000, 396, 900),
    ("1.2", 6_000, 396, 2_376),
    ("1.3", 11_880, 396, 2_376),
    ("2", 11_880, 396, 2_376),
    ("2.1", 19_800, 792, 4_752),
    ("2.2", 20_250, 1_620, 8_100),
    ("3", 40_500, 1_620, 8_100),
    ("3.1", 108_000, 3_600, 18_000),
    ("3.2", 216_000, 5_120, 20_480),
    ("4", 245_760, 8_192, 32_768),
    ("4.2", 522_240, 8_704, 34_816),
    ("5", 589_824, 22_080, 110_400),
    ("5.1", 983_040, 36_864, 184_320),
    ("5.2", 2_073_600, 36_864, 184_320),
    ("6", 4_177_920, 139_264, 696_320),
    ("6.1", 8_355_840, 139_264, 696_320),
    ("6.2", 16_711_680, 139_264, 696_320),
)


def level(width: int, height: int, rate: Fraction) -> str:
    """The lowest level of ITU-T H.264 that holds width x height at ``rate`` with our reference frames."""
    frame = ceil(width / 16) * ceil(height / 16)
    for name, per_second, per_frame, buffer in _LEVELS:
        if frame <= per_frame and frame * rate <= per_second and frame * REFERENCE_FRAMES <= buffer:
            return name
    raise MediaError(
        f"{width}x{height} at {float(rate):g} frames a second is beyond H.264; choose a smaller size"
    )


@cache
def parameters(*more: str) -> str:
    """x264's own parameters: ``more``, and the assembly that gives the same bytes in every process.

    x264 takes the named assembly even where it is missing, so it is named only where AVX2 is there.
    """
    return ":".join([*more, f"asm={ASSEMBLY}"] if "avx2" in processor() else more)


def settings(width: int, height: int, rate: Fraction, crf: int, preset: str) -> dict[str, object]:
    """ffmpeg's output options for one closed-GOP, bit-exact mp4 of pictures at a constant rate.

    Raises MediaError if H.264 has no level for the format, or a side is odd (yuv420p halves both).
    """
    if width % 2 or height % 2:
        raise MediaError(f"{width}x{height} has an odd side; choose an even width and height")
    return {
        "c:v": "libx264",
        "preset": preset,
        "crf": crf,
        "profile:v": "high",
        "level:v": level(width, height, rate),
        "refs": REFERENCE_FRAMES,
        "bf": 3,
        "g": ceil(2 * rate),  # a reviewer who scrubs lands at most two seconds away
        # Weighted prediction stands in the PPS, and presets differ in it.
        "x264-params": parameters("open-gop=0", "b-pyramid=normal", "weightp=2"),
        "threads:v": THREADS,
        "pix_fmt": "yuv420p",
        "r": str(rate),
        "fps_mode": "cfr",
        "video_track_timescale": track_timescale(rate),
        "map_metadata": -1,
        "map_chapters": -1,
        "bitexact": True,
        "an": True,
    }
