"""Early looks at the takes of a shot side by side: which is made whole first, and a sheet for people."""

from dataclasses import asdict, replace
from pathlib import Path

from swav.cut.candidates import Take
from swav.cut.early import look_path
from swav.cut.model import Cut
from swav.cut.shot import CutShot
from swav.cut.takes import read_record, take_path
from swav.files import write_json
from swav.quality.selection import Judged
from swav.reel.looking import measure_looks
from swav.review.verdicts import TakeReport, troubles

_TOLD = ("number", "seed", "key", "status", "findings")
FIRST = "the best by what can be seen so far"


def compare(cut: Cut, shot: CutShot, comparison: Path, sheet: Path) -> None:
    """Measure the looks at the takes of a shot; write in which order they put them, and draw the sheet."""
    from swav.review.sheet import contact_sheet

    ranked = measure_looks(cut, shot)
    early = shot.early
    order = [judged.take.number for judged in ranked]
    reports = sorted((report(cut, shot, judged) for judged in ranked), key=lambda item: item.number)
    best = [
        replace(item, findings=(FIRST, *item.findings)) if item.number == order[0] else item
        for item in reports
    ]
    contact_sheet(shot.id, best, sheet)
    takes = [
        {name: value for name, value in asdict(item).items() if name in _TOLD} | {"look": str(item.look)}
        for item in reports
    ]
    write_json(comparison, {"shot": shot.id, "at": early.at, "order": order, "takes": takes})


def report(cut: Cut, shot: CutShot, judged: Judged[Take]) -> TakeReport:
    """A take as far as it was looked at."""
    take, verdict, early = judged.take, judged.verdict, shot.early
    look = look_path(cut.build, take.key, early.at)
    record = read_record(look)
    return TakeReport(
        number=take.number,
        seed=take.request.seed,
        key=take.key,
        clip=take_path(cut.build, take.key),
        made=False,
        chosen=False,
        status=verdict.status,
        findings=troubles(verdict),
        gpu_minutes=record.get("seconds", 0) * record.get("gpus", 0) / 60,
        picture="",
        engine=early.engine,
        made_at=record.get("made", ""),
        look=look,
        look_at=early.at,
    )
