"""The team's shot list, a CSV or Excel file, as a storyboard, and a storyboard as a shot list.

Columns are known by the names that people give them; what stands above the header (titles, merged cells) is
passed over. A cell that a spreadsheet would run as a formula is written with an apostrophe before it.
"""

import csv
import io
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from swav.errors import SwavError
from swav.files import replacing
from swav.handoff.table import guarded, headers, read_table
from swav.numbers import Unfit, moment
from swav.shown import shown_path

COLUMNS = {
    "id": ("id", "shot", "shot id", "shot no", "shot nr", "shot number", "shot name", "no", "nr", "number"),
    "prompt": (
        "prompt",
        "description",
        "visual",
        "visuals",
        "action",
        "picture",
        "shot description",
        "image",
    ),
    "duration": ("duration", "seconds", "sec", "secs", "length", "dur", "time", "duration s", "duration sec"),
    "narration": ("narration", "voice over", "voiceover", "vo", "voice", "dialogue", "spoken text", "script"),
    "camera": ("camera", "camera move", "camera movement", "movement", "move"),
    "overlay": ("overlay", "caption", "on screen text", "onscreen text", "title", "lower third", "text"),
    "seed": ("seed",),
    "notes": ("notes", "note", "remarks", "remark", "comment", "comments"),
}
"""Fields of a shot, by the names of columns as people write them."""


def storyboard_of(file: Path, title: str) -> tuple[str, list[str]]:
    """The text of a storyboard made from a shot list, and what is said of it. SwavError."""
    table = list(read_table(file))
    header, columns = _header(table, file)
    shots, said, taken = [], [], set()
    for number, row in enumerate(table[header + 1 :], header + 2):
        values = {name: row[at].strip() for name, at in columns.items() if at < len(row) and row[at].strip()}
        if values.get("prompt") or values.get("narration") or values.get("overlay"):
            shots.append(_shot(values, number, taken, said))
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
        shot["overlay"] = [{"text": values["overlay"], "style": "lower_third"}]
    if re.fullmatch(r"\d{1,19}", values.get("seed", "")):
        shot["seed"] = int(values["seed"])
    shot["duration"] = _duration(values.get("duration", ""))
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
    plain = re.sub(r"\s*(s|sec|secs|seconds?|\")\.?$", "", written.strip().lower()).replace(",", ".")
    try:
        time = moment(plain, Fraction(24))
    except Unfit:
        return None
    if not 0 < time <= 3600:
        return None
    return int(time) if time.denominator == 1 else round(float(time), 3)


def _header(table: Sequence[Sequence[str]], file: Path) -> tuple[int, dict[str, int]]:
    for number, found in headers(table, COLUMNS):
        if len(found) >= 2 and {"prompt", "narration"} & found.keys():
            return number, found
    raise SwavError(
        f"{shown_path(file)} has no row of column names such as: shot, description, duration, narration"
    )


def write_shot_list(board: Any, target: Path) -> None:
    """Write a storyboard's shots as a table: CSV in UTF-8, or Excel. SwavError for another suffix."""
    table = [list(COLUMNS), *([guarded(cell) for cell in _row(shot)] for shot in board.shots)]
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
    said = (shot.id, shot.prompt, length, line, shot.camera, lettering, shot.seed, shot.notes)
    return ["" if cell is None else str(cell) for cell in said]
