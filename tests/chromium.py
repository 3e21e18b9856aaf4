"""Debian's Chromium, driven over the pipe of its DevTools: no library, no port that others could reach.

The protocol is JSON, each message ended by a zero byte, on descriptors 3 and 4 (``--remote-debugging-pipe``).
"""

import json
import os
import select
import shutil
import signal
import subprocess
import time
from typing import Any

from waiting import PATIENCE

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser of this machine; None where there is none."""


class Chromium:
    """One page in a browser without a window."""

    def __init__(self, folder, width: int = 1280, height: int = 800):
        ours, theirs = os.pipe(), os.pipe()
        # Low numbers that are in the way are moved by the shell, which then becomes the browser.
        words = f'exec "$0" "$@" 3<&{ours[0]} 4>&{theirs[1]}'
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        flags += ["--remote-debugging-pipe", f"--user-data-dir={folder}", f"--window-size={width},{height}"]
        flags += ["--autoplay-policy=no-user-gesture-required", "--no-first-run", "--disable-extensions"]
        flags += ["--disable-background-networking", "--disable-component-update", "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", words, PROGRAM, *flags],
            pass_fds=(ours[0], theirs[1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(ours[0])
        os.close(theirs[1])
        self._to, self._from = os.fdopen(ours[1], "wb", 0), os.fdopen(theirs[0], "rb", 0)
        self._count, self._rest, self.events = 0, b"", []
        targets = self._ask("Target.getTargets")["targetInfos"]
        page = next(item["targetId"] for item in targets if item["type"] == "page")
        self._session = self._ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def _ask(self, method: str, session: str = "", **words: Any) -> dict[str, Any]:
        self._count += 1
        message = {"id": self._count, "method": method, "params": words}
        self._to.write(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                assert select.select([self._from], [], [], PATIENCE)[0], (
                    f"the browser does not answer {method}"
                )
                read = self._from.read(1 << 16)
                assert read, "the browser is gone"
                self._rest += read
            answer, _, self._rest = self._rest.partition(b"\0")
            plain = json.loads(answer)
            if plain.get("id") == self._count:
                assert "error" not in plain, plain
                return plain["result"]
            self.events.append(plain)

    def ask(self, method: str, **words: Any) -> dict[str, Any]:
        """A method of the DevTools protocol, for the page."""
        return self._ask(method, self._session, **words)

    def open(self, address: str) -> None:
        self.ask("Page.navigate", url=address)

    def js(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        found = self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, expression: str, seconds: float = PATIENCE) -> Any:
        """Wait until an expression is true; its value."""
        last = time.monotonic() + seconds
        found = f"const found = {expression}; return found instanceof Node ? true : found"
        tried = f"(() => {{ try {{ {found} }} catch {{ return null }} }})()"
        while not (value := self.js(tried)):
            assert time.monotonic() < last, f"{expression}\n{self.text()[:3000]}\n{self.complaints()}"
            time.sleep(0.05)
        return value

    def text(self) -> str:
        """All that is read on the page."""
        return self.js("document.body.innerText")

    def click(self, words: str) -> None:
        """Click the first button or link with these words."""
        those = "[...document.querySelectorAll('button, a')]"
        found = f"{those}.find((item) => item.textContent.includes({words!r}) && !item.disabled)"
        self.until(found + " !== undefined")
        self.js(f"{found}.click()")

    def press(self, key: str, *, control: bool = False, shift: bool = False, alt: bool = False) -> None:
        """A key, as if it were pressed on a keyboard."""
        letter = key.isalpha() and len(key) == 1
        code = f"Key{key.upper()}" if letter else f"Digit{key}" if key.isdigit() else key
        keys = {"key": key, "code": code, "modifiers": alt * 1 | control * 2 | shift * 8}
        text = {"text": key} if len(key) == 1 and not control and not alt else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **keys, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **keys)

    def type(self, place: str, text: str) -> None:
        """Put a text into the field that a selector finds, as a person who replaces all of it."""
        self.until(f"document.querySelector({place!r})")
        said = "".join(
            f"field.dispatchEvent(new Event('{name}', {{bubbles: true}}));" for name in ("input", "change")
        )
        found = f"const field = document.querySelector({place!r}); field.focus();"
        self.js(f"(() => {{ {found} field.value = {json.dumps(text)}; {said} }})()")

    def complaints(self) -> list[str]:
        """What the page's console said: errors, breaches of the policy, and dialogs."""
        kinds = ("Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening")
        return [json.dumps(event["params"])[:600] for event in self.events if event["method"] in kinds]

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._to.close()
        self._from.close()
