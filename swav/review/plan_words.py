"""A plan in sentences: what all shots share, what is left to do, and last when the film would be ready."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from swav.review.changes import COMMON
from swav.review.forecast import Crew
from swav.review.plan import Followers, Plan, PlannedShot
from swav.review.wording import counted
from swav.shown import listed

MOST_NAMED = 12


def common(plan: Plan) -> dict[str, list[PlannedShot]]:
    """Reasons that are said once for all of their shots."""
    found: dict[str, list[PlannedShot]] = {}
    for shot in plan.shots:
        for reason in (*shot.reasons, *filter(None, [shot.stands_in])):
            found.setdefault(reason, []).append(shot)
    return {reason: shots for reason, shots in found.items() if len(shots) >= COMMON}


def own(shot: PlannedShot, shared: dict[str, list[PlannedShot]]) -> str:
    """What is said of one shot alone."""
    said = (*shot.reasons, shot.stands_in, shot.held)
    return "; ".join(reason for reason in said if reason and reason not in shared)


def common_sentences(plan: Plan) -> list[str]:
    """One sentence for each reason that shots share."""
    said = []
    for reason, shots in common(plan).items():
        stand_in = shots[0].engine if reason.startswith("stands in") else ""
        who = f"{stand_in} {reason}" if stand_in else f"{reason}"
        said.append(f"{counted(len(shots), 'shot')}: {who}")
    return said


def estimates(plan: Plan) -> list[str]:
    """That some lengths are no more than estimated."""
    shots = [shot.shot for shot in plan.shots if shot.estimated]
    if not shots:
        return []
    lines = "a line that is" if len(shots) == 1 else "lines that are"
    verb = "lasts" if len(shots) == 1 else "last"
    return [f"~ {named(shots)} {verb} as long as {lines} not spoken yet: about right, from the words"]


def named(shots: Sequence[str]) -> str:
    """Shots by their ids, the first dozen of them."""
    return listed(shots, MOST_NAMED)


def everything_is_ready(plan: Plan) -> bool:
    """Whether nothing is left to make."""
    return not plan.pending and not plan.pieces_missing and plan.reel_ready and not plan.jobs


def summary(plan: Plan, now: datetime) -> list[str]:
    """What is left to do; the total is the last line."""
    if everything_is_ready(plan):
        return [total(plan, now)]
    return [*map(_followers, plan.followers), work(plan), *jobs(plan), total(plan, now)]


def jobs(plan: Plan) -> list[str]:
    """How many jobs each rule has, as a dry run counts them: a line, or none."""
    count = sum(plan.jobs.values())
    rules = ", ".join(f"{number} {rule}" for rule, number in plan.jobs.items())
    return [f"{counted(count, 'job')} {_are(count)} pending: {rules}."] if count else []


def _followers(found: Followers) -> str:
    """``3 shots follow r011 (r012, r013, r014), 81 min, only if the frame that it hands on is another.``"""
    count, verb = counted(len(found.follow), "shot"), "follows" if len(found.follow) == 1 else "follow"
    cost = f", {duration(found.minutes)}" if found.minutes else ""
    return (
        f"{count} {verb} {found.shot} ({named(list(found.follow))}){cost}: "
        "rendered only if the frame that is handed on is another."
    )


def work(plan: Plan) -> str:
    """What is to be made beside takes."""
    pieces = counted(plan.pieces_missing, "segment or transition", "segments and transitions")
    todo = [
        *([f"{counted(plan.lines_missing, 'line')} to speak"] if plan.lines_missing else []),
        *_brought(plan.interpolating, plan.interpolated_as),
        *_brought(plan.finishing, f"{plan.finished_as} ({_finishing_takes(plan)})"),
        *([f"{pieces} to encode"] if plan.pieces_missing else []),
        f"the reel {'is there' if plan.reel_ready else 'to join'}",
    ]
    verb = "stays" if plan.stays == 1 else "stay"
    stays = f"; {counted(plan.stays, 'file')} of the earlier film {verb}" if plan.stays else ""
    return f"{', '.join(todo)}{stays}."


def _finishing_takes(plan: Plan) -> str:
    """How long takes are brought to the reel's size, and in how much memory, as far as that is known."""
    if plan.finishing_minutes is None:
        return "how long is not known: no take was here yet"
    memory = f", {plan.finishing_gigabytes:g} GB" if plan.finishing_gigabytes else ""
    return f"about {duration(plan.finishing_minutes)}{memory}"


