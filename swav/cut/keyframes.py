"""The pictures that a shot begins and ends with: whose file, or who draws it; its key; approved or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from swav.cut import paths
from swav.cut.approvals import Approvals
from swav.cut.choose import Choice, Chooser
from swav.cut.materials import Materials
from swav.cut.model import Keyframe
from swav.engines import FRAME_CONTENT, STAND_IN, Request, Source, engines, is_made_here
from swav.keys import Length
from swav.prompts import prepare
from swav.storyboard import model
from swav.storyboard.abilities import AUTO, Abilities
from swav.storyboard.model import Shot, Storyboard

FIELDS = {"keyframe": "first_frame", "end": "last_frame"}
"""A shot's keys, and the fields of a request that they fill."""


@dataclass(frozen=True)
class Keyframes:
    """What deciding the pictures of one reel takes."""

    board: Storyboard
    chooser: Chooser
    materials: Materials
    approvals: Approvals
    abilities: Abilities
    painters: tuple[str, ...]
    """Engines that draw where a keyframe names none, in this order."""
    build: str

    def of(self, shot: Shot) -> tuple[Keyframe, ...]:
        """The pictures of a shot; none of one that is not rendered."""
        return tuple(self._of(shot)) if shot.source == "prompt" else ()

    def _of(self, shot: Shot) -> Iterator[Keyframe]:
        for key, field in FIELDS.items():
            asked = getattr(shot, key)
            if asked is not None:
                yield self._there(asked, field) if asked.file else self._drawn(shot, asked, field)

    def _there(self, asked: model.Keyframe, field: str) -> Keyframe:
        """A picture that somebody gives."""
        source = self.materials.source(model.Still(file=asked.file))
        approved = not is_made_here(source.content) and self.approvals.holds(source.content)
        return Keyframe(field, source, approved=approved)

    def _drawn(self, shot: Shot, asked: model.Keyframe, field: str) -> Keyframe:
        """A picture that an engine draws, here and now or before."""
        request = self._request(shot, asked)
        names = self._painters(asked)
        choice = self.chooser.draw(request, names, self._is_drawn)
        path = paths.FRAME.format(build=self.build, engine=choice.engine, shot=shot.id, key=choice.key)
        kept = Path(paths.DRAWN.format(build=self.build, key=choice.key))
        stands_in = choice.engine == STAND_IN and asked.engine != STAND_IN
        return Keyframe(
            field,
            Source(path, f"{FRAME_CONTENT}{choice.key}"),
            request=request,
            engine=choice.engine,
            gpu=engines()[choice.engine].gpu,
            model=choice.model,
            key=choice.key,
            why=choice.why,
            stands_in=stands_in,
            approved=kept.exists() and self.approvals.holds(self.materials.content(kept)),
        )

    def _painters(self, asked: model.Keyframe) -> tuple[str, ...]:
        if asked.engine not in (None, AUTO):
            return (asked.engine,)
        can = self.abilities.drawing({"references"} if asked.references else set())
        first = [name for name in self.painters if name in can]
        return (*first, *(name for name in can if name not in first))

    def _request(self, shot: Shot, asked: model.Keyframe) -> Request:
        board, style = self.board, self.board.style
        prepared = prepare(
            asked.prompt or "",
            negative=asked.negative,
            style=style.prompt,
            style_negative=style.negative,
            camera="static",
            enabled=shot.prepare,
        )
        of_shot = board.seed if shot.seed is None else shot.seed
        return Request(
            shot=shot.id,
            width=board.size.width,
            height=board.size.height,
            rate=Fraction(1),
            length=Length(frames=1),
            seed=of_shot if asked.seed is None else asked.seed,
            prompt=prepared.prompt,
            negative=prepared.negative,
            camera="static",
            wanted=asked.engine or AUTO,
            references=tuple(self.materials.source(model.Still(file=file)) for file in asked.references),
        )

    def _is_drawn(self, choice: Choice) -> bool:
        return Path(paths.DRAWN.format(build=self.build, key=choice.key)).exists()


def held(shot: Shot, pictures: tuple[Keyframe, ...], approve: str) -> str:
    """Why no video is to be rendered of a shot yet, in a phrase; empty where it may.

    Nobody pays for a clip that moves a picture which only stands in for another.
    """
    for picture in pictures:
        if picture.stands_in:
            return f"its {picture.name} is not drawn yet"
    if (shot.approve or approve) != "stills":
        return ""
    if not pictures:
        return "it has no keyframe that could be approved"
    waiting = [picture.name for picture in pictures if not picture.approved]
    return (
        f"its {' and '.join(waiting)} {'waits' if len(waiting) == 1 else 'wait'} for approval"
        if waiting
        else ""
    )
