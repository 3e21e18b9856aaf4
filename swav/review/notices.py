"""What the user should know when a build begins, though it stops nothing: a few lines."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from swav.cut.choose import readiness_of
from swav.cut.holding import NOTHING_TO_HOLD
from swav.cut.model import Cut
from swav.engines import STAND_IN, Site, engines
from swav.plugins import sentences
from swav.reel.claims import lacking, pending_renders
from swav.reel.signing import why_unsigned
from swav.reel.workflow import Reel
from swav.review.approving import takes_to_approve
from swav.review.lengths import too_long, wanted_of_cut
from swav.review.plan_words import named
from swav.review.remarks import remarks
from swav.review.wording import counted
from swav.storyboard.findings import gathered

_MOST_MENDED = 12
"""Damaged files that are named when a build begins."""


def waiting(cut: Cut) -> list[str]:
    """Which shots wait for a picture, and that the animatic stands in for them: a sentence, or none."""
    shots = [
        shot
        for shot in cut.shots
        if shot.held and shot.held != NOTHING_TO_HOLD and not (shot.early and shot.early.waits)
    ]
    if not shots:
        return []
    if any("approv" in shot.held for shot in shots):
        todo = "look: snakemake stills; then: swav approve SHOT"
    elif any("chosen" in shot.held for shot in shots):
        todo = "it is chosen by: snakemake stills"
    else:
        todo = "plan says what is missing"
    return [
        f"{counted(len(shots), 'shot waits', 'shots wait')} for a picture "
        f"({named([item.id for item in shots])}): "
        f"the animatic shows {'it' if len(shots) == 1 else 'them'}; {todo}"
    ]


def unfinished(cut: Cut) -> list[str]:
    """Why takes cannot be brought to the reel's rate or size here: a sentence, or none."""
    return lacking(cut)


def nothing_to_hold(shots: Sequence[str]) -> list[str]:
    """Which shots are to stay as they are and were never rendered: a sentence, or none."""
    if not shots:
        return []
    one = len(shots) == 1
    return [
        f"{counted(len(shots), 'shot is', 'shots are')} held that {'has' if one else 'have'} no take yet "
        f"({named(list(shots))}): the animatic shows {'it' if one else 'them'}; "
        f"to have {'it' if one else 'them'} rendered, remove hold"
    ]


def without_take(cut: Cut) -> list[str]:
    """The shots of a cut that are held and have no take."""
    return [shot.id for shot in cut.shots if shot.held == NOTHING_TO_HOLD]


def doubts(reel: Reel) -> list[str]:
    """What is not sure of the weights with which shots and keyframes of the cut are made: sentences."""
    site = Site(Path(reel.cut.models), tuple(map(str, reel.claim.cards)))
    makers = {shot.request.wanted for shot in reel.cut.shots} | {shot.engine for shot in reel.cut.shots}
    makers |= {picture.engine for shot in reel.cut.shots for picture in shot.drawn}
    known = [engines()[name] for name in sorted(makers) if name in engines() and engines()[name].gpu]
    said = {doubt: engine.name for engine in reversed(known) for doubt in readiness_of(engine, site).doubts}
    return [f"{name}: {doubt}" for doubt, name in said.items()]


def without_cards(reel: Reel) -> list[str]:
    """How many shots stand in only because there is no GPU here: a sentence, or none."""
    if reel.claim.cards:
        return []
    site = Site(Path(reel.cut.models), ("0",), 1)
    found = [
        shot.id
        for shot in reel.cut.shots
        if shot.engine == STAND_IN != shot.request.wanted and not shot.held and shot.request.prompt
    ]
    ready = cache(lambda name: engines()[name].gpu and readiness_of(engines()[name], site).ready)
    waiting = [shot for shot in found if ready(reel.cut.shot(shot).request.wanted)]
    if not waiting:
        return []
    return [
        f"no GPU here: the animatic stands in for {counted(len(waiting), 'shot')} ({named(waiting)}); where "
        'nodes of a cluster are to render, say what one has in config.yaml: cluster: {cards: "4 x H100"}'
    ]


def for_the_cluster(reel: Reel) -> list[str]:
    """That renders are pending for which this machine has no card, but the cluster: a sentence, or none."""
    pending = pending_renders(reel.cut) if reel.claim.node else []
    if not pending:
        return []
    renders = counted(len(pending), "render is", "renders are")
    return [f"no GPU here: {renders} planned for a node of the cluster (cluster: in config.yaml)"]


def unsigned(cut: Cut) -> list[str]:
    """That the film carries no proof of origin though it should, and why: a sentence, or none."""
    why = why_unsigned(cut)
    return [f"the film carries no proof of origin: {why}"] if why else []


def unready_keyframes(cut: Cut) -> list[str]:
    """How many keyframes are to be drawn, and which are panels that stand in: a sentence each, or none."""
    drawn = [(shot, picture) for shot in cut.shots for picture in shot.drawn]
    todo = [shot.id for shot, picture in drawn if not Path(picture.path).exists()]
    said = [f"{counted(len(todo), 'keyframe')} to draw: {named(todo)}"] if todo else []
    panels: dict[str, list[str]] = {}
    for shot, picture in drawn:
        if picture.stands_in:
            panels.setdefault(picture.why, []).append(shot.id)
    return said + [
        f"keyframes of {named(shots)}: the animatic's panel, {why}" for why, shots in panels.items()
    ]


def notices(reel: Reel, most: int = 4) -> list[str]:
    """What was mended, then what is to be said of plug-ins, storyboard and cut: ``most`` lines of that."""
    long = too_long(wanted_of_cut(reel.cut), most=12) if pending_renders(reel.cut) else []
    said = [
        *waiting(reel.cut),
        *nothing_to_hold(without_take(reel.cut)),
        *takes_to_approve(reel.cut),
        *without_cards(reel),
        *for_the_cluster(reel),
        *(doubts(reel) if pending_renders(reel.cut) else []),
        *sentences(),
        *unsigned(reel.cut),
        *long,
        *remarks(reel.cut),
        *gathered(reel.loaded.notices),
        *reel.cut.stand_ins,
    ]
    if len(said) > most:
        rest = len(said) - most
        more = "1 notice" if rest == 1 else f"{rest} notices"
        said = [*said[:most], f"... and {more} more: swav plan shows them all"]
    mended = list(reel.mended[:_MOST_MENDED])
    if len(reel.mended) > _MOST_MENDED:
        mended.append(f"... and {len(reel.mended) - _MOST_MENDED} damaged files more")
    return mended + said
