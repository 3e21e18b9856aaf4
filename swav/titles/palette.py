"""The colours of cards and lettering: eight restrained moods, chosen by seed, so that a reel keeps to one."""

from dataclasses import dataclass

Colour = tuple[int, int, int]  # sRGB, 0 to 255


@dataclass(frozen=True)
class Palette:
    """``ground`` is the field's dark, ``body`` its main tone, ``glow`` its light, ``accent`` is for rules."""

    name: str
    ground: Colour
    body: Colour
    glow: Colour
    accent: Colour


PALETTES = (
    Palette("open sea", (6, 14, 26), (13, 44, 72), (44, 118, 148), (240, 178, 94)),
    Palette("dusk", (16, 12, 30), (52, 34, 78), (160, 86, 104), (246, 196, 138)),
    Palette("harbour", (8, 18, 20), (18, 56, 58), (78, 142, 126), (236, 208, 128)),
    Palette("ember", (20, 12, 12), (66, 30, 28), (176, 92, 56), (252, 206, 136)),
    Palette("steel", (12, 15, 20), (40, 52, 66), (120, 142, 160), (232, 124, 84)),
    Palette("pine", (8, 16, 14), (24, 54, 42), (110, 142, 88), (238, 214, 150)),
    Palette("aurora", (8, 12, 28), (24, 38, 92), (62, 132, 156), (150, 228, 198)),
    Palette("sandstone", (20, 16, 14), (74, 56, 44), (182, 144, 104), (250, 222, 170)),
)

WHITE: Colour = (250, 249, 246)  # a shade under white, which glares on screens


def palette(seed: int) -> Palette:
    """The palette of a seed."""
    return PALETTES[seed % len(PALETTES)]
