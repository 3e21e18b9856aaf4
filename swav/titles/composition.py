"""All overlays of a shot together: each arranged, none on another, and each drawn as a picture of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from swav.media.photograph import read_cutout, upright_size
from swav.titles.legibility import SUBTITLE_ROWS
from swav.titles.logo import Logo, box_of
from swav.titles.overlay import SAFE_TITLE, Arrangement, Style, arrange, draw, moved
from swav.titles.placing import Box, Room, Span, seen_with, shifts


@dataclass(frozen=True)
class Letters:
    """Lines of text in a style, in the language that their BCP 47 tag says."""

    lines: tuple[str, ...]
    style: Style
    language: str


@dataclass(frozen=True)
class Shown:
    """An overlay and the frames of its shot on which it is seen."""

    what: Letters | Logo
    span: Span = (0, None)


@dataclass(frozen=True)
class Frame:
    """The frame's pixels, and whether its lower rows are kept for subtitles."""

    width: int
    height: int
    subtitled: bool = False


def places(shown: Sequence[Shown], frame: Frame) -> list["Arrangement | Box | None"]:
    """Where each overlay goes: lettering as an arrangement, a picture as a box; None where there is no room.

    Raises MediaError for a picture that cannot be read.
    """
    natural = [_natural(item.what, frame) for item in shown]
    found = shifts(
        [place.box if isinstance(place, Arrangement) else place for place in natural],
        [item.span for item in shown],
        [not isinstance(item.what, Logo) or item.what.upwards for item in shown],
        _room(frame),
    )
    return [
        None
        if shift is None
        else place.moved(shift)
        if isinstance(place, Arrangement)
        else moved(place, shift)
        for place, shift in zip(natural, found, strict=True)
    ]


def draw_one(shown: Sequence[Shown], number: int, frame: Frame) -> Image.Image:
    """The overlay of that number among those of its shot: RGBA with straight alpha, of the frame's size.

    Where there is no room beside the others, it lies where it would lie alone: ``swav check`` says so.
    """
    what = shown[number].what
    found = places(shown, frame)
    place = found[number] or _natural(what, frame)
    if isinstance(what, Letters):
        others = [
            other
            for index in seen_with([item.span for item in shown], number)
            if isinstance(other := found[index], Arrangement)
        ]
        return draw(place, what.style, width=frame.width, height=frame.height, others=others)
    left, top, right, bottom = place
    picture = Image.new("RGBA", (frame.width, frame.height), (0, 0, 0, 0))
    cutout = Image.fromarray(read_cutout(what.picture))
    picture.paste(cutout.resize((right - left, bottom - top), Image.Resampling.LANCZOS), (left, top))
    return picture


def _natural(what: Letters | Logo, frame: Frame) -> "Arrangement | Box":
    """Where an overlay would go if it were alone."""
    size = {"width": frame.width, "height": frame.height, "subtitled": frame.subtitled}
    if isinstance(what, Letters):
        return arrange(what.lines, what.style, language=what.language, **size)
    return box_of(what, upright_size(what.picture), **size)


def _room(frame: Frame) -> Room:
    edge = round(frame.height * (1 - SAFE_TITLE) / 2)
    lowest = round(frame.height * (1 - SUBTITLE_ROWS)) if frame.subtitled else frame.height - edge
    return Room(top=edge, bottom=lowest, gap=round(0.02 * min(frame.width, frame.height)))
