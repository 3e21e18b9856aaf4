"""Held frames: a rhythm of frames that stand still in a picture that moves, as of a take of another rate."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from swav.quality.gate import Gate
from swav.quality.sentences import share

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

MOVES = 0.08
"""Levels of 255 by which frames differ, on average, where anything moves."""
STANDS = 0.25
"""The share of the motion around it under which a frame stands still: what is left of it is coding."""
LEAST = 3
"""Times within a second that make a rhythm."""
REGULAR = 0.9
"""The share of the intervals between frames that move which a rhythm has in two neighbouring lengths, as
16 in 25 has 1 and 2: lightning, a beacon or a stop are irregular."""


class Held:
    """Measures ``held``: the share of frames that stand still in a rhythm, ``held`` of ``of``."""

    def __init__(self, rate: Fraction) -> None:
        self._second = max(6, round(float(rate)))
        self._before: np.ndarray | None = None
        self._changes: list[float] = []

    def see(self, frame: Frame) -> None:
        from swav.opencv import cv2

        if self._before is not None:
            self._changes.append(float(cv2.absdiff(frame.small, self._before).mean()))
        self._before = frame.small

    def result(self) -> dict[str, dict]:
        import numpy as np

        moving = self._moving(np.array(self._changes))
        held = np.zeros(len(moving), bool)
        for start in range(max(1, len(moving) - self._second + 1)):
            second = slice(start, start + self._second)
            if _has_rhythm(np.flatnonzero(moving[second])):
                held[second] |= ~moving[second]
        numbers, count = [int(number) + 1 for number in np.flatnonzero(held)], len(moving) + 1
        share = round(len(numbers) / count, 4)
        return {"held": {"value": share, "frames": numbers[:1], "held": len(numbers), "of": count}}

    def _moving(self, changes: np.ndarray) -> np.ndarray:
        """At which changes something moves, against what moves around them; bool."""
        import numpy as np

        half, found = self._second // 3, np.ones(len(changes), bool)
        for number, change in enumerate(changes):
            around = changes[max(0, number - half) : number + half + 1]
            motion = _median(around[around > STANDS * np.percentile(around, 75)])
            found[number] = motion < MOVES or change >= STANDS * motion
        return found


def _median(values: np.ndarray) -> float:
    import numpy as np

    return float(np.median(values)) if len(values) else 0.0


def _has_rhythm(moving: np.ndarray) -> bool:
    """Whether frames stand still in a rhythm, by the numbers of those that move."""
    import numpy as np

    intervals = np.diff(moving)
    if (intervals > 1).sum() < LEAST:
        return False
    shorter = int(intervals.mean())
    return bool(np.isin(intervals, (shorter, shorter + 1)).mean() >= REGULAR)


BY_INTERPOLATION = "they have too little in common to interpolate between them: say motion: blend"
"""What is said where frames were to be made and the take's own were held instead, as at a cut."""

GATES = (
    Gate(
        # Share of frames in the reel that repeat the one before in a rhythm, while the picture moves.
        name="held",
        place=150,
        rising=True,
        warn=0.16,
        fail=None,
        words=share(
            "no frame of the segment stands still by itself",
            lambda measured: (
                f"{measured['held']} of {measured['of']} frames repeat the one before while it moves; "
                f"{BY_INTERPOLATION if measured.get('interpolated') else 'say motion: interpolate'}, or make "
                "the take at the reel's fps"
            ),
            "of the frames",
        ),
        gauge=lambda watched: Held(watched.picture.rate),
        of_segment=True,
    ),
)
