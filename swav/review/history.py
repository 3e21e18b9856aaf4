"""Every take that was ever made of a shot: by any seed, wording or engine, with what was edited since.

The store keeps takes for good, and the record beside each says of which shot it was made and from what.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from swav.cut import paths
from swav.cut.candidates import Measured, takes_of
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import read_record, take_path
from swav.engines import engines
from swav.keys import canonical
from swav.quality.judge import judge
from swav.quality.limits import Limits
from swav.review.verdicts import TakeReport, takes, troubles
from swav.review.wording import edit

_NAMES = {
    "content": "source file",
    "guidance_high": "guidance",
    "guidance_low": "low-noise guidance",
    "wanted": "engine asked for",
}
_UNSAID = ("version", "shot")
_ACROSS_ENGINES = ("prompt", "seed")
"""What is compared of takes that two engines made."""


def all_takes(cut: Cut, shot: CutShot) -> list[TakeReport]:
    """The takes that the storyboard asks for, then those of earlier wordings, seeds and engines.

    Empty where the shot is as long as a line that is not spoken yet, and nothing was made of it before.
    """
    if shot.early and shot.early.by_hand:
        shot = shot.early.of(shot)
    try:
        asked = list(takes(cut, shot))
    except FileNotFoundError:
        asked = []
    return [*asked, *earlier_takes(cut, shot, {take.key for take in asked})]


def earlier_takes(cut: Cut, shot: CutShot, but: set[str]) -> Iterator[TakeReport]:
    """Takes of a shot that lie in the store, all ``but`` those of some keys, the newest first."""
    found = [(record, take) for record, take in _records(cut.build) if record.get("shot") == shot.id]
    now, measured = _recipe(cut, shot), Measured(cut.build, cut.judging)
    for record, take in sorted(found, key=lambda each: each[0].get("made", ""), reverse=True):
        if take.stem in but:
            continue
        numbers = measured(take.stem)
        verdict = judge(numbers, Limits.model_validate(cut.judging.limits)) if numbers else None
        recipe = record.get("recipe", {})
        yield TakeReport(
            number=None,
            seed=record.get("seed", 0),
            key=take.stem,
            clip=take_path(cut.build, take.stem),
            made=True,
            chosen=False,
            status=verdict.status if verdict else "not judged",
            findings=troubles(verdict) if verdict else (),
            gpu_minutes=record.get("seconds", 0) * record.get("gpus", 0) / 60,
            picture="",
            engine=record.get("engine", ""),
            made_at=record.get("made", ""),
            since=tuple(edited_since(recipe, now)) if now and recipe else (),
            recipe=recipe,
        )


def _records(build: str) -> Iterator[tuple[Mapping[str, Any], Path]]:
    folder = Path(paths.TAKE.format(build=build, key="x")).parent
    for take in folder.glob("*.mp4") if folder.is_dir() else ():
        yield read_record(take), take


def _recipe(cut: Cut, shot: CutShot) -> Mapping[str, Any]:
    """What a take of the shot is made from now, as plain data."""
    try:
        recipe = next(takes_of(cut, shot)).recipe
    except FileNotFoundError:  # its narration is not spoken yet
        recipe = engines()[shot.engine].recipe(shot.request, shot.model)
    return json.loads(canonical(recipe))


def edited_since(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """From a take's recipe to today's: ``seed 1 -> 5``, ``prompt: one lantern -> two lanterns``."""
    names = [name for name in dict.fromkeys([*now, *before]) if before.get(name) != now.get(name)]
    if "engine" in names:
        names = ["engine", *(name for name in _ACROSS_ENGINES if name in names and {name} <= {*before, *now})]
    if "guidance_high" in names and "guidance_low" in names:
        names.remove("guidance_low")  # one number in the storyboard sets both
    found = [_edited(name, before.get(name), now.get(name)) for name in names if name not in _UNSAID]
    return list(dict.fromkeys(found)) or (["it was made in an older way"] if names else [])


def _edited(name: str, before: Any, now: Any) -> str:
    if name == "model":
        return "other weights"
    if isinstance(before, (dict, list)) or isinstance(now, (dict, list)) or name == "content":
        return f"another {_NAMES.get(name, name)}"
    return edit(_NAMES.get(name, name), before, now)
