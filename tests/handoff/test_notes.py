"""Notes that come back as files, from spreadsheets, editing programs and hostile hands."""

import csv
import io
from fractions import Fraction

import opentimelineio as otio
import pytest
import yaml
from opentimelineio.opentime import RationalTime, TimeRange

from swav.config import Config
from swav.cut.notebook import Entry, Notebook
from swav.errors import SwavError
from swav.handoff.note_places import NotePlaces
from swav.handoff.notes_in import MOST_NOTES, read_notes
from swav.handoff.notes_out import notes_table, words
from swav.reel.workflow import read_reel

PROMPT = "a grey cat by the sea, slow push in, soft light"
BOARD = {
    "title": "Noted",
    "size": "128x72",
    "fps": 24,
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "prompt": PROMPT, "duration": 2, "transition": {"type": "fade", "duration": 0.5}},
        {"id": "b", "prompt": PROMPT, "duration": 2, "trim": {"in": 0.5, "out": 1.5}},
        {"id": "c", "card": {"title": "End"}, "duration": 1},
    ],
}
KNOWN = Entry(kind="note", shot="b", frame=20, text="Darker,\nplease", by="director", at="2026-01-01")


def cut_at(folder, fps=24):
    (folder / "board.yaml").write_text(yaml.safe_dump(BOARD | {"fps": fps}))
    settings = {"storyboard": str(folder / "board.yaml"), "build": str(folder / "build")}
    return read_reel(Config.read(settings)).cut


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    return cut_at(tmp_path_factory.mktemp("noted"))


def come_back(tmp_path, cut, name, data, entries=(KNOWN,)):
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_notes(file, cut, Notebook(tmp_path / "x.jsonl", tuple(entries)), "editor")


def said(read):
    return [(entry.shot, entry.frame, entry.text) for entry in read.new]


@pytest.mark.parametrize("fps", [24, 25, "24000/1001", "30000/1001", 60])
def test_a_frame_of_a_take_and_of_the_film_lead_to_each_other(tmp_path, fps):
    cut = cut_at(tmp_path, fps)
    places = NotePlaces(cut)
    for shot in ("a", "b", "c"):
        for frame in range(0, 30):
            entry = Entry(kind="note", shot=shot, frame=frame, text="x", by="me", at="now")
            film = places.in_film(entry)
            there, _, back = places.at(film, shot)
            assert there == shot and places.in_film(entry.model_copy(update={"frame": back})) == film


# On the track a has frames 0 to 41 (half of the fade is b's), b 42 to 59 (its take from 18 on), c the rest.
TABLES = [
    ("Shot,Note\nb,Wetter\n", [("b", None, "Wetter")]),
    ("shot;frame;comment\nb;20;Wetter\n", [("b", 20, "Wetter")]),
    ("Timecode In,Comments,Reviewer\n01:00:02:18,Wetter,me\n", [("c", 6, "Wetter")]),
    ("My film\n\nTC,Remark\n00:00:00:05,Wetter\n", [("a", 5, "Wetter")]),
    (
        "shot,text\nb,'=1+1\nb,<script>alert(1)</script>\n",
        [("b", None, "=1+1"), ("b", None, "<script>alert(1)</script>")],
    ),
    ("\ufeffshot,text\nb,தமிழ் நல்லது\n", [("b", None, "தமிழ் நல்லது")]),
    ('shot,frame,text\nb,20,"Darker,\nplease"\n', []),
    ("shot,frame,text\nb,20,Darker, please\n".replace("Darker, please", "Darker"), [("b", 20, "Darker")]),
]


@pytest.mark.parametrize(("text", "wanted"), TABLES)
def test_tables_are_read_as_people_write_them(tmp_path, cut, text, wanted):
    read = come_back(tmp_path, cut, "notes.csv", text)
    assert said(read) == wanted and read.known == (not wanted) and not read.remarks
    utf16 = come_back(tmp_path, cut, "notes.csv", text.encode("utf-16"))
    assert said(utf16) == wanted


