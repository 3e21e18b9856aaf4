"""Bad days: full disks, folders and files that go, servers that die, two people at once; nothing is lost."""

import json
import os
import resource
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from chromium import PROGRAM, Chromium
from page_server import Page
from PIL import Image
from project import Project

from swav.page.guard import token_of

PROMPT = "a grey cat by the sea, slow push in, soft light"
SHOT = {"id": "a", "prompt": PROMPT, "duration": 0.5, "keyframe": {"file": "cat.png"}}
BOARD = {
    "title": "Bad days",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [SHOT, *({"id": f"r{n:03d}", "duration": 3, "card": {"title": str(n)}} for n in range(120))],
}
EDIT = {"shot": "a", "field": ["prompt"], "was": PROMPT, "value": PROMPT.replace("grey", "black")}
NOTE = {"kind": "note", "shot": "a", "text": "wet", "by": "the director"}
WRITES = {
    "a note": ("/api/say", NOTE),
    "an approval": ("/api/say", {**NOTE, "kind": "approve", "take": "0" * 12}),
    "a keyframe": ("/api/approve-picture", {"shot": "a", "picture": "keyframe", "by": "the director"}),
    "an edit": ("/api/save", {"edits": [EDIT]}),
}
READS = ["/api/film", "/api/shot/a", "/api/form", "/api/form/a", "/api/build", "/api/pulse"]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("bad") / "reel", BOARD)
    Image.new("RGB", (128, 72), (90, 90, 90)).save(project.folder / "cat.png")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = Page(project, ("--port", str(port)))
    yield page
    page.close()


@pytest.fixture(autouse=True)
def whole(page):
    """The project as it was, before each test."""
    for file in page.project.folder.glob("board.*"):
        file.unlink()
    page.project.save()
    assert page.post("/api/say", NOTE).status == 200


def files(page) -> dict[str, bytes]:
    """What people wrote."""
    return {
        file.name: file.read_bytes() for file in page.project.folder.glob("board.*") if file.stat().st_size
    }


def sentence(answer) -> str:
    """What is said where something was refused: one sentence."""
    said = answer.plain["said"]
    assert answer.status == 422 and 10 < len(said) <= 300, said
    assert "Traceback" not in said and "Errno" not in said
    return said


