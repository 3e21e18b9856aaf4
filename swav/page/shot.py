"""One shot as plain data for the page: every take ever made of it, what was found, and what people said."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from swav.cut.candidates import Measured
from swav.cut.model import Cut
from swav.cut.notebook import Entry, Notebook
from swav.cut.shot import CutShot
from swav.errors import MediaError, SwavError
from swav.page.files import is_there, key_of
from swav.page.project import Look
from swav.quality.judge import judge
from swav.quality.limits import Limits
from swav.quality.verdict import Verdict
from swav.reel.drawing import drawn_path
from swav.review.approving_pictures import picture_file
from swav.review.history import all_takes
from swav.review.verdicts import TakeReport, look_verdict

_UNSAID = ("version", "shot")


def shot_of(cut: Cut, name: str) -> CutShot:
    """The shot of that name. SwavError."""
    try:
        return cut.shot(name)
    except KeyError:
        raise SwavError(f"there is no shot {name[:40]} in {cut.storyboard} any more") from None


def shot_state(look: Look, name: str) -> dict[str, Any]:
    """All that the view of a shot shows."""
    cut = look.cut
    shot = shot_of(cut, name)
    notebook = Notebook.of(Path(cut.storyboard))
    decided = notebook.decided()
    measured, limits = Measured(cut.build, cut.judging), Limits.model_validate(cut.judging.limits)
    found = all_takes(cut, shot)
    return {
        "shot": shot.id,
        "pinned": shot.pinned and not (shot.early and shot.early.picked),
        "takes": [
            _take(take, name, decided.get(take.key), partial(_judged, cut, shot, measured, limits))
            for take, name in zip(found, _names(found), strict=True)
        ],
        "notes": [_note(entry) for entry in notebook.about(shot.id)],
        "keyframes": [_keyframe(cut, item) for item in shot.keyframes],
        "follows": [item.words for item in shot.continued.values()],
        "line": key_of(shot.narration.path) if shot.narration and is_there(shot.narration.path) else "",
    }


def _judged(cut: Cut, shot: CutShot, measured: Measured, limits: Limits, take: TakeReport) -> Verdict | None:
    """The verdict on a take, or on the look at it, by today's limits, if it was measured."""
    if not take.made:
        return look_verdict(cut, shot, take.key)
    numbers = measured(take.key)
    return judge(numbers, limits) if numbers else None


def _take(
    take: TakeReport, name: str, decided: Entry | None, judged: Callable[[TakeReport], Verdict | None]
) -> dict[str, Any]:
    verdict = judged(take) if take.shown else None
    form = _form(take.shown) if take.shown else {"fps": 24.0, "frames": 0}
    return {
        "key": take.key,
        "number": take.number,
        "name": name,
        "made": take.shown is not None,
        "media": f"look/{take.look.stem}" if take.look else f"take/{take.key}",
        "lookAt": take.look_at,
        "chosen": take.chosen,
        "seed": take.seed,
        "engine": take.engine,
        "at": take.made_at,
        "gpuMinutes": round(take.gpu_minutes, 2),
        "status": take.status,
        "findings": _findings(verdict),
        "since": list(take.since),
        "recipe": {name: _said(value) for name, value in take.recipe.items() if name not in _UNSAID},
        "decided": decided.kind if decided else None,
        "decidedBy": f"{decided.by}, {decided.at[:16].replace('T', ' ')}" if decided else "",
        **form,
    }


def _names(takes: Sequence[TakeReport]) -> list[str]:
    """What each is called: by its number, or of those that are not asked for any more, the newest first."""
    earlier = iter(range(1, len(takes) + 1))
    return [
        f"earlier {next(earlier)}"
        if take.number is None
        else f"take {take.number}{f' to step {take.look_at}' if take.look_at else ''}"
        for take in takes
    ]


def _findings(verdict: Verdict | None) -> list[dict[str, Any]]:
    """What the gates found, with the frames where it is worst."""
    return [
        {"gate": item.gate, "status": item.status, "sentence": item.sentence, "frames": list(item.frames)}
        for item in (verdict.findings if verdict else ())
    ]


def _form(clip: Path) -> dict[str, Any]:
    """How fast a take runs and how long, from its index alone."""
    from swav.media.probe import opened

    try:
        with opened(clip) as container:
            stream = container.streams.video[0]
            return {"fps": float(stream.average_rate or 24), "frames": int(stream.frames)}
    except (MediaError, OSError):
        return {"fps": 24.0, "frames": 0}


def _said(value: Any) -> str:
    """A value of a recipe for people."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_said(item)}" for name, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_said, value)) or "none"
    return "none" if value is None else str(value)


def _note(entry: Entry) -> dict[str, Any]:
    return {**entry.model_dump(), "when": entry.at[:16].replace("T", " ")}


def _keyframe(cut: Cut, item: Any) -> dict[str, Any]:
    drawn = bool(item.request) and drawn_path(cut.build, item.key).is_file()
    there = picture_file(cut, item).is_file() and not item.stands_in and not item.continues
    return {
        "name": item.name,
        "approved": item.approved,
        "approvable": there,
        "picture": f"poster/keyframe/{item.key}" if drawn else "",
        "words": item.request.prompt if item.request else Path(item.path).name,
        "why": item.why,
    }
