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
    from PIL import Image

    rows = [(take, _frames(take.shown)) for take in takes]
    heights = [max((frame.height for frame in frames), default=0) + 3 * LINE + GAP for _, frames in rows]
    size = (2 * MARGIN + FRAMES * WIDTH + (FRAMES - 1) * GAP, MARGIN + 2 * LINE + sum(heights) + MARGIN)
    sheet = Image.new("RGB", size, PAPER)
    lettered(sheet, shot, (MARGIN, MARGIN), 24, INK, bold=True)
    top = MARGIN + 2 * LINE
    for (take, frames), height in zip(rows, heights, strict=True):
        marked(sheet, (MARGIN, top + 4, MARGIN + 6, top + 2 * LINE - 5), _colour(take))
        _label(sheet, take, top)
        for place, frame in enumerate(frames):
            sheet.paste(frame, (MARGIN + place * (WIDTH + GAP), top + 2 * LINE))
        top += height
    with replacing(target) as partial:
        sheet.save(partial, "PNG")


def _colour(take: TakeReport) -> tuple[int, int, int]:
    return COLOURS.get(take.status, DIM)


def _label(sheet, take: TakeReport, top: int) -> None:
    """Two lines over the frames of a take: what it is, and the worst that was found."""
    chosen = ", in the cut" if take.chosen else ""
    said = f"{_name(take)}, seed {take.seed}{chosen}"
    lettered(sheet, said, (MARGIN + 16, top), 16, INK, bold=True)
    since = f"since: {'; '.join(take.since)}" if take.since else ""
    found = "; ".join(filter(None, [*take.findings[:1], since])) or take.status
    lettered(sheet, found[:170], (MARGIN + 16, top + LINE - 1), 14, _colour(take))


def _name(take: TakeReport) -> str:
    if take.number is not None:
        return f"take {take.number}{f' to step {take.look_at}' if take.look_at else ''}"
    return f"earlier, by {take.engine}, {take.made_at[:10]}"


def _frames(clip: Path) -> list:
    from PIL import Image

    from swav.media.probe import probe

    wanted = frozenset(spread(probe(clip).frames, FRAMES))
    found = []
    for frame in watch(clip):
        if frame.number in wanted:
            picture = Image.fromarray(frame.colour)
            height = round(picture.height * WIDTH / picture.width)
            found.append(picture.resize((WIDTH, height), Image.Resampling.LANCZOS))
    return found


def marked(sheet, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    """Fill a box (left, top, right, bottom) of a picture.

    Not by Pillow's ImageDraw: it loads a drawing of text, and with it whatever FriBidi the machine has.
    """
    sheet.paste(colour, box)


def lettered(
    sheet, text: str, place: tuple[int, int], size: int, colour: tuple[int, int, int], *, bold: bool = False
) -> None:
    """Write a line on the sheet; ``place`` is its upper left corner."""
    from swav.titles.setting import impress

    line = impress(text, size, 700 if bold else 400)
    sheet.paste(colour, (place[0] + line.left, place[1] + size + line.top), line.mask)
