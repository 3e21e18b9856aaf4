"""From the shots of a cut to the whole: music, mix, subtitles, admission, and its own words."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from swav import keys, recipes
from swav.config import Config
from swav.cut import paths
from swav.cut.candidates import may_hold
from swav.cut.choose import KnownModels
from swav.cut.materials import Materials
from swav.cut.model import Cut, Delivery, Judging, Provenance
from swav.cut.players import Score, score
from swav.cut.shot import CutShot
from swav.cut.sounds import RECORDED, Sound
from swav.engines import Site, engines
from swav.music.players import player
from swav.storyboard.model import Storyboard


@dataclass(frozen=True)
class Assembly:
    """What every reel of one storyboard and configuration shares."""

    board: Storyboard
    config: Config
    site: Site
    known: KnownModels
    materials: Materials
    judging: Judging
    delivery: Delivery
    provenance: Provenance | None = None
    fades: tuple[int, int] = (0, 0)
    """Frames in which the film comes out of black, and goes."""

    def cut(
        self, shots: list[CutShot], *, storyboard: Path, stand_ins: tuple[str, ...], target: str, codec: str
    ) -> Cut:
        """The cut of the shots, every file of it named."""
        clock = [[shot.length.plain(), shot.passage.overlap] for shot in shots] + [self.delivery.rate]
        music = score(self.board, self.site, self.known, self.materials, clock=clock, build=self.config.build)
        keyed = self._sound_keys(shots, music, clock)
        metadata = {"title": self.board.title, "description": describe(shots, music)}
        reel = keys.reel_key(
            pieces=[piece for shot in shots for piece in (shot.segment_key, shot.passage.key) if piece],
            sound=keyed.mix,
            captions=keyed.captions,
            metadata=metadata,
            audio_bitrate=self.delivery.audio_bitrate,
        )
        master = keys.master_key(reel=reel, mix=keyed.mix, codec=codec) if codec else ""
        signed = self._path(paths.SIGNED, self._signed_key(master or reel))
        draft = Cut(
            title=self.board.title,
            storyboard=str(storyboard),
            build=self.config.build,
            models=str(self.site.models),
            delivery=self.delivery,
            shots=tuple(shots),
            sound=self._sound(shots, music, keyed),
            judging=self._admitted(shots, reel),
            metadata=metadata,
            stand_ins=(*stand_ins, *([music.stand_in] if music.stand_in else ())),
            key="",
            path="",
            reel=self._path(paths.REEL, reel),
            provenance=self.provenance,
            codec=codec,
            master=self._path(paths.MASTER, master),
            target=target,
            signed=str(Path(signed).with_suffix(Path(target).suffix)) if signed else "",
            approve=self._to_approve(shots),
        )
        key = draft.digest()
        return replace(draft, key=key, path=self._path(paths.CUT, key))

    def _to_approve(self, shots: list[CutShot]) -> tuple[str, ...]:
        """Shots whose takes have to be approved; of an animatic, which is made to be looked at, none."""
        asked = engines().get(self.config.engine)
        if asked is not None and asked.designed:
            return ()
        own = {shot.id: shot.approve for shot in self.board.shots if shot.approve is not None}
        return tuple(shot.id for shot in shots if "takes" in own.get(shot.id, self.config.approve))

    def _signed_key(self, reel: str) -> str:
        by = self.provenance
        return keys.signed_key(reel=reel, certificate=by.content, prompts=by.prompts) if by else ""

    def _sound_keys(self, shots: list[CutShot], music: Score, clock: list) -> "_SoundKeys":
        """Keys of the stems, the mix and the subtitles; empty where there is none."""
        spoken = [
            [position, shot.narration.key, shot.narration.start]
            for position, shot in enumerate(shots)
            if shot.narration
        ]
        stems = keys.stems_key(
            lines=spoken,
            bed=music.plain(),
            level=self.board.music.level,
            effects=[_heard_effect(position, effect) for position, effect in _effects(shots)],
            clock=clock,
            ambience=[
                [position, *shot.ambience.plain()] for position, shot in enumerate(shots) if shot.ambience
            ],
            fades=self.fades,
        )
        mix = keys.mix_key(
            stems=stems,
            loudness=self.config.loudness.integrated,
            true_peak=self.config.loudness.true_peak,
            audio_bitrate=self.delivery.audio_bitrate,
        )
        if not spoken:
            return _SoundKeys(stems, mix)
        language = self.board.voice.language
        words = [[shot.narration.key, shot.narration.text] for shot in shots if shot.narration]
        heard = keys.heard_key(lines=words, language=language, recogniser=recipes.RECOGNITION)
        lines = list(zip(words, spoken, strict=True))
        captions = keys.captions_key(lines=lines, heard=heard, language=language, clock=clock)
        return _SoundKeys(stems, mix, heard, captions)

    def _sound(self, shots: list[CutShot], music: Score, keyed: "_SoundKeys") -> Sound:
        return Sound(
            music_engine=music.engine,
            music_model=music.model,
            stretches=music.stretches,
            music_level=self.board.music.level,
            loudness=self.config.loudness.integrated,
            true_peak=self.config.loudness.true_peak,
            language=self.board.voice.language,
            seed=self.board.seed,
            fade_in=self.fades[0],
            fade_out=self.fades[1],
            stems=self._path(paths.STEMS, keyed.stems),
            mix=self._path(paths.MIX, keyed.mix),
            heard=self._path(paths.HEARD, keyed.heard),
            captions=self._path(paths.CAPTIONS, keyed.captions),
        )

    def _admitted(self, shots: list[CutShot], reel: str) -> Judging:
        verdicts = [[shot.id, shot.verdict_key, shot.on_fail, shot.pinned] for shot in shots]
        limits = {"speech": self.judging.speech_limits, "reel": self.judging.reel_limits}
        if any(map(may_hold, shots)):
            limits["segments"] = self.judging.segment_limits
        key = keys.admission_key(reel=reel, verdicts=verdicts, limits=limits)
        return replace(self.judging, admission=self._path(paths.ADMISSION, key))

    def _path(self, pattern: str, key: str) -> str:
        return pattern.format(build=self.config.build, key=key) if key else ""


@dataclass(frozen=True)
class _SoundKeys:
    stems: str
    mix: str
    heard: str = ""
    captions: str = ""


def _effects(shots: list[CutShot]) -> list[tuple[int, Any]]:
    return [(position, effect) for position, shot in enumerate(shots) for effect in shot.effects]


def _heard_effect(position: int, effect: Any) -> list[Any]:
    """What decides how an effect sounds: its content, not its name."""
    heard = [position, effect.content, effect.start, effect.begin, effect.end, effect.level, effect.ring]
    return [*heard, "own"] if effect.own else heard


def describe(shots: list[CutShot], music: Score) -> str:
    """What in the reel is generated, and by what: a note that goes into its metadata."""
    makers: dict[str, list[str]] = {}
    for shot in shots:
        makers.setdefault(shot.engine, []).append(shot.id)
    parts = [f"{engine}: {', '.join(ids)}" for engine, ids in sorted(makers.items())]
    credits = dict.fromkeys(shot.credit for shot in shots if shot.credit)
    courtesy = f" Footage: {', '.join(credits)}." if credits else ""
    voices = sorted({shot.narration.engine for shot in shots if shot.narration} - {RECORDED})
    synthetic = f"synthetic voice ({', '.join(voices)})" if voices else ""
    human = "recorded" if any(shot.narration and shot.narration.recorded for shot in shots) else ""
    spoken = f" Narration: {', '.join(filter(None, (synthetic, human)))}." if synthetic or human else ""
    generated = bool(music.engine) and player(music.engine).generates
    played = f" Music: generated ({music.engine})." if generated else ""
    return f"Pictures by engine - {'; '.join(parts)}.{courtesy}{spoken}{played} Made with swav."
