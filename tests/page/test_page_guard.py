"""Who the page answers: its own address with its token, on this machine, and nobody else."""

import json
import re

import pytest
from page_server import Page
from project import Project

from swav.config import Config
from swav.page.files import find
from swav.page.guard import MOST_BODY
from swav.page.project import Project as Looked
from swav.page.server import application

BOARD = {
    "title": "Guarded",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [{"id": "a", "prompt": "a grey cat by the sea, slow push in, soft light", "duration": 0.5}],
}
_ROUTES = application(Looked(lambda: Config(storyboard="board.yaml")), 1, "token").routes
PATHS = [
    (method, re.sub(r"\{\w+\}", "x", route.path)) for route in _ROUTES for method in sorted(route.methods)
]
"""Every address that there is, so that a new one without a guard fails by itself."""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("guarded") / "reel", BOARD)
    (project.folder / "build/takes").mkdir(parents=True)
    (project.folder / "build/takes/0123456789ab.mp4").write_bytes(bytes(range(256)) * 40)
    (project.folder / "secret.txt").write_text("secret")
    (project.folder / "build/takes/ffffffffffff.mp4").symlink_to(project.folder / "secret.txt")
    page = Page(project)
    yield page
    page.close()


def _own(page, method: str) -> dict[str, str]:
    sends = {"Origin": f"http://{page.host}", "Content-Type": "application/json"}
    return page.cookie | (sends if method == "POST" else {})


def test_the_printed_address_becomes_a_cookie_that_no_script_reads_and_leaves_the_address(page):
    answer = page.ask("GET", f"/?token={page.token}", {})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert re.search("httponly", answer.headers["set-cookie"], re.IGNORECASE)
    assert re.search("samesite=strict", answer.headers["set-cookie"], re.IGNORECASE)
    assert b"swav review" in page.get("/").body


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("cookie", [None, "{name}=", "{name}=guess", "other={token}", "ü"])
def test_no_address_answers_without_the_token(page, method, path, cookie):
    given = cookie and cookie.format(name=f"swav-review-{page.port}", token=page.token)
    answer = page.ask(
        method, path, _own(page, method) | {"Cookie": given}, b"{}" if method == "POST" else b""
    )
    assert answer.status == 403


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil:{port}",
        "[::1]:{port}",
        "",
    ],
)
def test_another_name_that_leads_here_is_refused(page, method, path, host):
    named = {"Host": host.format(port=page.port)}
    answer = page.ask(method, path, _own(page, method) | named, b"{}" if method == "POST" else b"")
    assert answer.status == 421


FOREIGN = ["http://evil.example", "null", "https://{host}", "http://localhost:1", "http://{host}.evil", None]


@pytest.mark.parametrize("origin", FOREIGN)
def test_nothing_is_changed_from_another_origin(page, origin):
    for method, path in PATHS:
        given = {"Origin": origin and origin.format(host=page.host)}
        if method == "POST":
            assert page.ask("POST", path, _own(page, "POST") | given, b"{}").status == 403
    assert page.ask("POST", "/", _own(page, "POST") | {"Origin": "null"}, b"{}").status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_of_this_browser_reads_nothing(page, site):
    assert page.get("/api/film", **{"Sec-Fetch-Site": site}).status == 403


def test_a_form_of_another_page_is_no_json(page):
    sent = _own(page, "POST") | {"Content-Type": "application/x-www-form-urlencoded"}
    assert page.ask("POST", "/api/film", sent, b"a=b").status == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(page, method):
    assert page.ask(method, "/api/film", page.cookie).status == 405


def test_a_body_without_end_is_refused_before_it_is_read(page):
    own = _own(page, "POST")
    assert page.ask("POST", "/api/film", own | {"Content-Length": str(2 << 30)}).status == 413
    assert page.ask("POST", "/api/film", own, b" " * (MOST_BODY + 1)).status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/media/take/../../secret.txt", "/media/take/..%2f..%2fsecret.txt", "/media/take/%2e%2e/secret.txt",
        "/media/..%2f/0123456789ab", "//etc/passwd", "/web/../server.py", "/web/..%2fserver.py",
        "/media/take/0123456789ab%00", "/media/take/*", "/media/take/????????????",
        "/media/take/ffffffffffff", "/font/..%2f__init__.py", "/poster/take/..%2f..%2fsecret",
        "/proxy/take/%2fetc%2fpasswd", "/web/%2e%2e%2fserver.py", "/media/take/0123456789AB",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_store(page, path):
    answer = page.get(path)
    assert answer.status in (404, 422) and b"secret" not in answer.body and b"root:" not in answer.body


@pytest.mark.parametrize(
    "key", ["../../secret", "0123456789ab\n", "*", "", "0123456789abc", "０１２３４５６７８９ａｂ"]
)
def test_a_key_is_twelve_hexadecimal_digits(page, key):
    build = page.project.folder / "build"
    assert find(build, "take", "0123456789ab") == build / "takes/0123456789ab.mp4"
    assert find(build, "take", key) is None and find(build, key, "0123456789ab") is None


def test_a_stretch_of_a_film_is_sent_and_many_at_once_are_not(page):
    path, size = "/media/take/0123456789ab", 256 * 40
    one = page.get(path, Range="bytes=10-19")
    assert (one.status, one.body) == (206, bytes(range(10, 20)))
    assert page.get(path, Range=f"bytes={size}-").status == 416
    many = page.get(path, Range="bytes=" + ",".join(f"{n}-{n}" for n in range(2000)))
    assert (many.status, len(many.body)) == (200, size)


@pytest.mark.parametrize("path", ["/", "/web/app.js", "/api/film", "/media/take/0123456789ab", "/nowhere"])
def test_every_answer_says_what_may_run(page, path):
    headers = page.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy and "access-control-allow-origin" not in headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"


def test_before_there_is_a_film_the_page_shows_the_plan(page):
    film = page.get("/api/film").plain
    assert film["film"] is None and [shot["state"] for shot in film["shots"]] == ["pending"]
    assert (
        film["plan"]["pending"][0]["why"] == "not made yet; stands in for wan2.2: no weights in models/wan22"
    )
    assert json.loads(page.project.swav("plan", "--json").stdout)["pending"] == ["a"]
