"""The steps that make the reel's sound: lines spoken, music played, stems laid, and their sum mastered."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.inputs import encoded_mix
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sounds import Ambience, Effect, Narration, Recording, Stretch
from swav.cut.sources import SourceDigests
from swav.cut.takes import link
from swav.cut.timeline import Span, Timeline, timeline
from swav.engines import TAKE_CONTENT, Site
from swav.errors import EngineError
from swav.files import replacing, write_down, write_text
from swav.hashes import HashList, damaged_files
from swav.locks import alone
from swav.media.timescale import SAMPLE_RATE
from swav.render.claim import claimed
from swav.render.progress import Progress
from swav.times import to_samples

MASTERING_ROUNDS = 4
MASTERING_STEP = 0.1
"""dB that the limiter goes lower than the excess of the encoded sound, which is measured to 0.1 dB."""
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


def lay_stems(cut: Cut, target: Path) -> None:
    """Lay dialogue, music, effects, ambience and footage as stems beside ``target``, which lists them."""
    from swav.sound.cues import Placed
    from swav.sound.levels import Levels
    from swav.sound.stems import write_stems

    times, digests = timeline(cut), SourceDigests(cut.build)
    placed = list(zip(cut.shots, times.spans, strict=True))
    own = [(effect, shot, span) for shot, span in placed for effect in shot.effects if effect.own]
    write_stems(
        [
            Placed(Path(shot.narration.path), _samples(span.start + shot.narration.start, times))
            for shot, span in placed
            if shot.narration
        ],
        [_music(stretch, times, digests) for stretch in cut.sound.stretches],
        [
            _effect(effect, span, times, digests)
            for shot, span in placed
            for effect in shot.effects
            if not effect.own
        ],
        samples=_samples(times.frames, times),
        levels=Levels(music=cut.sound.music_level),
        folder=target.parent,
        footage=[
            _own_sound(effect, shot, span, times, digests)
            for effect, shot, span in own
            if not _is_mute(effect)
        ],
        promised={"footage"} if own else (),
        ambience=[
            (_place(shown.recording, start, end, times, digests), shown.level)
            for shown, start, end in scenes([shot.ambience for shot, _ in placed], times)
        ],
        fades=(_samples(cut.sound.fade_in, times), _samples(cut.sound.fade_out, times)),
    )


def _music(stretch: Stretch, times: Timeline, digests: SourceDigests):
    """A stretch of music on the reel: a bed, or a recording, which is gone where the next stretch begins."""
    from swav.sound.cues import CUT_OUT, EDGE_IN
    from swav.sound.cues import Bed as Cue
    from swav.sound.cues import Recording as Recorded

    start = _seconds_in_samples(stretch.start)
    if stretch.recording is None:
        return Cue(Path(stretch.path), start)
    file = stretch.recording
    end = times.seconds if stretch.end is None else stretch.end
    fade = max(_seconds_in_samples(file.fade), CUT_OUT)
    return Recorded(
        media=Path(file.file),
        start=start,
        length=_seconds_in_samples(end) - start,
        source_start=file.begin,
        loop=file.loop,
        fade_in=fade if file.begin else EDGE_IN,
        fade_out=fade,
        guard=lambda media: digests.unchanged(str(media), file.content),
    )


def scenes(shown: Sequence[Ambience | None], times: Timeline) -> list[tuple[Ambience, int, int]]:
    """The ambiences along the reel, each from frame to frame: neighbours with an equal one share it."""
    found: list[tuple[Ambience, int, int]] = []
    previous = None
    for here, span in zip(shown, times.spans, strict=True):
        if here is not None and here == previous:
            found[-1] = (here, found[-1][1], span.end)
        elif here is not None:
            found.append((here, span.start, span.end))
        previous = here
    return found


def _place(file: Recording, first: int, last: int, times: Timeline, digests: SourceDigests):
    """The sound of a place, which comes and goes half a fade around its first frame and its last."""
    from swav.sound.cues import CUT_OUT
    from swav.sound.cues import Recording as Recorded

    fade = max(_seconds_in_samples(file.fade), CUT_OUT)
    start = max(0, _samples(first, times) - fade // 2)
    end = min(_samples(last, times) + fade // 2, _samples(times.frames, times))
    return Recorded(
        media=Path(file.file),
        start=start,
        length=end - start,
        source_start=file.begin,
        loop=file.loop,
        seam=SAMPLE_RATE,
        fade_in=fade,
        fade_out=fade,
        guard=lambda media: digests.unchanged(str(media), file.content),
    )


def _is_mute(effect: Effect) -> bool:
    """Whether a take has no sound after all: one that another engine stood in for."""
    from swav.media.probe import probe

    return effect.content.startswith(TAKE_CONTENT) and not probe(effect.file).sound


def _own_sound(effect: Effect, shot: CutShot, span: Span, times: Timeline, digests: SourceDigests):
    """The sound of a shot's footage or take, which passes into its neighbours' as the picture does."""
    cue = _effect(effect, span, times, digests)
    tail = min(shot.passage.tail, span.end - span.start)
    return replace(
        cue,
        fade_in=_samples(shot.head, times) if shot.head else None,
        fade_out=_samples(tail, times) if tail else None,
    )


def _effect(effect: Effect, span: Span, times: Timeline, digests: SourceDigests):
    """An effect on the reel: as long as its file says, and over with its shot unless it rings on."""
    from swav.sound.cues import Effect as Cue

    start = span.start + effect.start
    lengths = []
    if effect.end is not None:
        lengths.append(_seconds_in_samples(effect.end - effect.begin))
    if not effect.ring:
        lengths.append(_samples(span.end, times) - _samples(start, times))
    return Cue(
        media=Path(effect.file),
        start=_samples(start, times),
        source_start=effect.begin,
        length=min(lengths, default=None),
        level=effect.level,
        guard=lambda media: digests.unchanged(str(media), effect.content),
    )


def _seconds_in_samples(seconds: Fraction) -> int:
    return round(seconds * SAMPLE_RATE)


def _samples(frames: int, times: Timeline) -> int:
    return to_samples(frames, times.rate, SAMPLE_RATE)


def mix_sound(cut: Cut, target: Path) -> None:
    """Sum and master the stems, with as much room as the encoding needs under the ceiling.

    The encoded sound is kept beside the mix: every reel that has this mix has it.
    """
    from swav.cut.aac import encode
    from swav.sound.master import master
    from swav.sound.stems import read_stems

    times, ceiling = timeline(cut), cut.sound.true_peak
    samples = _samples(times.frames, times)
    stems = read_stems(Path(cut.sound.stems).parent).paths
    with replacing(target) as beside:
        for _ in range(MASTERING_ROUNDS):
            master(stems, samples=samples, loudness=cut.sound.loudness, true_peak=ceiling, target=beside)
            encode(beside, samples, cut.delivery.audio_bitrate, encoded_mix(target))
            over = _encoded_peak(cut, encoded_mix(target)) - cut.sound.true_peak
            if over <= 0:
                return
            ceiling -= over + MASTERING_STEP


def _encoded_peak(cut: Cut, encoded: Path) -> float:
    """The true peak, in dBTP, of the encoded mix: encoding may raise it by a decibel. What else the reel is
    judged by is measured with it."""
    from swav.reel.measuring import measured_sound
    from swav.sound.loudness import measure

    peak = measured_sound(cut, encoded)["true_peak"]
    return measure(encoded).true_peak if peak is None else peak  # None: too quiet to have a loudness


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
