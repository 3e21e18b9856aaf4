"""`swav review` as a process of its own, and what is asked of it: plainly, or as an attacker would."""

import http.client
import json
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from project import Project
from waiting import PATIENCE


@dataclass
class Answer:
    """What the page answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> Any:
        return json.loads(self.body)


@dataclass
class Page:
    """The page of a project. ``close`` ends it as Ctrl-C does."""

    project: Project
    arguments: tuple[str, ...] = ()
    address: str = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "swav", "review", *self.arguments],
            cwd=self.project.folder,
            env=self.project.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\S+)", line)
        assert found, line + self.process.communicate(timeout=30)[0]
        self.address, self.port, self.token = found[0], int(found[1]), found[2]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"swav-review-{self.port}={self.token}"}

    def ask(self, method: str, path: str, headers: dict[str, str | None], body: bytes = b"") -> Answer:
        """One request as it is said, with nothing added but a Host; a header that is None is left out."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": self.host} | headers).items():
            if value is not None:
                connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        with suppress(BrokenPipeError):  # who refuses a body does not wait for the end of it
            connection.endheaders(body or None)
        answer = connection.getresponse()
        found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def get(self, path: str, **headers: str) -> Answer:
        """As the page's own script asks."""
        return self.ask("GET", path, self.cookie | headers)

    def post(self, path: str, sent: Any) -> Answer:
        """As the page's own script sends."""
        own = {"Origin": f"http://{self.host}", "Content-Type": "application/json"}
        return self.ask("POST", path, self.cookie | own, json.dumps(sent).encode())

    def close(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
