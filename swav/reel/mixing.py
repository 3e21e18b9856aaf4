"""The steps that make the sound of a reel of what is there: stems are laid, and their sum is mastered."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from swav.cut.inputs import encoded_mix
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.sounds import Ambience, Effect, Recording, Stretch
from swav.cut.sources import SourceDigests
from swav.cut.timeline import Span, Timeline, timeline
from swav.engines import TAKE_CONTENT
from swav.files import replacing
from swav.media.timescale import SAMPLE_RATE
from swav.times import to_samples

MASTERING_ROUNDS = 4
MASTERING_STEP = 0.1
"""dB that the limiter goes lower than the excess of the encoded sound, which is measured to 0.1 dB."""


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