def _brought(shots: Sequence[str], to_what: str) -> list[str]:
    return [f"{counted(len(shots), 'take')} to bring to {to_what}"] if shots else []


def total(plan: Plan, now: datetime) -> str:
    """The last line: how many takes, how long they take on the wall, and when they would be ready."""
    if everything_is_ready(plan):
        return "Everything is ready; nothing is pending."
    pending = f"{len(plan.pending)} of {counted(len(plan.shots), 'take')} {_are(len(plan.pending))} pending"
    if not plan.renders:
        return f"{pending}; no GPU time."
    return f"{pending}; {', '.join(_costs(plan, now))}."


def _costs(plan: Plan, now: datetime) -> list[str]:
    crew, unknown = plan.crew, [shot.shot for shot in plan.unknown]
    if len(unknown) == len(plan.renders):
        return [f"how long {_renders(plan)} take is not known: no take of this kind was made here yet"]
    least = "at least " if unknown else ""
    card_hours = f" ({_card_minutes(plan) / 60:.0f} card-hours)" if _card_minutes(plan) >= 600 else ""
    said = [f"{least}{duration(plan.minutes)} on {_cards(crew)}{card_hours if crew.cards > 1 else ''}"]
    if unknown:
        said.append(f"and {named(unknown)}, of whose kind no take was made here yet")
    else:
        said.append(f"ready by {moment(now + timedelta(minutes=plan.minutes), now)} if started now")
    if plan.faster:
        said[-1] += f"; with gpus_per_render: {plan.faster[0]}: {duration(plan.faster[1])}"
    return said


def _cards(crew: Crew) -> str:
    if crew.machine is None:
        return "this card" if crew.cards == 1 else f"these {crew.cards} cards"
    kinds = Counter(card.name.removeprefix("NVIDIA ") for card in crew.machine.cards[: crew.cards])
    return " + ".join(f"{count} x {name}" for name, count in kinds.items())


def _renders(plan: Plan) -> str:
    return "its render" if len(plan.renders) == 1 else f"the {len(plan.renders)} renders"


def _card_minutes(plan: Plan) -> float:
    return sum(shot.gpu_minutes or 0 for shot in plan.renders)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def duration(minutes: float) -> str:
    """``40 s``, ``27 min``, ``22.5 h``, ``4.5 days``: two or three digits of it."""
    if minutes < 1.5:
        return f"{max(1, round(minutes * 60))} s"
    if minutes < 90:
        return f"{round(minutes)} min"
    hours = minutes / 60
    if hours < 72:
        return f"{hours:.1f}".removesuffix(".0") + " h"
    return f"{hours / 24:.1f}".removesuffix(".0") + " days"


def moment(end: datetime, now: datetime) -> str:
    """``16:40`` today, ``Saturday 14:00`` within a week, else with its date; rounded up to five minutes, or
    to a quarter of an hour from three hours on.
    """
    step = 5 if end - now < timedelta(hours=3) else 15
    minutes = math.ceil((end.minute * 60 + end.second + end.microsecond / 1e6) / 60 / step) * step
    end = end.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=minutes)
    if end.date() == now.date():
        return f"{end:%H:%M}"
    date = "" if end.date() - now.date() < timedelta(days=7) else f" {end.day} {end:%B}"
    return f"{end:%A}{date} {end:%H:%M}"
