"""The film as plain data for the page: its shots with state, verdict and words, and what a build would do."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from swav.cut.model import Cut
from swav.cut.notebook import Entry, Notebook
from swav.cut.shot import CutShot
from swav.cut.timeline import timeline
from swav.page.files import is_there, key_of
from swav.page.project import Look
from swav.reel.drawing import drawn_path
from swav.reel.verdict_files import admission_of
from swav.review.approving import chosen_take, takes_to_approve
from swav.review.changes import edits_by_shot
from swav.review.forecast import lasts
from swav.review.notices import unready_keyframes, waiting
from swav.review.plan import PlannedShot
from swav.review.plan_words import common, common_sentences, estimates, own, summary
from swav.review.verdicts import ShotReport
from swav.review.verdicts import report as report_of
from swav.storyboard.findings import gathered


def film_state(look: Look) -> dict[str, Any]:
    """All that the view of the film shows."""
    cut, rate = look.cut, look.cut.delivery.rate
    reports = {item.shot: item for item in report_of(cut)}
    shared = common(look.plan)
    before = look.before
    earlier = {shot.id: picture_of(before, shot) for shot in before.shots} if before else {}
    decided = Notebook.of(Path(cut.storyboard)).decided()
    shots = [
        _shot(cut, shot, planned, reports[shot.id], own(planned, shared), decided, earlier)
        for shot, planned in zip(cut.shots, look.plan.shots, strict=True)
    ]
    return {
        "title": cut.title,
        "storyboard": cut.storyboard,
        "fps": float(rate),
        "width": cut.delivery.width,
        "height": cut.delivery.height,
        "shots": shots,
        "music": [{"start": float(mood.start), "words": mood.prompt} for mood in cut.sound.moods],
        "film": film_there(look),
        "plan": plan_words(look),
        "notices": _notices(look),
        "refusals": list((admission_of(cut) or {}).get("refusals", ())),
    }


def _notices(look: Look) -> list[str]:
    cut = look.cut
    said = (waiting(cut), takes_to_approve(cut), unready_keyframes(cut))
    return [*gathered(look.reel.loaded.notices), *cut.stand_ins, *(words for each in said for words in each)]


def plan_words(look: Look) -> dict[str, Any]:
    """The plan in its own words, as ``swav plan`` says it."""
    plan = look.plan
    shared = common(plan)
    return {
        "pending": [
            {"shot": shot.shot, "why": own(shot, shared), "minutes": shot.minutes, "engine": shot.engine}
            for shot in plan.pending
        ],
        "common": [*common_sentences(plan), *estimates(plan)],
        "edits": [{"about": about, "words": words} for about, words in edits_by_shot(plan.edits)],
        "summary": summary(plan, datetime.now()),
        "minutes": plan.minutes,
        "unknown": bool(plan.unknown),
        "renders": len(plan.renders),
        "made": plan.made,
        "stays": plan.stays,
        "ready": not (plan.pending or plan.pieces_missing) and plan.reel_ready,
    }


def film_there(look: Look) -> dict[str, Any] | None:
    """The film that was made last of this storyboard, and where each shot stands in it; None before."""
    now, before = look.cut, look.before
    cut = now if is_there(now.reel) else before
    if cut is None or not is_there(cut.reel):
        return None
    try:
        laid = timeline(cut)
    except FileNotFoundError:  # its lines were tidied away
        return None
    made = datetime.fromtimestamp(Path(cut.reel).stat().st_mtime)
    spans = zip(cut.shots, laid.spans, strict=True)
    return {
        "key": key_of(cut.reel),
        "current": cut.reel == now.reel,
        "fps": float(laid.rate),
        "frames": laid.frames,
        "made": made.isoformat(" ", "minutes"),
        "spans": [{"shot": shot.id, "start": span.start, "frames": span.frames} for shot, span in spans],
    }


def _shot(
    cut: Cut,
    shot: CutShot,
    planned: PlannedShot,
    report: ShotReport,
    why: str,
    decided: Mapping[str, Entry],
    earlier: Mapping[str, str],
) -> dict[str, Any]:
    rate = cut.delivery.rate
    frames = shot.trim.frames if shot.trim else lasts(shot, rate).frames
    key = chosen_take(cut, shot)
    return {
        "id": shot.id,
        "source": planned.source,
        "engine": planned.engine,
        "state": planned.state,
        "why": "; ".join(planned.reasons),
        "own": why,
        "standsIn": planned.stands_in,
        "minutes": planned.minutes,
        "seconds": planned.seconds,
        "frames": frames,
        "estimated": planned.estimated,
        "verdict": report.status,
        "said": report.said,
        "speech": report.speech,
        "speechSaid": report.speech_said,
        "take": report.take,
        "takes": len(shot.takes),
        "pinned": shot.pinned,
        "key": key,
        "decided": decided[key].kind if key in decided else None,
        "prompt": shot.request.prompt,
        "camera": shot.request.camera,
        "seed": shot.request.seed,
        "line": _line(shot),
        "lettering": [
            {"words": item.said, "style": item.style, "start": item.start, "end": item.end}
            for item in shot.overlays
        ],
        "passage": shot.passage.kind,
        "picture": picture_of(cut, shot) or earlier.get(shot.id, ""),
        "play": play_of(shot),
    }


def _line(shot: CutShot) -> dict[str, Any] | None:
    line = shot.narration
    if line is None:
        return None
    return {"words": line.text, "start": line.start, "key": key_of(line.path) if is_there(line.path) else ""}


def picture_of(cut: Cut, shot: CutShot) -> str:
    """The address of the small picture of a shot: under its lettering, else its take, else its keyframe."""
    for kind, path in (("segment", shot.segment), ("clip", shot.clip)):
        if is_there(path):
            return f"poster/{kind}/{key_of(path)}"
    drawn = next((item for item in shot.drawn if drawn_path(cut.build, item.key).is_file()), None)
    return f"poster/keyframe/{drawn.key}" if drawn else ""


def play_of(shot: CutShot) -> str:
    """The address of the clip of a shot that can be played; empty where there is none."""
    return f"clip/{key_of(shot.clip)}" if is_there(shot.clip) else ""
