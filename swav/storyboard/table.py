"""A table of comma-separated values in which every cell knows its place.

Spreadsheets differ: the separator may be a comma, a semicolon or a tab, the file may begin with a byte order
mark or a line ``sep=;``, and a quoted cell may hold the separator, doubled quotes and line breaks (RFC 4180).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from swav.errors import Fault, InputError

_QUOTED = re.compile(r'"((?:[^"]|"")*)"[ ]*')
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Cell:
    """The text of a cell, without blanks around it; line and column count from 1."""

    text: str
    line: int
    column: int


def rows(text: str, file: str) -> Iterator[list[Cell]]:
    """The rows that hold anything; a row whose first cell begins with ``#`` is a comment.

    Raises InputError where a quote is not closed.
    """
    text = re.sub(r"\Asep=(.)(\r\n|\r|\n)", _blank_line, text)
    separator = _separator(text)
    bare = re.compile(rf"[^{re.escape(separator)}\r\n]*")
    at, line, begin, row = 0, 1, 0, []
    while at <= len(text):
        column = at - begin + 1
        quoted = _QUOTED.match(text, at)
        if text.startswith('"', at) and not (quoted and _ends_cell(text, quoted.end(), separator)):
            message = "the quote that opens here never closes, or text follows it"
            fault = Fault(file, line, column, "file", message, 'close it, and write "" for a quote inside')
            raise InputError([fault])
        match = quoted or bare.match(text, at)
        written = match[1].replace('""', '"') if quoted else match[0]
        row.append(Cell(written.strip(), line, column))
        for inner in _BREAK.finditer(text, at, match.end()):
            line, begin = line + 1, inner.end()
        at = match.end()
        if text.startswith(separator, at):
            at += 1
            continue
        if any(cell.text for cell in row) and not row[0].text.startswith("#"):
            yield row
        row = []
        end = _BREAK.match(text, at)
        at = end.end() if end else len(text) + 1
        line, begin = line + 1, at


def _separator(text: str) -> str:
    """The one that stands most often in the first line that is not a comment."""
    lines = (line for line in _BREAK.split(text) if line.strip() and not line.lstrip().startswith("#"))
    header = next(lines, "")
    return max(",;\t", key=header.count)


def _ends_cell(text: str, at: int, separator: str) -> bool:
    return at >= len(text) or text[at] in (separator, "\r", "\n")


def _blank_line(match: re.Match) -> str:
    return match[2]
