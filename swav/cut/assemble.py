"""From the shots of a cut to the whole: its music, its mix, its subtitles, and what it says of itself."""

from dataclasses import replace
from pathlib import Path

from swav import keys
from swav.config import Config
from swav.cut import paths
from swav.cut.model import Cut, CutShot, Delivery, Sound
from swav.storyboard.model import Storyboard


def assemble(
    board: Storyboard,
    config: Config,
    shots: list[CutShot],
    delivery: Delivery,
    *,
    storyboard: Path,
    models: Path,
) -> Cut:
    """The cut of the shots, every file of it named."""
    clock = [[shot.length.plain(), shot.passage.overlap] for shot in shots] + [delivery.rate]
    keyed = _SoundKeys.of(board, config, shots, clock, delivery.audio_bitrate)
    metadata = {"title": board.title, "description": describe(shots)}
    reel = keys.reel_key(
        pieces=[piece for shot in shots for piece in (shot.segment_key, shot.passage.key) if piece],
        sound=keyed.mix,
        captions=keyed.captions,
        metadata=metadata,
        audio_bitrate=delivery.audio_bitrate,
    )
    draft = Cut(
        title=board.title,
        storyboard=str(storyboard),
        build=config.build,
        models=str(models),
        delivery=delivery,
        shots=tuple(shots),
        sound=keyed.sound(board, config),
        metadata=metadata,
        key="",
        path="",
        reel=paths.REEL.format(build=config.build, key=reel),
    )
    key = draft.digest()
    return replace(draft, key=key, path=paths.CUT.format(build=config.build, key=key))


class _SoundKeys:
    """Keys of the music, the mix and the subtitles; empty where there is none."""

    def __init__(self, music: str, mix: str, captions: str):
        self.music, self.mix, self.captions = music, mix, captions

    @classmethod
    def of(
        cls, board: Storyboard, config: Config, shots: list[CutShot], clock: list, audio_bitrate: int
    ) -> "_SoundKeys":
        music = ""
        if board.music.engine != "none":
            music = keys.music_key(
                engine=board.music.engine, prompt=board.music.prompt, seed=board.seed, clock=clock
            )
        spoken = [
            [position, shot.narration.key, shot.narration.start]
            for position, shot in enumerate(shots)
            if shot.narration
        ]
        mix = keys.mix_key(
            lines=spoken,
            bed=music,
            level=board.music.level,
            loudness=config.loudness.integrated,
            true_peak=config.loudness.true_peak,
            audio_bitrate=audio_bitrate,
            clock=clock,
        )
        words = [shot.narration.text for shot in shots if shot.narration]
        captions = ""
        if spoken:
            lines = list(zip(words, spoken, strict=True))
            captions = keys.captions_key(lines=lines, language=board.voice.language, clock=clock)
        return cls(music, mix, captions)

    def sound(self, board: Storyboard, config: Config) -> Sound:
        return Sound(
            music_engine=board.music.engine,
            music_prompt=board.music.prompt,
            music_level=board.music.level,
            loudness=config.loudness.integrated,
            true_peak=config.loudness.true_peak,
            language=board.voice.language,
            seed=board.seed,
            music=self._path(config, paths.MUSIC, self.music),
            mix=self._path(config, paths.MIX, self.mix),
            captions=self._path(config, paths.CAPTIONS, self.captions),
        )

    def _path(self, config: Config, pattern: str, key: str) -> str:
        return pattern.format(build=config.build, key=key) if key else ""


def describe(shots: list[CutShot]) -> str:
    """What in the reel is generated, and by what: a note that goes into its metadata."""
    makers: dict[str, list[str]] = {}
    for shot in shots:
        makers.setdefault(shot.engine, []).append(shot.id)
    parts = [f"{engine}: {', '.join(ids)}" for engine, ids in sorted(makers.items())]
    credits = dict.fromkeys(shot.credit for shot in shots if shot.credit)
    courtesy = f" Footage: {', '.join(credits)}." if credits else ""
    voices = sorted({shot.narration.engine for shot in shots if shot.narration})
    spoken = f" Narration: synthetic voice ({', '.join(voices)})." if voices else ""
    return f"Pictures by engine - {'; '.join(parts)}.{courtesy}{spoken} Made with swav."
