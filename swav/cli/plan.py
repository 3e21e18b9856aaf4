"""``swav plan``: one table of what is ready, what is pending and why, and what it will cost."""

import json
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from swav.cli.options import AsJson, Gpus, Overrides, configuration
from swav.config import Config
from swav.reel.workflow import Reel, read_reel
from swav.review.licences import licences
from swav.review.plan import Plan, delivered
from swav.review.plan import plan as make_plan
from swav.times import clock


def plan(config: Overrides = None, gpus: Gpus = None, as_json: AsJson = False) -> None:
    """Show each shot's state, the reason, and the GPU minutes that are still to be spent. Builds nothing."""
    reel = read_reel(Config.read(configuration(config)), gpus)
    found = make_plan(reel.cut, gpus_per_render=reel.claim.per_render, before=delivered(reel.cut.build))
    if as_json:
        print(json.dumps(_plain(found, reel), indent=1, ensure_ascii=False))
        return
    console = Console()
    console.print(table(found))
    said = [*summary(found), *found.placements, *licences(reel.cut)]
    said += [*reel.cut.stand_ins, *map(str, reel.loaded.notices)]
    for line in said:
        console.print(Text(line), soft_wrap=True)


def table(plan: Plan) -> Table:
    """The plan as a table."""
    drawn = Table(
        title=Text(plan.title), title_justify="left", header_style="bold", box=None, padding=(0, 2, 0, 0)
    )
    for name, justify in (("shot", "left"), ("source", "left"), ("engine", "left"), ("length", "right")):
        drawn.add_column(name, justify=justify, no_wrap=True)
    drawn.add_column("state", no_wrap=True)
    drawn.add_column("GPU min", justify="right", no_wrap=True)
    drawn.add_column("why", overflow="fold")
    for shot in plan.shots:
        pending = shot.state == "pending"
        cost = "?" if shot.gpu_minutes is None else f"{shot.gpu_minutes:.1f}" if shot.gpu_minutes else ""
        drawn.add_row(
            Text(shot.shot),
            shot.source,
            shot.engine,
            "spoken" if shot.seconds is None else f"{shot.seconds:.2f} s",
            Text(shot.state, style="yellow" if pending else "green"),
            cost,
            Text(shot.why, style="" if pending else "dim"),
        )
    return drawn


def summary(plan: Plan) -> list[str]:
    """What is left to do, in sentences."""
    pending = plan.pending
    if not pending and not plan.pieces_missing and plan.reel_ready:
        return ["Everything is ready; nothing is pending."]
    minutes = plan.gpu_minutes
    cost = (
        "their GPU time is not known: no take of this kind has been made here yet"
        if minutes is None
        else f"about {clock(minutes * 60)} of GPU time (minutes:seconds)"
    )
    if all(shot.gpu_minutes == 0 for shot in pending):
        cost = "no GPU time"
    return [
        f"{len(pending)} of {len(plan.shots)} takes are pending; {cost}.",
        f"{plan.lines_missing} lines to speak, {plan.pieces_missing} segments and transitions to encode, "
        f"the reel {'is there' if plan.reel_ready else 'to join'}.",
    ]


def _plain(plan: Plan, reel: Reel) -> dict:
    return {
        **asdict(plan),
        "gpu_minutes": plan.gpu_minutes,
        "pending": [shot.shot for shot in plan.pending],
        "notices": [asdict(notice) for notice in reel.loaded.notices],
        "stand_ins": list(reel.cut.stand_ins),
        "licences": licences(reel.cut),
    }
