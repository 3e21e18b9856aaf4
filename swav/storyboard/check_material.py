"""Material of one's own: music, recorded lines, ambience and logos are there, and fit their places."""

from collections.abc import Sequence
from fractions import Fraction

from swav.storyboard.check_files import Surroundings, check_file, is_file
from swav.storyboard.check_media import said
from swav.storyboard.fields import Route, written_route
from swav.storyboard.findings import Findings
from swav.storyboard.lettering import Overlay
from swav.storyboard.model import Storyboard
from swav.storyboard.named_files import named_material
from swav.storyboard.near_files import remedy_for
from swav.storyboard.pictures import SAMPLE
from swav.storyboard.shot import Shot
from swav.storyboard.sounds import Mood, Music
from swav.storyboard.timing import fixed_frames, transition_frames
from swav.times import to_frames

_OF_FILES = {"begin": "in", "fade": "fade", "loop": "loop"}


def check_material(board: Storyboard, around: Surroundings, findings: Findings) -> None:
    """Report every material that is missing, or that cannot be what it is named for."""
    for named in named_material(board):
        if not named.spare:
            check_file(named.name, named.route, around, findings)
    _check_music(board.music, findings)
    _check_fades(board, findings)
    for index, shot in enumerate(board.shots):
        for number, item in enumerate(shot.overlay):
            _check_overlay(item, ("shots", index, "overlay", number), findings)
        line, route = shot.narration, ("shots", index, "narration")
        if line and line.file and line.end is not None and line.end <= line.begin and findings.fits(*route):
            message = f"the recording ends at {said(line.end)}, but begins at {said(line.begin)}"
            findings.fault((*route, "out"), message, "give an out that is later than its in")


def with_recording_that_exists(shot: Shot, index: int, around: Surroundings, findings: Findings) -> Shot:
    """The shot; its line without a recording that has not arrived, so that the voice speaks it."""
    line, route = shot.narration, ("shots", index, "narration", "file")
    if line is None or line.file is None or not findings.fits(*route):
        return shot
    if line.file.startswith(SAMPLE):
        check_file(line.file, route, around, findings)
        return shot
    if is_file(around.folder / line.file):
        return shot
    meant = remedy_for(around.folder, line.file, "")
    findings.notice(
        route,
        f"recording {line.file} is not there; the voice speaks the line of shot {shot.id}"
        + (f"; {meant}" if meant.endswith(("?", "one of them")) else ""),
    )
    return shot.model_copy(update={"narration": line.model_copy(update={"file": None})})


def _check_music(music: Music, findings: Findings) -> None:
    if not findings.fits("music"):
        return
    _check_mood(music, ("music",), findings, must=False)
    for number, mood in enumerate(music.moods):
        _check_mood(mood, ("music", "moods", number), findings, must=True)
    if music.file is not None and music.moods and music.moods[0].start == 0:
        where = ("music", "moods", 0, "from")
        findings.fault(where, "the file of the music is never heard", "let the first mood begin later")


def _check_mood(mood: Mood | Music, route: Route, findings: Findings, *, must: bool) -> None:
    """A stretch of music is played or comes from a file."""
    if not all(findings.fits(*_written(findings, (*route, key))) for key in ("prompt", "file")):
        return
    if mood.file is not None and mood.prompt:
        findings.fault(route, "it has prompt and file, but only one is heard", "keep one of them")
    elif must and mood.file is None and not mood.prompt:
        findings.fault(
            route, "the mood has neither prompt nor file", "say what the music is like, or name a file"
        )
    for name, key in _OF_FILES.items():
        if mood.file is None and name in mood.model_fields_set:
            findings.notice((*route, key), f"{key} has no effect here: it is for music from a file")


def _check_fades(board: Storyboard, findings: Findings) -> None:
    """The film's fades lie within its first and its last shot, outside of their transitions."""
    if not findings.fits("fps") or not findings.fits("shots"):
        return
    first, last = board.shots[0], board.shots[-1]
    before = board.shots[-2].transition if len(board.shots) > 1 else None
    taken = transition_frames(first.transition, board.fps)[0] if len(board.shots) > 1 else 0
    tails = transition_frames(before, board.fps)[1] if before else 0
    for key, fade, shot, passed in (
        ("fade_in", board.fade_in, first, taken),
        ("fade_out", board.fade_out, last, tails),
    ):
        frames = fixed_frames(shot, board.fps)
        both = to_frames(board.fade_in + board.fade_out if first is last else fade, board.fps)
        if fade and frames is not None and findings.fits(key) and both > frames - passed:
            room = said(Fraction(max(0, frames - passed)) / board.fps)
            findings.fault(
                (key,),
                f"the fade takes {said(fade)}, but shot {shot.id} leaves it {room}",
                "make it shorter, or the shot longer",
            )


def _check_overlay(item: Overlay, route: Route, findings: Findings) -> None:
    """An overlay is lettering or a picture; what only the other has says nothing."""
    if not all(findings.fits(*_written(findings, (*route, key))) for key in ("text", "picture")):
        return
    if item.text is None and item.picture is None:
        findings.fault(route, "the overlay has neither text nor picture", "write a text, or name a picture")
    elif item.text is not None and item.picture is not None:
        findings.fault(route, "the overlay has text and picture, but shows only one", "make two of it")
    elif item.picture is not None:
        _check_idle(item, ("style", "language"), "is for text", route, findings)
    else:
        _check_idle(item, ("place", "size", "margin"), "is for pictures", route, findings)


def _written(findings: Findings, route: Route) -> Route:
    """A route as it was written: a single overlay has no number, and a list of moods stands for ``moods``."""
    return written_route(findings.source.value, route)


def _check_idle(item: Overlay, keys: Sequence[str], why: str, route: Route, findings: Findings) -> None:
    for key in keys:
        if key in item.model_fields_set:
            findings.notice((*route, key), f"{key} has no effect here: it {why}")