EDLS = [
    ("* LOC: 01:00:02:18 RED     Wetter", [("c", 6, "Wetter")]),
    ("* LOC: 00:00:00:05         Wetter", [("a", 5, "Wetter")]),
    (
        "001  001      V     C        01:00:00:05 01:00:00:06 01:00:00:05 01:00:00:06  \n"
        " Wetter |C:ResolveColorBlue |M:Marker 1 |D:1",
        [("a", 5, "Wetter")],
    ),
    (
        "001  001      V     C        01:00:00:05 01:00:00:06 01:00:00:05 01:00:00:06  \n"
        " |C:ResolveColorBlue |M:Wetter |D:1",
        [("a", 5, "Wetter")],
    ),
]


@pytest.mark.parametrize(("line", "wanted"), EDLS)
def test_locators_and_resolves_markers_are_read(tmp_path, cut, line, wanted):
    assert said(come_back(tmp_path, cut, "notes.edl", f"TITLE: x\nFCM: NON-DROP FRAME\n\n{line}\n")) == wanted


def test_timecode_that_drops_frames_is_that_of_the_film(tmp_path):
    cut = cut_at(tmp_path, "30000/1001")
    (entry,) = come_back(tmp_path, cut, "notes.edl", "* LOC: 01:00:00;05 RED Wetter\n").new
    assert (entry.shot, entry.frame) == ("a", 5)


def timeline(at="clip", *, moved=False, text="Wetter", rate=24):
    """A timeline as an editing program writes it: three clips, and a marker at the sixth frame of one."""
    made = otio.schema.Timeline("x", global_start_time=RationalTime(3600 * rate, rate))
    track = otio.schema.Track("V1", kind="Video")
    lengths = {"a": 42, "b": 18, "c": 24}
    for name in ("c", "a", "b") if moved else ("a", "b", "c"):
        clip = otio.schema.Clip(
            name, source_range=TimeRange(RationalTime(0, rate), RationalTime(lengths[name], rate))
        )
        track.append(clip)
    made.tracks.append(track)
    marker = otio.schema.Marker("name", TimeRange(RationalTime(6, rate), RationalTime(1, rate)))
    if text is None:
        marker.metadata["Resolve_OTIO"] = {"Note": "Wetter"}
    else:
        marker.comment = text
    clip = next(clip for clip in track.find_clips() if clip.name == "c")
    {"clip": clip, "track": track, "stack": made.tracks}[at].markers.append(marker)
    return otio.adapters.write_to_string(made, "otio_json")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, ("c", 6, "Wetter")),
        ({"moved": True}, ("c", 6, "Wetter")),
        ({"text": None}, ("c", 6, "Wetter")),
        ({"at": "track"}, ("a", 6, "Wetter")),
        ({"at": "stack"}, ("a", 6, "Wetter")),
    ],
)
def test_markers_are_read_wherever_they_hang(tmp_path, cut, given, wanted):
    read = come_back(tmp_path, cut, "notes.otio", timeline(**given))
    assert said(read) == [wanted] and read.new[0].by == "editor"


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe",
    "\x1b[2J\x07beep",
    '{"kind": "approve", "shot": "a"}',
    "$(rm -rf ~); `id` && x",
    "../../etc/passwd",
    "a" * 4000,
    '", "kind": "approve',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_and_what_was_said_stays(tmp_path, cut, text):
    notebook = Notebook(tmp_path / "board.notes.jsonl")
    notebook.add(KNOWN)
    before = notebook.file.read_bytes()
    read = come_back(tmp_path, cut, "notes.otio", timeline(text=text))
    notebook.add(*read.new)
    assert notebook.file.read_bytes().startswith(before)
    lines = notebook.file.read_bytes()[len(before) :].decode().splitlines()
    assert len(lines) == 1 and "\x1b" not in read.new[0].text and read.new[0].kind == "note"
    assert not come_back(tmp_path, cut, "notes.otio", timeline(text=text), [KNOWN, *read.new]).new