@contextmanager
def small_files(page):
    """Let the server write no byte more: as on a disk that is full."""
    soft, hard = resource.prlimit(page.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(page.process.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(page.process.pid, resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("what", WRITES)
def test_what_cannot_be_written_is_a_sentence_and_leaves_all_as_it_was(page, what):
    before = files(page)
    with small_files(page):
        assert "larger than may be written" in sentence(page.post(*WRITES[what]))
    assert files(page) == before
    assert page.post(*WRITES[what]).status == 200 and files(page) != before


@pytest.mark.parametrize("what", WRITES)
def test_where_a_folder_is_in_the_way_nothing_is_written(page, what):
    folder = page.project.folder
    name = {"an edit": "board.yaml", "a keyframe": "board.approved.yaml"}.get(what, "board.notes.jsonl")
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    try:
        sentence(page.post(*WRITES[what]))
        assert page.get("/api/pulse").status == 200
    finally:
        (folder / name).rmdir()


@pytest.mark.parametrize("text", [None, "", "shots: [", "title: 1\n\tx", "- a\n", "\x00", "a: &a [*a]"])
def test_a_storyboard_that_goes_or_breaks_leaves_the_film_as_it_was(page, text):
    shown = page.get("/api/film").plain["shots"]
    board = page.project.folder / "board.yaml"
    board.unlink()
    if text is not None:
        board.write_text(text)
    film = page.get("/api/film").plain
    assert film["faults"] and film["shots"] == shown
    for path in READS:
        assert page.get(path).status in (200, 422)
    for what in ("an edit", "a keyframe"):
        sentence(page.post(*WRITES[what]))
    sentence(page.post("/api/build/start", {}))
    assert (board.read_text() if board.exists() else None) == text
    page.project.save()
    assert page.get("/api/film").plain["faults"] == []


def test_a_build_folder_that_vanishes_takes_nothing_along(page):
    build = page.project.folder / "build"
    shutil.rmtree(build, ignore_errors=True)
    assert all(page.get(path).status == 200 for path in READS)
    for path in ("/media/take/0123456789ab", "/poster/take/0123456789ab", "/preview/0123456789ab"):
        assert page.get(path).status == 404
    assert page.post(*WRITES["a note"]).status == 200
    shutil.rmtree(build, ignore_errors=True)
    build.touch()
    try:
        assert "where a folder is needed" in sentence(page.post(*WRITES["a note"]))
        assert all(page.get(path).status in (200, 422) for path in READS)
    finally:
        build.unlink()
    assert page.get("/api/film").plain["faults"] == []


def test_of_two_at_once_the_last_is_asked_and_no_note_is_lost(page):
    colours = ["black", "white", "red", "blue"]
    edits = [{**EDIT, "value": PROMPT.replace("grey", colour)} for colour in colours]
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda edit: page.post("/api/save", {"edits": [edit]}).plain, edits))
        noted = list(pool.map(lambda n: page.post("/api/say", {**NOTE, "text": str(n)}).status, range(20)))
    assert sorted(each["saved"] for each in saved) == [False] * 3 + [True]
    won = next(colour for colour, each in zip(colours, saved, strict=True) if each["saved"])
    assert all(
        each["conflicts"][0]["now"] == PROMPT.replace("grey", won) for each in saved if not each["saved"]
    )
    lines = (page.project.folder / "board.notes.jsonl").read_text().splitlines()
    assert set(noted) == {200} and {json.loads(line)["text"] for line in lines} == {
        "wet",
        *map(str, range(20)),
    }


@pytest.mark.parametrize("spoilt", ["short", "readable by others", "old", "a link", "none"])
def test_a_kept_token_is_its_owners_alone_and_a_day_old_at_most(spoilt, tmp_path):
    first = token_of(8400, tmp_path)
    file = tmp_path / "swav-review-8400.token"
    assert token_of(8400, tmp_path) == first and file.stat().st_mode & 0o777 == 0o600
    assert token_of(0, tmp_path) != token_of(0, tmp_path) and token_of(8401, tmp_path) != first
    if spoilt == "short":
        file.write_text("guess")
    elif spoilt == "readable by others":
        file.chmod(0o644)
    elif spoilt == "old":
        os.utime(file, (0, 0))
    elif spoilt == "a link":
        file.rename(tmp_path / "other")
        file.symlink_to(tmp_path / "other")
    else:
        file.unlink()
    second = token_of(8400, tmp_path)
    assert second != first and token_of(8400, tmp_path) == second
    assert not file.is_symlink() and file.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine")
def test_a_page_returns_by_itself_and_makes_what_is_seen_alone(page, tmp_path_factory):
    browser = Chromium(tmp_path_factory.mktemp("returning"))
    again = None
    try:
        browser.open(page.address)
        browser.until("document.querySelectorAll('.tile').length > 3")
        assert browser.js("document.querySelectorAll('.tile').length") < 80, "of 121 shots"
        browser.js("document.querySelector('.tracks').scrollLeft = 1e6")
        browser.until("document.querySelector('[data-shot=r119]')")
        page.process.kill()
        page.process.wait()
        browser.until("document.querySelector('.bar:not([hidden])')?.innerText.includes('is not running')")
        again = Page(page.project, page.arguments)
        browser.until("document.querySelector('.bar').hidden")
        (page.project.folder / "board.yaml").unlink()
        browser.until("document.querySelector('.bar:not([hidden])')?.innerText.includes('is not there')")
        assert browser.js("document.querySelectorAll('.tile').length") > 3
    finally:
        browser.close()
        if again:
            again.close()
