"""Memory that a job takes, as rules tell Snakemake (``mem_mb``), which then starts no more jobs than fit.

It matters where somebody says how much there is: ``snakemake --resources mem_mb=16000``, or a cluster.
"""

from math import ceil

MEASURED_PIXELS = 1280 * 720
MEASURED_MB = {
    "make_sample": 453,
    "draw": 419,
    "motion": 339,
    "keyframe": 266,
    "segment": 389,
    "transition": 280,
    "shot": 389,
    "judge": 365,
    "admit": 176,
    "contact_sheet": 380,
    "set_lettering": 140,
    "speak": 436,
    "listen": 271,
    "compose": 105,
    "lay_stems": 77,
    "mix": 77,
    "caption": 64,
    "join": 64,
}
"""MB that a job of each rule holds at its height, with all that it starts: the demo at 1280x720, by
``python benchmarks/jobs.py`` (2026-11-27, 2 cores), the larger of its own figure and Snakemake's benchmark
files. ``draw`` is of a panel that two threads draw, by ``benchmarks/build_profile.py`` (2026-11-28), and
``make_sample`` was measured by itself. ``motion`` (16 frames a second to 24) and ``keyframe`` (one of the
animatic) were looked at in a reel of their own. ``judge`` is of a generated take (docs/quality.md); a
``shot`` is encoded like a segment. A ``contact_sheet`` is of 800 shots, by itself (2026-11-28); one of six
holds 150."""
ALLOWED_MB = {
    "make_environment": 1000,
    "speak_in_environment": 6000,
    "compose_in_environment": 10_500,
    "motion_in_environment": 4000,
    "finish": 4000,
    "render": 4000,
    "look_early": 4000,
    "compare_looks": 365,
    "compare": 4000,
    "hand_over": 280,
    "master": 389,
    "burn": 600,
}
"""The same where nobody has measured: pip with the largest wheels; XTTS in float32 and MusicGen-large, each
with a torch of its own on the processor; RIFE with such a torch (it alone held 1.1 GB at 720p); for a take
that is enlarged the same torch, a model of 64 channels and the frame that it makes; of a render, of an early
look and of a comparison, which renders, its processes without weights, whose bytes come on top; for one frame
of a take, what a ``transition`` takes; for early looks side by side what ``judge`` does; for a master, what a
``segment`` takes; for subtitles in the picture, a segment and the cue over it."""
OF_PICTURES = ("make_sample", "draw", "motion", "segment", "transition", "shot", "judge", "keyframe")
OF_PICTURES += ("hand_over", "master", "burn", "compare_looks")
"""Rules whose memory grows with the picture."""
SPARE = 1.1
STEP_MB = 50


def memory_mb(rule: str, width: int, height: int, weights: int = 0) -> int:
    """MB that a rule claims for a job, in a reel of that size: what was measured, and a tenth more.

    ``weights`` are the bytes of a model that the job renders with. All of them may wait in the machine's
    memory for their turn on the card; a machine that has less is claimed whole, and holds fewer there.
    """
    larger = max(1.0, width * height / MEASURED_PIXELS) if rule in OF_PICTURES else 1.0
    own = (MEASURED_MB | ALLOWED_MB)[rule] * larger * SPARE
    return STEP_MB * ceil((own + weights / 1e6) / STEP_MB)
