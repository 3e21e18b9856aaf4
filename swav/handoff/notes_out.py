"""Notes as a file for those who finish the film: a table, or markers in the film's timeline.

The timeline is the hand-off's, with a marker for each note in place of what the hand-off says of its shots:
so every form that ``formats`` writes has them, and an editing program opens the film and its notes as one.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from swav.cut.model import Cut
from swav.cut.notebook import Entry, Notebook
from swav.errors import SwavError
from swav.files import write_text
from swav.handoff.edl import timecode
from swav.handoff.formats import FORMS
from swav.handoff.note_places import NotePlaces
from swav.handoff.table import guarded
from swav.handoff.timeline import start_frame, timeline_of
from swav.shown import harmless, shown_path

COLUMNS = ("shot", "take", "frame", "timecode", "kind", "text", "by", "at")
_COLOURS = {"approve": "GREEN", "reject": "RED"}
_SAID = {"approve": "approved", "reject": "rejected"}
SUFFIXES = (".csv", *FORMS)


def write_notes(cut: Cut, notebook: Notebook, target: Path) -> int:
    """Write the notes of a cut in the form of the target's suffix, by rename; how many. SwavError."""
    text, count = notes_text(cut, notebook, target.suffix.lower(), target.absolute().parent)
    write_text(target, text)
    return count


def notes_text(cut: Cut, notebook: Notebook, suffix: str, folder: Path) -> tuple[str, int]:
    """The same as text; media are named relative to the folder. How many notes stand in it."""
    if suffix == ".csv":
        return notes_table(cut, notebook.entries), len(notebook.entries)
    if suffix not in FORMS:
        raise SwavError(f"{shown_path(suffix or 'a file without a suffix')} is none of {', '.join(SUFFIXES)}")
    spoken = [entry for entry in notebook.entries if entry.kind != "withdraw"]
    try:
        timeline = timeline_of(cut, folder)
    except FileNotFoundError as error:
        raise SwavError(
            f"{error.filename} is not made yet; build the film first: snakemake final.mp4"
        ) from None
    count = _mark(timeline, NotePlaces(cut), spoken)
    return FORMS[suffix](timeline, cut), count


def words(entry: Entry) -> str:
    """An entry on one line, as a marker has it; read back, it is known by these words."""
    said = " ".join([*filter(None, [_SAID.get(entry.kind, "")]), *harmless_line(entry.text).split()])
    drawn = " (drawn on the frame)" if entry.drawing else ""
    return f"{said}{drawn} [{harmless_line(entry.by)}]".strip()


def harmless_line(text: str) -> str:
    """A text on one line, without what acts on a terminal or a program."""
    return harmless(" ".join(text.split()))


def _mark(timeline: otio.schema.Timeline, places: NotePlaces, entries: list[Entry]) -> int:
    """Put a marker on the clip of each entry's shot; how many there are."""
    clips: dict[str, otio.schema.Clip] = {}
    for clip in timeline.tracks[0].find_clips():
        clip.markers.clear()
        clips.setdefault(clip.metadata["swav"]["shot"], clip)
    count = 0
    for entry in entries:
        frame = places.in_film(entry)
        if frame is None or entry.shot not in clips:
            continue
        clip, count = clips[entry.shot], count + 1
        begin = clip.source_range.start_time
        start = RationalTime(begin.value + frame - places.start(entry.shot), begin.rate)
        told = {"kind": entry.kind, "take": entry.take, "by": entry.by, "at": entry.at, "text": entry.text}
        clip.markers.append(
            otio.schema.Marker(
                f"{entry.shot}: {entry.kind}",
                TimeRange(start, RationalTime(1, begin.rate)),
                color=_COLOURS.get(entry.kind, "CYAN"),
                metadata={"swav": {"note": told}},
                comment=words(entry),
            )
        )
    return count


def notes_table(cut: Cut, entries: tuple[Entry, ...]) -> str:
    """Entries as CSV; the timecode is the film's, and empty where the film has no such place."""
    at = _timecodes(cut)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        frame = "" if entry.frame is None else str(entry.frame)
        cells = (entry.shot, entry.take, frame, at(entry), entry.kind, entry.text, entry.by, entry.at)
        writer.writerow([guarded(cell) for cell in cells])
    return table.getvalue()


def _timecodes(cut: Cut) -> Callable[[Entry], str]:
    rate = cut.delivery.rate
    try:
        places = NotePlaces(cut)
    except SwavError:
        return lambda entry: ""

    def at(entry: Entry) -> str:
        frame = places.in_film(entry)
        return "" if frame is None else timecode(start_frame(rate) + frame, rate)

    return at
