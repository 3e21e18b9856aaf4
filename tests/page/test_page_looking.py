"""Looking and listening in a real browser, on one small reel: drawings, differences, sound, notes as files.

Of every view: the contrast of its texts, the names of its controls, and what the keyboard reaches.
"""

import json
import re
from contextlib import chdir

import pytest
from chromium import PROGRAM
from page_checks import measured, nameless
from project import Project

from swav.config import Config
from swav.reel.workflow import read_reel

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine")

ATTACK = "<img src=x onerror=alert(1)>"
PROMPT = "a grey cat by the sea, slow push in, soft light"
BOARD = {
    "title": "Looking",
    "size": "160x90",
    "fps": 24,
    "engine": "animatic",
    "voice": {"engine": "espeak"},
    "voices": {"slow": {"speed": 0.8}},
    "music": {"engine": "none"},
    "shots": [
        {
            "id": "a",
            "prompt": PROMPT,
            "duration": 2,
            "narration": "A grey cat sits by the sea.",
            "ambience": "sample:shore.wav",
        },
        {"id": "b", "card": {"title": "The end"}, "duration": 1},
    ],
}
WAIT = "new Promise((done) => setTimeout(done, 300))"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    project = Project(tmp_path_factory.mktemp("looking") / "reel", BOARD)
    board = project.folder / "board.yaml"
    text = board.read_text()
    for words in (text.replace("id: a", "id: a\n  seed: 7"), text):
        board.write_text(words)
        with chdir(project.folder):
            cut = read_reel(Config.read({"storyboard": "board.yaml"})).cut
        done = project.snakemake(cut.sound.mix, *(shot.clip for shot in cut.shots))
        assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def browser(browser):
    """Once the film is drawn."""
    browser.until("document.querySelectorAll('.tile').length === 2")
    return browser


def go(browser, view: str, width: int = 1280) -> None:
    browser.ask(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
    )
    browser.js(
        "document.activeElement?.blur()"
    )  # keys are for the page, and no field that was reached before
    browser.js(f"location.hash = '#/{view}'")
    browser.until(f"document.querySelector('main > swav-{view.partition('/')[0]}')")


def drag(browser, place: str, points) -> None:
    """Draw with the mouse: points as shares of an element."""
    box = browser.js(f"document.querySelector({place!r}).getBoundingClientRect().toJSON()")
    kinds = ["mousePressed", *["mouseMoved"] * (len(points) - 1), "mouseReleased"]
    for kind, (x, y) in zip(kinds, [*points, points[-1]], strict=True):
        at = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        browser.ask("Input.dispatchMouseEvent", type=kind, button="left", buttons=1, clickCount=1, **at)


def lines(project) -> list[dict]:
    file = project.folder / "board.notes.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_a_note_is_drawn_on_its_frame_and_seen_there_alone(project, browser, tmp_path):
    go(browser, "shot/a")
    browser.until("document.querySelectorAll('.take').length === 2")
    browser.until("document.querySelector('.pane.a video').readyState >= 2")
    browser.press("ArrowRight")
    browser.until("document.querySelector('swav-compare').frame === 1")
    browser.press("N", shift=True)
    browser.until("document.querySelector('.strokes.with-pen')")
    drag(browser, ".strokes", [(0.25, 0.5), (0.5, 0.25), (0.75, 0.5)])
    drag(browser, ".strokes", [(0.5, 0.75), (0.6, 0.8)])
    browser.until("document.querySelectorAll('.strokes .over').length === 2")
    browser.js("document.querySelector('[aria-label=\"Take the last stroke back\"]').click()")
    browser.until("document.querySelectorAll('.strokes .over').length === 1")
    browser.type("textarea[aria-label=Note]", f"Here {ATTACK}")
    browser.click("Add the note")
    browser.until("document.querySelector('.notes .drawn')")
    (said,) = lines(project)
    (stroke,) = said["drawing"]
    assert said["frame"] == 1 and len(stroke) == 3
    assert [round(share, 1) for point in stroke for share in point] == [0.2, 0.5, 0.5, 0.2, 0.8, 0.5]
    browser.press("ArrowRight")
    browser.until("document.querySelectorAll('.strokes .over').length === 0")
    browser.press("ArrowLeft")
    browser.until("document.querySelectorAll('.strokes .over').length === 1")
    # It is handed on over its frame, as lines that run nothing.
    done = project.swav("review", "--export", str(tmp_path / "handed"))
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "handed/index.html").read_text()
    assert (
        re.search(r'<svg viewBox="0 0 160 90"><polyline points="(39|40)\.\d,(44|45)\.\d', text)
        and "<img src=x" not in text
    )
    assert (tmp_path / f"handed/media/a-{said['take']}-1.jpg").read_bytes().startswith(b"\xff\xd8")


