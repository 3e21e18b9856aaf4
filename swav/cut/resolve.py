"""From a storyboard to a cut: prompts prepared, engines chosen, times made frames, every file named."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav import keys
from swav.config import Config
from swav.cut import paths
from swav.cut.approvals import Approvals
from swav.cut.assemble import Assembly
from swav.cut.candidates import is_decided
from swav.cut.choose import Choice, Chooser, KnownModels, TakePolicy
from swav.cut.continuation import Continuation, with_frames
from swav.cut.earlier import showing
from swav.cut.finishing import Finishing
from swav.cut.holding import NOTHING_TO_HOLD, choice_of, held_take, request_of
from swav.cut.interpolating import Interpolating
from swav.cut.keyframes import Keyframes, held, size_of_take
from swav.cut.lettering import overlays_of
from swav.cut.materials import Materials
from swav.cut.model import FINAL, Cut, Delivery, Judging, Provenance
from swav.cut.notebook import Notebook
from swav.cut.shot import CutShot, EarlyLooks, Hold
from swav.cut.shot_parts import Finish, Keyframe, Motion, Overlay, Passage, Trim
from swav.cut.sounds import TAKE_LEVEL, Effect, Narration
from swav.cut.takes import take_path
from swav.cut.timeline import resolve as frames_of_line
from swav.cut.voices import Voices
from swav.engines import (
    STAND_IN,
    TAKE_CONTENT,
    Engine,
    Form,
    LoraFile,
    Request,
    Sampling,
    Site,
    Source,
    abilities,
    engines,
    plugins,
)
from swav.keys import Length
from swav.motion.interpolators import interpolator
from swav.motion.ways import HOLD, INTERPOLATE
from swav.quality.readers import readers
from swav.quality.verdict import CAST, SEGMENT
from swav.storyboard.abilities import AUTO, engines_asked
from swav.storyboard.entities import in_shot, loras_of
from swav.storyboard.model import Storyboard
from swav.storyboard.neighbours import in_order
from swav.storyboard.prompting import shot_prompt
from swav.storyboard.shot import Shot, Transition
from swav.storyboard.sounds import Music
from swav.storyboard.timing import fixed_frames, transition_frames
from swav.times import to_frames
from swav.titles.placing import FADE

BREATH = Fraction(3, 4)
"""Seconds that an ``auto`` shot goes on after its narration."""
PREVIEW_LINES = 360
"""The shorter side of a preview, in pixels."""
TO_CHOOSE = "one of its takes is to be chosen"
"""Why a shot is not rendered yet whose takes were looked at, or will be."""


def resolve(
    board: Storyboard,
    config: Config,
    *,
    storyboard: Path,
    site: Site,
    materials: Materials,
    only: Collection[str] = (),
    target: str = FINAL,
    codec: str = "",
) -> Cut:
    """The cut of a storyboard on this machine; of the shots ``only`` alone, if any are named.

    These have the takes that they have in the film, whose length their transitions may decide. What the other
    shots show is not opened. ``target`` is the file that is delivered, ``codec`` that
    of a master, where it is one.
    """
    return _Resolver(board, config, site, materials, storyboard, target).cut(only, codec)


class _Resolver:
    """The steps of ``resolve``, which share the storyboard and the configuration."""

    def __init__(
        self,
        board: Storyboard,
        config: Config,
        site: Site,
        materials: Materials,
        storyboard: Path,
        target: str,
    ):
        self.board, self.config, self.site, self.materials = board, config, site, materials
        self.build = config.build
        self.rate = board.fps
        self.delivery = delivery_of(board, config)
        self.known = KnownModels(config.build)
        self.chooser = Chooser(site, self.known, config.engine, self._finished)
        self.voices = Voices(board, site, self.known, materials, config.build)
        frame = self.delivery.width, self.delivery.height
        asked = None if config.preview else board.finish  # what is looked at quickly is scaled like the rest
        self.finishing = Finishing(asked, frame, site.models, self.known, materials.content, config.build)
        self.interpolating = Interpolating(site.models, self.known, materials.content)
        self.judging = judging_of(config, site, materials.content)
        self.abilities = abilities(engine_names(config.image_to_video, "image_to_video"))
        self.keyframes = Keyframes(
            board,
            self.chooser,
            materials,
            Approvals.of(storyboard),
            self.abilities,
            engine_names(config.text_to_image, "text_to_image"),
            config.build,
            site.models,
            self.judging,
            self._neighbour,
            config.continuation,
        )
        self._storyboard, self._target = storyboard, target
        self._shots: dict[str, CutShot] = {}
        self._continued: dict[str, dict[str, Continuation]] = {}
        """The frames that neighbours hand to each shot, by the fields of its request."""
        self._lines: dict[str, str] = {}
        """Where each spoken line lies, by its key."""

    def cut(self, only: Collection[str], codec: str) -> Cut:
        passages = [self._passage(shot) for shot in self.board.shots[:-1]] + [Passage("cut")]
        places = {shot.id: position for position, shot in enumerate(self.board.shots)}
        for shot in in_order(shot for shot in self.board.shots if not only or shot.id in only):
            position = places[shot.id]
            head = passages[position - 1].head if position else 0
            self._shots[shot.id] = self._shot(shot, head, passages[position])
        shots = [self._shots[shot.id] for shot in self.board.shots if shot.id in self._shots]
        shots = self._apart(shots) if only else self._name_passages(shots)
        board = _without_music(self.board) if only else self.board
        assembly = Assembly(
            board,
            self.config,
            self.site,
            self.known,
            self.materials,
            self.judging,
            self.delivery,
            provenance_of(self.config, self.materials.content),
            (0, 0) if only else fades_of(self.board),
        )
        cut = assembly.cut(
            shots,
            storyboard=self._storyboard,
            stand_ins=tuple(self.voices.stand_ins),
            target=self._target,
            codec=codec,
        )
        self.known.save()
        return cut

    # --- one shot

    def _shot(self, shot: Shot, head: int, passage: Passage) -> CutShot:
        narration = self.voices.line(shot)
        if narration:
            self._lines[narration.key] = narration.path
        length = self._length(shot, narration, head + passage.tail + 1)
        pictures = self.keyframes.of(shot)
        self._continued[shot.id] = {item.field: item.continues for item in pictures if item.continues}
        request = self._request(shot, length, pictures)
        policy = self._policy(shot)
        before = held_take(self._shown(), request) if shot.hold and shot.source == "prompt" else None
        waits = self._waits(shot, pictures, before)
        choice = self._choose(request, shot, policy, waits)
        drawn = not engines()[choice.engine].gpu
        if drawn and (request.width, request.height) != (self.board.frame.width, self.board.frame.height):
            # What is drawn in seconds is drawn for the frame that it is seen in; a render is brought to it.
            request = replace(request, width=self.board.frame.width, height=self.board.frame.height)
            choice = self._choose(request, shot, policy, waits)
        looked, picked = choice, None
        if looked.looked and policy.pinned is None and self._chosen_by_hand(shot):
            picked = self._picked(request, looked)
            policy = replace(policy, pinned=picked)
            waits = waits if picked else waits or TO_CHOOSE
            choice = self._choose(request, shot, policy, waits)
        undecided = waits == TO_CHOOSE and not choice.looked
        early = self._early(request, looked, undecided, picked) if looked.looked else None
        around = (shot, narration, pictures, head, passage)
        found = self._cut_shot(*around, request, choice, policy, waits, early)
        if before is None or self._is_only(before, request, choice):
            return found
        pinned = replace(policy, pinned=before.takes[0].number)
        kept = self._cut_shot(*around, request_of(before, request), choice_of(before), pinned)
        return replace(kept, hold=Hold(before, found))

    def _chosen_by_hand(self, shot: Shot) -> bool:
        """Whether people approve its take, and so choose the one that is made whole."""
        return "takes" in (self.config.approve if shot.approve is None else shot.approve)

    def _picked(self, request: Request, choice: Choice) -> int | None:
        """The number of the take that was approved last, of those that are looked at; None for none."""
        settled = dict(zip(self._settled_keys(request, choice), choice.looked, strict=True))
        decided = Notebook.of(self._storyboard).decided()
        approved = [key for key, entry in decided.items() if entry.kind == "approve" and key in settled]
        return settled[approved[-1]].number if approved else None

    def _early(self, request: Request, choice: Choice, waits: bool, picked: int | None) -> EarlyLooks:
        """The looks at the takes of an engine's choice."""
        at = choice.look_at
        looks = [keys.look_key(take=take.key, at=at) for take in choice.looked]
        compared = keys.comparison_key(looks=looks, limits=self.judging.limits)
        named = {"engine": choice.engine, "shot": request.shot}
        return EarlyLooks(
            at=at,
            engine=choice.engine,
            model=choice.model,
            request=request,
            takes=choice.looked,
            looks=tuple(self._path(paths.EARLY, **named, key=key) for key in looks),
            comparison=self._path(paths.COMPARISON, shot=request.shot, key=compared),
            waits=waits,
            picked=picked,
        )

    def _shown(self) -> Iterator[Cut]:
        """The cuts in which takes were shown before."""
        return showing(self.build, str(self._storyboard), self._target)

    def _waits(self, shot: Shot, pictures: tuple[Keyframe, ...], before: CutShot | None) -> str:
        """Why a shot is not to be rendered yet, in a phrase; empty where it may."""
        if shot.source != "prompt":
            return ""
        if shot.hold and before is None:
            return NOTHING_TO_HOLD
        return held(shot, pictures, self.config.approve)

    def _is_only(self, before: CutShot, request: Request, choice: Choice) -> bool:
        """Whether the take of a held shot is the one that would be shown anyhow."""
        return len(choice.takes) == 1 and self._settled_keys(request, choice) == [before.key]

    def _cut_shot(
        self,
        shot: Shot,
        narration: Narration | None,
        pictures: tuple[Keyframe, ...],
        head: int,
        passage: Passage,
        request: Request,
        choice: Choice,
        policy: TakePolicy,
        waits: str = "",
        early: EarlyLooks | None = None,
    ) -> CutShot:
        overlays = overlays_of(self.board, shot, self.materials, self.delivery, self.build)
        form = form_of(engines()[choice.engine], request)
        motion = self._motion(shot, request, choice, form)
        finish = self._finish(shot, choice, motion, form)
        trim, anchor = self._trim(shot), self._anchor(shot, form)
        seen = Length(frames=trim.frames) if trim else request.length
        shown = finish or motion or choice
        picture = self._picture(shown.key, seen, overlays, trim, anchor)
        segment = keys.segment_key(
            picture, head=head, tail=passage.tail, format=self._format(), fades=self._fades(shot)
        )
        verdict = keys.verdict_key(
            shot=choice.key,
            takes=[take.key for take in choice.takes],
            limits=self.judging.limits,
            readers=self.judging.readers,
        )
        return CutShot(
            request=request,
            engine=choice.engine,
            gpu=engines()[choice.engine].gpu,
            why=choice.why,
            ready=choice.ready,
            model=choice.model,
            key=choice.key,
            clip=self._path(paths.CLIP, engine=choice.engine, shot=shot.id, key=choice.key),
            takes=choice.takes,
            pinned=policy.pinned is not None,
            on_fail=policy.on_fail,
            fallback=choice.fallback,
            verdict_key=verdict,
            verdict=self._path(paths.VERDICT, shot=shot.id, key=verdict),
            credit=(shot.footage.credit if shot.footage else None) or "",
            narration=narration,
            overlays=overlays,
            effects=(
                *self.materials.own_sound(shot.footage),
                *self._sound_of_take(shot, choice),
                *(self.materials.effect(effect, self.rate) for effect in shot.sound),
            ),
            passage=passage,
            head=head,
            segment_key=segment,
            segment=self._path(paths.SEGMENT, shot=shot.id, key=segment),
            motion=motion,
            finish=finish,
            keyframes=pictures,
            trim=trim,
            anchor=anchor,
            ambience=self.materials.ambience(shot.ambience),
            held=waits if choice.engine == STAND_IN != request.wanted else "",
            early=early,
            looks_elsewhere=_looks_elsewhere(request, choice, policy),
        )

    def _sound_of_take(self, shot: Shot, choice: Choice) -> tuple[Effect, ...]:
        """What is heard of a take whose model makes its sound too, in step with its picture."""
        if not engines()[choice.engine].sounds:
            return ()
        clip = self._path(paths.CLIP, engine=choice.engine, shot=shot.id, key=choice.key)
        begin = shot.trim.start if shot.trim else Fraction(0)
        content = f"{TAKE_CONTENT}{choice.key}"
        return (Effect(clip, content, 0, begin, None, TAKE_LEVEL, ring=False, own=True),)

    def _trim(self, shot: Shot) -> Trim | None:
        """The stretch of the take that is seen, in frames."""
        if shot.trim is None:
            return None
        begin = to_frames(shot.trim.start, self.rate)
        return Trim(begin, to_frames(shot.trim.end, self.rate) - begin)

    def _anchor(self, shot: Shot, form: Form) -> tuple[float, float] | None:
        """What stays in the picture where a part of the take is cut off; None where nothing is.

        Real material is cropped by its own engine, from the whole of its file.
        """
        frame = self.board.frame
        same = form.width * frame.height == form.height * frame.width
        return None if same or shot.source != "prompt" else shot.anchor

    def _motion(self, shot: Shot, request: Request, choice: Choice, form: Form) -> Motion | None:
        """How a take of another rate comes to the reel's; None where its frames are shown as they are."""
        how = self._how(shot)
        if how == HOLD or self._has(form.rate):
            return None
        made = {"take": choice.key, "length": request.length, "rate": self.rate, "how": how}
        learned = self.interpolating.of(how)
        if learned is None:
            key = keys.motion_key(**made)
            return Motion(how, key, self._path(paths.MOTION, shot=shot.id, key=key))
        key = keys.motion_key(**made, network=[interpolator(how).recipe, learned.content])
        return Motion(how, key, self._path(paths.LEARNED, way=how, shot=shot.id, key=key), learned)

    def _finish(self, shot: Shot, choice: Choice, motion: Motion | None, form: Form) -> Finish | None:
        """How a take comes to the reel's size, once it has its rate."""
        retimed = motion.key if motion else choice.key
        return self.finishing.of(shot.id, retimed, form.width, form.height)

    def _how(self, shot: Shot) -> str:
        """Real frames are not replaced by made ones unless somebody asks for it, as in an editing program."""
        return shot.motion or self.board.motion or (HOLD if shot.source == "footage" else INTERPOLATE)

    def _has(self, rate: Fraction) -> bool:
        """Whether a take of that rate has every instant that the reel shows."""
        return rate % self.rate == 0

    def _source(self, shot: Shot) -> Source | None:
        """Real material; footage at its own rate where frames are made between its own."""
        if shot.footage is None or self._how(shot) == HOLD:
            real = shot.footage or shot.still
            return self.materials.source(real, anchor=shot.anchor) if real else None
        rate = self.materials.own_rate(shot.footage)
        own_rate = None if rate is None or self._has(rate) else rate
        return self.materials.source(shot.footage, own_rate=own_rate, anchor=shot.anchor)

    def _policy(self, shot: Shot) -> TakePolicy:
        """Which takes of the shot may be made, and what is done where none passes."""
        on_fail = shot.on_fail or self.board.on_fail
        return TakePolicy(
            takes=shot.takes or self.board.takes,
            look_at=self.board.look_at if shot.look_at is None else shot.look_at,
            pinned=shot.take,
            on_fail=on_fail,
            fallback=self._fallback(shot) if on_fail == "fallback" else None,
            limits=self.judging.limits,
        )

    def _fallback(self, shot: Shot) -> tuple[str, Source | None]:
        """The engine that stands in for takes that fail, and what it shows."""
        given = shot.fallback
        if given and given.footage:
            return "footage", self.materials.source(given.footage, anchor=shot.anchor)
        if given and given.still:
            return "still", self.materials.source(given.still, anchor=shot.anchor)
        return STAND_IN, None

    def _choose(self, request: Request, shot: Shot, policy: TakePolicy, waits: str) -> Choice:
        if shot.source == "prompt":
            return self.chooser.choose(request, policy, self._asked(shot), waits)
        return self.chooser.only(engines()[shot.source], request)

    def _finished(self, request: Request, choice: Choice) -> bool:
        clip = self._path(paths.CLIP, engine=choice.engine, shot=request.shot, key=choice.key)
        if Path(clip).exists():
            return True
        settled = self._settled_keys(request, choice)
        if choice.key == choice.takes[0].key:
            return take_path(self.build, settled[0]).exists()
        takes = [replace(take, key=key) for take, key in zip(choice.takes, settled, strict=True)]
        return is_decided(takes, self.build, self.judging, choice.look_at)

    def _settled_keys(self, request: Request, choice: Choice) -> list[str]:
        """Keys of the takes by their frames, as the store has them; as they are before the line is spoken, or
        before a neighbour has handed its frame over."""
        engine = engines()[choice.engine]
        try:
            settled = with_frames(request, self._continued.get(request.shot, {}))
        except FileNotFoundError:
            return [take.key for take in choice.takes]
        line = self._lines.get(request.length.narration)
        if line is not None and Path(line).exists():
            from swav.speech import length as spoken_length

            frames = frames_of_line(request.length, spoken_length(Path(line)), self.rate)
            settled = replace(settled, length=Length(frames=frames))
        if settled == request:
            return [take.key for take in choice.takes]
        recipes = (engine.recipe(replace(settled, seed=take.seed), choice.model) for take in choice.takes)
        return [keys.take_key(recipe) for recipe in recipes]

    def _neighbour(self, shot: str) -> CutShot:
        """A shot that another goes on from, or leads to: they are resolved in that order."""
        return self._shots[shot]

    def _asked(self, shot: Shot) -> tuple[str, ...]:
        """The engines that may shoot a prompt; the stand-in where none can begin with its picture."""
        return engines_asked(self.board, shot, self.abilities) or (STAND_IN,)

    def _request(self, shot: Shot, length: Length, pictures: tuple[Keyframe, ...]) -> Request:
        scales = shot.guidance if shot.guidance is not None else self.board.guidance
        high, low = scales if isinstance(scales, tuple) else (scales, None)
        prepared = shot_prompt(self.board, shot)
        size = size_of_take(self.board, shot)
        return Request(
            shot=shot.id,
            width=size.width,
            height=size.height,
            rate=self.rate,
            length=length,
            seed=self.board.seed if shot.seed is None else shot.seed,
            prompt=prepared.prompt,
            negative=prepared.negative,
            camera=shot.camera,
            steps=shot.steps if shot.steps is not None else self.board.steps,
            guidance=high,
            sampling=self._sampling(shot, low),
            wanted=self._asked(shot)[0],
            slate=self.config.slate,
            source=self._source(shot),
            title=shot.card.title if shot.card else "",
            subtitle=shot.card.subtitle if shot.card else "",
            language=(shot.card.language if shot.card else None) or self.board.voice.language,
            loras=self._loras(shot),
            lossy=self._lossy(shot),
            **{picture.field: picture.source for picture in pictures},
        )

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
        names = self._asked(shot) if self.config.engine == AUTO else (self.config.engine,)
        if all(engines()[name].takes_loras for name in names if name in engines() and name != STAND_IN):
            listed = (*listed, *loras_of(in_shot(self.board, shot)))
        return tuple(map(self.materials.lora, listed))

    def _length(self, shot: Shot, narration: Narration | None, least: int) -> Length:
        frames = fixed_frames(shot, self.rate)
        if frames is not None:
            return Length(frames=frames)
        if shot.footage and shot.duration is None:
            return Length(frames=to_frames(self.materials.footage_length(shot.footage), self.rate))
        assert narration is not None and shot.narration is not None
        return Length(narration=narration.key, lead=shot.narration.start, breath=BREATH, least=least)

    def _fades(self, shot: Shot) -> tuple[int, int]:
        """Frames of the film's fades, of its first and of its last shot."""
        first, last = shot is self.board.shots[0], shot is self.board.shots[-1]
        fades = fades_of(self.board)
        return fades[0] if first else 0, fades[1] if last else 0

    # --- between shots

    def _passage(self, shot: Shot) -> Passage:
        return passage_of(shot.transition, self.rate)

    def _apart(self, shots: list[CutShot]) -> list[CutShot]:
        """Shots that stand alone, without a transition into one that may not be there."""
        return [replace(shot, passage=Passage("cut"), head=0) for shot in shots]

    def _name_passages(self, shots: list[CutShot]) -> list[CutShot]:
        named = []
        for shot, following in zip(shots, [*shots[1:], None], strict=True):
            if following is None or shot.passage.kind == "cut":
                named.append(shot)
                continue
            key = keys.transition_key(
                *(
                    self._picture(each.shown_key, each.length, each.overlays, each.trim, each.anchor)
                    for each in (shot, following)
                ),
                kind=shot.passage.kind,
                tail=shot.passage.tail,
                head=shot.passage.head,
                format=self._format(),
            )
            path = self._path(paths.TRANSITION, shot=shot.id, key=key)
            passage = Passage(shot.passage.kind, shot.passage.tail, shot.passage.head, key, path)
            named.append(replace(shot, passage=passage))
        return named

    def _picture(
        self,
        take: str,
        length: Length,
        overlays: tuple[Overlay, ...],
        trim: Trim | None,
        anchor: tuple[float, float] | None,
    ) -> dict[str, Any]:
        lettering = [{"key": item.key, "start": item.start, "end": item.end} for item in overlays]
        begin = trim.begin if trim else 0
        return keys.shot_picture(
            take=take, length=length, lettering=lettering, begin=begin, anchor=anchor or ()
        )

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


