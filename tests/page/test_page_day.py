"""A day's work in a real browser on a small reel: look, build, edit, compare, decide, hand on."""

import json

import pytest
from chromium import PROGRAM, Chromium
from page_server import Page
from project import Project

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine")

ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>"
CARD = {"card": {"title": "One day"}, "duration": 0.5}
BOARD = {
    "title": f"A day {ATTACK}",
    "size": "320x180",
    "fps": 12,
    "engine": "stub",
    "takes": 2,
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "prompt": "a grey cat by the sea, slow push in, soft light", "duration": 1},
        {"id": "b", "overlay": [{"text": ATTACK, "style": "caption"}], "notes": ATTACK, **CARD},
        {"id": "c", "duration": 0.5, "card": {"title": "The end", "subtitle": "javascript:alert(3)"}},
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    project = Project(tmp_path_factory.mktemp("day") / "reel", BOARD, {"cards": 1})
    project.give_weights()
    return project


def test_a_days_work(project, page, browser, tmp_path):
    # Before there is a film: the plan, and every word as text.
    browser.until("document.querySelectorAll('.tile').length === 3")
    assert (
        "pending" in browser.text()
        and ATTACK in browser.text()
        and page.token not in browser.js("location.href")
    )

    # Build it from the page; the build is one of its own, and is watched.
    browser.press("g")
    browser.press("b")
    browser.until("location.hash === '#/build'")
    browser.click("Build the film")
    browser.until("document.querySelector('.build-title').innerText.includes('Built')")
    assert (project.folder / "final.mp4").exists()

    # Look: the film plays, and steps exactly one frame a key.
    browser.js("location.hash = '#/film'")
    browser.until("document.querySelector('video').readyState >= 2")
    browser.press("Home")
    seen = []
    for _ in range(4):
        browser.press("ArrowRight")
        seen.append(
            browser.until(
                "!document.querySelector('video').seeking && document.querySelector('output').value"
            )
        )
    assert seen == [f"00:00:00:0{frame}" for frame in (1, 2, 3, 4)]

    # Edit a prompt: what would rebuild is said before anything is written, as the plan says it afterwards.
    before = (project.folder / "board.yaml").read_text()
    browser.js("location.hash = '#/edit/a'")
    browser.type("#field-prompt", "a black cat by the sea, slow push in, soft light")
    browser.until("document.querySelector('.price').innerText.includes('grey -> black')")
    assert (project.folder / "board.yaml").read_text() == before
    browser.type("#field-duration", "soon")
    browser.until("document.querySelector('.fault:not([hidden])')?.innerText.includes('a time is needed')")
    browser.press("z", control=True)
    browser.until("document.querySelector('#field-duration').value === '1'")
    browser.until("document.querySelector('.save .first:not([disabled])')")
    browser.press("s", control=True)
    browser.until("document.querySelector('.save').innerText.includes('Everything is saved')")
    assert (project.folder / "board.yaml").read_text() == before.replace("grey cat", "black cat")
    told = json.loads(project.swav("plan", "--json").stdout)
    assert told["pending"] == ["a"]
    browser.until("document.querySelector('.status').innerText.includes('1 take pending')")

    # A build from a terminal is seen as well; then there are two takes to compare.
    done = project.snakemake("final.mp4", "--resources", "gpu=1")
    assert done.returncode == 0, done.stderr
    browser.js("location.hash = '#/build'")
    browser.until("document.querySelector('.rail').innerText.includes('Earlier builds')")
    browser.js("location.hash = '#/shot/a'")
    browser.until("document.querySelectorAll('.take').length === 2")
    browser.until("document.querySelector('.only-a')?.innerText === 'black'")
    browser.press("w")
    browser.until("document.querySelector('.wipe-handle').getAttribute('aria-valuenow') === '50'")
    browser.press("ArrowLeft", alt=True)
    browser.until("document.querySelector('.wipe-handle').getAttribute('aria-valuenow') === '46'")

    # Decide: a note, an approval that belongs to the take, a pin that is written into the storyboard.
    browser.type("textarea[aria-label=Note]", f"More sea. {ATTACK}")
    browser.click("Add the note")
    browser.until("document.querySelector('.notes')?.innerText.includes('More sea.')")
    browser.press("a")
    browser.until("document.querySelector('.rail .badge.is-approve')")
    browser.click("Pin take 1")
    browser.until("document.querySelector('.rail').innerText.includes('pinned in the cut')")
    assert "take: 1" in (project.folder / "board.yaml").read_text()
    said = [
        json.loads(line)["kind"] for line in (project.folder / "board.notes.jsonl").read_text().splitlines()
    ]
    assert said == ["note", "approve"]

    # Another hand edits the same place: nobody's words are lost.
    browser.js("location.hash = '#/edit/a'")
    browser.type("#field-prompt", "a white cat by the sea, slow push in, soft light")
    theirs = (project.folder / "board.yaml").read_text().replace("black cat", "red cat")
    (project.folder / "board.yaml").write_text(theirs)
    browser.until("document.querySelector('.conflict')?.innerText.includes('red cat')")
    assert (project.folder / "board.yaml").read_text() == theirs
    browser.click("Keep the file's")
    browser.until("document.querySelector('#field-prompt').value.includes('red cat')")

    # Hand it on: a folder that opens from a file and runs nothing.
    done = project.swav("review", "--export", str(tmp_path / "handed"))
    assert done.returncode == 0, done.stderr
    browser.open((tmp_path / "handed/index.html").as_uri())
    browser.until("document.querySelectorAll('video').length >= 4")
    assert ATTACK in browser.text() and "More sea." in browser.text()
    assert not browser.complaints()


def test_the_page_says_that_the_server_is_gone(project, tmp_path_factory):
    own = Page(project)
    second = Chromium(tmp_path_factory.mktemp("second"))
    second.open(own.address)
    second.until("document.querySelectorAll('.tile').length === 3")
    own.process.kill()
    own.process.wait()
    second.until("document.querySelector('.bar').innerText.includes('nothing is lost')")
    second.close()
