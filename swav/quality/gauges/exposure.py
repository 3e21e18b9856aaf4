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


class Exposure:
    """Measures ``black``, ``dark`` and ``blown`` from the histogram of every frame."""

    def __init__(self) -> None:
        self._black: list[int] = []
        self._seen: list[tuple[int, float, float]] = []
        """Of every other frame: its number, the level of its highlights (0 to 1), the share that is white."""

    def see(self, frame: Frame) -> None:
        import numpy as np

        if frame.black:
            self._black.append(frame.number)
            return
        highlights = float(np.searchsorted(frame.shares, 1 - HIGHLIGHTS)) / 255
        self._seen.append((frame.number, highlights, float(1 - frame.shares[WHITE_LEVEL - 1])))

    def result(self) -> dict[str, dict]:
        import numpy as np

        black = {
            "value": len(self._black) / (len(self._black) + len(self._seen)),
            "frames": self._black[:1],
            "stretches": runs(self._black),
        }
        if not self._seen:
            return {"black": black, "dark": ALL_BLACK, "blown": ALL_BLACK}
        numbers, highlights, white = zip(*self._seen, strict=True)
        return {
            "black": black,
            "dark": {"value": float(np.median(highlights)), "frames": [numbers[int(np.argmin(highlights))]]},
            "blown": {"value": float(np.median(white)), "frames": [numbers[int(np.argmax(white))]]},
        }


def _gauge(watched: Watched) -> Exposure:
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
        gauge=_gauge,
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
        gauge=_gauge,
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
        gauge=_gauge,
    ),
)