def _looks_elsewhere(request: Request, choice: Choice, policy: TakePolicy) -> tuple[int, int] | None:
    """The takes that would be looked at, and after which step, by the engine for which another stands in."""
    stands_in = choice.engine == STAND_IN != request.wanted
    looked = stands_in and policy.pinned is None and policy.takes > 1 and policy.look_at
    return (policy.takes, policy.look_at) if looked else None


def _without_music(board: Storyboard) -> Storyboard:
    """The storyboard of shots that stand alone: no music is heard there, and nobody asked who could play."""
    return board.model_copy(update={"music": Music(engine="none", level=board.music.level)})


def fades_of(board: Storyboard) -> tuple[int, int]:
    """Frames in which the film comes out of black, and goes."""
    return to_frames(board.fade_in, board.fps), to_frames(board.fade_out, board.fps)


def form_of(engine: Engine, request: Request) -> Form:
    """Size and rate of an engine's takes, which do not depend on how long a take is."""
    return engine.form(replace(request, length=Length(frames=1)))


def engine_names(names: Sequence[str], key: str) -> tuple[str, ...]:
    """Engines that the configuration names under a key, each of which there is. Raises EngineError."""
    for name in names:
        plugins().get(name, f"engine ({key} in config.yaml)")
    return tuple(names)


