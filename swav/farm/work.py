"""What of a cut is to be rendered, in units that one allocation makes from beginning to end.

Shots that go on from one another are one unit: a frame is handed on when the take before it is made, and an
allocation that found it missing would render that take a second time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from swav.cut import inputs
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.environments import root_of
from swav.reel.apart import home
from swav.reel.claims import is_to_be_rendered, looks_to_take, pictures_to_be_drawn
from swav.reel.loads import Load, load_of, load_of_keyframe
from swav.speech.voices import plugins as voices


@dataclass(frozen=True)
class Unit:
    """Renders that belong together, in the order in which they can be made."""

    shots: tuple[str, ...]
    targets: tuple[str, ...]
    """The files to make: clips, and keyframes of shots whose clip is not to be rendered yet."""
    loads: tuple[Load, ...]
    """What a card must hold, one after the other: who draws keyframes, then who renders."""
    minutes: float | None
    """On the wall, one after the other; None where it cannot be known."""
    gathers: tuple[str, ...] = ()
    """Files that other units may need as well, and that are not there: samples, environments."""


def units(cut: Cut, minutes: Mapping[str, float | None], taken: Collection[str] = ()) -> tuple[Unit, ...]:
    """The pending renders of a cut, in the order of the film.

    ``minutes`` are those of each shot's render. A unit of which a target is ``taken``, because it is being
    made elsewhere, is left out whole.
    """
    found = []
    for members in _chains(cut):
        work = [(shot, targets_of(shot)) for shot in members]
        due = [(shot, targets) for shot, targets in work if targets]
        if not due or any(target in taken for _, targets in due for target in targets):
            continue
        shots = [shot for shot, _ in due]
        costs = [minutes.get(shot.id) for shot in shots if is_to_be_rendered(shot)]
        found.append(
            Unit(
                shots=tuple(shot.id for shot in shots),
                targets=tuple(target for _, targets in due for target in targets),
                loads=tuple(dict.fromkeys(load for shot in shots for load in loads_of(shot))),
                minutes=None if None in costs else sum(costs),
                gathers=tuple(dict.fromkeys(file for shot in members for file in _gathers(cut, shot))),
            )
        )
    return tuple(found)


def targets_of(shot: CutShot) -> tuple[str, ...]:
    """The files to ask for, so that all of a shot that needs a card is made; none where nothing does."""
    if is_to_be_rendered(shot):
        return (shot.clip,)
    return (*(picture.path for picture in pictures_to_be_drawn(shot)), *looks_to_take(shot))


def loads_of(shot: CutShot) -> list[Load]:
    """What a card must hold for it: keyframes first."""
    return (
        list(map(load_of_keyframe, pictures_to_be_drawn(shot)))
        + ([load_of(shot)] if is_to_be_rendered(shot) else [])
        + ([load_of(shot.early.of(shot))] if looks_to_take(shot) else [])
    )


def _chains(cut: Cut) -> list[list[CutShot]]:
    """Shots that go on from one another's takes, as far as these are not there; each in an order in which
    they can be made, the groups in the order of the film.
    """
    missing = {shot.id for shot in cut.shots if not Path(shot.clip).exists()}
    before = {
        shot.id: [item.shot for item in shot.continued.values() if item.shot in missing] for shot in cut.shots
    }
    group = {shot.id: shot.id for shot in cut.shots}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for name, others in before.items():
        for other in others:
            group[root(name)] = root(other)
    chains: dict[str, list[str]] = {}
    for shot in cut.shots:
        chains.setdefault(root(shot.id), []).append(shot.id)
    return [
        [cut.shot(name) for name in TopologicalSorter({name: before[name] for name in names}).static_order()]
        for names in chains.values()
    ]


def _gathers(cut: Cut, shot: CutShot) -> list[str]:
    """What a shot's take is made from and other shots may be made from too, if it is not there."""
    made = (picture.path for picture in shot.keyframes if picture.request or picture.continues)
    looks = [shot.early.comparison] if shot.early else []
    own = {*made, *inputs.followed(shot), *looks}
    shared = [file for file in inputs.of_clip(cut, shot) + inputs.of_keyframe(cut, shot) if file not in own]
    line = shot.narration if inputs.followed(shot) else None
    voice = voices().usable.get(line.engine) if line and not Path(line.path).exists() else None
    if voice and voice.lock:
        shared.append(str(home(voice, root_of(cut.build)).marker))
    return [file for file in dict.fromkeys(shared) if not Path(file).exists()]
