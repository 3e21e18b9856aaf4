"""Restrained palettes: a few inks for each time of day, varied by the seed within what fits together."""

import colorsys
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Palette:
    """The inks of a panel, sRGB 0 to 1. Far things tend to ``haze``, near ones to ``ink``."""

    top: tuple[float, float, float]
    middle: tuple[float, float, float]
    horizon: tuple[float, float, float]
    light: tuple[float, float, float]
    ink: tuple[float, float, float]
    lit: tuple[float, float, float]
    water: tuple[float, float, float]
    accent: tuple[float, float, float]

    @property
    def haze(self) -> tuple[float, float, float]:
        return self.horizon


def _inks(*codes: str) -> Palette:
    return Palette(*(tuple(int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)) for code in codes))


# top, middle, horizon, light, ink, lit, water, accent
PALETTES: dict[str, tuple[Palette, ...]] = {
    "dawn": (
        _inks("2f4a6d", "8f93a8", "f2c5a0", "fff0cf", "1d2a3f", "8b8796", "34506b", "e2725b"),
        _inks("3d5a73", "a9b4b4", "f6d9ae", "fff5da", "22343f", "90958f", "3f6270", "d9603f"),
        _inks("4a4a78", "b088a0", "f7bfa0", "ffe9c9", "241f3a", "9a7f90", "4a4c74", "f08a5d"),
    ),
    "day": (
        _inks("2f7fa8", "86bccb", "e9ead2", "fffdf0", "1a3444", "d8d5c0", "1f6480", "d8572f"),
        _inks("3f78a0", "9cc0cc", "f1e6cc", "fffbe8", "22303d", "ddd0b8", "2b6a78", "e08a2e"),
        _inks("48949a", "a8d0c2", "f3ecd0", "fffff0", "173a40", "d6d8c0", "237078", "c94f3d"),
    ),
    "sunset": (
        _inks("34305e", "b0566a", "f7a65a", "ffe3a0", "1e1630", "9c5a5a", "5a3a5e", "ffd27a"),
        _inks("1f3d5c", "c0685a", "f9b55f", "fff0b8", "17202f", "97645a", "36485c", "f05d3f"),
        _inks("5a2f4f", "d4614f", "fbbf6a", "fff1c0", "2a1526", "a8604f", "6a3a4c", "ffd98f"),
    ),
    "dusk": (
        _inks("16264a", "4a5a8c", "d98f8a", "ffd9b0", "0e1630", "5c6084", "22345c", "ffb45e"),
        _inks("122c44", "3f6a82", "d8a88c", "ffe2b8", "0b1c2c", "557080", "1c4058", "f5a04e"),
    ),
    "night": (
        _inks("070f22", "142c4c", "35587a", "e8f0ff", "040914", "33506e", "0c2038", "ffc46b"),
        _inks("0a0d20", "1e2550", "4a4c80", "f2ecff", "050714", "454a74", "12183a", "ffb35c"),
        _inks("04141a", "0e3440", "2f6a6c", "e6fff6", "020b0f", "2f5c60", "08262e", "ffd08a"),
    ),
    "storm": (
        _inks("1c2630", "3f4f5a", "93a09c", "e9efe6", "10181f", "5f6c70", "26363f", "d8b25c"),
        _inks("20222f", "474c60", "9a98a0", "f0eef0", "12131c", "666878", "2a2e40", "c9a15a"),
    ),
    "fog": (
        _inks("8a9aa3", "b4bfc1", "dcdcd2", "fffaf0", "2b3942", "8d999c", "7f9096", "c2573c"),
        _inks("a09a96", "c4bdb4", "e6dfd2", "fffaf0", "3a3634", "a09a92", "938e8a", "b8543a"),
    ),
    "snow": (
        _inks("6f8fa8", "a9bfcc", "e4e8ea", "ffffff", "223442", "c5d2da", "5a7c92", "c94b3a"),
        _inks("7f86a8", "b4b8cc", "ece6e8", "ffffff", "2a2c44", "cfd0de", "686f92", "d8663f"),
    ),
    "under": (
        _inks("7fd0c8", "1f8a96", "0e4f68", "e6fff4", "031a28", "3aa0a4", "06304a", "ffcf7a"),
        _inks("8ac8e0", "2a78a8", "123f70", "eef9ff", "04142c", "3f88b0", "081f48", "ffd98a"),
    ),
    "space": (
        _inks("03040c", "0a1230", "1c2a5a", "f4f6ff", "02030a", "5a6a98", "101c48", "ff9f5a"),
        _inks("05040e", "1c1030", "3c2458", "fff4f0", "030208", "80648c", "261844", "6fd8d0"),
    ),
    "warm": (
        _inks("3a2f2c", "8a6a52", "e6c294", "fff1d0", "1c1614", "b48f6a", "5a463c", "e2703a"),
        _inks("2c3436", "74756a", "d9c49c", "fff6dc", "141a1c", "a39c80", "4a5250", "cf5b34"),
        _inks("40342e", "a08468", "efdcb4", "fffbe6", "211a18", "c4a884", "6a5648", "2f7f86"),
    ),
    "cool": (
        _inks("1c2c3a", "5c7f90", "d4e2de", "ffffff", "0e1a24", "98b4b8", "3a5a6a", "ff8f4a"),
        _inks("20283f", "64749c", "d8dcea", "ffffff", "10142a", "9aa6c6", "3c4870", "f2b23e"),
        _inks("1a3436", "5a8c86", "d4e8da", "fffff6", "0c1e20", "96bcae", "37605e", "e8623f"),
    ),
    "screens": (
        _inks("050a12", "0c1c2c", "17405a", "9fe8ff", "02050a", "2a5a74", "08141f", "ffb04a"),
        _inks("0a0812", "1a1630", "34305c", "c8b8ff", "040308", "4a4478", "0e0c1c", "5fe0c0"),
        _inks("040f0e", "0a2622", "145044", "a8ffd8", "020807", "2a6a5a", "061614", "ffd05a"),
    ),
}


def _vary(
    colour: tuple[float, float, float], hue: float, saturation: float, value: float
) -> tuple[float, ...]:
    h, s, v = colorsys.rgb_to_hsv(*colour)
    return colorsys.hsv_to_rgb((h + hue) % 1, min(1, s * saturation), min(1, v * value))


def palette_for(mood: str, choice: float, hue: float, depth: float) -> Palette:
    """A palette of the mood; ``choice`` 0..1 picks it, ``hue`` and ``depth`` -1..1 shift it a little.

    Hue turns by at most 14 degrees: a sunset stays a sunset.
    """
    family = PALETTES[mood]
    base = family[min(len(family) - 1, int(choice * len(family)))]
    varied = {
        f.name: _vary(getattr(base, f.name), 0.038 * hue, 1 + 0.14 * depth, 1 + 0.06 * depth)
        for f in fields(base)
    }
    return replace(base, **varied)