def delivery_of(board: Storyboard, config: Config) -> Delivery:
    """The format of every piece. A preview is small and coarse; its takes are those of the film."""
    delivery = Delivery(
        width=board.frame.width,
        height=board.frame.height,
        rate=board.fps,
        crf=config.delivery.crf,
        preset=config.delivery.preset,
        audio_bitrate=1000 * int(config.delivery.audio_bitrate.removesuffix("k")),
    )
    if not config.preview:
        return delivery
    shrunk = min(1, Fraction(PREVIEW_LINES, min(delivery.width, delivery.height)))
    width, height = (2 * round(side * shrunk / 2) for side in (delivery.width, delivery.height))
    return replace(delivery, width=width, height=height, crf=max(delivery.crf, 26), preset="ultrafast")


def judging_of(config: Config, site: Site, content: Callable[[Path], str]) -> Judging:
    """By what this reel is judged; where its admission lies is said when the reel is assembled.

    ``content`` gives a file's digest.
    """
    return Judging(
        limits=config.quality.model_dump(mode="json", exclude={*SEGMENT, *CAST}),
        speech_limits=config.speech_quality.model_dump(mode="json"),
        reel_limits=config.reel_quality.model_dump(mode="json"),
        readers=readers(site.models, content),
        admission="",
        segment_limits=config.quality.model_dump(mode="json", include=set(SEGMENT)),
        cast_limits=config.quality.model_dump(mode="json", include=set(CAST)),
    )


def provenance_of(config: Config, content: Callable[[Path], str]) -> Provenance | None:
    """How films are signed; ``content`` gives a file's digest. A missing certificate is said later."""
    said = config.provenance
    if not said.sign:
        return None
    chain = said.certificate or ""
    there = bool(chain) and Path(chain).is_file()
    return Provenance(chain, said.key or "", content(Path(chain)) if there else chain, said.prompts)


def passage_of(transition: Transition, rate: Fraction) -> Passage:
    """A transition in frames."""
    tail, head = transition_frames(transition, rate)
    return Passage(transition.type, tail, head)
