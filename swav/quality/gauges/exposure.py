"""Light: black frames, pictures too dark to read, highlights without detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swav.quality.gate import ALL_BLACK, Gate, Watched, runs
from swav.quality.sentences import are, share

if TYPE_CHECKING:
    from swav.quality.frames import Frame

HIGHLIGHTS = 0.002
"""The share of the picture whose brightness says whether it is too dark: lamps and the moon are larger."""
WHITE_LEVEL = 252
"""Levels of 255: nothing can be told apart above."""


class Blackness:
    """Measures ``black``, which is asked of every take."""

    def __init__(self) -> None:
        self._black: list[int] = []
        self._frames = 0

    def see(self, frame: Frame) -> None:
        self._frames += 1
        if frame.black:
            self._black.append(frame.number)

    def result(self) -> dict[str, dict]:
        share = len(self._black) / self._frames
        return {"black": {"value": share, "frames": self._black[:1], "stretches": runs(self._black)}}


class Exposure:
    """Measures ``dark`` and ``blown`` from the histogram of every frame that is not black."""

    def __init__(self) -> None:
        self._seen: list[tuple[int, float, float]] = []
        """A frame's number, the level of its highlights (0 to 1), the share that is white."""

    def see(self, frame: Frame) -> None:
        import numpy as np

        if not frame.black:
            highlights = float(np.searchsorted(frame.shares, 1 - HIGHLIGHTS)) / 255
            self._seen.append((frame.number, highlights, float(1 - frame.shares[WHITE_LEVEL - 1])))

    def result(self) -> dict[str, dict]:
        import numpy as np

        if not self._seen:
            return {"dark": ALL_BLACK, "blown": ALL_BLACK}
        numbers, highlights, white = zip(*self._seen, strict=True)
        return {
            "dark": {"value": float(np.median(highlights)), "frames": [numbers[int(np.argmin(highlights))]]},
            "blown": {"value": float(np.median(white)), "frames": [numbers[int(np.argmax(white))]]},
        }


def _exposure(watched: Watched) -> Exposure:
    return Exposure()


GATES = (
    Gate(
        # Share of the frames in which nothing is to be seen.
        name="black",
        place=20,
        rising=True,
        warn=0.0,
        fail=0.1,
        words=share("no stretch is black", lambda measured: are(measured, "black")),
        gauge=lambda watched: Blackness(),
        of_all=True,
    ),
    Gate(
        # Brightness of the brightest 0.2 % of the picture, 0 to 1.
        name="dark",
        place=100,
        rising=False,
        warn=0.17,
        fail=0.12,
        words=share(
            "the picture is bright enough",
            lambda measured: "the picture is too dark",
            "of white at its brightest",
        ),
        gauge=_exposure,
    ),
    Gate(
        # Share of the picture that is pure white.
        name="blown",
        place=110,
        rising=True,
        warn=0.2,
        fail=0.4,
        words=share(
            "the highlights hold detail",
            lambda measured: "the picture is blown out",
            "of the picture is pure white",
        ),
        gauge=_exposure,
    ),
)
