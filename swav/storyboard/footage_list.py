"""The footage list of a hybrid reel: which company's file replaces which shot, as far as it has arrived.

The list may be incomplete for as long as the production likes. A row whose file is here replaces the shot's
picture; a row without a file, or whose file is still missing, leaves the shot as the storyboard has it.
"""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from swav.errors import Fault
from swav.numbers import Unfit, moment
from swav.storyboard.check_files import is_file
from swav.storyboard.check_media import said, silent_footage
from swav.storyboard.fields import Route
from swav.storyboard.findings import Notice
from swav.storyboard.forms import sound_level
from swav.storyboard.model import Storyboard
from swav.storyboard.near_files import remedy_for
from swav.storyboard.pictures import SAMPLE, Footage
from swav.storyboard.reach import Reach
from swav.storyboard.shot import Shot
from swav.storyboard.source import read_text, refuse_controls
from swav.storyboard.table import Cell, rows
from swav.storyboard.timing import fixed_frames
from swav.storyboard.wording import nearest, unknown
from swav.times import HOLD, to_frames, to_seconds

USUAL = ("shot", "company", "file", "in", "out", "credit")
COLUMNS = (*USUAL, "sound")
REQUIRED = ("shot", "file")


@dataclass
class FootageList:
    """What a footage list says: footage by the shot's position, and what there is to say about the rest."""

    footage: dict[int, Footage] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_footage_list(
    path: Path,
    board: Storyboard,
    *,
    folder: Path,
    samples: Collection[str] = (),
    look: Callable[[Path, str], Any] | None = None,
    reach: Reach | None = None,
    opens: Callable[[Shot], bool] = lambda shot: True,
) -> FootageList:
    """Read the list for ``board``. Its paths are relative to itself; the footage's to ``folder``.

    Footage is looked at for the shots that ``opens`` chooses.

    Raises InputError when the file cannot be read as a table at all.
    """
    text = read_text(path)
    refuse_controls(text, str(path))
    table = rows(text, str(path))
    reader = _Reader(path, board, folder, samples, look, reach, opens)
    header = next(table, None)
    if reader.header(header):
        for row in table:
            reader.row(row)
    return reader.found


