"""``swav plan``: one table of what is ready, what is pending and why, and when the film would be ready."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.cli.options import AsJson, Cards, Deliver, Gpus, HostMemory, Overrides, Storyboard, settings
from swav.cli.screen import columns, print_json, say
from swav.cut.earlier import earlier
from swav.engines import engines
from swav.reel.workflow import Reel, read_reel
from swav.render.catalogue import imagined
from swav.review.approving import takes_to_approve, unapproved
from swav.review.changes import edits_by_shot
from swav.review.exact_takes import comparisons
from swav.review.forecast import crew_of
from swav.review.lengths import too_long, wanted_of_cut
from swav.review.licences import licences
from swav.review.notices import (
    doubts,
    for_the_cluster,
    nothing_to_hold,
    unfinished,
    unready_keyframes,
    waiting,
    without_cards,
    without_take,
)
from swav.review.plan import Plan, PlannedShot
from swav.review.plan import plan as make_plan
from swav.review.plan_words import common, common_sentences, estimates, own, summary
from swav.review.remarks import remarks
from swav.review.versions import Version, versions
from swav.review.wording import counted
from swav.storyboard.findings import gathered


def plan(
    storyboard: Storyboard = None,
    config: Overrides = None,
    gpus: Gpus = None,
    cards: Cards = None,
    host_memory: HostMemory = None,
    deliver: Deliver = "",
    as_json: AsJson = False,
) -> None:
    """Show each shot's state, the reason, and when the film would be ready. Builds nothing.

    With --cards it is foretold for a machine that is not here.
    """
    machine = imagined(cards, host_memory) if cards is not None else None
    reel = read_reel(settings(config, storyboard), gpus, version=deliver)
    found = make_plan(reel.cut, crew=crew_of(reel.config, reel.claim, machine), before=earlier(reel.cut))
    if machine:  # what is to be done here says nothing of it
        found = replace(found, jobs={})
    if as_json:
        print_json(_plain(found, reel))
        return
    console = Console()
    console.print(table(found))
    if found.edits:
        console.print(edits(found))
    if others := versions(reel, gpus):
        console.print(deliveries(others))
    say(console, _notices(found, reel))
    say(console, summary(found, datetime.now()))


def table(plan: Plan) -> Table:
    """The plan as a table; a reason that many shots share is not in it."""
    minutes = {"minutes": "right"} if plan.renders else {}
    kinds = {"shot": "left", "source": "left", "engine": "left", "length": "right", "state": "left"}
    shared = common(plan)
    why = {"why": "rest"} if any(own(shot, shared) for shot in plan.shots) else {}
    drawn = columns(plan.title, **kinds, **minutes, **why)
    for shot in plan.shots:
        pending = shot.state == "pending"
        cost = "?" if shot.minutes is None else f"{shot.minutes:.1f}" if shot.minutes else ""
        drawn.add_row(
            Text(shot.shot),
            shot.source,
            shot.engine,
            f"{'~' if shot.estimated else ''}{shot.seconds:.2f} s",
            Text(shot.state, style="yellow" if pending else "green"),
            *([cost] if minutes else []),
            *([Text(own(shot, shared), style="" if pending else "dim")] if why else []),
        )
    return drawn


def deliveries(found: Sequence[Version]) -> Table:
    """The versions of the film, and what each adds to it."""
    drawn = columns(version="left", size="left", length="right", adds="rest")
    for item in found:
        length = f"{'~' if item.estimated else ''}{item.seconds:.2f} s" if item.seconds else ""
        style = "yellow" if item.fault else ""
        drawn.add_row(Text(item.target), item.size, length, Text(item.said, style=style))
    return drawn


def edits(plan: Plan) -> Table:
    """What else was edited: lines, lettering, sound, transitions, music, the order."""
    drawn = columns(also="left", edited="rest")
    for about, words in edits_by_shot(plan.edits):
        drawn.add_row(Text(about), Text(words))
    return drawn


def _notices(plan: Plan, reel: Reel) -> Sequence[str]:
    """All that is to be known before the total."""
    crew, per_render = plan.crew, reel.config.gpus_per_render
    claims = []
    asked = per_render.values() if isinstance(per_render, dict) else [per_render]
    per_render = max((count for count in asked if count != "all"), default=0)
    if crew.cards < per_render and plan.renders:
        have = f"there {'is' if crew.cards == 1 else 'are'} {counted(crew.cards, 'card')}"
        claims = [f"a render claims {per_render} GPUs (gpus_per_render in config.yaml), and {have}"]
    renderable = [shot for shot in plan.pending if shot.stands_in and engines()[_wanted(reel, shot)].gpu]
    hint = 'how long they would take to render: swav plan --cards "4 x RTX A6000"' if renderable else ""
    return [
        *common_sentences(plan),
        *estimates(plan),
        *gathered(reel.loaded.notices),
        *too_long(wanted_of_cut(reel.cut), most=24),
        *remarks(reel.cut),
        *reel.cut.stand_ins,
        *waiting(reel.cut),
        *unfinished(reel.cut),
        *nothing_to_hold(without_take(reel.cut)),
        *takes_to_approve(reel.cut),
        *without_cards(reel),
        *for_the_cluster(reel),
        *doubts(reel),
        *unready_keyframes(reel.cut),
        *licences(reel.cut),
        *comparisons(reel.cut, crew),
        *plan.placements,
        *claims,
        *filter(None, [hint]),
    ]


def _wanted(reel: Reel, shot: PlannedShot) -> str:
    return reel.cut.shot(shot.shot).request.wanted


def _plain(plan: Plan, reel: Reel) -> dict:
    shots = [{**asdict(shot), "why": shot.why} for shot in plan.shots]
    plain = {**asdict(replace(plan, crew=replace(plan.crew, machine=None))), "shots": shots}
    return {
        **plain,
        "deliveries": [{**asdict(item), "says": item.said} for item in versions(reel)],
        "gpu_minutes": plan.gpu_minutes,
        "pending": [shot.shot for shot in plan.pending],
        "notices": [asdict(notice) for notice in reel.loaded.notices],
        "too_long": too_long(wanted_of_cut(reel.cut)),
        "remarks": remarks(reel.cut),
        "stand_ins": list(reel.cut.stand_ins),
        "unapproved": [item.shot for item in unapproved(reel.cut)],
        "licences": licences(reel.cut),
        "doubts": doubts(reel),
    }
