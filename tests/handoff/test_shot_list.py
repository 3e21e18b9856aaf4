"""Shot lists as people write them become storyboards, and back."""

import csv
import datetime

import openpyxl
import pytest
import yaml

from swav.errors import SwavError
from swav.handoff.shot_list import storyboard_of, write_shot_list
from swav.storyboard import load

LIST = (
    "SWAV 2025;;;\n;;;\nShot No.;Description;Dur. (s);Voice-over\n1;A quay, mörning;4,5;\n"
    "1;=HYPERLINK(1);0:06;Hello: there\n;;;\n2a;Two;?;\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_lists_as_they_are_saved(tmp_path, encoding):
    (tmp_path / "s.csv").write_bytes(LIST.replace("Dur. (s)", "Duration (s)").encode(encoding))
    text, said = storyboard_of(tmp_path / "s.csv", "T: x")
    shots = yaml.safe_load(text)["shots"]
    assert [shot["id"] for shot in shots] == ["r001", "r001_2", "s2a"]
    assert [shot["duration"] for shot in shots] == [4.5, 6, 4] and len(said) == 1
    assert shots[0]["prompt"] == "A quay, mörning" and shots[1]["narration"] == "Hello: there"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_there_and_back(tmp_path, suffix):
    shots = [
        {"id": "a", "prompt": "=SUM of lights", "duration": 2, "notes": "@x", "seed": 3},
        {"id": "b", "prompt": '+2, "q"\nline', "duration": 2.5, "narration": "-3 degrees"},
    ]
    (tmp_path / "b.yaml").write_text(yaml.safe_dump({"title": "T", "shots": shots}))
    write_shot_list(load(tmp_path / "b.yaml").board, tmp_path / f"s{suffix}")
    back = yaml.safe_load(storyboard_of(tmp_path / f"s{suffix}", "T")[0])["shots"]
    assert [{key: shot[key] for key in want} for shot, want in zip(back, shots, strict=True)] == shots
    if suffix == ".csv":
        cells = [c for row in csv.reader((tmp_path / "s.csv").open(encoding="utf-8-sig")) for c in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    else:
        sheet = openpyxl.load_workbook(tmp_path / "s.xlsx").active
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_merged_titles_and_times_of_excel(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Exhibition film"])
    book.active.merge_cells("A1:D1")
    book.active.append(["SHOT", "Visual", "Length", "VO"])
    book.active.append([1.0, "Quay", datetime.time(0, 0, 7), None])
    book.save(tmp_path / "s.xlsx")
    assert yaml.safe_load(storyboard_of(tmp_path / "s.xlsx", "T")[0])["shots"] == [
        {"id": "r001", "prompt": "Quay", "duration": 7}
    ]


def test_a_list_as_a_production_has_it(tmp_path):
    """On its second sheet, below merged titles, in other languages, with timecodes, empty rows, a total."""
    book = openpyxl.Workbook()
    book.active["A1"] = "nothing here"
    sheet = book.create_sheet("Shots")
    for row in (
        ["Die letzte Fahrt – v3 (final_FINAL)"],
        [],
        [
            "Shot #",
            "Szene",
            "Beschreibung ",
            "Dauer (s)",
            "TC In",
            "TC Out",
            "VO / Sprecher",
            "On-screen text",
        ],
        ["Akt I"],
        [1, "1A", "A harbour at dawn", "4,5", "01:00:00:00", None, "Bevor der Tag beginnt.", None],
        [2, "1A", "समुद्र में एक छोटी नाव", None, "01:00:04:12", "01:00:08:00", "यह समुद्र सबका है।", None],
        [],
        ["4a", "1B", "漁港の朝、霧", datetime.time(0, 0, 5), None, None, None, "港\nHarbour"],
        [5, "2", None, "ca. 3 sec", None, None, None, None],
        [5, "2", "Gulls", "3-4", None, None, None, None],
        ["Total", None, None, "=SUM(D5:D10)"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("A4:H4")
    book.save(tmp_path / "s.xlsx")
    text, said = storyboard_of(tmp_path / "s.xlsx", "T")
    shots = yaml.safe_load(text)["shots"]
    assert [(shot["id"], shot["duration"]) for shot in shots] == [
        ("r001", 4.5), ("r002", 3.5), ("s4a", 5), ("r005", 4)
    ]  # fmt: skip
    assert shots[1]["narration"] == "यह समुद्र सबका है।" and shots[2]["overlay"][0]["text"] == ["港", "Harbour"]
    assert [line.partition(";")[0] for line in said] == [
        "columns that say nothing of a shot here: Szene",
        "row 9 has no description, so it is left out",
        "row 10: r005 has no length that is one: it is 4",
    ]


def test_a_card_comes_back_as_a_card(tmp_path):
    shots = [{"id": "a", "card": {"title": "The end"}, "duration": 2}]
    (tmp_path / "b.yaml").write_text(yaml.safe_dump({"title": "T", "shots": shots}))
    write_shot_list(load(tmp_path / "b.yaml").board, tmp_path / "s.csv")
    assert yaml.safe_load(storyboard_of(tmp_path / "s.csv", "T")[0])["shots"] == shots


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"a,b\n1,2\n", b"PK\x03\x04"])
def test_what_is_no_list_is_said(tmp_path, suffix, data):
    (tmp_path / f"s{suffix}").write_bytes(data)
    with pytest.raises(SwavError):
        storyboard_of(tmp_path / f"s{suffix}", "T")