class _Reader:
    """Goes through the rows and collects."""

    def __init__(
        self,
        path: Path,
        board: Storyboard,
        folder: Path,
        samples: Collection[str],
        look: Callable[[Path, str], Any] | None,
        reach: Reach | None,
        opens: Callable[[Shot], bool],
    ):
        self.path, self.board, self.folder, self.samples = path, board, folder, samples
        self.look, self.reach, self.opens = look, reach, opens
        self.found = FootageList()
        self._columns: list[str] = []
        self._positions = {shot.id: position for position, shot in enumerate(board.shots)}
        self._lines: dict[str, int] = {}
        self._concerned: Route = ()
        """The shot that the row at hand is about; all of them where it cannot be told."""

    def header(self, row: list[Cell] | None) -> bool:
        """Learn the columns; False if the table cannot be understood without them."""
        example = f"begin the file with the line {','.join(USUAL)}"
        first = row[0] if row else Cell("", 1, 1)
        self._columns = [cell.text.lower() for cell in row or ()]
        if not set(self._columns) & set(COLUMNS):
            self._fault(first, "header", "the first line does not name the columns", example)
            return False
        for position, cell in enumerate(row or ()):
            if cell.text and cell.text.lower() in self._columns[:position]:
                message = f"the column {cell.text!r} is there twice"
                self._fault(cell, "header", message, "keep one of the two")
        for name in REQUIRED:
            if name not in self._columns:
                near = nearest(name, [column for column in self._columns if column not in COLUMNS])
                remedy = f"rename the column {near!r}" if near else example
                self._fault(first, "header", f"there is no column {name!r}", remedy)
        return not self.found.faults

    def row(self, cells: list[Cell]) -> None:
        """One shot's footage."""
        before = len(self.found.faults)
        self._concerned = self._about(cells)
        surplus = [cell for cell in cells[len(self._columns) :] if cell.text]
        if surplus:
            message = f"the row has {len(cells)} cells under {len(self._columns)} columns"
            self._fault(surplus[0], "row", message, "put text that holds the separator in quotes")
            return
        row = dict(zip(reversed(self._columns), reversed(_padded(cells, len(self._columns))), strict=True))
        shot = self._shot(row["shot"])
        start = self._time(row.get("in"), "in")
        end = self._time(row.get("out"), "out")
        rate = self.board.fps
        if end is not None and to_frames(end - (start or 0), rate) < 1:
            message = "the footage ends before it begins"
            self._fault(row["out"], "out", message, "give an `out` that is later than `in`")
        if shot is None:
            return
        if file := self._file(row, shot):
            self._reach(row, shot, file, start or Fraction(0), end)
            sound = self._sound(row)
            if sound is not None:
                self._heard(row, shot, file)
            credit = row["credit"].text if "credit" in row and row["credit"].text else None
            values = {"file": file, "in": start or 0, "out": end, "credit": credit, "sound": sound}
            if len(self.found.faults) == before:
                self.found.footage[self._positions[shot.id]] = Footage.model_validate(values)

    def _about(self, cells: list[Cell]) -> Route:
        """The entry of the shot that a row names; the whole storyboard where it names none of it."""
        named = [cell.text for cell, column in zip(cells, self._columns, strict=False) if column == "shot"]
        return ("shots", self._positions[named[0]]) if named and named[0] in self._positions else ()

    def _shot(self, cell: Cell) -> Shot | None:
        if not cell.text:
            remedy = unknown("", self._positions, "", "shots")[1]
            remedy = remedy if len(remedy) < 80 else "use an id of the storyboard"
            self._fault(cell, "shot", "the row names no shot", remedy)
            return None
        if cell.text not in self._positions:
            near = nearest(cell.text, self._positions)
            meant = f"; was {near} meant?" if near else ""
            message = f"the storyboard has no shot {cell.text!r}, so the row is passed over{meant}"
            self._notice(cell, message, "shot")
            return None
        first = self._lines.setdefault(cell.text, cell.line)
        if first != cell.line:
            message = f"{cell.text} already has footage on line {first}"
            self._fault(cell, "shot", message, "keep one row a shot")
            return None
        return self.board.shots[self._positions[cell.text]]

    def _time(self, cell: Cell | None, name: str):
        if cell is None or not cell.text:
            return None
        try:
            time = moment(cell.text, self.board.fps)
            if time < 0:
                raise Unfit("a time cannot be negative", "count seconds from the beginning of the file")
            return time
        except Unfit as unfit:
            self._fault(cell, name, f"{cell.text!r}: {unfit.message}", unfit.remedy)
            return None

    def _reach(
        self, row: dict[str, Cell], shot: Shot, file: str, start: Fraction, end: Fraction | None
    ) -> None:
        """Report a file that is no film, or is over before the shot is."""
        if self.look is None or file.startswith(SAMPLE) or not self.opens(shot):
            return
        seen = self.look(self.path.parent / row["file"].text, "film")
        if seen.problem:
            self._fault(row["file"], "file", f"{row['file'].text} {seen.problem}", seen.remedy)
        elif seen.remark:
            self._notice(row["file"], f"{row['file'].text}: {seen.remark}")
        if seen.seconds is None:
            return
        here = f"{row['file'].text} is {said(seen.seconds)} long"
        rate = self.board.fps
        available = to_frames(seen.seconds - start, rate)
        shown = shot.model_copy(update={"footage": Footage.model_construct(file=file, start=start, end=end)})
        frames = fixed_frames(shown, rate)
        if available < 1:
            message = f"the footage begins at {said(start)}, but {here}"
            self._fault(row.get("in", row["file"]), "in", message, "choose an earlier in-point")
        elif frames is not None and frames - available > HOLD * rate:
            message = f"shot {shot.id} shows it up to {said(start + to_seconds(frames, rate))}, but {here}"
            column = "out" if shot.duration is None else "in" if "in" in row else "file"
            remedy = "choose an earlier in-point, or an earlier out-point"
            self._fault(row[column], column, message, remedy)

    def _heard(self, row: dict[str, Cell], shot: Shot, file: str) -> None:
        """Say of footage whose sound is asked for that it has none."""
        if self.look is None or file.startswith(SAMPLE) or not self.opens(shot):
            return
        seen = self.look(self.path.parent / row["file"].text, "film")
        if not seen.problem and not seen.sound:
            self._notice(row["sound"], silent_footage(row["file"].text), "sound")

    def _sound(self, row: dict[str, Cell]) -> float | None:
        """The level of the footage's own sound; None is silent."""
        cell = row.get("sound")
        try:
            return sound_level(cell.text or None) if cell else None
        except Unfit as unfit:
            self._fault(cell, "sound", f"{cell.text!r}: {unfit.message}", unfit.remedy)
            return None

    def _file(self, row: dict[str, Cell], shot: Shot) -> str | None:
        """The row's file as a path from the storyboard's folder; None, with a notice, if it is not here."""
        cell = row["file"]
        if cell.text.startswith(SAMPLE):
            name = cell.text.removeprefix(SAMPLE)
            if name not in self.samples:
                self._fault(
                    cell, "file", *unknown(name, self.samples, f"there is no sample {name!r}", "samples")
                )
            return cell.text
        here = self.path.parent / cell.text
        if cell.text and self.reach and (refusal := self.reach.refusal(here)):
            self._fault(cell, "file", *refusal)
            return None
        if cell.text and is_file(here):
            if Path(cell.text).is_absolute():
                return cell.text
            return os.path.relpath(here, self.folder)
        company = row["company"].text if "company" in row else ""
        missing = f"footage {cell.text} is not there" if cell.text else "no footage has arrived"
        from_whom = f" from {company}" if company and not cell.text else ""
        instead = "prompt" if shot.prompt is not None else shot.source
        meant = remedy_for(self.path.parent, cell.text, "") if cell.text else ""
        message = f"shot {shot.id}: {missing}{from_whom}; its {instead} is used{meant and '; ' + meant}"
        self._notice(cell if cell.text else row["shot"], message, missing=shot.id)
        return None

    def _notice(self, cell: Cell, message: str, name: str = "file", missing: str = "") -> None:
        place = str(self.path), cell.line, cell.column
        self.found.notices.append(Notice(*place, name, message, missing, self._concerned))

    def _fault(self, cell: Cell, name: str, message: str, remedy: str) -> None:
        place = str(self.path), cell.line, cell.column
        self.found.faults.append(Fault(*place, name, message, remedy, self._concerned))


def _padded(cells: list[Cell], count: int) -> list[Cell]:
    """The row with empty cells where it ends early."""
    last = cells[-1]
    cells = cells[:count]
    return cells + [Cell("", last.line, last.column)] * (count - len(cells))
