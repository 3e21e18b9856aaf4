"""A build without Snakemake: the same workflow, the same steps, the same rules of what is missing.

For tests and trials that build hundreds of times, in one process. A file is made if it is missing and
something that is missing is made from it, as Snakemake decides; a step first looks at the bytes of what it
reads, as a job does.
"""

from collections.abc import Callable, Iterator
from contextlib import chdir
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from swav.animatic.samples import make_sample
from swav.cut import inputs
from swav.cut.model import Cut
from swav.engines import is_made_here
from swav.reel import continuing, judging, mixing, sounding, steps
from swav.reel.drawing import draw
from swav.reel.putting_away import putting_away
from swav.reel.shooting import shoot
from swav.reel.workflow import Reel, open_reel
from swav.review.finals import keep_final
from swav.review.overview import admit_and_show

FINAL = ("final.mp4", "final.srt", "final.vtt")


class Step:
    """How files are made, and from what."""

    def __init__(self, files: list[str], make: Callable[[], None], reads: list[str]):
        self.files, self.make, self.reads = files, make, reads


def steps_of(cut: Cut) -> dict[str, Step]:
    """The step that makes each file of a cut."""
    return {file: step for step in _steps(cut) for file in step.files}


def _steps(cut: Cut) -> Iterator[Step]:
    def step(make, *about, reads, files):
        return Step(files, partial(make, cut, *about, Path(files[0])), reads(cut, *about))

    sources = [shot.request.source for shot in cut.shots if shot.request.source]
    for source in sources:
        if is_made_here(source.content):
            yield Step([source.path], partial(make_sample, Path(source.path).name, Path(source.path)), [])
    for shot in cut.shots:
        if shot.narration:
            yield step(sounding.speak_line, shot, reads=lambda *_: [], files=[shot.narration.path])
        for item in shot.overlays:
            yield step(steps.set_lettering, shot, reads=lambda *_: [], files=[item.path])
        for picture in shot.drawn:
            yield step(_keyframe, shot, reads=inputs.of_keyframe, files=[picture.path])
        for picture in (item for item in shot.keyframes if item.continues):
            yield step(continuing.hand_over, shot, reads=inputs.of_continuation, files=[picture.path])
        yield step(_shot, shot, reads=inputs.of_clip, files=[shot.clip])
        yield step(judging.judge_shot, shot, reads=inputs.of_verdict, files=[shot.verdict])
        if shot.motion:
            yield step(steps.make_motion, shot, reads=inputs.of_motion, files=[shot.motion.path])
        yield step(steps.make_segment, shot, reads=inputs.of_segment, files=[shot.segment])
        if shot.passage.path:
            yield step(steps.make_transition, shot, reads=inputs.of_transition, files=[shot.passage.path])
    sound = cut.sound
    for bed in sound.beds:
        yield step(sounding.compose_music, reads=inputs.all_followed, files=[bed])
    if sound.heard:
        yield step(sounding.hear_lines, reads=inputs.of_heard, files=[sound.heard])
        yield step(steps.write_captions, reads=inputs.of_captions, files=inputs.captions(cut))
    yield step(mixing.lay_stems, reads=inputs.of_stems, files=inputs.stems(cut))
    yield step(mixing.mix_sound, reads=inputs.of_mix, files=[sound.mix])
    yield step(steps.join_reel, reads=inputs.of_reel, files=[cut.reel])
    yield Step(inputs.admitted(cut), partial(_admit, cut), inputs.of_admission(cut))
    yield Step(
        list(FINAL), partial(steps.deliver, cut, *map(Path, FINAL), keep=keep_final), inputs.of_delivery(cut)
    )


def _admit(cut):
    admit_and_show(cut, *map(Path, inputs.admitted(cut)))


def _keyframe(cut, shot, picture):
    draw(cut, shot, picture, cards=(), gpus=0)


def _shot(cut, shot, clip):
    shoot(cut, shot, clip, cards=(), gpus=0)


def build(folder: Path) -> tuple[Reel, list[str]]:
    """Build the film of a project; the reel, and the first file of every step that was carried out."""
    with chdir(folder):
        reel = open_reel(yaml.safe_load(Path("config.yaml").read_text()))
        made: list[str] = []
        by_file = steps_of(reel.cut)
        if reel.stale or not all(Path(name).exists() for name in FINAL):
            _make(by_file["final.mp4"], by_file, reel.cut, made)
        return reel, made


def _make(step: Step, by_file: dict[str, Step], cut: Cut, made: list[str]) -> None:
    for file in step.reads:
        if not Path(file).exists():
            _make(by_file[file], by_file, cut, made)
    for file in step.files:
        Path(file).unlink(missing_ok=True)
    with putting_away(cut.build, step.reads):
        step.make()
    made.append(step.files[0])


def after(files: set[str], cut: Cut) -> set[str]:
    """Every file that is made from some files, or from what is made from them."""
    found = set(files)
    order: list[Any] = list(dict.fromkeys(steps_of(cut).values()))
    for _ in order:
        for step in order:
            if found.intersection(step.reads):
                found.update(step.files)
    return found - files
