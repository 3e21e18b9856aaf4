"""What was found of the takes, the speech and the reel: read from the verdicts of a build, said to people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from swav.cut.candidates import takes_of
from swav.cut.early import Looked, look_path
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import read_record, take_path
from swav.quality.verdict import Verdict
from swav.reel.verdict_files import admission_of, verdict_of


@dataclass(frozen=True)
class ShotReport:
    """What is in the cut for one shot, and what was found of it."""

    shot: str
    engine: str
    """Whose picture is in the cut."""
    take: int | None
    """The number of the take that is in the cut; None where something stands in, or nothing is judged yet."""
    takes: int
    """How many takes were made and judged."""
    status: str
    """``pass``, ``warn``, ``fail``, ``not measured``, or ``pending`` before a verdict."""
    said: str
    """The worst finding, in a sentence."""
    speech: str
    """The status of its narration; empty where nobody speaks or nobody listened."""
    speech_said: str


@dataclass(frozen=True)
class TakeReport:
    """One take of a shot: that may be made now, or that was made once."""

    number: int | None
    """None for a take that the storyboard does not ask for any more."""
    seed: int
    key: str
    clip: Path
    made: bool
    chosen: bool
    status: str
    findings: tuple[str, ...]
    """Sentences of all gates that warn or fail; the worst first."""
    gpu_minutes: float
    picture: str
    engine: str
    made_at: str
    """Date and time, as ISO 8601 has them; empty where it is not made."""
    since: tuple[str, ...] = ()
    """What was edited of the shot since it was made."""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    """What it was made from."""
    look: Path | None = None
    """What it would be after some of its steps, where it is not made but was looked at."""
    look_at: int = 0
    """After how many; 0 where it was not."""

    @property
    def shown(self) -> Path | None:
        """What is to be seen of it: the take, or the look at it; None where there is neither."""
        return self.clip if self.made else self.look


def report(cut: Cut) -> list[ShotReport]:
    """What is known of each shot, in order."""
    speech = (admission_of(cut) or {}).get("speech", {})
    return [_shot(shot, speech.get(shot.id)) for shot in cut.shots]


def _shot(shot: CutShot, speech: Mapping[str, Any] | None) -> ShotReport:
    verdict = verdict_of(shot)
    heard = Verdict.read(speech) if speech else None
    spoken = (heard.status, _worst(heard)) if heard else ("", "")
    if verdict is None:
        return ShotReport(shot.id, shot.engine, None, 0, "pending", "", *spoken)
    shown = next((take for take in verdict["takes"] if take["number"] == verdict["chosen"]), None)
    found = Verdict.read(shown or verdict["takes"][-1])
    said = _worst(found)
    if verdict["fallback"]:
        said = f"the {verdict['fallback']} stands in: {said}"
    return ShotReport(
        shot=shot.id,
        engine=verdict["fallback"] or shot.engine,
        take=verdict["chosen"],
        takes=len(verdict["takes"]),
        status="warn" if verdict["fallback"] else found.status,
        said=said,
        speech=spoken[0],
        speech_said=spoken[1],
    )


def _worst(verdict: Verdict) -> str:
    return verdict.worst.sentence if verdict.worst else ""


def takes(cut: Cut, shot: CutShot) -> Iterator[TakeReport]:
    """Every take that may be made of a shot. FileNotFoundError before its narration is spoken."""
    verdict = verdict_of(shot) or {"takes": [], "chosen": None}
    judged = {take["number"]: take for take in verdict["takes"]}
    for take in takes_of(cut, shot):
        clip = take_path(cut.build, take.key)
        record = read_record(clip)
        found = judged.get(take.number)
        if found and found["key"] != take.key:
            found = None  # of what stands in
        look = _look(cut, shot, take.key) if not clip.exists() else None
        seen = look_verdict(cut, shot, take.key) if look else None
        yield TakeReport(
            number=take.number,
            seed=take.request.seed,
            key=take.key,
            clip=clip,
            made=clip.exists(),
            chosen=bool(found) and take.number == verdict["chosen"],
            status=_status(found, seen, clip),
            findings=troubles(Verdict.read(found)) if found else troubles(seen) if seen else (),
            gpu_minutes=record.get("seconds", 0) * record.get("gpus", 0) / 60,
            picture=found["picture"] if found else "",
            engine=shot.engine,
            made_at=record.get("made", ""),
            recipe=record.get("recipe", {}),
            look=look,
            look_at=shot.early.at if look else 0,
        )


def _status(found: Mapping[str, Any] | None, seen: Verdict | None, clip: Path) -> str:
    if found:
        return found["status"]
    return seen.status if seen else "not judged" if clip.exists() else "not made"


def _look(cut: Cut, shot: CutShot, take: str) -> Path | None:
    """The early look at a take, if it is there."""
    look = look_path(cut.build, take, shot.early.at) if shot.early else None
    return look if look and look.exists() else None


def look_verdict(cut: Cut, shot: CutShot, take: str) -> Verdict | None:
    """What was found of the early look at a take; None before it was measured."""
    return Looked(cut.build, shot.early.at, cut.judging.limits).verdict(take) if shot.early else None


def troubles(verdict: Verdict) -> tuple[str, ...]:
    """Sentences of all gates that warn or fail; those that fail first."""
    found = [item for status in ("fail", "warn") for item in verdict.findings if item.status == status]
    return tuple(f"{item.gate}: {item.sentence}" for item in found)


def remarks(cut: Cut) -> list[str]:
    """What a build's last lines say: what was reshot and why, what stands in, and what is in doubt."""
    lines = [line for shot in cut.shots if (line := _remark(shot))]
    found = admission_of(cut)
    if found and found["admitted"]:  # what refuses the reel is said by the job that refuses it
        lines += _doubts(found.get("segments", {}), "")
        lines += _doubts(found["alike"], "")
        lines += _doubts(found["speech"], "the narration: ")
        if found["reel"]["status"] != "not measured":  # a silent reel is no doubt
            lines += _doubts({"the reel": found["reel"]}, "")
    return lines


def _remark(shot: CutShot) -> str:
    verdict = verdict_of(shot)
    if verdict is None:
        return ""
    judged = {take["number"]: Verdict.read(take) for take in verdict["takes"]}
    failed = "; ".join(
        f"take {number} failed: {found.worst.sentence}"
        for number, found in judged.items()
        if found.status == "fail" and number != verdict["chosen"]
    )
    if verdict["fallback"]:
        return f"{shot.id}: the {verdict['fallback']} stands in; {failed}"
    chosen = judged[verdict["chosen"]]
    if failed:
        return f"{shot.id}: take {verdict['chosen']} is in the cut; {failed}"
    if chosen.status == "fail":
        allowed = "pinned" if shot.pinned else f"on_fail: {shot.on_fail}"
        return f"{shot.id}: its take failed ({allowed}): {chosen.worst.sentence}"
    return f"{shot.id}: worth a look: {chosen.worst.sentence}" if chosen.status == "warn" else ""


def _doubts(verdicts: Mapping[str, Any], about: str) -> list[str]:
    read = {name: Verdict.read(plain) for name, plain in verdicts.items()}
    return [f"{name}: {about}{found.worst.sentence}" for name, found in read.items() if found.worst]
