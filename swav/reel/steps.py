"""The steps of a build, one function each: what a rule's job does with a cut.

Pictures of a shot, sound and subtitles are made here from the cut's values; how a picture is encoded or a
line is spoken is the business of the packages that these functions call; each is imported by the step that
wants it, since a job takes one step, and a build has hundreds.
"""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from swav.cut.inputs import encoded_mix
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import link
from swav.cut.timeline import frames_of, take_frames, timeline
from swav.errors import Damaged, MediaError
from swav.files import read_json, replacing
from swav.hashes import HashList, forget_damaged
from swav.times import to_frames, to_seconds

if TYPE_CHECKING:
    from swav.cut.picture import Format, ShotPicture
    from swav.media.probe import Picture
    from swav.motion.makers import Maker
    from swav.titles.captions import Cue


def set_lettering(cut: Cut, shot: CutShot, target: Path) -> None:
    """Set one overlay of a shot, beside others that are seen with it: the one whose file is ``target``."""
    from contextlib import ExitStack

    from swav.cut.sources import SourceDigests
    from swav.titles.composition import Frame, Letters, Shown, draw_one
    from swav.titles.logo import Logo
    from swav.titles.overlay import save

    frame = Frame(cut.delivery.width, cut.delivery.height, cut.subtitled)
    with ExitStack() as files:
        shown = []
        for item in shot.overlays:
            if (logo := item.logo) is None:
                what = Letters(item.lines, item.style, item.language)
            else:
                unchanged = SourceDigests(cut.build).unchanged(logo.file, logo.content)
                what = Logo(files.enter_context(unchanged), logo.place, logo.size, logo.margin)
            shown.append(Shown(what, (item.start, item.end)))
        number = next(n for n, item in enumerate(shot.overlays) if Path(item.path).name == target.name)
        save(draw_one(shown, number, frame), target)


def picture_of(cut: Cut, shot: CutShot) -> "ShotPicture":
    """A shot's take and lettering, ready to be encoded."""
    from swav.cut.picture import Lettering, ShotPicture
    from swav.titles.placing import FADE

    frames = frames_of(shot, cut.delivery.rate)
    fade = to_frames(FADE, cut.delivery.rate)
    lettering = tuple(
        Lettering(Path(item.path), item.start, min(item.end or frames, frames), fade)
        for item in shot.overlays
        if item.start < frames
    )
    begin = shot.trim.begin if shot.trim else 0
    return ShotPicture(Path(shot.shown), frames, lettering, begin=begin, anchor=shot.anchor)


def format_of(cut: Cut) -> "Format":
    """The format of every piece of the reel."""
    from swav.cut.picture import Format

    delivery = cut.delivery
    return Format(delivery.width, delivery.height, delivery.rate, delivery.crf, delivery.preset)


def make_motion(cut: Cut, shot: CutShot, target: Path, *, threads: int = 4) -> None:
    """Bring a shot's take to the reel's rate by frames that swav makes."""
    from swav.motion.makers import MAKERS

    bring_to_rate(cut, shot, target, lambda picture, made: nullcontext(MAKERS[shot.motion.how]), threads)


def bring_to_rate(
    cut: Cut,
    shot: CutShot,
    target: Path,
    opened: Callable[["Picture", int], AbstractContextManager["Maker"]],
    threads: int,
) -> None:
    """Bring a shot's take to the reel's rate; only as many frames are made as the shot has.

    ``opened`` gives their maker, for a take, of which so many are to be made. A take that has the rate
    already, as that of a fallback may, is linked.
    """
    from swav.cut.picture import ShotPicture, to_hold
    from swav.media.probe import probe
    from swav.motion.instants import instants
    from swav.motion.retime import retime

    take, rate = probe(shot.clip), cut.delivery.rate
    if take.rate == rate:
        link(Path(shot.clip), target)
        return
    frames = take_frames(shot, rate)
    to_hold(ShotPicture(Path(shot.clip), frames), take, rate)
    metadata = {"title": shot.id, "comment": f"swav take {shot.key} by {shot.engine}, {shot.motion.how}"}
    shown = instants(frames, rate, source_frames=take.frames, source_rate=take.rate)
    with opened(take, sum(not instant.kept for instant in shown)) as maker:
        asked = {"rate": rate, "frames": frames, "maker": maker, "metadata": metadata}
        retime(Path(shot.clip), target, **asked, threads=threads)


def make_segment(cut: Cut, shot: CutShot, target: Path) -> None:
    """Encode a shot's own stretch of the reel, and measure it."""
    from swav.reel.measuring import measure_piece

    encode_shot(cut, shot, target)
    measure_piece(cut, target, shot)


def encode_shot(cut: Cut, shot: CutShot, target: Path) -> None:
    """Encode a shot's own stretch of the reel: what its transitions leave of it."""
    from swav.cut.segment import encode_segment

    picture = picture_of(cut, shot)
    stop = picture.frames - shot.passage.tail
    encode_segment(picture, shot.head, stop, format_of(cut), target, fades=cut.fades(shot))


