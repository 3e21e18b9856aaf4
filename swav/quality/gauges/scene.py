"""A cut inside the shot: two pictures with nothing in common, each of which lasts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from swav.quality.gate import Gate
from swav.quality.sentences import Words, plain

if TYPE_CHECKING:
    import numpy as np

    from swav.quality.frames import Frame

SIZE = (64, 36)
DETAIL = 3
"""Thumbnail pixels (sigma): wider shapes, such as sky above land, are common to many pictures."""
REACH = 0.5
"""Seconds on each side of a cut that are compared: a flash, or what passes the lens, is over by then."""
NEIGHBOURS = 3
"""Frames on each side that say how fast the picture changes anyway."""
FAINT = 6.0
"""Levels of 255: detail that is much stronger counts little more, so that no lamp outshines the picture."""
LASTING = 5
"""Frames that are needed on each side: a glitch at the very start or end is no cut."""
_LEAST = 0.1
"""Detail (0 to 1) of a picture that has too little to be compared."""


class Scene:
    """Measures ``jump``: how much less two neighbouring pictures have in common than those beside them.

    The detail of thumbnails is correlated, -1 to 1, which brightness and contrast do not change.
    """

    def __init__(self, rate: Fraction) -> None:
        self._reach = max(2, round(float(rate) * REACH))
        self._pictures: list[np.ndarray] = []

    def see(self, frame: Frame) -> None:
        import numpy as np

        from swav.opencv import cv2

        thumbnail = cv2.resize(frame.small.astype(np.float32), SIZE, interpolation=cv2.INTER_AREA)
        detail = (thumbnail - cv2.GaussianBlur(thumbnail, (0, 0), DETAIL)).ravel()
        picture = detail / (np.abs(detail) + FAINT)
        self._pictures.append(picture / max(_LEAST * np.sqrt(picture.size), float(np.linalg.norm(picture))))

    def result(self) -> dict[str, dict]:
        import numpy as np

        pictures = np.stack(self._pictures)
        steps = np.einsum("ij,ij->i", pictures[1:], pictures[:-1])
        possible = range(LASTING, len(pictures) - LASTING + 1)
        jumps = {number: self._jump(pictures, steps, number) for number in possible} or {0: 0.0}
        worst = max(jumps, key=jumps.__getitem__)
        return {"jump": {"value": jumps[worst], "frames": [worst]}}

    def _jump(self, pictures: np.ndarray, steps: np.ndarray, number: int) -> float:
        """How much of a cut lies between frame ``number`` and the one before it."""
        import numpy as np

        before = pictures[max(0, number - self._reach) : number]
        after = pictures[number : number + self._reach]
        beside = np.r_[
            steps[max(0, number - 1 - NEIGHBOURS) : number - 1], steps[number : number + NEIGHBOURS]
        ]
        usual = float(beside.min()) if len(beside) else 1.0
        return max(0.0, usual - float((before @ after.T).max()))


GATES = (
    Gate(
        # How unlike the pictures on both sides of the worst cut inside the shot are, 0 to 1.
        name="jump",
        place=90,
        rising=True,
        warn=0.15,
        fail=0.25,
        words=Words(
            "the shot is one shot",
            lambda measured: f"there is a cut inside the shot, at frame {measured['frames'][0]}",
            lambda value: f"the two sides differ by {plain(value)} of 1",
            plain,
        ),
        gauge=lambda watched: Scene(watched.picture.rate),
    ),
)
