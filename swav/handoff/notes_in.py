"""Notes that come back as a file: a table, an EDL with locators, or a timeline with markers.

What is in the notebook already is known by its place and words, and left as it is; what is new is added, and
nothing is ever overwritten. Decisions do not come back: who approves a take does it by their own hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from swav.cut.model import Cut
from swav.cut.notebook import LONGEST, Entry, Notebook, now
from swav.errors import SwavError
from swav.handoff.note_places import NotePlaces
from swav.handoff.notes_out import harmless_line, words
from swav.handoff.notes_read import Raw, reader
from swav.shown import shown, shown_path, without_controls

MOST_NOTES = 5000
LARGEST = 50_000_000
"""Bytes: what is larger is no list of notes."""


@dataclass(frozen=True)
class Read:
    """What a file of notes brought."""

    new: tuple[Entry, ...]
    known: int
    """Notes that the notebook has already."""
    remarks: tuple[str, ...]
    """What was left out, and why."""


def read_notes(file: Path, cut: Cut, notebook: Notebook, by: str) -> Read:
    """The notes of a file that the notebook has not yet; ``by``: who wrote those that say nothing of it.

    SwavError where the file cannot be read, or holds no notes.
    """
    if not file.is_file():
        raise SwavError(f"there is no file {shown_path(file)}")
    if file.stat().st_size > LARGEST:
        raise SwavError(f"{shown_path(file)} is too large to be a list of notes")
    places = NotePlaces(cut)
    found = list(reader(file)(file, cut, places))
    if not found:
        raise SwavError(f"{shown_path(file)} holds no notes; were its markers exported with it?")
    if len(found) > MOST_NOTES:
        raise SwavError(f"{shown_path(file)} holds {len(found)} notes; at most {MOST_NOTES} are read at once")
    return _merged(found, places, notebook, by)


def _merged(found: Iterable[Raw], places: NotePlaces, notebook: Notebook, by: str) -> Read:
    known = {_place(entry, places, said) for entry in notebook.entries for said in _said(entry)}
    decided = {(entry.kind, entry.shot, entry.take) for entry in notebook.entries}
    new, again, remarks = [], 0, []
    for raw in found:
        if raw.kind != "note":
            if (raw.kind, raw.shot, raw.take) in decided:
                again += 1
            else:
                remarks.append(f"{raw.where}: {shown(raw.kind)} is no note; decide on the page")
            continue
        try:
            entry = _entry(raw, places, by)
        except SwavError as error:
            remarks.append(f"{raw.where}: {error}")
            continue
        if any(_place(entry, places, said) in known for said in (harmless_line(raw.text), words(entry))):
            again += 1
        else:
            new.append(entry)
            known |= {_place(entry, places, said) for said in _said(entry)}
    return Read(tuple(new), again, tuple(dict.fromkeys(remarks)))


def _said(entry: Entry) -> tuple[str, str]:
    """The words by which an entry is known: as they were typed, and as a marker has them."""
    return harmless_line(entry.text), words(entry)


def _place(entry: Entry, places: NotePlaces, said: str) -> tuple[str, int | None, str]:
    return entry.shot, places.in_film(entry), said


def _entry(raw: Raw, places: NotePlaces, by: str) -> Entry:
    text = without_controls(raw.text).replace("\r", "").strip()
    if not text:
        raise SwavError("it says nothing, so it is left out")
    if len(text) > LONGEST:
        raise SwavError(f"it has more than {LONGEST} characters, so it is left out")
    shot, take, frame = raw.shot, raw.take, raw.frame
    if (shot and shot not in places) or (not shot and raw.film is None):
        raise SwavError(f"{shown(shot) if shot else 'its place'} is nowhere in the film, so it is left out")
    if raw.film is not None and frame is None:
        shot, take, frame = places.at(raw.film, shot, take)
    name = " ".join(without_controls(raw.by or by).split())[:80]
    given = {"kind": "note", "shot": shot, "take": take, "frame": frame, "text": text}
    try:
        return Entry.model_validate(given | {"by": name or "unknown", "at": raw.at[:40] or now()})
    except ValidationError:
        raise SwavError("it has no frame or take that there could be, so it is left out") from None
