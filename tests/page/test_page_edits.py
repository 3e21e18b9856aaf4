"""Edits made on the page: proven, merged by place, never over words of another; and notes on takes."""

import json
from pathlib import Path

import pytest
from page_server import Page
from project import Project

from swav.cut.notebook import Entry, Notebook, now
from swav.errors import SwavError
from swav.page.edits import Edit, applied, difference
from swav.page.form import film_fields, shot_fields
from swav.storyboard.model import Storyboard
from swav.storyboard.rewriting import tree
from swav.storyboard.shot import Shot

TEXT = """\
title: Ours   # keep me
size: 128x72
fps: 12
music: {engine: none}
shots:
  # the first
  - id: a
    prompt: >-
      a grey cat by the sea, slow push in,
      soft light
    duration: 0.5   # short
    overlay:
      - text: One
        style: title
  - {id: b, prompt: "a brown dog on a hill, slow push in, soft light", duration: 0.5}
"""


def edit(shot, *field, was=None, value=None) -> Edit:
    return Edit(shot=shot, field=field, was=was, value=value)


CAT = "a grey cat by the sea, slow push in, soft light"
EDITS = [
    edit("a", "prompt", was=CAT, value=CAT.replace("grey", "black")),
    edit("a", "overlay", 0, "text", was="One", value="Two: #1"),
    edit("a", "duration", was="0.5", value="0.75"),
    edit("a", "duration", was="0.5"),
    edit("a", "take", value="2"),
    edit("b", "seed", value="7"),
    edit("", "title", was="Ours", value="Theirs"),
    edit("", "style", value={"negative": "rain, snow"}),
]


@pytest.mark.parametrize("one", EDITS, ids=lambda one: ".".join(map(str, one.field)))
def test_an_edit_changes_its_place_and_no_other(one):
    found = applied(TEXT, [one], "board.yaml")
    assert not found.conflicts
    wanted = tree(TEXT)
    at = next((shot for shot in wanted["shots"] if shot["id"] == one.shot), wanted)
    for key in one.field[:-1]:
        at = at[key]
    if one.value is None:
        del at[one.field[-1]]
    else:
        at[one.field[-1]] = one.value
    assert tree(found.text) == wanted
    lines = [line for line in difference(found) if line[0] in "+-"]
    assert 1 <= len(lines) <= 3 and "# keep me" in found.text and "# the first" in found.text


@pytest.mark.parametrize("one", EDITS, ids=lambda one: ".".join(map(str, one.field)))
def test_what_is_there_already_is_no_conflict_and_taking_it_back_gives_the_old_values(one):
    there = applied(TEXT, [one], "board.yaml").text
    assert applied(there, [one], "board.yaml").text == there
    back = applied(there, [one.model_copy(update={"was": one.value, "value": one.was})], "board.yaml")
    assert tree(back.text) == tree(TEXT) and not back.conflicts


def test_two_who_edit_different_places_are_merged_though_shots_moved():
    other = TEXT.replace("fps: 12", "fps: 24").replace("  # the first\n", "  - {id: z, card: {title: New}}\n")
    found = applied(other, EDITS[:3], "board.yaml")
    assert not found.conflicts and "black cat" in found.text and "fps: 24" in found.text


def test_two_who_edit_the_same_place_are_asked():
    found = applied(TEXT.replace("grey", "white"), [EDITS[0]], "board.yaml")
    assert found.text == found.before and found.conflicts[0]["now"] == CAT.replace("grey", "white")


@pytest.mark.parametrize("one", [edit("c", "seed", value="1"), edit("a", "nowhere", 3, value="1")])
def test_a_place_that_is_not_there_is_a_sentence(one):
    with pytest.raises(SwavError, match="there is no"):
        applied(TEXT, [one], "board.yaml")


def test_the_form_has_every_field_of_the_storyboard():
    names = {field.alias or name for name, field in Shot.model_fields.items()}
    assert {*shot_fields(), "id"} == names
    film = {field.alias or name for name, field in Storyboard.model_fields.items()}
    assert {*film_fields(), "shots", "deliver"} == film
    assert all(field["help"] for field in shot_fields().values())


# --- the notebook


def entry(**more) -> Entry:
    return Entry.model_validate({"kind": "note", "shot": "a", "by": "director", "at": now()} | more)


def test_the_last_word_on_a_take_counts_and_belongs_to_its_key(tmp_path):
    board = tmp_path / "reel.yaml"
    one, two = "0" * 12, "1" * 12
    for kind, take in (("approve", one), ("reject", two), ("reject", one), ("withdraw", two)):
        Notebook.of(board).add(entry(kind=kind, take=take))
    found = Notebook.of(board)
    assert {take: item.kind for take, item in found.decided().items()} == {one: "reject"}
    assert found.file == tmp_path / "reel.notes.jsonl" and len(found.file.read_text().splitlines()) == 4


