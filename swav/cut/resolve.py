"""From a storyboard to a cut: prompts prepared, engines chosen, times made frames, every file named."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from swav import keys
from swav.config import Config
from swav.cut import paths
from swav.cut.approvals import Approvals
from swav.cut.assemble import Assembly
from swav.cut.choose import Choice, Chooser, KnownModels, TakePolicy
from swav.cut.earlier import showing
from swav.cut.early_choice import EarlyChoice, looks_elsewhere
from swav.cut.finishing import Finishing
from swav.cut.fitting import Fitting, form_of
from swav.cut.holding import NOTHING_TO_HOLD, choice_of, held_take, request_of
from swav.cut.interpolating import Interpolating
from swav.cut.keyframes import Keyframes, held
from swav.cut.lettering import overlays_of
from swav.cut.materials import Materials
from swav.cut.model import FINAL, Cut
from swav.cut.pieces import Pieces, apart, passage_of
from swav.cut.requests import Requests
from swav.cut.settled import Settled
from swav.cut.shot import CutShot, EarlyLooks, Hold
from swav.cut.shot_parts import Keyframe, Passage
from swav.cut.sounds import TAKE_LEVEL, Effect, Narration
from swav.cut.terms import delivery_of, engine_names, fades_of, judging_of, provenance_of
from swav.cut.voices import Voices
from swav.engines import (
    STAND_IN,
    TAKE_CONTENT,
    Request,
    Site,
    abilities,
    engines,
)
from swav.keys import Length
from swav.storyboard.model import Storyboard
from swav.storyboard.neighbours import in_order
from swav.storyboard.shot import Shot
from swav.storyboard.sounds import Music

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
        self.voices = Voices(board, site, self.known, materials, config.build)
        frame = self.delivery.width, self.delivery.height
        asked = None if config.preview else board.finish  # what is looked at quickly is scaled like the rest
        finishing = Finishing(asked, frame, site.models, self.known, materials.content, config.build)
        interpolating = Interpolating(site.models, self.known, materials.content)
        self.fitting = Fitting(board, finishing, interpolating, config.build)
        self.pieces = Pieces(board, self.delivery, config.build)
        self.judging = judging_of(config, site, materials.content)
        self.settled = Settled(config.build, self.rate, self.judging)
        self.chooser = Chooser(site, self.known, config.engine, self.settled.finished)
        known_abilities = abilities(engine_names(config.image_to_video, "image_to_video"))
        self.requests = Requests(board, config, materials, known_abilities)
        self.keyframes = Keyframes(
            board,
            self.chooser,
            materials,
            Approvals.of(storyboard),
            known_abilities,
            engine_names(config.text_to_image, "text_to_image"),
            config.build,
            site.models,
            self.judging,
            self._neighbour,
            config.continuation,
        )
        self.early_choice = EarlyChoice(storyboard, config.build, config.approve, self.judging, self.settled)
        self._storyboard, self._target = storyboard, target
        self._shots: dict[str, CutShot] = {}

    def cut(self, only: Collection[str], codec: str) -> Cut:
        passages = [passage_of(shot.transition, self.rate) for shot in self.board.shots[:-1]]
        passages.append(Passage("cut"))
        places = {shot.id: position for position, shot in enumerate(self.board.shots)}
        for shot in in_order(shot for shot in self.board.shots if not only or shot.id in only):
            position = places[shot.id]
            head = passages[position - 1].head if position else 0
            self._shots[shot.id] = self._shot(shot, head, passages[position])
        shots = [self._shots[shot.id] for shot in self.board.shots if shot.id in self._shots]
        shots = apart(shots) if only else self.pieces.with_passages(shots)
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

    def _shot(self, shot: Shot, head: int, passage: Passage) -> CutShot:
        narration = self.voices.line(shot)
        if narration:
            self.settled.lines[narration.key] = narration.path
        length = self.requests.length(shot, narration, head + passage.tail + 1)
        pictures = self.keyframes.of(shot)
        self.settled.continued[shot.id] = {item.field: item.continues for item in pictures if item.continues}
        request = self.requests.of(shot, length, pictures)
        policy = self.requests.policy(shot, self.judging.limits)
        before = held_take(self._shown(), request) if shot.hold and shot.source == "prompt" else None
        waits = self._waits(shot, pictures, before)
        choice = self._choose(request, shot, policy, waits)
        drawn = not engines()[choice.engine].gpu
        if drawn and (request.width, request.height) != (self.board.frame.width, self.board.frame.height):
            # What is drawn in seconds is drawn for the frame that it is seen in; a render is brought to it.
            request = replace(request, width=self.board.frame.width, height=self.board.frame.height)
            choice = self._choose(request, shot, policy, waits)
        looked, picked = choice, None
        if looked.looked and policy.pinned is None and self.early_choice.by_hand(shot):
            picked = self.early_choice.picked(request, looked)
            policy = replace(policy, pinned=picked)
            waits = waits if picked else waits or TO_CHOOSE
            choice = self._choose(request, shot, policy, waits)
        undecided = waits == TO_CHOOSE and not choice.looked
        early = self.early_choice.looks(request, looked, undecided, picked) if looked.looked else None
        around = (shot, narration, pictures, head, passage)
        found = self._cut_shot(*around, request, choice, policy, waits, early)
        if before is None or self._is_only(before, request, choice):
            return found
        pinned = replace(policy, pinned=before.takes[0].number)
        kept = self._cut_shot(*around, request_of(before, request), choice_of(before), pinned)
        return replace(kept, hold=Hold(before, found))

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
        return len(choice.takes) == 1 and self.settled.keys_of(request, choice) == [before.key]

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
        motion = self.fitting.motion(shot, request, choice, form)
        finish = self.fitting.finish(shot, choice, motion, form)
        trim, anchor = self.fitting.trim(shot), self.fitting.anchor(shot, form)
        seen = Length(frames=trim.frames) if trim else request.length
        shown = finish or motion or choice
        look = (shown.key, seen, overlays, trim, anchor)
        segment = self.pieces.segment_key(shot, *look, head=head, tail=passage.tail)
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
            looks_elsewhere=looks_elsewhere(request, choice, policy),
        )

    def _sound_of_take(self, shot: Shot, choice: Choice) -> tuple[Effect, ...]:
        """What is heard of a take whose model makes its sound too, in step with its picture."""
        if not engines()[choice.engine].sounds:
            return ()
        clip = self._path(paths.CLIP, engine=choice.engine, shot=shot.id, key=choice.key)
        begin = shot.trim.start if shot.trim else Fraction(0)
        content = f"{TAKE_CONTENT}{choice.key}"
        return (Effect(clip, content, 0, begin, None, TAKE_LEVEL, ring=False, own=True),)

    def _choose(self, request: Request, shot: Shot, policy: TakePolicy, waits: str) -> Choice:
        if shot.source == "prompt":
            return self.chooser.choose(request, policy, self.requests.asked(shot), waits)
        return self.chooser.only(engines()[shot.source], request)

    def _neighbour(self, shot: str) -> CutShot:
        """A shot that another goes on from, or leads to: they are resolved in that order."""
        return self._shots[shot]

    def _path(self, pattern: str, **names: str) -> str:
        return pattern.format(build=self.build, **names)


def _without_music(board: Storyboard) -> Storyboard:
    """The storyboard of shots that stand alone: no music is heard there, and nobody asked who could play."""
    return board.model_copy(update={"music": Music(engine="none", level=board.music.level)})
