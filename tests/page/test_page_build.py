"""A real build watched, stopped and taken up again in a browser: steps, cards, previews, a log."""

import json
import os

import pytest
from chromium import PROGRAM, Chromium
from page_server import Page
from project import Project

from swav.render import hardware

SLOW = '''
"""An engine that takes its time, keeps every step, and goes on where it was stopped."""
import json, time
from pathlib import Path
import stub_engine
from PIL import Image
from swav.errors import EngineError


class Slow(stub_engine.Stub):
    name = "slow"
    gpu = False
    designed = True

    def recipe(self, request, model):
        return super().recipe(request, model) | {"engine": "slow"}

    def shoot(self, job):
        if Path("fail.txt").exists():
            raise EngineError("the brush broke; take fail.txt away")
        job.state.mkdir(parents=True, exist_ok=True)
        kept = job.state / "step"
        first = int(kept.read_text()) if kept.exists() else 0
        for step in range(first, 30):
            job.progress("paint", step, 30)
            kept.write_text(str(step))
            Image.new("RGB", (32, 18), (8 * step, 90, 120)).save(job.state / "preview.jpg")
            time.sleep(0.1)
            while step == first + 9 and not Path("go.txt").exists():
                job.progress("paint", step, 30)
                time.sleep(0.1)
        with open("first.jsonl", "a") as log:
            log.write(json.dumps(first) + "\\n")
        return super().shoot(job)


ENGINE = Slow()
'''
SMI = """#!/bin/sh
case "$*" in *memory.used*)
    echo "0, NVIDIA RTX A6000, 40960, 49140, 61, 97"
    echo "1, Old card, [N/A], [N/A], [N/A], [N/A]"
esac
"""
BOARD = {
    "title": "Watched",
    "size": "128x72",
    "fps": 12,
    "engine": "slow",
    "music": {"engine": "none"},
    "shots": [{"id": "a", "prompt": "a grey cat by the sea, slow push in, soft light", "duration": 0.5}],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    project = Project(tmp_path_factory.mktemp("watched") / "reel", BOARD, {"cards": 1})
    plugins = project.folder / "plugins"
    (plugins / "slow_engine.py").write_text(SLOW)
    (plugins / "stub_engine-1.dist-info/entry_points.txt").write_text(
        "[swav.engines]\nstub = stub_engine:ENGINE\nslow = slow_engine:ENGINE\n"
    )
    project.give_weights()
    (project.folder / "bin").mkdir()
    (project.folder / "bin/nvidia-smi").write_text(SMI)
    (project.folder / "bin/nvidia-smi").chmod(0o755)
    return project


@pytest.fixture
def smi(project, monkeypatch):
    monkeypatch.setenv("PATH", f"{project.folder / 'bin'}:{os.environ['PATH']}")


def test_what_a_card_does_is_read_and_what_it_does_not_tell_is_none(smi):
    first, second = hardware.readings()
    assert (first.used_bytes, first.total_bytes, first.celsius, first.busy) == (
        40960 << 20,
        49140 << 20,
        61,
        97,
    )
    assert (second.used_bytes, second.total_bytes, second.celsius, second.busy) == (None,) * 4


@pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine")
def test_a_build_is_watched_stopped_and_goes_on(project, smi, tmp_path_factory):
    page, browser = Page(project), Chromium(tmp_path_factory.mktemp("watching"))
    try:
        browser.open(page.address)
        browser.until("document.querySelectorAll('.tile').length === 1")
        browser.js("location.hash = '#/build'")

        # It fails: its sentence, its log.
        (project.folder / "fail.txt").touch()
        browser.click("Build the film")
        browser.until("document.querySelector('.failure')?.innerText.includes('the brush broke')")
        browser.click("Its log")
        browser.until("document.querySelector('.said-log')?.innerText.includes('the brush broke')")
        (project.folder / "fail.txt").unlink()

        # It renders: step, seconds, cards, and what it looks like by now.
        browser.click("Build the film")
        browser.until("/a slow: paint [1-9]\\d* of 30/.test(document.querySelector('.rendering')?.innerText)")
        browser.until("document.querySelector('.rendering').innerText.includes('left')")
        browser.until("document.querySelector('.rendering img')?.naturalWidth === 32")
        cards = browser.js("document.querySelector('.cards').innerText")
        assert "40.0 of 48.0 GiB · 61 °C · 97 % busy" in cards and "Old card" in cards
        assert (project.folder / "build/live/looked").exists()

        # It is stopped, and nothing is left that looks as if it ran.
        browser.click("Stop now")
        browser.until("document.querySelector('.build-title').innerText.includes('Stopped')")
        browser.until("!document.querySelector('.rendering')")
        assert not (project.folder / "first.jsonl").exists() and not list(
            project.folder.glob("build/live/*.json")
        )

        # It goes on where it was.
        (project.folder / "go.txt").touch()
        browser.click("Build the film")
        browser.until("document.querySelector('.build-title').innerText.includes('Built')")
        (first,) = map(json.loads, (project.folder / "first.jsonl").read_text().splitlines())
        assert first >= 1 and (project.folder / "final.mp4").exists()
        assert not browser.complaints()
    finally:
        browser.close()
        page.close()


@pytest.mark.parametrize("left", ["{}", "no json", '{"shot": "a"}', None])
def test_what_a_killed_render_left_behind_is_not_shown(left, tmp_path):
    from swav.reel.live import Live, renderings

    live = Live(str(tmp_path), "a", "slow")
    live.heard("paint", 5, 30)
    (found,) = renderings(tmp_path)
    assert (found.shot, found.step, found.first, found.done, found.total) == ("a", "paint", 5, 5, 30)
    file = tmp_path / "live/a.json"
    plain = json.loads(file.read_text())
    file.write_text(json.dumps({**plain, "started": "1"}) if left is None else left)
    assert renderings(tmp_path) == []
    live.over()
    assert renderings(tmp_path / "gone") == [] and not file.exists()
