"""Which renders share one load of a model, and that they follow each other.

A worker keeps one model with one set of LoRAs on its cards. Where the renders of two engines alternate on a
card, each puts the other's worker out, and every take pays for reading its weights again: 27 to 75 seconds
(docs/performance.md, "The worker").
"""

from collections.abc import Hashable, Iterable
from itertools import chain

from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.shot_parts import Keyframe

Load = tuple[str, str, tuple[tuple[str, float, str | None], ...]]
"""Engine, fingerprint of its model, and the content, weight and expert of each LoRA."""

RENDERS = 50
"""Before all that needs no card: what follows a take is short, and cards never wait for it."""
SOUND = 10
"""Before pictures that no card renders: lines are heard, laid and mixed one after the other, by one job each,
and pictures are encoded meanwhile."""
KEYFRAMES = 60
"""Before renders: a keyframe takes seconds, and clips are made from it."""


def load_of(shot: CutShot) -> Load:
    """What a card must hold to render a shot."""
    loras = tuple((lora.content, lora.weight, lora.expert) for lora in shot.request.loras)
    return shot.engine, shot.model, loras


def load_of_keyframe(picture: Keyframe) -> Load:
    """What a card must hold to draw a keyframe."""
    return picture.engine, picture.model, ()


def render_priorities(cut: Cut) -> dict[str, float]:
    """Snakemake's priority of each shot's render, by the shot's id."""
    turns = _turns((shot.id, load_of(shot)) for shot in cut.shots)
    return {shot: RENDERS + turn for shot, turn in turns.items()}


def keyframe_priorities(cut: Cut) -> dict[tuple[str, str], float]:
    """Snakemake's priority of drawing a shot's keyframes with an engine, by the shot's id and that engine."""
    drawn = [
        ((shot.id, picture.engine), load_of_keyframe(picture)) for shot in cut.shots for picture in shot.drawn
    ]
    return {job: KEYFRAMES + turn for job, turn in _turns(drawn).items()}


def _turns(jobs: Iterable[tuple[Hashable, Hashable]]) -> dict:
    """When the turn of each job comes; given in the film's order, each with its load.

    1, 1/2, 1/3 ...: any number of them stays between two whole priorities.
    """
    loads: dict[Hashable, list[Hashable]] = {}
    for job, load in jobs:
        loads.setdefault(load, []).append(job)
    return {job: 1 / number for number, job in enumerate(chain.from_iterable(loads.values()), start=1)}