def make_transition(cut: Cut, shot: CutShot, target: Path) -> None:
    """Encode the transition from a shot into the next."""
    from swav.cut.segment import encode_transition
    from swav.reel.measuring import measure_piece

    passage = shot.passage
    first, second = picture_of(cut, shot), picture_of(cut, cut.after(shot))
    encode_transition(passage.kind, first, second, passage.tail, passage.head, format_of(cut), target)
    measure_piece(cut, target)


def write_captions(cut: Cut, target: Path) -> None:
    """Write the subtitles of the narration: SubRip at ``target``, WebVTT beside it."""
    from swav.titles.captions import write_srt, write_vtt

    found = cues_of(cut)
    write_vtt(found, target.with_suffix(".vtt"))
    write_srt(found, target)


def cues_of(cut: Cut) -> "list[Cue]":
    """The subtitles of the narration, as their words were heard."""
    from swav.hearing import timed_words
    from swav.hearing.listening import heard_lines
    from swav.speech import length
    from swav.titles.captions import Line, cues
    from swav.written import without_tags

    times = timeline(cut)
    heard = read_json(cut.sound.heard, heard_lines)
    lines = []
    for shot, span in zip(cut.shots, times.spans, strict=True):
        if line := shot.narration:
            start = to_seconds(span.start + line.start, times.rate)
            spoken = length(Path(line.path))
            shown = without_tags(line.text)
            words = timed_words(shown, heard[line.key], spoken, start=start, lexicon=line.lexicon)
            lines.append(Line(shown, start, min(start + spoken, times.seconds), words, line.language))
    return cues(lines, cut.sound.language)


def join_reel(cut: Cut, target: Path) -> None:
    """Join the pieces, the sound and the subtitles into the reel."""
    from swav.cut.join import Chapter, join
    from swav.reel.stamp import stamp

    times = timeline(cut)
    chapters = [
        Chapter(shot.id, span.start, span.end - shot.passage.overlap)
        for shot, span in zip(cut.shots, times.spans, strict=True)
    ]
    encoded = encoded_mix(cut.sound.mix)
    forget_damaged([encoded])
    metadata = dict(cut.metadata) | {"comment": f"{cut.metadata['description']} {stamp(Path(cut.reel).stem)}"}
    join(
        [Path(piece) for piece in cut.pieces()],
        rate=times.rate,
        sound=Path(cut.sound.mix),
        subtitles=Path(cut.sound.captions) if cut.sound.captions else None,
        language=cut.sound.language,
        chapters=chapters,
        metadata=metadata,
        audio_bitrate=cut.delivery.audio_bitrate,
        encoded=encoded,
        target=target,
    )


def make_master(cut: Cut, target: Path) -> None:
    """Encode the master of a film, and measure its sound in the file. MediaError where it is too loud."""
    from swav.cut.master import encode_master
    from swav.quality.reel import judge_reel, measure_reel
    from swav.quality.reel_limits import ReelLimits

    promised = {"loudness": cut.sound.loudness, "true_peak": cut.sound.true_peak}
    limits = ReelLimits.model_validate(cut.judging.reel_limits)
    with replacing(target) as beside:
        encode_master(Path(cut.reel), Path(cut.sound.mix), cut.codec, beside)
        verdict = judge_reel(measure_reel(beside, None), **promised, limits=limits)
        for finding in verdict.findings:
            if finding.gate in ("form", "loudness", "true_peak", "length") and finding.status == "fail":
                raise MediaError(f"{cut.target} is not as it was asked for: {finding.sentence}")


def deliver(
    cut: Cut,
    final: Path,
    srt: Path,
    vtt: Path,
    keep: Callable[[Cut, Path], None] = lambda cut, final: None,
    admit: Callable[[Cut], None] = lambda cut: None,
) -> None:
    """Put the finished reel and its subtitles where the user looks for them.

    ``admit`` is called first, and raises SwavError where people have not approved what is delivered. ``keep``
    is called before, once there is what is delivered: so every film that is seen is kept.
    """
    from swav.reel.signing import check_signed, sign_reel
    from swav.reel.stamp import delivered_files, not_as_delivered, taken_back

    admit(cut)
    just_signed = sign_reel(cut)
    keep(cut, final)
    for target, (_, source, empty) in zip((final, srt, vtt), delivered_files(cut, final), strict=True):
        with replacing(target) as beside:
            if source:
                shutil.copyfile(source, beside)
            else:
                beside.write_bytes(empty)
    with replacing(cut.record) as beside:
        shutil.copyfile(cut.path, beside)
    listed = HashList(cut.build)
    with taken_back(final, srt, vtt):
        if changed := not_as_delivered(cut, final, listed):
            raise Damaged(*changed)
        if not just_signed:  # else it was read then, and these are the same bytes
            check_signed(cut, final)
    listed.adopt([final, srt, vtt])
