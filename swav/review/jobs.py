"""Which jobs a build of a film would run, by rule: what ``snakemake -n`` lists, without Snakemake.

A file has the name of its content, and rules take their inputs as ancient: so a job runs where one that runs
needs a file of it that is not there, and the first is the delivery, where the film is not the delivered one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from swav.cut import inputs
from swav.cut.candidates import finished
from swav.cut.early import decides
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.environments import Environment, root_of
from swav.motion.interpolators import plugins as interpolators
from swav.music.players import plugins as players
from swav.presence import present
from swav.reel.apart import home, named
from swav.reel.drawing import drawn_path
from swav.reel.stamp import delivered_files, is_current, not_as_delivered
from swav.speech.voices import plugins as voices
from swav.upscaling.models import ENVIRONMENT as FINISH


@dataclass(frozen=True, eq=False)
class FilmJob:
    """A job: its rule, what it makes and from what. Each is one for itself: some read thousands of files."""

    rule: str
    outputs: tuple[str, ...]
    inputs: tuple[str, ...] = ()


def pending_jobs(cut: Cut) -> dict[str, int]:
    """How many jobs each rule has that a build of ``final.mp4`` would run now, the earlier rules first."""
    jobs = list(_jobs(cut))
    named_here = dict.fromkeys(path for job in jobs for path in job.inputs)
    samples = f"{cut.build}/samples/"
    jobs = [*(_job("make_sample", [path]) for path in named_here if path.startswith(samples)), *jobs]
    by_output = {path: job for job in jobs for path in job.outputs}
    here = _linked(cut) | present(by_output.keys() | named_here)
    delivery, waiting, found = jobs[-1], [], set()
    if _is_stale(cut) or not here.issuperset(delivery.outputs):
        waiting.append(delivery)
    while waiting:
        job = waiting.pop()
        if job in found:
            continue
        found.add(job)
        missing = (path for path in job.inputs if path not in here)
        waiting += [by_output[path] for path in missing if path in by_output]
    return dict(Counter(job.rule for job in jobs if job in found))


def _linked(cut: Cut) -> set[str]:
    """Files that are linked from the stores of takes and keyframes as soon as a build begins."""
    drawn = (picture for shot in cut.shots for picture in shot.drawn)
    pictures = {picture.path for picture in drawn if drawn_path(cut.build, picture.key).exists()}
    return pictures | {shot.clip for shot in cut.shots if finished(cut, shot)}


def _is_stale(cut: Cut) -> bool:
    """Whether what was delivered is another film, or not whole."""
    target = Path(cut.target)
    current = is_current(target, Path(cut.reel).stem) and Path(cut.judging.admission).exists()
    return not current or bool(not_as_delivered(cut, target))


def _jobs(cut: Cut) -> Iterator[FilmJob]:
    """Every job of a film, in the order in which a build can run them; the delivery last."""
    apart = _apart(cut)
    yield from _environments(cut, apart)
    for shot in cut.shots:
        yield from _of_shot(cut, shot, apart)
    sound, captions = cut.sound, tuple(inputs.captions(cut))
    for stretch in sound.stretches:
        if stretch.path:
            rule = "compose_in_environment" if sound.music_engine in apart else "compose"
            yield _job(rule, [stretch.path], [*inputs.all_followed(cut), *apart.get(sound.music_engine, ())])
    yield _job("lay_stems", inputs.stems(cut), [*inputs.of_stems(cut), *inputs.all_followed(cut)])
    yield _job("mix", [sound.mix], inputs.of_mix(cut))
    if sound.heard:
        yield _job("listen", [sound.heard], cut.narrations())
    if captions:
        yield _job("caption", captions, inputs.of_captions(cut))
    yield _job("join", [cut.reel], inputs.of_reel(cut))
    yield _job("admit", inputs.admitted(cut), inputs.of_admission(cut))
    if cut.master:
        yield _job("master", [cut.master], inputs.of_master(cut))
    files = [str(file) for file, _, _ in delivered_files(cut, Path(cut.target))]
    yield _job("deliver", files, inputs.of_delivery(cut))


def _of_shot(cut: Cut, shot: CutShot, apart: Mapping[str, tuple[str, ...]]) -> Iterator[FilmJob]:
    if shot.narration:
        homes = apart.get(shot.narration.engine)
        yield _job("speak" if homes is None else "speak_in_environment", [shot.narration.path], homes or ())
    for picture in shot.drawn:
        yield _job("keyframe", [picture.path], inputs.of_keyframe(cut, shot))
    for picture in shot.keyframes:
        if picture.continues:
            yield _job("hand_over", [picture.path], inputs.of_continuation(cut, shot))
    if shot.early and (shot.early.waits or decides(shot)):
        for look in shot.early.looks:
            yield _job("look_early", [look], inputs.of_look(cut, shot))
        yield _job(
            "compare_looks", [shot.early.comparison, shot.early.sheet], inputs.of_comparison(cut, shot)
        )
    yield _job("render" if shot.gpu else "draw", [shot.clip], inputs.of_clip(cut, shot))
    yield _job("judge", [shot.verdict], inputs.of_verdict(cut, shot))
    if shot.motion:
        homes = apart.get(shot.motion.how)
        rule = "motion" if homes is None else "motion_in_environment"
        yield _job(rule, [shot.motion.path], [*inputs.of_motion(cut, shot), *(homes or ())])
    if shot.finish:
        markers = _markers(named(FINISH, root_of(cut.build)))
        yield _job("finish", [shot.finish.path], [*inputs.of_finish(cut, shot), *markers])
    for item in shot.overlays:
        yield _job("set_lettering", [item.path])
    yield _job("segment", [shot.segment], inputs.of_segment(cut, shot))
    if shot.passage.path:
        yield _job("transition", [shot.passage.path], inputs.of_transition(cut, shot))


def _environments(cut: Cut, apart: Mapping[str, tuple[str, ...]]) -> Iterator[FilmJob]:
    found = [marker for markers in apart.values() for marker in markers]
    if any(shot.finish for shot in cut.shots):
        found += _markers(named(FINISH, root_of(cut.build)))
    yield from (_job("make_environment", [marker]) for marker in dict.fromkeys(found))


def _apart(cut: Cut) -> dict[str, tuple[str, ...]]:
    """Voices, players and networks of the film that have an environment of their own, with its marker."""
    root, known = root_of(cut.build), voices().usable | players().usable | interpolators().usable
    used = {shot.narration.engine for shot in cut.shots if shot.narration} | {cut.sound.music_engine}
    used |= {shot.motion.how for shot in cut.shots if shot.motion and shot.motion.learned}
    homes = {name: home(known[name], root) for name in sorted(used) if name in known}
    return {name: _markers(place) for name, place in homes.items() if place}


def _markers(environment: Environment) -> tuple[str, ...]:
    return (str(environment.marker),)


def _job(rule: str, outputs: Iterable[str], made_from: Iterable[str] = ()) -> FilmJob:
    return FilmJob(rule, tuple(outputs), tuple(made_from))
