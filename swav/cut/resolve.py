"""From a storyboard to a cut: prompts prepared, engines chosen, times made frames, every file named."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav import keys
from swav.config import Config
from swav.cut import paths
from swav.cut.assemble import assemble
from swav.cut.choose import Choice, Chooser
from swav.cut.model import Cut, CutShot, Delivery, Narration, Overlay, Passage
from swav.cut.takes import take_path
from swav.engines import LoraFile, Request, Site, Source, engines
from swav.keys import Length
from swav.prompts import prepare
from swav.speech.voices import voice_for
from swav.storyboard.model import Shot, Storyboard, Transition
from swav.storyboard.timing import fixed_frames, transition_frames
from swav.times import to_frames

BREATH = Fraction(3, 4)
"""Seconds that an ``auto`` shot goes on after its narration."""
FADE = Fraction(1, 3)
"""Seconds in which lettering fades in and out."""


@dataclass(frozen=True)
class Materials:
    """Where real material comes from: content digests of files, and samples that the build makes itself."""

    folder: Path
    """Paths in the storyboard are relative to it."""
    content: Callable[[Path], str]
    length: Callable[[Path], Fraction]
    samples: Any
    """Mapping of sample names to recipe versions and lengths: see swav.animatic.samples."""


def resolve(board: Storyboard, config: Config, *, storyboard: Path, site: Site, materials: Materials) -> Cut:
    """The cut of a storyboard on this machine."""
    return _Resolver(board, config, site, materials).cut(storyboard)


class _Resolver:
    """The steps of ``resolve``, which share the storyboard and the configuration."""

    def __init__(self, board: Storyboard, config: Config, site: Site, materials: Materials):
        self.board, self.config, self.site, self.materials = board, config, site, materials
        self.build = config.build
        self.rate = board.fps
        self.delivery = Delivery(
            width=board.size.width,
            height=board.size.height,
            rate=board.fps,
            crf=config.delivery.crf,
            preset=config.delivery.preset,
            audio_bitrate=1000 * int(config.delivery.audio_bitrate.removesuffix("k")),
        )
        self.chooser = Chooser(site, config.build, config.engine, self._finished)

    def cut(self, storyboard: Path) -> Cut:
        passages = [self._passage(shot) for shot in self.board.shots[:-1]] + [Passage("cut")]
        shots = []
        for position, shot in enumerate(self.board.shots):
            head = passages[position - 1].head if position else 0
            shots.append(self._shot(shot, head, passages[position]))
        shots = self._name_passages(shots)
        self.chooser.save()
        return assemble(
            self.board, self.config, shots, self.delivery, storyboard=storyboard, models=self.site.models
        )

    # --- one shot

    def _shot(self, shot: Shot, head: int, passage: Passage) -> CutShot:
        narration = self._narration(shot)
        length = self._length(shot, narration, head + passage.tail + 1)
        request = self._request(shot, length)
        choice = self._choose(request, shot)
        overlays = tuple(self._overlay(shot, index) for index in range(len(shot.overlay)))
        picture = self._picture(choice.key, length, overlays)
        segment = keys.segment_key(picture, head=head, tail=passage.tail, format=self._format())
        return CutShot(
            request=request,
            engine=choice.engine,
            gpu=engines()[choice.engine].gpu,
            why=choice.why,
            ready=choice.ready,
            model=choice.model,
            key=choice.key,
            clip=self._path(paths.CLIP, engine=choice.engine, shot=shot.id, key=choice.key),
            credit=(shot.footage.credit if shot.footage else None) or "",
            narration=narration,
            overlays=overlays,
            passage=passage,
            head=head,
            segment_key=segment,
            segment=self._path(paths.SEGMENT, shot=shot.id, key=segment),
        )

    def _choose(self, request: Request, shot: Shot) -> Choice:
        if shot.source == "prompt":
            return self.chooser.choose(request)
        engine = engines()[shot.source]
        return Choice(engine.name, "", keys.take_key(engine.recipe(request, "")), "", True)

    def _finished(self, engine: str, request: Request, key: str) -> bool:
        clip = self._path(paths.CLIP, engine=engine, shot=request.shot, key=key)
        return take_path(self.build, key).exists() or Path(clip).exists()

    def _request(self, shot: Shot, length: Length) -> Request:
        style = self.board.style
        prepared = prepare(
            shot.prompt or "",
            negative=shot.negative,
            style=style.prompt,
            style_negative=style.negative,
            camera=shot.camera,
            enabled=shot.prepare,
        )
        return Request(
            shot=shot.id,
            width=self.board.size.width,
            height=self.board.size.height,
            rate=self.rate,
            length=length,
            seed=self.board.seed if shot.seed is None else shot.seed,
            prompt=prepared.prompt,
            negative=prepared.negative,
            camera=shot.camera,
            steps=shot.steps if shot.steps is not None else self.board.steps,
            guidance=shot.guidance if shot.guidance is not None else self.board.guidance,
            wanted=shot.engine or self.board.engine,
            source=self._source(shot),
            title=shot.card.title if shot.card else "",
            subtitle=shot.card.subtitle if shot.card else "",
            loras=self._loras(shot),
        )

    def _loras(self, shot: Shot) -> tuple[LoraFile, ...]:
        listed = self.board.loras if shot.loras is None else shot.loras
        found = []
        for lora in listed if shot.source == "prompt" else ():
            path = self.materials.folder / lora.file
            found.append(LoraFile(str(path), self.materials.content(path), lora.weight, lora.expert))
        return tuple(found)

    def _source(self, shot: Shot) -> Source | None:
        real = shot.footage or shot.still
        if real is None:
            return None
        start, end = (shot.footage.start, shot.footage.end) if shot.footage else (Fraction(0), None)
        if real.file.startswith("sample:"):
            name = real.file.removeprefix("sample:")
            path = self._path(paths.SAMPLE, name=name)
            return Source(path, f"sample {name} {self.materials.samples[name].version}", start, end)
        path = self.materials.folder / real.file
        return Source(str(path), self.materials.content(path), start, end)

    def _narration(self, shot: Shot) -> Narration | None:
        if shot.narration is None:
            return None
        voice = self.board.voice
        speaker = shot.narration.speaker or voice.speaker
        found = voice_for(voice.engine, voice.language, speaker)
        said = {
            "text": shot.narration.text,
            "engine": voice.engine,
            "language": voice.language,
            "speaker": speaker,
            "speed": voice.speed,
        }
        key = keys.narration_key(**said, voice=[found.engine, found.speaker, found.recipe_version])
        start = to_frames(shot.narration.start, self.rate)
        return Narration(**said, start=start, key=key, path=self._path(paths.SPEECH, shot=shot.id, key=key))

    def _length(self, shot: Shot, narration: Narration | None, least: int) -> Length:
        frames = fixed_frames(shot, self.rate)
        if frames is not None:
            return Length(frames=frames)
        if shot.footage and shot.duration is None:
            return Length(frames=to_frames(self._footage_length(shot), self.rate))
        assert narration is not None and shot.narration is not None
        return Length(narration=narration.key, lead=shot.narration.start, breath=BREATH, least=least)

    def _footage_length(self, shot: Shot) -> Fraction:
        """Seconds from the footage's in-point to the end of its file."""
        footage = shot.footage
        if footage.file.startswith("sample:"):
            return self.materials.samples[footage.file.removeprefix("sample:")].seconds - footage.start
        return self.materials.length(self.materials.folder / footage.file) - footage.start

    def _overlay(self, shot: Shot, index: int) -> Overlay:
        item = shot.overlay[index]
        size = {"width": self.board.size.width, "height": self.board.size.height}
        key = keys.overlay_key(lines=item.lines, style=item.style, **size)
        return Overlay(
            lines=item.lines,
            style=item.style,
            start=to_frames(item.start, self.rate),
            end=None if item.end is None else to_frames(item.end, self.rate),
            key=key,
            path=self._path(paths.OVERLAY, shot=shot.id, key=key),
        )

    # --- between shots

    def _passage(self, shot: Shot) -> Passage:
        return passage_of(shot.transition, self.rate)

    def _name_passages(self, shots: list[CutShot]) -> list[CutShot]:
        named = []
        for shot, following in zip(shots, [*shots[1:], None], strict=True):
            if following is None or shot.passage.kind == "cut":
                named.append(shot)
                continue
            key = keys.transition_key(
                self._picture(shot.key, shot.length, shot.overlays),
                self._picture(following.key, following.length, following.overlays),
                kind=shot.passage.kind,
                tail=shot.passage.tail,
                head=shot.passage.head,
                format=self._format(),
            )
            path = self._path(paths.TRANSITION, shot=shot.id, key=key)
            passage = Passage(shot.passage.kind, shot.passage.tail, shot.passage.head, key, path)
            named.append(replace(shot, passage=passage))
        return named

    def _picture(self, take: str, length: Length, overlays: tuple[Overlay, ...]) -> dict[str, Any]:
        lettering = [{"key": item.key, "start": item.start, "end": item.end} for item in overlays]
        return keys.shot_picture(take=take, length=length, lettering=lettering)

    def _format(self) -> dict[str, Any]:
        delivery = self.delivery
        return {
            "width": delivery.width,
            "height": delivery.height,
            "rate": delivery.rate,
            "crf": delivery.crf,
            "preset": delivery.preset,
            "fade": FADE,
        }

    def _path(self, pattern: str, **names: str) -> str:
        return pattern.format(build=self.build, **names)


def passage_of(transition: Transition, rate: Fraction) -> Passage:
    """A transition in frames."""
    tail, head = transition_frames(transition, rate)
    return Passage(transition.type, tail, head)
