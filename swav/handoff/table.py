"""Tables as spreadsheets save them, CSV or Excel: read whatever program wrote them, and written for any.

Columns are known by the names that people give them. A cell that a spreadsheet would run as a formula is
written with an apostrophe before it, and read without.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from swav.errors import SwavError
from swav.shown import shown_path, without_controls
from swav.storyboard.table import rows

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_ROWS, _MOST_SHEETS = 10_000, 20
_SEARCHED = 30
"""Rows in which the header is looked for."""


def headers(
    table: Sequence[Sequence[str]], columns: Mapping[str, Sequence[str]]
) -> Iterator[tuple[int, dict[str, int]]]:
    """Of the first rows, which of the columns stand where, if they are the row of names."""
    by_name = {name: column for column, names in columns.items() for name in names}
    for number, row in enumerate(table[:_SEARCHED]):
        found: dict[str, int] = {}
        for at, cell in enumerate(row):
            column = next((by_name[name] for name in _names_in(cell) if name in by_name), None)
            if column and column not in found:
                found[column] = at
        yield number, found


def _names_in(cell: str) -> Iterator[str]:
    """What a cell may name: all of it, it without what is in brackets, or a part of it about a slash."""
    for part in (cell, re.sub(r"\(.*?\)|\[.*?\]", " ", cell), *re.split(r"[/|,;\n]", cell)):
        text = unicodedata.normalize("NFC", part).casefold()
        kept = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in text)
        yield " ".join(kept.split()) or text.strip()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def read_table(file: Path) -> list[list[str]]:
    """The rows of a table, of an Excel file's first sheet. SwavError, InputError."""
    return next(read_tables(file))


def read_tables(file: Path) -> Iterator[list[list[str]]]:
    """The rows of a text, or of each sheet of an Excel file. SwavError, InputError."""
    if file.suffix.lower() == ".xlsx":
        yield from _sheets(file)
        return
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SwavError(f"{shown_path(file)} cannot be read ({error.strerror})") from None
    yield [
        [_unguarded(cell.text) for cell in row] for row in rows(without_controls(decoded(data)), str(file))
    ]


def decoded(data: bytes) -> str:
    """Text as spreadsheets save it: UTF-16 with its mark, UTF-8 with or without one, or Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _sheets(file: Path) -> Iterator[list[list[str]]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in book.worksheets[:_MOST_SHEETS]:
            cells = sheet.iter_rows(max_row=_MOST_ROWS, max_col=100, values_only=True)
            yield [[_unguarded(without_controls(_cell(value))) for value in row] for row in cells]
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


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA else cell
