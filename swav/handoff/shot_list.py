"""The team's shot list, a CSV or Excel file, as a storyboard, and a storyboard as a shot list.

Columns are known by the names that people give them; what stands above the header (titles, merged cells) is
passed over. A cell that a spreadsheet would run as a formula is written with an apostrophe before it.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from swav.errors import SwavError
from swav.files import replacing
from swav.numbers import Unfit, moment
from swav.shown import shown_path
from swav.storyboard.table import rows

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
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_ROWS = 10_000
_SEARCHED = 30
"""Rows in which the header is looked for."""


def storyboard_of(file: Path, title: str) -> tuple[str, list[str]]:
    """The text of a storyboard made from a shot list, and what is said of it. SwavError."""
    table = list(_table(file))
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
    for number, row in enumerate(table[:_SEARCHED]):
        found: dict[str, int] = {}
        for at, cell in enumerate(row):
            plain = re.sub(r"[^a-z0-9]+", " ", cell.lower()).strip()
            name = next((name for name, names in COLUMNS.items() if plain in names), None)
            if name and name not in found:
                found[name] = at
        if len(found) >= 2 and {"prompt", "narration"} & found.keys():
            return number, found
    raise SwavError(
        f"{shown_path(file)} has no row of column names such as: shot, description, duration, narration"
    )


def _table(file: Path) -> Iterator[list[str]]:
    if file.suffix.lower() == ".xlsx":
        yield from _sheet(file)
        return
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SwavError(f"{shown_path(file)} cannot be read ({error.strerror})") from None
    for row in rows(_clean(_decoded(data)), str(file)):
        yield [_unguarded(cell.text) for cell in row]


def _decoded(data: bytes) -> str:
    """Text as spreadsheets save it: UTF-16 with its mark, UTF-8 with or without one, or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _sheet(file: Path) -> Iterator[list[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(max_row=_MOST_ROWS, max_col=100, values_only=True):
            yield [_unguarded(_clean(_cell(value))) for value in row]
    except Exception as error:  # the library raises whatever zip and XML do
        raise SwavError(
            f"{shown_path(file)} is no Excel file that can be read ({type(error).__name__}); save it as CSV"
        ) from None


def _cell(value: Any) -> str:
    """A cell as it is seen: a length that Excel made a time of day is one again."""
    if isinstance(value, datetime.time):
        return f"{60 * value.hour + value.minute}:{value.second:02}"
    if isinstance(value, datetime.timedelta):
        return f"{value.total_seconds():g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _clean(text: str) -> str:
    return re.sub("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]", "", text)


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA else cell


def write_shot_list(board: Any, target: Path) -> None:
    """Write a storyboard's shots as a table: CSV in UTF-8, or Excel. SwavError for another suffix."""
    table = [list(COLUMNS), *([_guarded(cell) for cell in _row(shot)] for shot in board.shots)]
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


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
