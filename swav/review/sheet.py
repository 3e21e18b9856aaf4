"""A contact sheet: the takes of a shot one under the other, with their verdicts, to be looked at."""

from collections.abc import Sequence
from pathlib import Path

from swav.files import replacing
from swav.quality.frames import spread, watch
from swav.review.verdicts import TakeReport

FRAMES = 6
WIDTH = 320
GAP, MARGIN, LINE = 8, 24, 22
INK, DIM, PAPER = (236, 236, 232), (150, 150, 146), (24, 25, 27)
COLOURS = {"pass": (110, 190, 120), "warn": (230, 180, 70), "fail": (235, 95, 80)}


def contact_sheet(shot: str, takes: Sequence[TakeReport], target: Path) -> None:
    """Write a PNG with six frames of each take. Raises MediaError for a clip that cannot be read."""
    from PIL import Image, ImageDraw

    rows = [(take, _frames(take.clip)) for take in takes]
    heights = [max((frame.height for frame in frames), default=0) + 3 * LINE + GAP for _, frames in rows]
    size = (2 * MARGIN + FRAMES * WIDTH + (FRAMES - 1) * GAP, MARGIN + 2 * LINE + sum(heights) + MARGIN)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN), shot, fill=INK, font=_font(24, bold=True))
    top = MARGIN + 2 * LINE
    for (take, frames), height in zip(rows, heights, strict=True):
        _label(draw, take, top)
        for place, frame in enumerate(frames):
            sheet.paste(frame, (MARGIN + place * (WIDTH + GAP), top + 2 * LINE))
        top += height
    with replacing(target) as partial:
        sheet.save(partial, "PNG")


def _label(draw, take: TakeReport, top: int) -> None:
    """Two lines over the frames of a take: what it is, and the worst that was found."""
    colour = COLOURS.get(take.status, DIM)
    draw.rectangle((MARGIN, top + 4, MARGIN + 5, top + 2 * LINE - 6), fill=colour)
    chosen = ", in the cut" if take.chosen else ""
    draw.text(
        (MARGIN + 16, top),
        f"take {take.number}, seed {take.seed}{chosen}",
        fill=INK,
        font=_font(16, bold=True),
    )
    found = take.findings[0] if take.findings else take.status
    draw.text((MARGIN + 16, top + LINE - 1), found[:170], fill=colour, font=_font(14))


def _frames(clip: Path) -> list:
    from PIL import Image

    from swav.media.probe import probe

    wanted = frozenset(spread(probe(clip).frames, FRAMES))
    found = []
    for frame in watch(clip):
        if frame.number in wanted:
            picture = Image.fromarray(frame.colour())
            height = round(picture.height * WIDTH / picture.width)
            found.append(picture.resize((WIDTH, height), Image.Resampling.LANCZOS))
    return found


def _font(size: int, *, bold: bool = False):
    from PIL import ImageFont

    from swav.titles.fonts import LATIN

    face = ImageFont.truetype(str(LATIN.path(400)), size)
    face.set_variation_by_axes([700 if bold else 400, 100])
    return face
