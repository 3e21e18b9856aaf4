"""The notes in a file, one after another: rows of a table, locators of an EDL, markers of a timeline."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from swav.cut.model import Cut
from swav.errors import InputError, SwavError
from swav.handoff.edited import exact, read_timeline, shot_of_clip, take_of_clip
from swav.handoff.note_places import NotePlaces
from swav.handoff.notes_out import harmless_line
from swav.handoff.table import decoded, headers, read_table
from swav.handoff.timeline import start_frame
from swav.shown import shown, shown_path

_COLUMNS = {
    "shot": ("shot", "shot id", "id", "clip", "shot name"),
    "take": ("take", "version"),
    "frame": ("frame",),
    "timecode": ("timecode", "time code", "tc", "timecode in", "record in", "start", "time"),
    "kind": ("kind", "type"),
    "text": ("text", "note", "notes", "comment", "comments", "remark", "remarks", "description"),
    "by": ("by", "author", "name", "commenter", "reviewer", "user"),
    "at": ("at", "date", "created", "created at"),
}
_TIMECODE = re.compile(r"\d{1,2}:\d{2}:\d{2}[:;]\d{2,3}")
_KEY = re.compile(r"[0-9a-f]{12}")
_COLOUR = "RED|GREEN|BLUE|CYAN|MAGENTA|YELLOW|BLACK|WHITE|PINK|ORANGE|PURPLE"
_LOCATOR = re.compile(rf"\*\s*LOC:\s*(\d\d:\d\d:\d\d[:;]\d\d)\s+(?:(?:{_COLOUR})\b)?\s*(.*)", re.IGNORECASE)
_EVENT = re.compile(r"\d{3,6}\s+\S+\s.*?((?:\d\d:\d\d:\d\d[:;]\d\d\s*){4})$")


@dataclass(frozen=True)
class Raw:
    """A note as it stands in a file: at a frame of a take, or of the film."""

    text: str
    shot: str = ""
    take: str = ""
    frame: int | None = None
    film: int | None = None
    by: str = ""
    at: str = ""
    kind: str = "note"
    where: str = ""
    """Its line or place, for what is said of it."""


Reader = Callable[[Path, Cut, NotePlaces], Iterator[Raw]]


def reader(file: Path) -> Reader:
    """Who reads a file of this name. It raises SwavError where the file cannot be read."""
    readers: dict[str, Reader] = {".csv": _of_table, ".xlsx": _of_table, ".edl": _of_edl}
    return readers.get(file.suffix.lower(), _of_timeline)


# --- tables


def _of_table(file: Path, cut: Cut, places: NotePlaces) -> Iterator[Raw]:
    try:
        table = list(read_table(file))
    except InputError as error:
        raise SwavError(f"{shown_path(file)}: {error.faults[0].message}; {error.faults[0].remedy}") from None
    top, columns = next(
        (
            one
            for one in headers(table, _COLUMNS)
            if "text" in one[1] and {"shot", "timecode"} & one[1].keys()
        ),
        (0, None),
    )
    if columns is None:
        raise SwavError(
            f"{shown_path(file)} has no row of column names such as: shot, timecode, text, by; "
            "text and one of the others are needed"
        )
    for number, row in enumerate(table[top + 1 :], top + 2):
        cell = {name: row[at].strip() for name, at in columns.items() if at < len(row)}
        if any(cell.values()):
            yield _of_row(cell, number, cut.delivery.rate)


def _of_row(cell: dict[str, str], number: int, rate: Fraction) -> Raw:
    written = cell.get("frame", "")
    return Raw(
        text=cell.get("text", ""),
        shot=cell.get("shot", ""),
        take=cell["take"] if _KEY.fullmatch(cell.get("take", "")) else "",
        frame=int(written) if re.fullmatch(r"\d{1,8}", written, re.ASCII) else None,
        film=_film_frame(cell.get("timecode", ""), rate),
        by=cell.get("by", ""),
        at=cell.get("at", ""),
        kind=cell.get("kind", "").lower() or "note",
        where=f"row {number}",
    )


# --- timecode


def _film_frame(written: str, rate: Fraction) -> int | None:
    """The film's frame at a timecode; one below an hour counts from the film's beginning."""
    if not _TIMECODE.fullmatch(written):
        return None
    try:
        found = round(otio.opentime.from_timecode(written.rjust(11, "0"), float(rate)).value)
    except ValueError:
        return None
    return found - start_frame(rate) if found >= start_frame(rate) else found


# --- EDL


def _of_edl(file: Path, cut: Cut, places: NotePlaces) -> Iterator[Raw]:
    """Locators, and the markers of DaVinci Resolve.

    Read here: the kept adapter (otio-cmx3600-adapter 1.0) passes over locators in drop-frame timecode, and
    over the other kind altogether.
    """
    at = ""
    for number, line in enumerate(decoded(file.read_bytes()).splitlines(), 1):
        if event := _EVENT.match(line.strip()):
            at = event[1].split()[2]
        elif locator := _LOCATOR.match(line.strip()):
            yield _marked(locator[1], locator[2], number, cut)
        elif at and (text := _of_resolve(line)):
            yield _marked(at, text, number, cut)


def _of_resolve(line: str) -> str:
    """The words of a marker as DaVinci Resolve writes it under an event, its note, colour, name and length:
    ``Too dark |C:ResolveColorRed |M:Marker 1 |D:1``. Empty for another line."""
    note, colour, rest = line.partition("|C:")
    _, named, rest = rest.partition("|M:")
    name, length, _ = rest.rpartition("|D:")
    return (note.strip() or name.strip()) if colour and named and length else ""


def _marked(at: str, text: str, number: int, cut: Cut) -> Raw:
    return Raw(text=text, film=_film_frame(at, cut.delivery.rate), where=f"line {number}")


# --- timelines


def _of_timeline(file: Path, cut: Cut, places: NotePlaces) -> Iterator[Raw]:
    """The markers of a timeline: its own and its tracks' are at a frame of the film, those of clips at one of
    the clip's take, wherever the clip was moved to."""
    if file.suffix.lower() not in (".otio", ".xml"):
        raise SwavError(f"{shown_path(file)} is none of .csv, .xlsx, .otio, .edl, .xml; export one of them")
    timeline = read_timeline(file, cut.delivery.rate)
    shots = {shot.id for shot in cut.shots}
    begin = exact(timeline.global_start_time) if timeline.global_start_time else Fraction(0)
    for holder in (timeline.tracks, *timeline.tracks):
        for marker in holder.markers:
            seconds = exact(marker.marked_range.start_time)
            seconds -= begin if seconds >= begin else 0
            yield _of_marker(marker, film=round(seconds * places.rate))
    for track in timeline.tracks:
        for clip in track.find_clips():
            shot = shot_of_clip(clip, shots) or clip.name or "?"
            for marker in clip.markers:
                yield _of_marker(marker, shot=shot, **_moment(clip, marker, shot, cut, places))