FAULTS = [
    ("none.txt", b"x", "is none of"),
    ("notes.fcpxml", b"<x/>", "is none of"),
    ("notes.csv", b"", "no row of column names"),
    ("notes.csv", b"shot,text\n", "holds no notes"),
    ("notes.csv", b'shot,text\nb,"open\n', "quote"),
    ("notes.csv", b"shot,text\n" + b"b,x\n" * (MOST_NOTES + 1), "at most"),
    ("notes.xlsx", b"PK\x03\x04nonsense", "no Excel file"),
    ("notes.edl", b"\x00\xff" * 100, "holds no notes"),
    (
        "notes.edl",
        b"001 x C 01:00:00:00 " + b"01:00:00:00 " * 9_000 + b"\nx" + b" " * 500_000 + b"|C:y",
        "no notes",
    ),
    ("notes.otio", b"", "cannot be read"),
    ("notes.otio", b"[" * 100_000, "cannot be read"),
    ("notes.otio", b'{"OTIO_SCHEMA": "Evil.1", "markers": [1]}', "cannot be read"),
    ("notes.otio", b'{"OTIO_SCHEMA": "Timeline.1", "tracks": 7}', "cannot be read"),
    ("notes.otio", timeline(text="LONE").replace("LONE", "\\ud800").encode(), "cannot be read"),
    ("notes.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "cannot be read"),
]


@pytest.mark.parametrize(("name", "data", "why"), FAULTS, ids=lambda value: str(value)[:30])
def test_a_file_that_holds_no_notes_is_a_sentence(tmp_path, cut, name, data, why):
    with pytest.raises(SwavError, match=why) as found:
        come_back(tmp_path, cut, name, data)
    assert len(str(found.value)) <= 300 and "\n" not in str(found.value)
    with pytest.raises(SwavError, match="there is no file"):
        read_notes(tmp_path / "gone.csv", cut, Notebook(tmp_path / "x"), "me")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("zz,,Wetter,,", "zz is nowhere in the film"),
        (",,Wetter,,", "its place is nowhere in the film"),
        (f"b,,{'x' * 4001},,", "more than 4000"),
        ("b,,,,", "says nothing"),
        ("b,,Good,,approve", "approve is no note"),
        ("b,,Good,,rm -rf", "rm -rf is no note"),
    ],
)
def test_a_row_that_is_no_note_is_left_out_and_said(tmp_path, cut, row, why):
    read = come_back(tmp_path, cut, "notes.csv", f"shot,frame,text,by,kind\n{row}\na,1,Good,me,\n")
    assert said(read) == [("a", 1, "Good")] and len(read.remarks) == 1
    assert read.remarks[0].startswith("row 2: ") and why in read.remarks[0]


def test_what_goes_out_as_a_table_comes_back_as_nothing_new(tmp_path, cut):
    entries = (
        KNOWN,
        KNOWN.model_copy(update={"text": "=HYPERLINK(1)", "by": "@you", "frame": None}),
        Entry(kind="approve", shot="a", take="0" * 12, by="producer", at="2026-01-02"),
    )
    table = notes_table(cut, entries)
    assert "01:00:01:20,note" in table and "'=HYPERLINK" in table and "'@you" in table
    read = come_back(tmp_path, cut, "notes.csv", table, entries)
    assert (said(read), read.known, read.remarks) == ([], 3, ())
    fresh = come_back(tmp_path, cut, "notes.csv", table, ())
    assert [entry.by for entry in fresh.new] == ["director", "@you"] and len(fresh.remarks) == 1
    assert words(KNOWN) == "Darker, please [director]"


def test_the_places_are_those_of_whole_frames(cut):
    assert NotePlaces(cut).rate == Fraction(24)


@pytest.mark.parametrize("text", ["=1+1", "@x", "+1", "-1", "\t=1", *HOSTILE])
def test_a_spreadsheet_runs_nothing_of_a_note(cut, text):
    entry = Entry(kind="note", shot="a", text=text, by=text[:80], at="now")
    (row,) = csv.DictReader(io.StringIO(notes_table(cut, (entry,)), newline=""))
    assert row["text"] in (text, f"'{text}") and row["text"][0] not in "=+-@\t\r"
