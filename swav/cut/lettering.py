"""The overlays of a shot as the cut has them: what each shows, when, and which others it makes room for."""

from dataclasses import dataclass
from typing import Any

from swav import keys
from swav.cut import paths
from swav.cut.materials import Materials
from swav.cut.model import Delivery
from swav.cut.shot_parts import Logo, Overlay
from swav.storyboard.lettering import Overlay as Written
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot
from swav.times import to_frames
from swav.titles.placing import Span, seen_before, seen_with


@dataclass(frozen=True)
class _Laid:
    """An overlay before it has a key."""

    item: Written
    span: Span
    language: str
    logo: Logo | None


def overlays_of(
    board: Storyboard, shot: Shot, materials: Materials, delivery: Delivery, build: str
) -> tuple[Overlay, ...]:
    """All overlays of a shot. The key of one covers those beside which it is placed, through their keys."""
    laid = [_laid(board, item, materials) for item in shot.overlay]
    spans = [one.span for one in laid]
    before = seen_before(spans)
    subtitled = any(other.narration for other in board.shots)
    found: dict[int, str] = {}
    for number in sorted(range(len(laid)), key=lambda number: (laid[number].span[0], -number)):
        one, logo = laid[number], laid[number].logo
        found[number] = keys.overlay_key(
            lines=one.item.lines,
            language=one.language,
            style=one.item.style,
            width=delivery.width,
            height=delivery.height,
            subtitled=subtitled,
            beside=[
                *(found[other] for other in before[number]),
                *(_plain(laid[other]) for other in _left_out(spans, before, number) if logo is None),
            ],
            logo=[logo.content, logo.place, logo.size, logo.margin] if logo else (),
        )
    return tuple(
        Overlay(
            lines=one.item.lines,
            language=one.language,
            style=one.item.style,
            start=one.span[0],
            end=one.span[1],
            key=found[number],
            path=paths.OVERLAY.format(build=build, shot=shot.id, key=found[number]),
            logo=one.logo,
        )
        for number, one in enumerate(laid)
    )


def _left_out(spans: list[Span], before: list[list[int]], number: int) -> list[int]:
    """Overlays that are placed after one and seen with it."""
    return [other for other in seen_with(spans, number) if other not in before[number]]


def _plain(one: _Laid) -> list[Any]:
    """What is placed after another and seen with it: that one's shade leaves its letters out."""
    logo = one.logo and [one.logo.content, one.logo.place, one.logo.size, one.logo.margin]
    return [list(one.item.lines), one.language, one.item.style, logo, *one.span]


def _laid(board: Storyboard, item: Written, materials: Materials) -> _Laid:
    end = None if item.end is None else to_frames(item.end, board.fps)
    logo = None
    if item.picture is not None:
        file, content = materials.file(item.picture)
        logo = Logo(file, content, item.place, item.size, item.margin)
    language = "" if logo else item.language or board.voice.language  # a picture is in none
    return _Laid(item, (to_frames(item.start, board.fps), end), language, logo)
