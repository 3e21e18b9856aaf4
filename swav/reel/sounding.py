"""The steps that make what sounds in a reel: lines are spoken, music is played, what was said is heard."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sounds import Narration
from swav.cut.sources import SourceDigests
from swav.cut.takes import link
from swav.cut.timeline import timeline
from swav.engines import Site
from swav.errors import EngineError
from swav.files import replacing, write_down, write_text
from swav.hashes import HashList, damaged_files
from swav.locks import alone
from swav.render.claim import claimed
from swav.render.progress import Progress

VOICE_SEED = 0
"""The same words always sound the same: a line is not spoken again because pictures get another seed."""


def speak_line(cut: Cut, shot: CutShot, target: Path) -> None:
    """Speak a shot's narration with a voice of the default environment, or conform its recording."""
    from swav.speech import speak
    from swav.speech.recorded import conform

    line = shot.narration
    if line.recorded:
        with SourceDigests(cut.build).unchanged(line.reference, line.reference_content) as recording:
            conform(recording, line.begin, line.end, target)
        return
    speak(
        line.text,
        engine=line.engine,
        language=line.language,
        speaker=line.speaker,
        speed=line.speed,
        seed=VOICE_SEED,
        lexicon=line.lexicon,
        target=target,
    )


def speak_in_environment(
    cut: Cut, shot: CutShot, target: Path, *, python: Path, cards: tuple[str, ...], gpus: int
) -> None:
    """Speak a shot's narration in its voice's own environment, and with it every other line of the cut that
    waits for the same.

    A model takes longer to load than a line to speak. So the first job speaks them all into a store, and the
    jobs of the others find theirs there.
    """
    from swav.speech.voices import voice_engine

    engine = shot.narration.engine
    progress = Progress(shot.id, engine)
    store = _spoken(cut, shot.narration)
    loading = Path(paths.STATE.format(build=cut.build, key="voice")) / "lock"
    with alone(loading, lambda: progress.note("waiting for the voice, which speaks other lines")):
        waiting = {line.key: line for line in _lines(cut, engine) if not _spoken(cut, line).exists()}
        if not store.exists():
            with claimed(cards, gpus, progress) as held, _sources(cut, waiting.values()) as sources:
                made = voice_engine(engine).speak_lines(
                    [
                        (_as_said(line, sources.recordings.get(line.key)), _spoken(cut, line))
                        for line in waiting.values()
                    ],
                    models=Path(cut.models),
                    python=python,
                    cards=held,
                    progress=progress.step,
                    note=progress.note,
                    verify=sources.verify,
                )
            for line in waiting.values():
                _record(_spoken(cut, line), made | {"text": line.text})
    link(store, target)
    progress.done()


def _as_said(line: Narration, recording: Path | None):
    """A line as its synthesiser gets it."""
    from swav.speech import said, voice_for

    return said(
        line.text,
        voice_for(line.engine, line.language, line.speaker),
        speed=line.speed,
        seed=VOICE_SEED,
        lexicon=line.lexicon,
        reference=recording,
    )


@dataclass(frozen=True)
class _Sources:
    """What lines are spoken with: recordings that are held open, by the lines' keys."""

    recordings: Mapping[str, Path]
    verify: Callable[[], None]
    """Refuses to keep a line under the key of other weights, or of another recording."""


@contextmanager
def _sources(cut: Cut, lines: Collection[Narration]) -> Iterator[_Sources]:
    """Hold the recordings of lines of one engine, and watch over its weights."""
    from swav.speech.voices import voice_engine

    def verify_weights(line: Narration) -> None:
        engine = voice_engine(line.engine)
        if engine.readiness(Site(Path(cut.models))).model != line.model:
            raise EngineError(
                f"the weights of {engine.title} in {cut.models} changed since the storyboard was read",
                "build again",
            )

    with ExitStack() as open_recordings:
        digests, first = SourceDigests(cut.build), next(iter(lines))
        verify_weights(first)
        held = {
            line.key: open_recordings.enter_context(digests.held(line.reference, line.reference_content))
            for line in lines
            if line.reference is not None
        }

        def verify() -> None:
            verify_weights(first)
            for recording in held.values():
                recording.check()

        yield _Sources({key: recording.path for key, recording in held.items()}, verify)


def _lines(cut: Cut, engine: str) -> Iterator[Narration]:
    return (shot.narration for shot in cut.shots if shot.narration and shot.narration.engine == engine)


def _spoken(cut: Cut, line: Narration) -> Path:
    return Path(paths.SPOKEN.format(build=cut.build, key=line.key))


def compose_music(cut: Cut, target: Path) -> None:
    """Compose a music bed with a player of the default environment: the one whose file is ``target``."""
    progress = Progress("music", cut.sound.music_engine)
    _compose(cut, target, progress)


def compose_in_environment(
    cut: Cut, target: Path, *, python: Path, cards: tuple[str, ...], gpus: int
) -> None:
    """Compose a music bed in its player's own environment: the one whose file is ``target``."""
    progress = Progress("music", cut.sound.music_engine)
    state = Path(paths.STATE.format(build=cut.build, key="music"))
    for window in damaged_files(state.glob("*.safetensors"), HashList(cut.build), afresh=True):
        window.unlink()
        progress.note(f"{window} is damaged; it is played again")
    with claimed(cards, gpus, progress) as held:
        _compose(cut, target, progress, python=python, cards=held)
    for window in state.glob("*.safetensors"):
        write_down(window)


def _compose(cut: Cut, target: Path, progress: Progress, **place: Any) -> None:
    from swav.music.moods import SHORTEST, Mood
    from swav.music.music_engine import Bed
    from swav.music.players import player

    stretch = next(part for part in cut.sound.stretches if part.path and Path(part.path).name == target.name)
    end = timeline(cut).seconds if stretch.end is None else stretch.end
    asked = Bed(
        moods=[Mood(mood.start - stretch.start, mood.prompt) for mood in stretch.moods],
        # A stretch that begins after the reel is over is not heard; its bed is as short as can be.
        length=max(end - stretch.start, SHORTEST),
        seed=cut.sound.seed,
        target=target,
        models=Path(cut.models),
        model=cut.sound.music_model,
        state=Path(paths.STATE.format(build=cut.build, key="music")),
        progress=progress.step,
        note=progress.note,
        **place,
    )
    with replacing(target) as beside:  # recorded first, so that no bed is without one
        _record(target, player(cut.sound.music_engine).compose(replace(asked, target=beside)))
    progress.done()


def _record(sound: Path, made: Mapping[str, Any]) -> None:
    """Write beside a sound how it was made, and under which licence: as takes have it."""
    write_text(sound.with_suffix(".json"), json.dumps(made, indent=1, ensure_ascii=False, default=str) + "\n")


def hear_lines(cut: Cut, target: Path) -> None:
    """Let a recogniser hear every line that it has not heard yet, and say what it heard and when."""
    from swav.hearing import listen

    lines = [
        (line.key, line.text, Path(line.path), line.language)
        for line in (shot.narration for shot in cut.shots)
        if line
    ]
    heard = listen(lines, Path(paths.LINES.format(build=cut.build)))
    write_text(target, json.dumps(heard, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
