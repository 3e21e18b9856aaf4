"""Overlays that are seen together make room for one another; where there is no room left, it is said here."""

from swav.errors import MediaError
from swav.storyboard.check_files import Surroundings, is_file
from swav.storyboard.findings import Findings
from swav.storyboard.lettering import Overlay
from swav.storyboard.model import Storyboard
from swav.storyboard.pictures import SAMPLE
from swav.storyboard.shot import Shot
from swav.times import to_frames
from swav.titles.placing import seen_before

_SOFT = 1.5
"""A picture that is drawn larger than this times its pixels is visibly soft."""


def check_crowding(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    """Report overlays for which there is no room, and logos of too few pixels."""
    if not findings.fits("size") or not findings.fits("fps"):
        return
    subtitled = any(shot.narration for shot in board.shots)
    for index, shot in enumerate(board.shots):
        route = ("shots", index, "overlay")
        spans = [_span(item, board) for item in shot.overlay]
        pictures = any(item.picture for item in shot.overlay)
        if not findings.fits(*route) or not (pictures or any(seen_before(spans))):
            continue  # the usual case costs nothing: no font is opened
        if all(_can_be_laid(item, around) for item in shot.overlay) and around.opens(shot):
            _check_shot(board, shot, index, around, findings, subtitled)


def _check_shot(
    board: Storyboard, shot: Shot, index: int, around: Surroundings, findings: Findings, subtitled: bool
) -> None:
    from swav.media.photograph import upright_size
    from swav.titles.composition import Frame, Letters, Shown, places
    from swav.titles.logo import Logo

    shown = []
    for item in shot.overlay:
        language = item.language or board.voice.language
        what = (
            Letters(item.lines, item.style, language)
            if item.picture is None
            else Logo(around.folder / item.picture, item.place, item.size, item.margin)
        )
        shown.append(Shown(what, _span(item, board)))
    frame = Frame(board.frame.width, board.frame.height, subtitled)
    try:
        found = places(shown, frame)
    except MediaError:
        return  # said where media are looked at
    for number, (item, place) in enumerate(zip(shot.overlay, found, strict=True)):
        route = ("shots", index, "overlay", number)
        if place is None:
            message = "there is no room for it beside what is shown at the same time"
            findings.notice(
                route, f"{message}, so it lies on it: show one after the other, or shorten the text"
            )
        elif item.picture is not None:
            pixels = upright_size(around.folder / item.picture)[0]
            if place[2] - place[0] > _SOFT * pixels:
                message = f"{item.picture} is {pixels} pixels wide and drawn {place[2] - place[0]} wide"
                findings.notice((*route, "picture"), f"{message}, so it looks soft: give a larger one")


def _span(item: Overlay, board: Storyboard) -> tuple[int, int | None]:
    end = None if item.end is None else to_frames(item.end, board.fps)
    return to_frames(item.start, board.fps), end


def _can_be_laid(item: Overlay, around: Surroundings) -> bool:
    if item.picture is None:
        return bool(item.lines)
    return not item.picture.startswith(SAMPLE) and is_file(around.folder / item.picture)
