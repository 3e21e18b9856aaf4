"""A line that somebody spoke, from a recording: what is heard of it, conformed as synthesised lines are.

Its stereo sides are summed, silence before and after is trimmed as a synthesiser's is, so that the line
begins where the storyboard says; the mix then brings every line to one loudness.
"""

from fractions import Fraction
from pathlib import Path

import numpy as np

from swav.errors import MediaError
from swav.speech.finish import SAMPLE_RATE, write

LONGEST = 3600
"""Seconds of a line at most: it is held in memory."""


def conform(recording: Path, begin: Fraction, end: Fraction | None, target: Path) -> None:
    """Write a line's recording from second ``begin`` to ``end`` (its end if None): mono, 48 kHz, 16 bit.

    Raises MediaError for a file without sound there, or with silence alone.
    """
    from swav.sound.decode import decoded

    most = round((LONGEST if end is None else end - begin) * SAMPLE_RATE)
    blocks, count = [], 0
    for block in decoded(recording, begin):
        blocks.append(block[: most - count].mean(axis=1))
        count += len(blocks[-1])
        if count >= most:
            break
    if end is None and count >= most:
        raise MediaError(f"{recording} holds more than an hour; name the line's in and out")
    line = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    if not np.abs(line).max(initial=0) > 1e-4:
        raise MediaError(f"{recording} is silent from {float(begin):g} s on; check the line's in and out")
    write(line, SAMPLE_RATE, target)
