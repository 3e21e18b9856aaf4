"""How a take is brought to its reel: to its rate and size, and what is seen of it."""

from dataclasses import dataclass, replace
from fractions import Fraction

from swav import keys
from swav.cut import paths
from swav.cut.choose import Choice
from swav.cut.finishing import Finishing
from swav.cut.interpolating import Interpolating
from swav.cut.shot_parts import Finish, Motion, Trim
from swav.engines import Engine, Form, Request
from swav.keys import Length
from swav.motion.interpolators import interpolator
from swav.motion.ways import HOLD, INTERPOLATE
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot
from swav.times import to_frames


@dataclass(frozen=True)
class Fitting:
    """How the takes of one reel are fitted to it."""

    board: Storyboard
    finishing: Finishing
    interpolating: Interpolating
    build: str

    def motion(self, shot: Shot, request: Request, choice: Choice, form: Form) -> Motion | None:
        """How a take of another rate comes to the reel's; None where its frames are shown as they are."""
        rate, how = self.board.fps, way_of(self.board, shot)
        if how == HOLD or has_every_instant(form.rate, rate):
            return None
        made = {"take": choice.key, "length": request.length, "rate": rate, "how": how}
        learned = self.interpolating.of(how)
        if learned is None:
            key = keys.motion_key(**made)
            return Motion(how, key, paths.MOTION.format(build=self.build, shot=shot.id, key=key))
        key = keys.motion_key(**made, network=[interpolator(how).recipe, learned.content])
        path = paths.LEARNED.format(build=self.build, way=how, shot=shot.id, key=key)
        return Motion(how, key, path, learned)

    def finish(self, shot: Shot, choice: Choice, motion: Motion | None, form: Form) -> Finish | None:
        """How a take comes to the reel's size, once it has its rate."""
        retimed = motion.key if motion else choice.key
        return self.finishing.of(shot.id, retimed, form.width, form.height)

    def trim(self, shot: Shot) -> Trim | None:
        """The stretch of the take that is seen, in frames."""
        if shot.trim is None:
            return None
        begin = to_frames(shot.trim.start, self.board.fps)
        return Trim(begin, to_frames(shot.trim.end, self.board.fps) - begin)

    def anchor(self, shot: Shot, form: Form) -> tuple[float, float] | None:
        """What stays in the picture where a part of the take is cut off; None where nothing is.

        Real material is cropped by its own engine, from the whole of its file.
        """
        frame = self.board.frame
        same = form.width * frame.height == form.height * frame.width
        return None if same or shot.source != "prompt" else shot.anchor


def way_of(board: Storyboard, shot: Shot) -> str:
    """The way by which a take comes to the reel's rate.

    Real frames are not replaced by made ones unless somebody asks for it, as in an editing program.
    """
    return shot.motion or board.motion or (HOLD if shot.source == "footage" else INTERPOLATE)


def has_every_instant(rate: Fraction, reel: Fraction) -> bool:
    """Whether a take of a rate has every instant that a reel of another shows."""
    return rate % reel == 0


def form_of(engine: Engine, request: Request) -> Form:
    """Size and rate of an engine's takes, which do not depend on how long a take is."""
    return engine.form(replace(request, length=Length(frames=1)))
