"""Times that cannot be: counted in frames of the reel, as the cut counts them."""

from fractions import Fraction
from itertools import pairwise

from swav.storyboard.findings import Findings
from swav.storyboard.lettering import Overlay
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot, Transition
from swav.storyboard.sounds import SoundEffect
from swav.times import to_frames, to_seconds

PLAIN_SHOT = Fraction(4)
"""Seconds of a shot that names no duration and has nothing to say."""
PLAIN_TRANSITION = Fraction(1, 2)
"""Seconds of a transition that names none."""


def fixed_frames(shot: Shot, rate: Fraction) -> int | None:
    """The shot's length where the storyboard alone decides it; None where speech or a file does."""
    follows = shot.duration is None and shot.narration is not None and shot.footage is None
    if shot.duration == "auto" or follows:
        return None
    if shot.duration is not None:
        return to_frames(shot.duration, rate)
    if shot.footage is not None:
        end = shot.footage.end
        return None if end is None else to_frames(end - shot.footage.start, rate)
    return to_frames(PLAIN_SHOT, rate)


def shown_frames(shot: Shot, rate: Fraction) -> int | None:
    """The frames of a shot that are seen: all that it has, or the stretch that ``trim`` names."""
    if shot.trim is None:
        return fixed_frames(shot, rate)
    return to_frames(shot.trim.end, rate) - to_frames(shot.trim.start, rate)


def transition_frames(transition: Transition, rate: Fraction) -> tuple[int, int]:
    """Frames that a transition takes from the end of its shot, and from the beginning of the next."""
    if transition.type == "cut":
        return 0, 0
    frames = max(1, to_frames(transition.duration or PLAIN_TRANSITION, rate))
    if transition.type == "fade_black":
        return frames - frames // 2, max(1, frames // 2)
    return frames, frames


def check_times(board: Storyboard, findings: Findings) -> None:
    """Every impossible time of the storyboard becomes a fault."""
    if not findings.fits("fps"):
        return
    lengths = []
    for index, shot in enumerate(board.shots):
        times = _ShotTimes(shot, ("shots", index), board.fps, findings)
        lengths.append(times.check())
    _check_transitions(board, lengths, findings)
    _check_moods(board, findings)


