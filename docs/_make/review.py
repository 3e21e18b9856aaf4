"""The pictures of docs/review.md, of a project that is built: the demo, in a folder of its own.

``python docs/_make/review.py FOLDER``, where the folder holds config.yaml and all that a build made; of r006
there are two takes.
"""

import base64
import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from sheet import save

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from chromium import Chromium  # noqa: E402
from page_server import Page  # noqa: E402

WIDTH, HEIGHT = 1280, 800


class Folder:
    """A project as ``Page`` wants it."""

    def __init__(self, folder: Path):
        self.folder = folder

    def environment(self) -> None:
        """That of this process."""


def picture(browser: Chromium, name: str) -> None:
    """Keep what is seen; small pictures that are still made are waited for."""
    browser.until("![...document.querySelectorAll('img.waits')].some((item) => item.checkVisibility())")
    browser.js("new Promise((done) => setTimeout(done, 1500))")
    browser.until("![...document.querySelectorAll('video')].some((item) => item.seeking)")
    seen = base64.b64decode(browser.ask("Page.captureScreenshot", format="png")["data"])
    print(save(Image.open(io.BytesIO(seen)).convert("RGB"), f"review-{name}.jpg"))


def main(folder: Path) -> None:
    page = Page(Folder(folder))
    with TemporaryDirectory() as profile:
        browser = Chromium(profile, WIDTH, HEIGHT)
        try:
            browser.ask(
                "Emulation.setDeviceMetricsOverride",
                width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False,
            )  # fmt: skip
            browser.open(page.address)
            views(browser)
        finally:
            browser.close()
            page.close()


def views(browser: Chromium) -> None:
    """Each view as somebody at work has it."""
    browser.until("document.querySelectorAll('.tile').length > 1")
    browser.js("localStorage.setItem('by', 'director')")
    browser.js("document.querySelector('swav-film').select('r004', true)")
    browser.until("document.querySelector('swav-film').player.video.readyState >= 2")
    browser.js("document.querySelector('swav-film').player.step(36)")
    picture(browser, "film")
    browser.js("location.hash = '#/shot/r006'")
    browser.until("document.querySelectorAll('.take').length > 1")
    browser.until("document.querySelector('.pane.a video').readyState >= 2")
    browser.press("w")
    browser.js("document.querySelector('swav-compare').seek(70)")
    picture(browser, "shot")
    browser.js("location.hash = '#/edit/r001'")
    browser.until("document.querySelector('#field-prompt')")
    prompt = browser.js("document.querySelector('#field-prompt').value")
    browser.type("#field-prompt", prompt.replace("one lantern", "two lanterns"))
    browser.until("document.querySelector('.price').innerText.includes('a new take')")
    picture(browser, "edit")
    browser.click("Take all back")
    browser.js("location.hash = '#/sound/r002'")
    browser.until("document.querySelector('#another-voice')?.length > 2")
    browser.type("#another-voice", '{"speaker":"bf_emma"}')
    browser.until("document.querySelector('swav-sound .price').innerText.includes('to speak')")
    browser.until("document.querySelector('swav-sound').mixer.ready")
    browser.js("document.activeElement.blur()")
    browser.press("2")
    browser.js("document.querySelector('swav-sound').mixer.seek(7.5)")
    picture(browser, "sound")
    browser.js("location.hash = '#/build'")
    browser.until("document.querySelector('.build-title')")
    picture(browser, "build")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
