"""What renders will take: minutes of a shot, hours of a film, on the cards that are here or on others.

An engine that can foretell its renders is asked; of another one's, what its takes took here is told on. The
film's time is that of a clock on the wall: renders that fit beside each other on the cards run at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

from swav.config import Config
from swav.cut import paths
from swav.cut.fitting import form_of
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import read_record
from swav.cut.timeline import resolve, take_frames
from swav.engines import Engine, Request, engines
from swav.keys import Length
from swav.reel.claims import Claim, Named, gpus_of
from swav.reel.speeds import Foretold, foretold, speeds
from swav.render.hardware import Hardware
from swav.speech.pace import expected_seconds
from swav.times import to_seconds


@dataclass(frozen=True)
class Lasts:
    """How long a shot is; ``estimated`` where it follows a line that nobody has spoken yet."""

    frames: int
    seconds: float
    estimated: bool = False


def lasts(shot: CutShot, rate: Fraction) -> Lasts:
    """The length of a shot's take: as the cut has it, as its line was spoken, or will be about."""
    estimated = False
    try:
        frames = take_frames(shot, rate)
    except FileNotFoundError:
        line, estimated = shot.narration, True
        spoken = Fraction(expected_seconds(line.text, line.speed)).limit_denominator(100)
        frames = resolve(shot.request.length, spoken, rate)
    return Lasts(frames, round(float(to_seconds(frames, rate)), 3), estimated)


@dataclass(frozen=True)
class Crew:
    """Cards, and how many of them each render claims."""

    cards: int
    per_render: int
    machine: Hardware | None = None
    """A machine that is not this one; None: the cards that are here."""
    named: Named = ()
    programs: int = 0
    """Cards that a program in an environment of its own claims here: one, or none."""

    def of(self, engine: str) -> int:
        """Cards that a render with this engine claims."""
        return min(self.cards, gpus_of(engine, self.per_render, self.named))

    @property
    def others(self) -> list["Crew"]:
        """The other ways to share the cards evenly."""
        counts = [count for count in range(1, self.cards + 1) if self.cards % count == 0]
        return [replace(self, per_render=count) for count in counts if count != self.per_render]


def crew_of(config: Config, claim: Claim, machine: Hardware | None = None) -> Crew:
    """The cards that renders share: those of the machine, at most as many as were given out."""
    machine = machine or claim.node
    here = len(machine.cards) if machine else len(claim.cards)
    count = max(1, here if claim.limit is None else min(here, claim.limit))
    asked = config.gpus_per_render
    by_engine = asked if isinstance(asked, dict) else {}
    named = tuple((name, count if each == "all" else each) for name, each in by_engine.items())
    general = count if by_engine or asked == "all" else min(count, claim.per_render)
    return Crew(count, general, machine, named, 0 if machine else claim.for_programs)