def test_two_takes_are_compared_by_what_differs(browser):
    go(browser, "shot/a")
    browser.until("document.querySelectorAll('.take').length === 2")
    browser.press("d")
    browser.until("document.querySelector('.differs-by:not([hidden])').innerText.includes('A and B differ')")
    said = browser.js("document.querySelector('.differs-by').innerText")
    assert 0 < float(re.search(r"by ([\d.]+) of 255", said)[1]) < 255
    assert browser.js("getComputedStyle(document.querySelector('.pane.b')).mixBlendMode") == "difference"
    browser.press("w")
    browser.js("document.querySelector('.wipe-handle').focus()")
    browser.press("ArrowLeft")
    browser.until("document.querySelector('.wipe-handle').getAttribute('aria-valuenow') === '46'")


def test_the_sound_is_seen_heard_by_stems_and_spoken_by_another_voice(project, page, browser):
    go(browser, "sound/a")
    browser.until("document.querySelector('swav-sound').mixer.ready")
    browser.until("document.querySelectorAll('.wave').length === 3")
    loud = page.get(f"/waveform/mix/{browser.js('document.querySelector(`swav-sound`).state.mix')}")
    assert loud.status == 200 and len(loud.body) == 300 and max(loud.body) > 60
    browser.press("2")
    browser.until("document.querySelector('[data-name=ambience].is-off')")
    browser.until("[...document.querySelector('swav-sound').mixer.chosen].join() === 'dialogue'")
    browser.click("Listen in the film")
    browser.until("document.querySelector('swav-sound').mixer.seconds > 0.4")
    browser.press("0")
    browser.until("document.querySelector('swav-sound').mixer.chosen === null")
    assert browser.js("document.querySelector('.is-off') === null")
    # A stretch ends where the line does.
    browser.until("document.querySelector('swav-sound').mixer.paused")
    assert browser.js("document.querySelector('swav-sound').mixer.seconds") < 2.2
    # Another voice is an edit like any other: its price first, then the words in the file.
    before = (project.folder / "board.yaml").read_text()
    browser.until("document.querySelector('#another-voice').length >= 2")
    browser.type("#another-voice", '{"voice":"slow"}')
    browser.until("document.querySelector('swav-sound .price').innerText.includes('to speak')")
    assert (project.folder / "board.yaml").read_text() == before
    browser.click("Save")
    browser.until("document.querySelector('swav-sound .price').innerText.includes('Saved')")
    assert "voice: slow" in (project.folder / "board.yaml").read_text()
    (project.folder / "board.yaml").write_text(before)


def test_notes_leave_the_page_as_files_and_come_back(project, page, browser):
    count = len(lines(project))
    for form in ("csv", "edl", "otio", "xml"):
        answer = page.get(f"/api/notes/{form}")
        assert answer.status == 200 and "attachment" in answer.headers["content-disposition"]
        sent = {"name": f"../../x.{form}", "text": answer.body.decode()}
        assert page.post("/api/notes", sent).plain["added"] == 0, form
    assert len(lines(project)) == count
    more = f"shot,frame,text,by\na,3,More {ATTACK},editor\n"
    assert page.post("/api/notes", {"name": "n.csv", "text": more}).plain == {
        "added": 1,
        "known": 0,
        "remarks": [],
    }
    assert lines(project)[-1]["text"] == f"More {ATTACK}" and len(lines(project)) == count + 1
    for name, text in (("x.sh", "x"), ("x.otio", "[" * 5000), ("", ""), ("x.csv", "shot,text\n")):
        answer = page.post("/api/notes", {"name": name, "text": text})
        assert (
            answer.status == 422 and len(answer.plain["said"]) <= 300 and "/tmp" not in answer.plain["said"]
        )
    assert page.get("/api/notes/..%2fcsv").status in (404, 422)
    go(browser, "shot/a")
    browser.until(f"document.querySelector('.notes').innerText.includes('More {ATTACK}')")


@pytest.mark.parametrize("width", [1280, 820])
@pytest.mark.parametrize("view", ["film", "shot/a", "edit/a", "edit/film", "sound/a", "build"])
def test_every_view_is_read_named_and_reached(browser, view, width):
    go(browser, view, width)
    browser.until("document.querySelector('main').innerText.length > 40")
    browser.js(WAIT)
    texts = measured(browser, "contrast")
    assert texts["low"] == [] and texts["texts"] > 100
    assert nameless(browser) == []
    reach = measured(browser, "reach")
    assert reach.pop("count") > 6 and reach.pop("wide") <= 0
    assert {name: items for name, items in reach.items() if items} == {}


def test_the_browser_complained_of_nothing(browser):
    assert not browser.complaints()
