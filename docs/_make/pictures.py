"""The pictures of docs/storyboard.md: the four styles of lettering, and the four transitions.

Drawn and encoded by the build's own functions: ``python docs/_make/pictures.py``.
"""

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
from PIL import Image
from sheet import save, tiled

from swav.animatic.panel import frames
from swav.cut.segment import Format, ShotPicture, encode_transition
from swav.media.writer import ClipWriter
from swav.titles.overlay import draw_overlay

RATE = Fraction(24)
SIZE = {"width": 1280, "height": 720}
SMALL = {"width": 640, "height": 360}
STEPS = 7
"""Frames of each transition that are shown."""

OVERLAYS = [
    (
        "title",
        ["The sea trial", "समुद्री परीक्षण"],
        "A patrol boat crosses the open sea at sunset, wide shot",
        4,
    ),
    (
        "lower_third",
        ["Meera Nair", "Hydrophone engineer"],
        "A laboratory at night, a woman at a bench, one lamp",
        7,
    ),
    ("caption", ["Alaikarai, before dawn"], "A fishing harbour before dawn, boats, mist, wide shot", 12),
    (
        "credit",
        ["Film: Alaikarai Boatworks", "Music: sampled strings"],
        "A shipyard at noon, hard sun, blue sky",
        3,
    ),
]
LEAVING = ("A fishing harbour before dawn, wooden boats, mist on still water, blue hour, wide shot", 12)
COMING = ("Golden sunrise on a sandy beach, people wading ashore, warm light, wide shot", 5)


def panel(prompt: str, seed: int, size: dict[str, int], count: int = 1):
    """Frames of an animatic panel, without its slate."""
    return frames(prompt, camera="static", seed=seed, rate=RATE, count=count, slate=None, **size)


def overlays() -> Image.Image:
    """The four styles, each over a picture that it may well stand on."""
    made = []
    for style, lines, prompt, seed in OVERLAYS:
        ground = Image.fromarray(next(panel(prompt, seed, SIZE))).convert("RGBA")
        ground.alpha_composite(draw_overlay(lines, style, language="en", **SIZE))
        made.append(ground)
    return tiled(made, columns=2, width=1440)


def clip(folder: Path, name: str, prompt: str, seed: int, count: int) -> ShotPicture:
    """A take to pass from or to."""
    target = folder / name
    with ClipWriter(target, rate=RATE, metadata={}, **SMALL) as written:
        for frame in panel(prompt, seed, SMALL, count):
            written.write(frame)
    return ShotPicture(target, count)


def transitions() -> Image.Image:
    """A row for each transition, in the order fade, fade_black, wipe, slide: evenly spaced frames of it."""
    length, shown = 12, []
    form = Format(SMALL["width"], SMALL["height"], RATE, 14, "medium")
    with TemporaryDirectory() as folder:
        first = clip(Path(folder), "first.mp4", *LEAVING, 2 * length)
        second = clip(Path(folder), "second.mp4", *COMING, 2 * length)
        for kind in ("fade", "fade_black", "wipe", "slide"):
            half = length // 2 if kind == "fade_black" else length
            target = Path(folder, f"{kind}.mp4")
            encode_transition(kind, first, second, half, half, form, target)
            with av.open(str(target)) as opened:
                found = [frame.to_image() for frame in opened.decode(video=0)]
            shown += [found[round(step * (len(found) - 1) / (STEPS - 1))] for step in range(STEPS)]
    return tiled(shown, columns=STEPS, width=1440, gap=6)


def main() -> None:
    print(save(overlays(), "overlays.jpg"))
    print(save(transitions(), "transitions.jpg"))


if __name__ == "__main__":
    main()
