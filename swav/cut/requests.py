"""What is asked of an engine for a shot: its request, how long it is, and which takes may be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from swav.config import Config
from swav.cut.choose import TakePolicy
from swav.cut.fitting import has_every_instant, way_of
from swav.cut.keyframes import size_of_take
from swav.cut.materials import Materials
from swav.cut.shot_parts import Keyframe
from swav.cut.sounds import Narration
from swav.engines import STAND_IN, LoraFile, Request, Sampling, Source, engines
from swav.keys import Length
from swav.motion.ways import HOLD
from swav.storyboard.abilities import AUTO, Abilities, engines_asked
from swav.storyboard.entities import in_shot, loras_of
from swav.storyboard.model import Storyboard
from swav.storyboard.prompting import shot_prompt
from swav.storyboard.shot import Shot
from swav.storyboard.timing import fixed_frames
from swav.times import to_frames

BREATH = Fraction(3, 4)
"""Seconds that an ``auto`` shot goes on after its narration."""


@dataclass(frozen=True)
class Requests:
    """What one storyboard asks of engines."""

    board: Storyboard
    config: Config
    materials: Materials
    abilities: Abilities

    def of(self, shot: Shot, length: Length, pictures: tuple[Keyframe, ...]) -> Request:
        """The request of a shot of that length, with its pictures."""
        scales = shot.guidance if shot.guidance is not None else self.board.guidance
        high, low = scales if isinstance(scales, tuple) else (scales, None)
        prepared = shot_prompt(self.board, shot)
        size = size_of_take(self.board, shot)
        return Request(
            shot=shot.id,
            width=size.width,
            height=size.height,
            rate=self.board.fps,
            length=length,
            seed=self.board.seed if shot.seed is None else shot.seed,
            prompt=prepared.prompt,
            negative=prepared.negative,
            camera=shot.camera,
            steps=shot.steps if shot.steps is not None else self.board.steps,
            guidance=high,
            sampling=self._sampling(shot, low),
            wanted=self.asked(shot)[0],
            slate=self.config.slate,
            source=self._source(shot),
            title=shot.card.title if shot.card else "",
            subtitle=shot.card.subtitle if shot.card else "",
            language=(shot.card.language if shot.card else None) or self.board.voice.language,
            loras=self._loras(shot),
            lossy=self._lossy(shot),
            **{picture.field: picture.source for picture in pictures},
        )

    def length(self, shot: Shot, narration: Narration | None, least: int) -> Length:
        """How long the take of a shot is: in frames, or as its line will be, and no fewer than ``least``."""
        frames = fixed_frames(shot, self.board.fps)
        if frames is not None:
            return Length(frames=frames)
        if shot.footage and shot.duration is None:
            return Length(frames=to_frames(self.materials.footage_length(shot.footage), self.board.fps))
        assert narration is not None and shot.narration is not None
        return Length(narration=narration.key, lead=shot.narration.start, breath=BREATH, least=least)

    def asked(self, shot: Shot) -> tuple[str, ...]:
        """The engines that may shoot a prompt; the stand-in where none can begin with its picture."""
        return engines_asked(self.board, shot, self.abilities) or (STAND_IN,)

    def policy(self, shot: Shot, limits: Mapping[str, Any]) -> TakePolicy:
        """Which takes of the shot may be made, by what they are judged, what is done where none passes."""
        on_fail = shot.on_fail or self.board.on_fail
        return TakePolicy(
            takes=shot.takes or self.board.takes,
            look_at=self.board.look_at if shot.look_at is None else shot.look_at,
            pinned=shot.take,
            on_fail=on_fail,
            fallback=self._fallback(shot) if on_fail == "fallback" else None,
            limits=limits,
        )

    def _fallback(self, shot: Shot) -> tuple[str, Source | None]:
        """The engine that stands in for takes that fail, and what it shows."""
        given = shot.fallback
        if given and given.footage:
            return "footage", self.materials.source(given.footage, anchor=shot.anchor)
        if given and given.still:
            return "still", self.materials.source(given.still, anchor=shot.anchor)
        return STAND_IN, None

    def _source(self, shot: Shot) -> Source | None:
        """Real material; footage at its own rate where frames are made between its own."""
        if shot.footage is None or way_of(self.board, shot) == HOLD:
            real = shot.footage or shot.still
            return self.materials.source(real, anchor=shot.anchor) if real else None
        rate = self.materials.own_rate(shot.footage)
        own_rate = None if rate is None or has_every_instant(rate, self.board.fps) else rate
        return self.materials.source(shot.footage, own_rate=own_rate, anchor=shot.anchor)

    def _sampling(self, shot: Shot, low: float | None) -> Sampling:
        """What is said of sampling; a shot's own stands instead of the reel's."""
        said, noise = shot.sampling or self.board.sampling, shot.noise or self.board.noise
        values = {} if said is None else said.model_dump(exclude_none=True)
        return Sampling(**values, guidance_low=low, noise=noise.like if noise else "")

    def _lossy(self, shot: Shot) -> tuple[str, ...]:
        """The shot's lossy ways, or the reel's: in order, so that it does not matter how they are written."""
        said = self.board.lossy if shot.lossy is None else shot.lossy
        return tuple(sorted(set(said))) if shot.source == "prompt" else ()

    def _loras(self, shot: Shot) -> tuple[LoraFile, ...]:
        """The shot's or the reel's; those of its cast too, where all engines that may shoot it take LoRAs."""
        if shot.source != "prompt":
            return ()
        listed = self.board.loras if shot.loras is None else shot.loras
        names = self.asked(shot) if self.config.engine == AUTO else (self.config.engine,)
        if all(engines()[name].takes_loras for name in names if name in engines() and name != STAND_IN):
            listed = (*listed, *loras_of(in_shot(self.board, shot)))
        return tuple(map(self.materials.lora, listed))
