"""The team's shot list, a CSV or Excel file, as a storyboard, and a storyboard as a shot list.

Columns are known by the names that people give them; what stands above the header (titles, merged cells) is
passed over. A cell that a spreadsheet would run as a formula is written with an apostrophe before it.
"""

import csv
import io
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from swav.errors import SwavError
from swav.files import replacing
from swav.handoff.columns import COLUMNS
from swav.handoff.table import guarded, headers, read_tables
from swav.numbers import Unfit, moment
from swav.shown import shown, shown_path

FIELDS = ("id", "prompt", "duration", "narration", "camera", "overlay", "seed", "notes")
"""The columns of a list that is written."""
_RATE = Fraction(24)
"""Frames of a timecode's second: of the storyboard that is made."""


def storyboard_of(file: Path, title: str) -> tuple[str, list[str]]:
    """The text of a storyboard made from a shot list, and what is said of it. SwavError."""
    table, header, columns = _list_in(file)
    shots, said, taken = [], [], set()
    unknown = [cell.strip() for at, cell in enumerate(table[header]) if at not in columns.values()]
    if unknown := [name for name in unknown if name]:
        names = ", ".join(shown(name, 24) for name in unknown[:6])
        said.append(f"columns that say nothing of a shot here: {names}")
    for number, row in enumerate(table[header + 1 :], header + 2):
        values = {name: row[at].strip() for name, at in columns.items() if at < len(row) and row[at].strip()}
        if values.get("prompt") or values.get("narration") or values.get("overlay"):
            shots.append(_shot(values, number, taken, said))
        elif len(values) > 1:
            said.append(
                f"row {number} has no description, so it is left out; of merged cells, give each row its own"
            )
    if not shots:
        raise SwavError(f"{shown_path(file)} has no row with a description; is it the right sheet?")
    board = {"title": title, "size": "1280x720", "fps": 24, "shots": shots}
    return yaml.safe_dump(board, allow_unicode=True, sort_keys=False, width=100), said


def _shot(values: dict[str, str], number: int, taken: set[str], said: list[str]) -> dict[str, Any]:
    shot: dict[str, Any] = {"id": _id(values.get("id", ""), number, taken)}
    if values.get("prompt"):
        shot["prompt"] = values["prompt"]
    else:
        shot["card"] = {"title": values.pop("overlay", "") or values["narration"][:60]}
    shot |= {name: values[name] for name in ("camera", "narration", "notes") if name in values}
    if "overlay" in values:
        lines = [line.strip() for line in values["overlay"].splitlines() if line.strip()]
        shot["overlay"] = [{"text": lines[0] if len(lines) == 1 else lines, "style": "lower_third"}]
    if re.fullmatch(r"\d{1,19}", values.get("seed", "")):
        shot["seed"] = int(values["seed"])
    shot["duration"] = _duration(values.get("duration", "")) or _between(values)
    if shot["duration"] is None:
        shot["duration"] = "auto" if "narration" in shot else 4
        said.append(f"row {number}: {shot['id']} has no length that is one: it is {shot['duration']}")
    return shot


def _id(written: str, number: int, taken: set[str]) -> str:
    """A shot's id as storyboards want it: ``12`` is r012, ``3 A`` is s3_A; one that is taken gets one."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"\.0$", "", written)).strip("_")[:24]
    plain = f"r{int(plain):03}" if re.fullmatch(r"\d{1,6}", plain) else plain or f"row{number}"
    plain = plain if plain[0].isalpha() else f"s{plain}"
    found, again = plain, 1
    while found in taken:
        again += 1
        found = f"{plain}_{again}"
    taken.add(found)
    return found


def _duration(written: str) -> float | int | None:
    """Seconds from ``4``, ``4,5 s``, ``ca. 4 sec``, ``0:04`` or ``00:00:04:12``; None from anything else."""
    plain = re.sub(r"^(ca|circa|approx|about)\b\.?\s*|^[~≈]\s*", "", written.strip().lower())
    plain = re.sub(r"\s*(s|secs?|seconds?|sek|sekunden|\"|″)\.?$", "", plain).replace(",", ".")
    try:
        return _length(moment(plain, _RATE))
    except Unfit:
        return None


def _between(values: dict[str, str]) -> float | int | None:
    """Seconds from a timecode in one column to that in another."""
    try:
        return _length(moment(values["out"], _RATE) - moment(values["in"], _RATE))
    except (KeyError, Unfit):
        return None


def _length(time: Fraction) -> float | int | None:
    if not 0 < time <= 3600:
        return None
    return int(time) if time.denominator == 1 else round(float(time), 3)


def _list_in(file: Path) -> tuple[list[list[str]], int, dict[str, int]]:
    """The first table with a row of column names, the number of that row, and the columns. SwavError."""
    for table in read_tables(file):
        for number, found in headers(table, COLUMNS):
            if len(found) >= 2 and {"prompt", "narration"} & found.keys():
                return table, number, found
    raise SwavError(
        f"{shown_path(file)} has no row of column names such as: shot, description, duration, narration"
    )


def write_shot_list(board: Any, target: Path) -> None:
    """Write a storyboard's shots as a table: CSV in UTF-8, or Excel. SwavError for another suffix."""
    table = [list(FIELDS), *([guarded(cell) for cell in _row(shot)] for shot in board.shots)]
    if target.suffix.lower() == ".csv":
        text = io.StringIO()
        csv.writer(text).writerows(table)
        with replacing(target) as beside:
            beside.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    elif target.suffix.lower() == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        for row in table:
            book.active.append(row)
        with replacing(target) as beside:
            book.save(beside)
    else:
        raise SwavError(f"{shown_path(target)} is neither .csv nor .xlsx")


def _row(shot: Any) -> list[str]:
    length = (
        shot.duration if shot.duration is None or shot.duration == "auto" else f"{float(shot.duration):g}"
    )
    line = shot.narration.text if shot.narration else ""
    lettering = " / ".join(part for item in shot.overlay for part in item.lines)
    lettering = shot.card.title if shot.card else lettering
    said = (shot.id, shot.prompt, length, line, shot.camera, lettering, shot.seed, shot.notes)
    return ["" if cell is None else str(cell) for cell in said]
