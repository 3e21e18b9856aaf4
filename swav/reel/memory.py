"""Memory that a job takes, as rules tell Snakemake (``mem_mb``), which then starts no more jobs than fit.

It matters where somebody says how much there is: ``snakemake --resources mem_mb=16000``, or a cluster.
"""

from math import ceil

MEASURED_PIXELS = 1280 * 720
MEASURED_MB = {
    "make_sample": 667,
    "draw": 589,
    "segment": 389,
    "transition": 280,
    "shot": 389,
    "judge": 365,
    "admit": 176,
    "contact_sheet": 176,
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
files. ``judge`` is of a generated take (docs/quality.md); a ``shot`` is encoded like a segment, a
``contact_sheet`` drawn like that of ``admit``."""
ALLOWED_MB = {"motion": 1400, "keyframe": 589, "hand_over": 280}
"""The same where nobody has measured: frames of 1280x720 that wait in the queue of ``motion`` and their
flows, generously; what ``draw`` takes; and for one frame of a take, what a ``transition`` takes."""
OF_PICTURES = ("make_sample", "draw", "motion", "segment", "transition", "shot", "judge", "keyframe")
OF_PICTURES += ("hand_over",)
"""Rules whose memory grows with the picture."""
SPARE = 1.1
STEP_MB = 50


def memory_mb(rule: str, width: int, height: int) -> int:
    """MB that a rule claims for a job, in a reel of that size: what was measured, and a tenth more."""
    larger = max(1.0, width * height / MEASURED_PIXELS) if rule in OF_PICTURES else 1.0
    return STEP_MB * ceil((MEASURED_MB | ALLOWED_MB)[rule] * larger * SPARE / STEP_MB)
