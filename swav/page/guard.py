"""What stands before every request: who may ask, from where, and how much.

The page listens on loopback alone, where other users of the machine and any web page in the same browser can
reach it too. So a request needs the token of the address that ``swav review`` printed (kept as a cookie that
no script reads), this very host (a name that was bound to 127.0.0.1 meanwhile is another), and to change
something this page's own origin.
"""

import asyncio
import hmac
import os
import re
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from stat import S_ISREG
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TOKEN_SECONDS = 86400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_BODY = 1 << 20
"""Bytes of a request's body: text alone is sent, and no storyboard is longer."""
BODY_SECONDS = 10
MOST_RANGE = 64
"""Characters of a Range header: one stretch of one file has fewer."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""Nothing from elsewhere, no script but the page's own files, and no text that becomes script."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "x-frame-options": "DENY",
}


class Guard:
    """Lets a request through to the page, or answers it with a sentence."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], port: int, token: str):
        self._app = app
        self._port = port
        self._token = token

    @property
    def routes(self) -> list[Any]:
        """The addresses of the page that it stands before."""
        return self._app.routes  # type: ignore[attr-defined]

    @property
    def cookie(self) -> str:
        """The name of the cookie: cookies know no ports, and two pages may be open."""
        return f"swav-review-{self._port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return None
        send = _with_headers(send)
        if answer := self._refusal(scope) or self._entrance(scope) or self._stranger(scope):
            return await answer(scope, receive, send)
        _single_range(scope)
        if scope["method"] == "POST":
            body = await _body(scope, receive)
            if body is None:
                said = f"A request holds at most {MOST_BODY // 1024} kB, within {BODY_SECONDS} s."
                return await PlainTextResponse(said, 413, {"connection": "close"})(scope, receive, send)
            receive = _replayed(body, receive)
        return await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """What is asked from elsewhere, or in a way that this page never asks."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in (f"127.0.0.1:{self._port}", f"localhost:{self._port}"):
            return PlainTextResponse("This page answers to 127.0.0.1 alone.", 421)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("This page is read, and written to by POST.", 405)
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return PlainTextResponse("Another page asked; this one answers only itself.", 403)
        if scope["method"] == "POST":
            if headers.getlist("origin") != [f"http://{hosts[0]}"]:
                return PlainTextResponse("Another page asked; this one answers only itself.", 403)
            if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                return PlainTextResponse("What is sent has to be JSON.", 415)
        return None

    def _entrance(self, scope: Scope) -> RedirectResponse | None:
        """The printed address: its token becomes a cookie, and leaves the address."""
        if scope["path"] != "/" or scope["method"] != "GET":
            return None
        given = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=8).get("token", [""])[0]
        if not self._is_token(given):
            return None
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.cookie, self._token, httponly=True, samesite="strict", path="/")
        return answer

    def _stranger(self, scope: Scope) -> PlainTextResponse | None:
        cookies = SimpleCookie()
        try:
            for line in Headers(scope=scope).getlist("cookie"):
                cookies.load(line)
        except CookieError:
            pass
        if (found := cookies.get(self.cookie)) and self._is_token(found.value):
            return None
        return PlainTextResponse("Open this page by the address that swav review printed.", 403)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode())


def new_token() -> str:
    """32 random bytes, as they stand in an address."""
    return secrets.token_urlsafe(32)


def token_of(port: int, folder: Path) -> str:
    """The token of a page whose port somebody chose: for a day the same, so that open pages find it again.

    It is kept in a file of ``folder`` that its owner alone reads; one that others could read, or have
    written, is not used. A port that nobody chose has a new token each time, and so has one whose file cannot
    be kept.
    """
    token = new_token()
    if not port:
        return token
    file = folder / f"swav-review-{port}.token"
    with suppress(OSError):
        facts = file.lstat()
        own = S_ISREG(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & 0o077
        kept = file.read_text("ascii", "replace") if own else ""
        if _TOKEN.fullmatch(kept) and 0 <= time.time() - facts.st_mtime < TOKEN_SECONDS:
            return kept
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as written:
            written.write(token)
    return token


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            headers.update(HEADERS)
            headers.setdefault("cache-control", "no-store")
            message = {**message, "headers": headers.raw}
        await send(message)

    return sending


def _single_range(scope: Scope) -> None:
    """Take away a Range that asks for many stretches: the whole file is the answer to it."""
    scope["headers"] = [
        (name, value)
        for name, value in scope["headers"]
        if name != b"range" or (b"," not in value and len(value) <= MOST_RANGE)
    ]


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body; None where it is too long, or too slow."""
    declared = Headers(scope=scope).get("content-length", "0")
    if not declared.isdecimal() or int(declared[:12]) > MOST_BODY:
        return None
    found = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                found += message.get("body", b"")
                if len(found) > MOST_BODY or message["type"] == "http.disconnect":
                    return None
                if not message.get("more_body"):
                    return bytes(found)
    except TimeoutError:
        return None


def _replayed(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def receiving() -> MutableMapping[str, Any]:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving
