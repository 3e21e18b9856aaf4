"""The pictures that a shot begins and ends with: whose file, or who draws it; its key; approved or not."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from swav.cut import paths
from swav.cut.approvals import Approvals
from swav.cut.choose import Choice, Chooser, picture_takes, seed_after
from swav.cut.continuation import Continuation, End, frame_path
from swav.cut.drawn import Drawn
from swav.cut.materials import Materials
from swav.cut.model import Judging
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Candidate, Keyframe
from swav.engines import FRAME_CONTENT, STAND_IN, Engine, Request, Source, engines, is_made_here
from swav.keys import Length, choice_key, continuation_key
from swav.storyboard.abilities import AUTO, Abilities
from swav.storyboard.entities import in_shot, references_of
from swav.storyboard.forms import Size
from swav.storyboard.model import Storyboard
from swav.storyboard.pictures import Keyframe as Asked
from swav.storyboard.pictures import Still
from swav.storyboard.prompting import picture_prompt
from swav.storyboard.shot import Shot

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
    models: Path
    judging: Judging
    neighbour: Callable[[str], CutShot]
    """The shot of a name, whose frame another one begins or ends with."""
    within: float
    """How far a frame that is made anew may be from the old one, which then still stands."""

    def of(self, shot: Shot) -> tuple[Keyframe, ...]:
        """The pictures of a shot; none of one that is not rendered."""
        return tuple(self._of(shot)) if shot.source == "prompt" else ()

    def _of(self, shot: Shot) -> Iterator[Keyframe]:
        for key, field in FIELDS.items():
            asked = getattr(shot, key)
            if asked is not None:
                yield self._there(asked, field) if asked.file else self._drawn(shot, asked, field)
        if shot.follows:
            yield self._continued(shot, self.neighbour(shot.follows), "first_frame", "last")
        if shot.leads:
            other = self.neighbour(shot.leads)
            first = next((item for item in other.keyframes if item.field == "first_frame"), None)
            if first is not None and not first.continues:
                yield replace(first, field="last_frame")
            else:
                yield self._continued(shot, other, "last_frame", "first")

    def _continued(self, shot: Shot, other: CutShot, field: str, end: End) -> Keyframe:
        """A frame of a neighbour's take, under the key of the chain: see ``swav.cut.continuation``."""
        rate = self.board.fps
        key = continuation_key(
            take=other.key, length=other.request.length, rate=rate, end=end, within=self.within
        )
        path = paths.CONTINUED.format(build=self.build, shot=shot.id, key=key)
        record = str(frame_path(self.build, key).with_suffix(".json"))
        stands_in = other.engine == STAND_IN != other.request.wanted and bool(other.request.prompt)
        why = f"{other.engine} {other.why}" if stands_in else ""
        continues = Continuation(other.id, end, key, self.within, record)
        source = Source(path, f"{FRAME_CONTENT}{key}")
        return Keyframe(field, source, why=why, stands_in=stands_in, continues=continues)

    def _there(self, asked: Asked, field: str) -> Keyframe:
        """A picture that somebody gives."""
        source = self.materials.source(Still(file=asked.file))
        approved = not is_made_here(source.content) and self.approvals.holds(source.content)
        return Keyframe(field, source, approved=approved)

    def _drawn(self, shot: Shot, asked: Asked, field: str) -> Keyframe:
        """A picture that an engine draws, here and now or before."""
        request = self._request(shot, asked)
        if asked.take is not None:
            request = replace(request, seed=seed_after(request.seed, asked.take - 1))
        choice = self.chooser.draw(request, self._painters(request, asked), self._is_drawn)
        engine = engines()[choice.engine]
        portraits = tuple(item for item in request.references if item.shows.startswith("cast "))
        takes = () if engine.designed or asked.take else self._takes(engine, request, choice.model, asked)
        request, key = read_by(engine, request), choice.key
        if takes:
            key, request = self._chosen(takes, request, portraits)
        path = paths.FRAME.format(build=self.build, engine=choice.engine, shot=shot.id, key=key)
        kept = Path(paths.DRAWN.format(build=self.build, key=key))
        stands_in = choice.engine == STAND_IN and asked.engine != STAND_IN
        return Keyframe(
            field,
            Source(path, f"{FRAME_CONTENT}{key}"),
            request=request,
            engine=choice.engine,
            gpu=engine.gpu,
            model=choice.model,
            key=key,
            why=choice.why,
            stands_in=stands_in,
            portraits=portraits,
            approved=kept.exists() and self.approvals.holds(self.materials.content(kept)),
            takes=takes,
        )

    def _takes(self, engine: Engine, request: Request, weights: str, asked: Asked) -> tuple[Candidate, ...]:
        """The takes among which the gates choose; none where there is just one."""
        if (asked.takes or 1) == 1:
            return ()
        return picture_takes(engine, request, weights, range(1, asked.takes + 1))

    def _chosen(
        self, takes: tuple[Candidate, ...], request: Request, portraits: tuple[Source, ...]
    ) -> tuple[str, Request]:
        """The key and the request of the take that is the picture, or before one is chosen of them all."""
        selection = Drawn(self.build, self.judging, portraits, self.models).select(takes)
        if selection.chosen:
            take = selection.chosen.take
            return take.key, replace(request, seed=take.seed)
        keys = [take.key for take in takes]
        return choice_key(takes=keys, limits=self.judging.limits, fallback=""), request

    def _references(self, shot: Shot, asked: Asked) -> Iterator[Source]:
        """The pictures that it is drawn after: its own, then those of who is in the shot."""
        for file in asked.references:
            yield self.materials.source(Still(file=file))
        for title, file in references_of(in_shot(self.board, shot)):
            yield replace(self.materials.source(Still(file=file)), shows=title)

    def _painters(self, request: Request, asked: Asked) -> tuple[str, ...]:
        """The engines that may draw it, the most wanted first.

        A keyframe's own references are for an engine that reads them. With pictures of a cast such an engine
        is preferred, and others draw from the words that stand for her.
        """
        if asked.engine not in (None, AUTO):
            return (asked.engine,)
        can = self.abilities.drawing({"references"} if asked.references else set())
        first = [name for name in self.painters if name in can]
        names = [*first, *(name for name in can if name not in first)]
        after = self.abilities.drawing({"references"}) if request.references else ()
        return tuple(sorted(names, key=lambda name: name not in after))

    def _request(self, shot: Shot, asked: Asked) -> Request:
        board = self.board
        prepared = picture_prompt(board, shot, asked)
        of_shot = board.seed if shot.seed is None else shot.seed
        size = size_of_take(board, shot)
        return Request(
            shot=shot.id,
            width=size.width,
            height=size.height,
            rate=Fraction(1),
            length=Length(frames=1),
            seed=of_shot if asked.seed is None else asked.seed,
            prompt=prepared.prompt,
            negative=prepared.negative,
            camera="static",
            wanted=asked.engine or AUTO,
            references=tuple(self._references(shot, asked)),
        )

    def _is_drawn(self, choice: Choice) -> bool:
        return Path(paths.DRAWN.format(build=self.build, key=choice.key)).exists()


