"""What a build writes down of itself, and what others read of it: also of one that was killed."""

import json
import os
import sys

import pytest

from swav.reel.building import started
from swav.reel.events import KEPT, EventLog, builds, read_build, sentence_in


@pytest.fixture
def log(tmp_path) -> EventLog:
    log = EventLog()
    log.begin("snakemake final.mp4")
    log.into(str(tmp_path))
    log.say(event="total", total=3)
    log.say(
        event="job", id=1, rule="draw", about="r001  animatic", shot="r001", why="not made yet", log="x.log"
    )
    return log


def only(tmp_path):
    (file,) = builds(tmp_path)
    return read_build(file)


def test_a_build_that_runs_is_seen_with_its_jobs(log, tmp_path):
    found = only(tmp_path)
    assert (found.state, found.total, found.pid) == ("running", 3, os.getpid())
    assert [(job.rule, job.shot, job.state, job.why) for job in found.jobs] == [
        ("draw", "r001", "running", "not made yet")
    ]


@pytest.mark.parametrize(
    ("events", "state", "job"),
    [
        ([{"event": "done", "id": 1}, {"event": "ended", "ok": True}], "done", "done"),
        ([{"event": "failed", "id": 1, "said": "no"}, {"event": "ended", "ok": False}], "failed", "failed"),
        ([{"event": "ended", "ok": False}], "stopped", "stopped"),
    ],
)
def test_how_a_build_ended(log, tmp_path, events, state, job):
    for event in events:
        log.say(**event)
    found = only(tmp_path)
    assert (found.state, found.jobs[0].state) == (state, job)


def test_one_whose_process_is_gone_or_another_by_now_is_lost(log, tmp_path):
    (file,) = builds(tmp_path)
    lines = file.read_text().splitlines()
    first = json.loads(lines[0])
    for gone in ({"pid": 2**22 + 1}, {"started": "1"}, {"host": "elsewhere"}):
        file.write_text("\n".join([json.dumps(first | gone), *lines[1:]]) + "\n")
        found = only(tmp_path)
        assert (found.state, found.jobs[0].state) == ("lost", "stopped"), gone
    assert started(os.getpid()) == first["started"]


@pytest.mark.parametrize("torn", ['{"event": "do', "\x00", "[1]\n", '{"event": "done", "id": 9}\n', "null\n"])
def test_a_torn_line_is_not_read_yet(log, tmp_path, torn):
    (file,) = builds(tmp_path)
    file.write_text(file.read_text() + torn)
    assert only(tmp_path).state == "running"


def test_a_preview_writes_nothing_and_old_builds_go(tmp_path):
    quiet = EventLog()
    quiet.say(event="job", id=1)
    quiet.into(str(tmp_path))
    assert builds(tmp_path) == []
    for number in range(KEPT + 5):
        (tmp_path / "events").mkdir(exist_ok=True)
        (tmp_path / f"events/20200101-0000{number:02}-1.jsonl").write_text("")
    log = EventLog()
    log.begin("x")
    log.into(str(tmp_path))
    assert len(builds(tmp_path)) == KEPT and builds(tmp_path)[0].name > "2021"


def test_a_build_whose_folder_cannot_be_written_goes_on(tmp_path):
    (tmp_path / "events").write_text("a file where the folder would be")
    log = EventLog()
    log.begin(" ".join(sys.argv))
    log.into(str(tmp_path))
    log.say(event="total", total=1)


def test_the_sentence_of_a_failed_job_is_in_its_log(tmp_path):
    log = tmp_path / "a.log"
    log.write_text(
        "[2026-01-01 10:00:00] began\nr001: no such file; check it\n[2026-01-01 10:00:01] failed\n"
    )
    assert sentence_in(log) == "r001: no such file; check it"
    assert sentence_in(tmp_path / "none.log") == "" and sentence_in(None) == ""