@pytest.mark.parametrize("torn", [b'{"kind": "no', b"\xff\xfe\n", b"[]\n", b"null\n"])
def test_a_torn_line_harms_no_other(tmp_path, torn):
    book = Notebook.of(tmp_path / "reel.yaml")
    book.add(entry(text="first"))
    book.file.write_bytes(book.file.read_bytes() + torn)
    Notebook.of(tmp_path / "reel.yaml").add(entry(text="second"))
    found = Notebook.of(tmp_path / "reel.yaml")
    assert [item.text for item in found.entries] == ["first", "second"] and found.unread == 1


# --- through the server


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("edited") / "reel", {"title": "x", "shots": []})
    (project.folder / "board.yaml").write_text(TEXT)
    page = Page(project)
    yield page
    page.close()


@pytest.fixture
def board(page) -> Path:
    file = page.project.folder / "board.yaml"
    file.write_text(TEXT)
    file.chmod(0o640)
    return file


def sent(*edits: Edit) -> dict:
    return {"edits": [one.model_dump(mode="json") for one in edits]}


def test_an_edit_is_shown_with_its_price_before_it_is_written(page, board):
    found = page.post("/api/preview", sent(EDITS[0])).plain
    assert found["faults"] == [] and board.read_text() == TEXT
    assert {item["shot"] for item in found["edited"]["made"] if item["kind"] == "take"} == {"a"}
    page.post("/api/save", sent(EDITS[0]))
    told = json.loads(page.project.swav("plan", "--json").stdout)
    assert found["plan"]["made"] == told["made"]
    assert [shot["shot"] for shot in found["plan"]["pending"]] == told["pending"]


def test_the_form_completes_the_names_that_are_known_here(page, board):
    named = TEXT.replace("shots:", "cast: {meera: {look: a woman}}\nplaces: {quay: {look: stone}}\nshots:")
    board.write_text(named)
    lora = board.parent / "loras/fast/high.safetensors"
    lora.parent.mkdir(parents=True, exist_ok=True)
    lora.touch()
    fields = page.get("/api/form/a").plain["fields"]
    assert {"auto", "animatic", "wan2.2", "stub"} <= set(fields["engine"]["examples"])
    assert (fields["cast"]["examples"], fields["place"]["examples"]) == (["meera"], ["quay"])
    assert fields["from"]["examples"] == fields["to"]["examples"] == ["b"]
    assert fields["loras"]["item"]["parts"]["file"]["examples"] == ["loras/fast/high.safetensors"]
    film = page.get("/api/form").plain["fields"]
    assert {"piper", "xtts", "kokoro"} <= set(film["voice"]["parts"]["engine"]["examples"])
    assert {"sampled", "none"} <= set(film["music"]["parts"]["engine"]["examples"])
    board.write_text("title: x\nshots: []\ncast: 7\nvoice: {engine: nobody}\n")
    assert page.get("/api/form").status == 200


def test_a_fault_is_said_with_line_field_and_remedy_and_is_not_saved(page, board):
    wrong = sent(edit("a", "duration", was="0.5", value="six"))
    for answer in (page.post("/api/preview", wrong), page.post("/api/save", wrong)):
        (fault,) = answer.plain["faults"]
        assert fault["route"] == ["shots", 0, "duration"] and fault["line"] == 11 and fault["remedy"]
    assert board.read_text() == TEXT


def test_saving_keeps_the_files_mode_and_writes_nothing_over_another_hand(page, board):
    assert page.post("/api/save", sent(EDITS[2])).plain["saved"]
    assert board.stat().st_mode & 0o777 == 0o640 and "duration: 0.75   # short" in board.read_text()
    board.write_text(TEXT.replace("grey", "white"))
    answer = page.post("/api/save", sent(EDITS[0])).plain
    assert not answer["saved"] and answer["conflicts"] and "white cat" in board.read_text()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"edits": 1},
        {"edits": [{"field": []}]},
        {"edits": [{"field": ["a"], "x": 1}]},
        {"edits": [{}] * 300},
    ],
)
def test_what_is_no_edit_is_a_sentence(page, board, body):
    answer = page.post("/api/save", body)
    assert answer.status == 422 and len(answer.plain["said"]) <= 300 and board.read_text() == TEXT


def test_notes_are_kept_beside_the_storyboard_and_nonsense_is_not(page, board):
    note = {"kind": "note", "shot": "a", "take": "0" * 12, "frame": 3, "text": "<b>wet", "by": "director"}
    assert page.post("/api/say", note).status == 200
    for wrong in (
        {"shot": "zz"},
        {"take": "../x"},
        {"text": " "},
        {"by": "x" * 99},
        {"kind": "rm"},
        {"text": "x" * 5000},
    ):
        assert page.post("/api/say", note | wrong).status == 422
    (line,) = (board.parent / "board.notes.jsonl").read_text().splitlines()
    assert json.loads(line)["text"] == "<b>wet"
    assert page.get("/api/shot/a").plain["notes"][0]["frame"] == 3