class _ShotTimes:
    """The times inside one shot."""

    def __init__(self, shot: Shot, route: tuple[str | int, ...], rate: Fraction, findings: Findings):
        self.shot, self.route, self.rate, self.findings = shot, route, rate, findings

    def check(self) -> int | None:
        """Report what cannot be; the shot's frames, or None where they are not known or make no sense."""
        if self.shot.duration == "auto" and self.shot.narration is None and self._fits("narration"):
            self._fault(
                "the shot has no narration to last as long as",
                "write a number of seconds, or a narration",
                "duration",
            )
        possible = self._check_footage()
        known = possible and self._fits("duration") and self._fits("narration") and self._fits("footage")
        self._check_trim(known and self._fits("trim"))
        frames = shown_frames(self.shot, self.rate) if known and self._fits("trim") else None
        if frames is not None and frames < 1:
            self._fault(
                f"the shot is shorter than one frame ({_said(1 / self.rate)})", "make it longer", "duration"
            )
            frames = None
        for position, overlay in enumerate(self.shot.overlay):
            self._check_overlay(overlay, position, frames)
        for position, effect in enumerate(self.shot.sound):
            self._check_effect(effect, position, frames)
        narration = self.shot.narration
        if narration and frames is not None and to_frames(narration.start, self.rate) >= frames:
            self._fault(
                f"the voice begins at {_said(narration.start)}, but the shot is over at {self._at(frames)}",
                "let it begin earlier, or make the shot longer",
                "narration",
                "start",
            )
        return frames

    def _check_trim(self, known: bool) -> None:
        trim, lasts = self.shot.trim, fixed_frames(self.shot, self.rate) if known else None
        if trim is None:
            return
        start, end = to_frames(trim.start, self.rate), to_frames(trim.end, self.rate)
        if start >= end:
            message = f"the stretch ends at {_said(trim.end)}, but begins at {_said(trim.start)}"
            self._fault(message, "give an `out` that is later than `in`", "trim", "out")
        elif lasts is not None and end > lasts:
            message = f"the stretch ends at {_said(trim.end)}, but the take is over at {self._at(lasts)}"
            self._fault(message, "choose an earlier out, or make the shot longer", "trim", "out")

    def _check_footage(self) -> bool:
        footage = self.shot.footage
        if footage is None or footage.end is None or to_frames(footage.end - footage.start, self.rate) >= 1:
            return True
        self._fault(
            f"the footage ends at {_said(footage.end)}, but begins at {_said(footage.start)}",
            "give an `out` that is later than `in`",
            "footage",
            "out",
        )
        return False

    def _check_overlay(self, overlay: Overlay, position: int, frames: int | None) -> None:
        start = to_frames(overlay.start, self.rate)
        if frames is not None and start >= frames:
            self._fault(
                f"the lettering begins at {_said(overlay.start)}, but the shot is over at {self._at(frames)}",
                "let it begin earlier, or make the shot longer",
                "overlay",
                position,
                "start",
            )
        if overlay.end is None:
            return
        end = to_frames(overlay.end, self.rate)
        if end <= start:
            self._fault(
                f"the lettering ends at {_said(overlay.end)}, but begins at {_said(overlay.start)}",
                "give an end that is later than its start",
                "overlay",
                position,
                "end",
            )
        elif frames is not None and start < frames < end:
            self._fault(
                f"the lettering ends at {_said(overlay.end)}, but the shot is over at {self._at(frames)}",
                "leave the end out, or make the shot longer",
                "overlay",
                position,
                "end",
            )

    def _check_effect(self, effect: SoundEffect, position: int, frames: int | None) -> None:
        if frames is not None and to_frames(effect.start, self.rate) >= frames:
            self._fault(
                f"the sound begins at {_said(effect.start)}, but the shot is over at {self._at(frames)}",
                "let it begin earlier, or make the shot longer",
                "sound",
                position,
                "start",
            )
        if effect.end is not None and effect.end <= effect.begin:
            self._fault(
                f"the sound ends at {_said(effect.end)} of its file, but begins at {_said(effect.begin)}",
                "give an out that is later than its in",
                "sound",
                position,
                "out",
            )

    def _fits(self, *route: str | int) -> bool:
        return self.findings.fits(*self.route, *route)

    def _fault(self, message: str, remedy: str, *route: str | int) -> None:
        self.findings.fault((*self.route, *route), message, remedy)

    def _at(self, frames: int) -> str:
        return _at(frames, self.rate)


def _check_transitions(board: Storyboard, lengths: list[int | None], findings: Findings) -> None:
    """Every transition leaves at least one frame of the shots that it joins."""
    rate, before = board.fps, 0
    for index, shot in enumerate(board.shots):
        route = ("shots", index, "transition", "duration")
        length = lengths[index]
        tail, head = transition_frames(shot.transition, rate)
        if tail and index == len(board.shots) - 1:
            message = "the last shot has no next one to pass into"
            findings.fault(route[:-1], message, "remove the transition")
            tail = 0
        following = lengths[index + 1] if tail else None
        if length is not None and tail >= length:
            message = f"the transition takes {_at(tail, rate)} of the shot's {_at(length, rate)}"
            findings.fault(route, message, "make it shorter, or the shot longer")
        elif following is not None and head >= following:
            message = f"the transition takes {_at(head, rate)} of the next shot's {_at(following, rate)}"
            findings.fault(route, message, "make it shorter, or the next shot longer")
        elif length is not None and tail and before < length <= before + tail:
            both = _at(before + tail, rate)
            message = f"the transitions into and out of the shot take {both} of its {_at(length, rate)}"
            findings.fault(route, message, "make one of them shorter, or the shot longer")
        before = head if tail else 0


def _check_moods(board: Storyboard, findings: Findings) -> None:
    """Moods follow one another."""
    moods = board.music.moods if findings.fits("music") else ()
    for number, (mood, following) in enumerate(pairwise(moods), 1):
        if following.start <= mood.start:
            message = f"the mood begins at {_said(following.start)}, the one before at {_said(mood.start)}"
            findings.fault(("music", "moods", number, "from"), message, "list moods in order of time")


def _at(frames: int, rate: Fraction) -> str:
    return _said(to_seconds(frames, rate))


def _said(seconds: Fraction) -> str:
    return f"{float(seconds):.3f}".rstrip("0").rstrip(".") + " s"
