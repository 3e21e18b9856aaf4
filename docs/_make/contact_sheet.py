"""The README's picture: a frame of every shot of a finished reel, and of one transition.

Run it in a folder where the demo was built: ``python docs/_make/contact_sheet.py``.
"""

import argparse
from pathlib import Path

import av
from PIL import Image
from sheet import save, tiled

from swav.cut.model import Cut, read_cut
from swav.cut.timeline import timeline

WITHIN = 0.55
"""Where in a shot its frame is taken: past the middle, when its lettering stands."""


def moments(cut: Cut) -> list[int]:
    """Frames of the reel to show, in order: one a shot, and the middle of the first slide."""
    spans = timeline(cut).spans
    chosen = [round(span.start + WITHIN * span.frames) for span in spans]
    slides = [
        span.end - shot.passage.tail // 2
        for shot, span in zip(cut.shots, spans, strict=True)
        if shot.passage.kind == "slide"
    ]
    return sorted(chosen + slides[:1])


def pictures(reel: Path, wanted: list[int]) -> list[Image.Image]:
    """Those frames of the reel."""
    with av.open(str(reel)) as opened:
        decoded = enumerate(opened.decode(video=0))
        return [frame.to_image() for number, frame in decoded if number in set(wanted)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reel", type=Path, default=Path("final.mp4"))
    parser.add_argument("--cut", type=Path, default=Path("build/delivered.json"))
    given = parser.parse_args()
    shown = pictures(given.reel, moments(read_cut(given.cut)))
    print(save(tiled(shown, columns=3, width=1440), "reel.jpg"))


if __name__ == "__main__":
    main()
