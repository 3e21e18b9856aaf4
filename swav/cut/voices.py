"""Who speaks a line, here and now: the voice that the storyboard asks for, or the one that stands in.

As with pictures: a line that was spoken where the weights are is used wherever it is brought, and never
replaced by a stand-in.
"""

from dataclasses import replace
from pathlib import Path

from swav import recipes
from swav.cut import paths
from swav.cut.choose import KnownModels, readiness_of
from swav.cut.materials import Materials
from swav.cut.sounds import RECORDED, Narration
from swav.engines import Site
from swav.keys import narration_key
from swav.speech.lexicon import spoken, used
from swav.speech.text import given_words
from swav.speech.voices import Voice, stand_in, voice_engine, voice_for
from swav.storyboard.casting import Casting, cast
from swav.storyboard.model import Storyboard
from swav.storyboard.shot import Shot
from swav.times import to_frames


class Voices:
    """Casts the lines of one reel, looking at each engine's weights once."""

    def __init__(self, board: Storyboard, site: Site, known: KnownModels, materials: Materials, build: str):
        self._board, self._site, self._known, self._materials = board, site, known, materials
        self._build = build
        self._problems: dict[str, str] = {}
        self.stand_ins: dict[str, None] = {}
        """Who stands in for whom and why: sentences for people, each once."""

    def line(self, shot: Shot) -> Narration | None:
        """The shot's line with its voice."""
        if shot.narration is None:
            return None
        if shot.narration.file is not None:
            return self._recorded(shot)
        asked = cast(self._board, shot.narration)
        speaker = asked.speaker
        voice = voice_for(asked.engine, asked.language, speaker)
        problem = self._problem(voice.engine)  # first: a line's key covers the weights that this remembers
        line = self._line(shot, asked, voice, None if voice.fallback else speaker)
        if problem and not Path(line.path).exists():
            instead = stand_in(voice.engine, asked.language)
            if instead is not None:
                line = self._line(shot, asked, instead, None)
                self.stand_ins[f"voice: {instead.engine} stands in for {asked.engine}: {problem}"] = None
        return line

    def _line(self, shot: Shot, asked: Casting, voice: Voice, speaker: str | None) -> Narration:
        reference, sounds_like = None, ""
        if voice_engine(voice.engine).clones and asked.reference:
            reference, sounds_like = self._materials.file(asked.reference)
        model = self._known.last(voice.engine)
        line = Narration(
            text=shot.narration.text,
            engine=voice.engine,
            language=asked.language,
            speaker=speaker,
            reference=reference,
            reference_content=sounds_like,
            model=model,
            speed=asked.speed,
            lexicon=used(shot.narration.text, asked.lexicon),
            start=to_frames(shot.narration.start, self._board.fps),
            key="",
            path="",
        )
        key = narration_key(
            text=line.text,
            words=given_words(line.text, line.lexicon, voice.language),
            language=line.language,
            speed=line.speed,
            lexicon=line.lexicon,
            voice=[
                voice.engine,
                voice.language,
                voice.speaker,
                voice_engine(voice.engine).recipe_of(spoken(line.text, line.lexicon), voice.language),
                model,
                sounds_like,
            ],
        )
        path = paths.SPEECH.format(build=self._build, engine=voice.engine, shot=shot.id, key=key)
        return replace(line, key=key, path=path)

    def _recorded(self, shot: Shot) -> Narration:
        """A line that somebody spoke: its file is conformed, and nothing is cast."""
        said, asked = shot.narration, cast(self._board, shot.narration)
        file, content = self._materials.file(said.file)
        key = narration_key(
            text=said.text,
            words="",
            language=asked.language,
            speed=1.0,
            lexicon={},
            voice=[RECORDED, recipes.RECORDED_LINE, content, said.begin, said.end],
        )
        return Narration(
            text=said.text,
            engine=RECORDED,
            language=asked.language,
            speaker=None,
            reference=file,
            reference_content=content,
            model="",
            speed=1.0,
            lexicon=used(said.text, asked.lexicon),
            start=to_frames(said.start, self._board.fps),
            key=key,
            path=paths.SPEECH.format(build=self._build, engine=RECORDED, shot=shot.id, key=key),
            begin=said.begin,
            end=said.end,
        )

    def _problem(self, engine: str) -> str:
        """Why an engine cannot speak here; empty where it can. Weights that are seen are remembered."""
        if engine not in self._problems:
            found = readiness_of(voice_engine(engine), self._site)
            if found.model:
                self._known.remember(engine, found.model)
            self._problems[engine] = "" if found.ready else found.why
        return self._problems[engine]
