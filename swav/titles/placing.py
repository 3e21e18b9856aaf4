"""Who makes room for whom: overlays that are seen at the same time never lie on one another.

What is seen first stays where its style has it; what comes while it is there goes beside it. Of those that
come together, the last of the list lies where its style has it, and the others above it, so that they read
from the top. Plain values: boxes are (left, top, right, bottom) in pixels, spans are frames of the shot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FADE = Fraction(1, 3)
"""Seconds in which lettering fades in and out."""
Box = tuple[int, int, int, int]
Span = tuple[int, int | None]
"""First frame, frame after the last; None is the shot's end."""


@dataclass(frozen=True)
class Room:
    """Between which rows overlays may lie, and how far apart, in pixels."""

    top: int
    bottom: int
    gap: int


def seen_before(spans: Sequence[Span]) -> list[list[int]]:
    """For each overlay those that keep their place before it and are seen together with it."""
    order = sorted(range(len(spans)), key=lambda number: (spans[number][0], -number))
    return [
        [other for other in order[: order.index(number)] if _together(spans[number], spans[other])]
        for number in range(len(spans))
    ]


def seen_with(spans: Sequence[Span], number: int) -> list[int]:
    """The other overlays that are seen together with one."""
    return [
        other for other in range(len(spans)) if other != number and _together(spans[number], spans[other])
    ]


def shifts(
    boxes: Sequence[Box], spans: Sequence[Span], upwards: Sequence[bool], room: Room
) -> list[int | None]:
    """How far down each box goes (up where negative), so that none lies on another; None: no room."""
    settled: dict[int, Box | None] = {}
    before = seen_before(spans)
    for number in sorted(range(len(spans)), key=lambda number: (spans[number][0], -number)):
        taken = [box for other in before[number] if (box := settled[other]) is not None]
        settled[number] = _free(boxes[number], taken, upwards[number], room)
    return [None if box is None else box[1] - boxes[number][1] for number, box in sorted(settled.items())]


def _free(box: Box, taken: Sequence[Box], upwards: bool, room: Room) -> Box | None:
    """The nearest place for a box, straight up or down, where it is clear of all that is taken."""
    left, top, right, bottom = box
    while hit := [other for other in taken if _meet((left, top, right, bottom), other, room.gap)]:
        height = bottom - top
        if upwards:
            bottom = min(other[1] for other in hit) - room.gap
            top = bottom - height
        else:
            top = max(other[3] for other in hit) + room.gap
            bottom = top + height
        if top < room.top or bottom > room.bottom:
            return None
    return left, top, right, bottom


def _meet(one: Box, other: Box, gap: int) -> bool:
    return (
        one[0] < other[2] + gap
        and other[0] < one[2] + gap
        and one[1] < other[3] + gap
        and other[1] < one[3] + gap
    )


def _together(one: Span, other: Span) -> bool:
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])