def _moment(
    clip: otio.schema.Clip, marker: otio.schema.Marker, shot: str, cut: Cut, places: NotePlaces
) -> dict[str, Any]:
    """Where on its clip a marker is: by the film's time where the clip lies as it was, else by its take's."""
    take = _told(marker).get("take")
    take = take if isinstance(take, str) and _KEY.fullmatch(take) else take_of_clip(clip, cut)
    if shot not in places:
        return {}
    seconds = exact(marker.marked_range.start_time)
    lies = round(exact(clip.range_in_parent().start_time) * places.rate)
    if lies == places.start(shot):
        after = round((seconds - exact(clip.trimmed_range().start_time)) * places.rate)
        return {"take": take, "film": lies + after}
    available = getattr(clip.media_reference, "available_range", None)
    seconds -= exact(available.start_time) if available else 0
    _, take, frame = places.of_take(shot, max(Fraction(0), seconds), take)
    return {"take": take, "frame": frame}


def _of_marker(marker: otio.schema.Marker, **place: Any) -> Raw:
    """A marker's words: those of ours as they were typed, else its comment, its note or its name."""
    ours = _told(marker)
    comment = marker.comment or _text(marker, "fcp_xml", "comment") or _text(marker, "Resolve_OTIO", "Note")
    typed = ours.get("text")
    if isinstance(typed, str) and typed and comment.startswith(harmless_line(typed)):
        comment = typed  # nobody changed it
    said = {name: ours[name] for name in ("by", "at", "kind") if isinstance(ours.get(name), str)}
    if said.get("kind", "note") != "note":
        place["take"] = str(ours.get("take", ""))
    text = comment or marker.name
    return Raw(text=text, where=f"marker {shown(text, 40)}", **place, **said)


def _told(marker: otio.schema.Marker) -> dict[str, Any]:
    """What a marker of ours says of its note."""
    return _dictionary(_dictionary(marker.metadata, "swav"), "note")


def _text(marker: otio.schema.Marker, group: str, name: str) -> str:
    found = _dictionary(marker.metadata, group).get(name)
    return found if isinstance(found, str) else ""


def _dictionary(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if hasattr(value, "get") else None
    return dict(found) if hasattr(found, "keys") else {}