class Forecast:
    """Foretells the renders of one cut."""

    def __init__(self, cut: Cut):
        self._cut = cut
        self._models = Path(cut.models)
        self._known: dict[tuple, float | None] = {}

    def seconds(self, shot: CutShot, crew: Crew) -> float | None:
        """Seconds on the wall of what is to be made of a shot by its engine; None where nothing can be known.

        It is one take; where takes are looked at, every look that is missing, and one take from there on.
        """
        if early := shot.early:
            looks = early.missing if early.picked is None else 0
            return self._looked(early.of(shot), early.at, looks, crew, whole=not early.waits)
        if shot.looks_elsewhere and renders_with(shot, crew) != shot.engine:
            takes, at = shot.looks_elsewhere
            return self._looked(shot, at, takes, crew)
        return self._take(shot, crew)

    def _looked(self, shot: CutShot, at: int, looks: int, crew: Crew, whole: bool = True) -> float | None:
        """Seconds of some takes that are made to a step, and of one from there on, if one is made whole."""
        take, steps = self._take(shot, crew), engines()[renders_with(shot, crew)].steps(shot.request)
        if take is None or steps is None or steps <= at:
            return take
        look = self._take(replace(shot, request=replace(shot.request, steps=at)), crew)
        if look is None:  # of which no record tells
            look = take * at / steps
        step = (take - look) / (steps - at)
        return look * looks + (take - at * step if whole else 0.0)

    def _take(self, shot: CutShot, crew: Crew) -> float | None:
        """Seconds on the wall of one take of a shot, made whole."""
        engine, length = engines()[renders_with(shot, crew)], lasts(shot, self._cut.delivery.rate)
        found = self._estimate(engine, shot.request, length, crew)
        if found is not None or crew.machine is not None:
            return found
        cards = crew.of(engine.name)
        rates = [
            (record["seconds"] + record.get("looked_seconds", 0))
            * record.get("gpus", cards)
            / record["length_seconds"]
            for record in self._records
            if _alike(record, shot)
        ]
        return median(rates) * length.seconds / cards if rates else None

    def finishing(self, shots: Sequence[CutShot], crew: Crew) -> Foretold | None:
        """What bringing the takes of these shots to the reel's size takes; None where nobody knows."""
        if not shots or crew.machine is not None:
            return None
        finish, pixels = shots[0].finish, []
        for shot in shots:
            form = form_of(engines()[shot.engine], shot.request)
            pixels.append(form.width * form.height * lasts(shot, self._cut.delivery.rate).frames)
        on_card = bool(crew.programs)
        return foretold(speeds(self._cut.build), finish.file, finish.content, pixels, on_card=on_card)

    def placement(self, shot: CutShot, crew: Crew) -> str:
        """How the engine would place the render, or why it cannot; empty where it does not say."""
        engine = engines()[renders_with(shot, crew)]
        words = engine.placement(self._settled(shot), crew.of(engine.name), self._models, *_on(crew))
        return f"{engine.name}: {words}" if words else ""

    def wall_seconds(self, shots: Sequence[CutShot], crew: Crew) -> float:
        """Seconds on the wall for the renders of these shots in their order, as far as they are known.

        Each begins as soon as it finds its cards free.
        """
        free = [0.0] * crew.cards
        for shot in shots:
            cards = crew.of(renders_with(shot, crew))
            free.sort()
            end = free[cards - 1] + (self.seconds(shot, crew) or 0.0)
            free[:cards] = [end] * cards
        return max(free)

    def _settled(self, shot: CutShot) -> Request:
        frames = lasts(shot, self._cut.delivery.rate).frames
        return replace(shot.request, length=Length(frames=frames))

    def _estimate(self, engine: Engine, request: Request, length: Lasts, crew: Crew) -> float | None:
        size = (request.width, request.height, length.frames, request.rate, request.steps, request.guidance)
        loras = tuple(lora.says for lora in request.loras)
        case = (engine.name, size, request.sampling, request.lossy, loras, crew)
        if case not in self._known:
            settled = replace(request, length=Length(frames=length.frames))
            self._known[case] = engine.estimate(settled, crew.of(engine.name), self._models, *_on(crew))
        return self._known[case]

    @cached_property
    def _records(self) -> list[Mapping[str, Any]]:
        """The records of the takes that this build holds."""
        folder = Path(paths.TAKE.format(build=self._cut.build, key="x")).parent
        return [read_record(take) for take in folder.glob("*.mp4")] if folder.exists() else []


def renders_with(shot: CutShot, crew: Crew) -> str:
    """Who would render a shot: on a machine that is not here, the engine that the storyboard asks for; where
    its takes are yet to be looked at, who makes them."""
    if to_be_looked_at(shot):
        return shot.early.engine
    wanted = shot.request.wanted
    other = crew.machine is not None and not shot.gpu and wanted in engines() and shot.request.source is None
    return wanted if other and engines()[wanted].gpu and _is_prompt(shot) else shot.engine


def to_be_looked_at(shot: CutShot) -> bool:
    """Whether takes of a shot are to be made as far as people look at them."""
    return bool(shot.early and shot.early.waits and shot.early.missing)


def _is_prompt(shot: CutShot) -> bool:
    return engines()[shot.engine].source == "prompt"


def _on(crew: Crew) -> tuple[Hardware, ...]:
    return () if crew.machine is None else (crew.machine,)


def _alike(record: Mapping[str, Any], shot: CutShot) -> bool:
    request = shot.request
    return (
        record.get("engine") == shot.engine
        and bool(record.get("length_seconds"))
        and record.get("size") == f"{request.width}x{request.height}"
        and record.get("steps") == request.steps
    )
