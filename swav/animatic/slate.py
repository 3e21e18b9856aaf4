"""The slate: one slim line at the top edge that says what the picture stands for."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Slate:
    """What the strip says of the shot; ``engine`` is the one that will render it."""

    shot: str
    engine: str
    seconds: Fraction
    label: str = "ANIMATIC"

    @property
    def text(self) -> str:
        return "   |   ".join((self.shot, self.engine, f"{float(self.seconds):.1f} s", self.label))


@cache
def _font_file() -> str:
    import manimgx_fonts

    return str(Path(manimgx_fonts.__file__).with_name("NotoSans[wght].ttf"))


def slate_strip(slate: Slate, width: int, height: int) -> np.ndarray:
    """The strip as float32 (rows, width, 4), premultiplied, to lie over the top of a frame.

    The letters are 2.2 % of the frame's height, no less than 8 pixels, and shrink where the line is too long.
    """
    from PIL import Image, ImageDraw, ImageFont

    size = max(8.0, 0.022 * min(height, width * 1.2))
    font = ImageFont.truetype(_font_file(), size)
    font.set_variation_by_axes([500])
    room = width * 0.94
    while font.getlength(slate.text) > room and size > 3:
        size *= max(0.8, room / font.getlength(slate.text))
        font = ImageFont.truetype(_font_file(), size)
        font.set_variation_by_axes([500])
    rows = min(height, round(size * 1.95))
    strip = Image.new("L", (width, rows), 0)
    ImageDraw.Draw(strip).text(
        (round(0.018 * width) + 1, rows / 2), slate.text, fill=255, font=font, anchor="lm"
    )
    letters = np.asarray(strip, np.float32) / 255
    out = np.empty((rows, width, 4), np.float32)
    out[..., :3] = (letters * 0.95)[..., None]
    # The ground thins towards its lower edge, so that it reads as part of the picture.
    ground = 0.52 * np.linspace(1, 0.72, rows, dtype=np.float32)[:, None]
    out[..., 3] = letters + ground * (1 - letters)
    return out
