"""How long the review page takes for long films: until its state answers, until it is drawn, to scroll.

    python benchmarks/review_page.py --shots 54 540 --takes 2000

makes a project for each length in a temporary folder: every shot a prompt of 3 s with a take, and takes of
earlier seeds besides, all of them links to one small clip. Nothing is built. The page's own server runs as
``swav review`` does, and Debian's Chromium draws it. Prints a line of JSON a length: seconds on the wall, and
``_cpu``, the processor seconds of the server, which other work on the machine hardly changes.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from chromium import Chromium  # noqa: E402
from page_server import Page  # noqa: E402
from project import Project  # noqa: E402

from swav.config import Config  # noqa: E402
from swav.cut.takes import link, record_path, take_path  # noqa: E402
from swav.reel.workflow import read_reel  # noqa: E402

DRAWN = "document.querySelectorAll('.tile').length > 3 && document.querySelector('.rail h2')"
SCROLL = """(async () => {
  const tracks = document.querySelector('.tracks'), gaps = [];
  let last = performance.now();
  for (let at = 0; at < 120; at += 1) {
    tracks.scrollLeft += 400;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  gaps.sort((a, b) => a - b);
  return [gaps[60], gaps[118]];
})()"""


def project_of(folder: Path, shots: int, takes: int) -> Project:
    """A project with so many shots, whose takes are there, and as many takes in all."""
    listed = [
        {
            "id": f"r{n:03d}",
            "duration": 3,
            "prompt": f"a lantern number {n} by the sea, slow push in, soft light",
        }
        for n in range(1, shots + 1)
    ]
    board = {"title": f"{shots} shots", "size": "128x72", "fps": 12, "engine": "animatic", "shots": listed}
    project = Project(folder, board | {"music": {"engine": "none"}})
    before = Path.cwd()
    os.chdir(folder)
    try:
        _fill(shots, takes)
    finally:
        os.chdir(before)
    return project


def _fill(shots: int, takes: int) -> None:
    import numpy as np

    from swav.keys import canonical
    from swav.media.writer import ClipWriter

    cut = read_reel(Config(storyboard="board.yaml")).cut
    one = Path("one.mp4")
    with ClipWriter(one, width=128, height=72, rate=cut.delivery.rate, metadata={}) as clip:
        for number in range(36):
            clip.write(np.full((72, 128, 3), 40 + 4 * number, np.uint8))
    from swav.cut.candidates import takes_of

    for number in range(takes):
        shot = cut.shots[number % shots]
        asked = next(takes_of(cut, shot))
        key = asked.key if number < shots else f"{number:012x}"
        take = take_path(cut.build, key)
        take.parent.mkdir(parents=True, exist_ok=True)
        recipe = json.loads(canonical(asked.recipe)) | ({} if number < shots else {"seed": number})
        record = {"shot": shot.id, "engine": shot.engine, "key": key, "seed": number, "recipe": recipe}
        record |= {"made": f"2026-11-{1 + number % 27:02d}T12:00:00+00:00", "seconds": 1.0, "gpus": 0}
        record_path(take).write_text(json.dumps(record))
        link(one, take)
        if number < shots:
            Path(shot.clip).parent.mkdir(parents=True, exist_ok=True)
            link(one, Path(shot.clip))


def timed(work) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 3)


def cpu(pid: int) -> float:
    """Processor seconds that a process has spent."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def measure(shots: int, takes: int, folder: Path) -> dict:
    project = project_of(folder / "reel", shots, takes)
    begun = time.perf_counter()
    page = Page(project)
    starts = round(time.perf_counter() - begun, 3)
    browser = Chromium(folder / "browser")
    try:
        found = {"shots": shots, "takes": takes, "starts": starts}
        for name, path in (("film", "/api/film"), ("shot", "/api/shot/r001"), ("pulse", "/api/pulse")):
            page.get(path)
            spent = cpu(page.process.pid)
            found[name] = min(timed(partial(page.get, path)) for _ in range(5))
            found[f"{name}_cpu"] = round((cpu(page.process.pid) - spent) / 5, 3)
        found["bytes"] = len(page.get("/api/film").body)
        edit = {"shot": "r002", "field": ["prompt"], "value": "a lamp by the sea, slow push in, soft light"}
        edit["was"] = project.shot("r002")["prompt"]
        asked = partial(page.post, "/api/preview", {"edits": [edit]})
        spent = cpu(page.process.pid)
        found["preview"] = min(timed(asked) for _ in range(3))
        found["preview_cpu"] = round((cpu(page.process.pid) - spent) / 3, 3)
        browser.open(page.address)
        browser.until(DRAWN)
        drawn = []
        for _ in range(3):
            browser.js("sessionStorage.setItem('x', '1')")
            began = time.perf_counter()
            browser.ask("Page.reload")
            browser.until(f"!sessionStorage.getItem('y') && performance.now() < 60000 && {DRAWN}")
            drawn.append(round(time.perf_counter() - began, 3))
        found["drawn"] = min(drawn)
        found["elements"] = browser.js("document.querySelectorAll('*').length")
        found["frame_ms"], found["slow_frame_ms"] = (round(each, 1) for each in browser.js(SCROLL))
        status = Path(f"/proc/{page.process.pid}/status").read_text()
        found["server_mb"] = int(status.partition("VmRSS:")[2].split()[0]) // 1024
        return found
    finally:
        browser.close()
        page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=int, nargs="+", default=[54, 540])
    parser.add_argument("--takes", type=int, default=2000)
    given = parser.parse_args()
    print(json.dumps({"machine": platform.processor() or platform.machine(), "cores": os.cpu_count()}))
    for shots in given.shots:
        with tempfile.TemporaryDirectory(prefix="review-page-") as folder:
            print(json.dumps(measure(shots, given.takes, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