def read_by(engine: Engine, request: Request) -> Request:
    """The request with the references that the engine reads, so that no other picture can make it stale."""
    most = engine.most_references if "references" in engine.reads else 0
    return replace(request, references=request.references[:most])


def size_of_take(board: Storyboard, shot: Shot) -> Size:
    """Pixels of a shot's take, and of the picture that it begins with."""
    return shot.size if shot.size and shot.source == "prompt" else board.size


def held(shot: Shot, pictures: tuple[Keyframe, ...], approve: Collection[str]) -> str:
    """Why no video is to be rendered of a shot yet, in a phrase; empty where it may.

    Nobody pays for a clip that moves a picture which only stands in for another.
    """
    for picture in pictures:
        if not picture.chosen:
            return f"its {picture.name} is not chosen among its takes yet"
        if picture.stands_in and picture.continues:
            return f"{picture.name} is only the animatic's yet"
        if picture.stands_in:
            return f"its {picture.name} is not drawn yet"
    if "stills" not in (approve if shot.approve is None else shot.approve):
        return ""
    if not pictures:
        return "it has no keyframe that could be approved"
    waiting = [picture.name for picture in pictures if not (picture.approved or picture.continues)]
    return (
        f"its {' and '.join(waiting)} {'waits' if len(waiting) == 1 else 'wait'} for approval"
        if waiting
        else ""
    )
