"""The slate: one slim line at the top edge that says what the picture stands for."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from swav.opencv import cv2
from swav.titles.setting import extent, impress

_WEIGHT = 500
_MIDDLE = 0.357
"""Half the height of capitals, in em: where the middle of a line of signs and figures is."""


@dataclass(frozen=True)
class Slate:
    """What the strip says of the shot; ``engine`` is the one that will render it."""

    shot: str
    engine: str
    seconds: Fraction
    label: str = "ANIMATIC"
    words: str = ""
    """The prompt's first words, as far as there is room for them."""

    @property
    def text(self) -> str:
        return "   |   ".join((self.shot, self.engine, f"{float(self.seconds):.1f} s", self.label))

    def fitting(self, room: float) -> str:
        """The text with as many of the words as fit into ``room``, in em."""
        words = self.words.split()
        for count in range(len(words), 0, -1):
            cut = "" if count == len(words) or words[count - 1].endswith("…") else "…"
            text = f"{self.text}   |   {' '.join(words[:count])}{cut}"
            if extent(text, _WEIGHT).advance <= room:
                return text
        return self.text


class Strip:
    """The slate as it lies over the top of frames: what it lets through and adds is the same in all."""

    def __init__(self, letters: np.ndarray, cover: np.ndarray):
        """``letters`` and ``cover``, float32 (rows, width) from 0 to 1: how bright it is, premultiplied, and
        how much of the frame it hides."""
        clear, nothing = 1 - cover, np.zeros_like(letters)
        self._bright, self._dimmed = cv2.merge([255 * letters] * 3), cv2.merge([clear] * 3)
        # All four channels at once: three of four take several times as long.
        self._ink, self._clear = cv2.merge([letters] * 3 + [nothing]), cv2.merge([clear] * 3 + [nothing + 1])

    def over(self, frame: np.ndarray) -> np.ndarray:
        """A frame, uint8 RGB (height, width, 3), with the strip over its top; it is changed in place."""
        top = frame[: len(self._bright)]
        cv2.add(top * self._dimmed, self._bright, dst=top, dtype=cv2.CV_8U)
        return frame

    def over_light(self, frame: np.ndarray) -> None:
        """The same over colours from 0 to 1, in the first three channels of float32 (height, width, 4)."""
        colour = frame[: len(self._ink)]
        colour *= self._clear
        colour += self._ink


def slate_strip(slate: Slate, width: int, height: int) -> Strip:
    """The strip for frames of a size.

    The letters are 2.2 % of the frame's height, no less than 8 pixels, and shrink where the line is too long.
    """
    from PIL import Image

    wanted = max(8.0, 0.022 * min(height, width * 1.2))
    text = slate.fitting(width * 0.94 / wanted)
    size = max(min(wanted, width * 0.94 / extent(text, _WEIGHT).advance), 3.0)
    rows = min(height, round(size * 1.95))
    line = impress(text, size, _WEIGHT)
    strip = Image.new("L", (width, rows), 0)
    baseline = round(rows / 2 + _MIDDLE * size)
    strip.paste(line.mask, (round(0.018 * width) + 1 + line.left, baseline + line.top))
    letters = np.asarray(strip, np.float32) / 255
    # The ground thins towards its lower edge, so that it reads as part of the picture.
    ground = 0.52 * np.linspace(1, 0.72, rows, dtype=np.float32)[:, None]
    return Strip(letters * np.float32(0.95), letters + ground * (1 - letters))
