"""The time that a build still takes, told from recorded builds and from such as anybody can count."""

import json
from collections import Counter
from datetime import datetime

import pytest
from places import DATA

from swav.reel.events import EventLog
from swav.reel.time_left import TimeLeft, expectation

RECORDED = json.loads((DATA / "build_54_shots.json").read_text())
"""A build of 54 shots on two cores: rule, and seconds when each job began and ended."""


def told(jobs, expected, *, cards=()) -> list[tuple[float, float]]:
    """Whenever a job ended: how much was left, and what was said."""
    left = TimeLeft(Counter(rule for rule, _, _ in jobs), lambda: expected)
    moments = [(began, 1, number) for number, (_, began, _) in enumerate(jobs)]
    moments += [(ended, 0, number) for number, (_, _, ended) in enumerate(jobs)]
    end, said = max(ended for _, _, ended in jobs), []
    for now, begins, number in sorted(moments):
        rule = jobs[number][0]
        if begins:
            left.began(number, rule, now, on_cards=rule in cards)
        else:
            left.ended(number, now)
            said.append((end - now, left.left(now)))
    return said


def test_from_the_second_minute_on_it_is_within_a_quarter(tmp_path):
    """Of a first build, in whose folder nothing was built before, but for the last jobs of all."""
    end = max(ended for _, _, ended in RECORDED["jobs"])
    said = told(RECORDED["jobs"], expectation(str(tmp_path), RECORDED["shots"], {}))
    assert all(words is None for _, words in said[:2])
    late = [(still, words) for still, words in said if end - still > 60 and still > 60]
    off = [pair for pair in late if _is_off(*pair)]
    assert len(off) <= 0.05 * len(late), off


def _is_off(still: float, words: float) -> bool:
    return abs(words - still) > 0.25 * still


def side_by_side(rule: str, count: int, seconds: float, at_once: int) -> list[tuple[str, float, float]]:
    return [(rule, number // at_once * seconds, (number // at_once + 1) * seconds) for number in range(count)]


@pytest.mark.parametrize("at_once", [1, 2, 7])
@pytest.mark.parametrize("seconds", [0.5, 30.0])
def test_jobs_alike_are_counted_however_many_run_at_once(at_once, seconds):
    said = told(side_by_side("draw", 42, seconds, at_once), lambda rule: 3.0)
    ends = [pair for number, pair in enumerate(said, 1) if number % at_once == 0 and number > 10]
    assert all(words == pytest.approx(still, rel=0.25, abs=seconds) for still, words in ends), ends


def test_renders_and_what_needs_no_card_do_not_wait_for_each_other():
    jobs = side_by_side("render", 10, 600, 1) + side_by_side("segment", 40, 3, 2)
    said = told(jobs, lambda rule: {"render": 500.0}.get(rule, 3.0), cards={"render"})
    late = [(still, words) for still, words in said if still <= 4800]
    assert all(words == pytest.approx(still, rel=0.25, abs=1) for still, words in late), late


def test_what_waits_for_all_is_expected_before_it_begins():
    jobs = side_by_side("draw", 20, 5, 1)
    jobs += [("mix", 100, 160), ("listen", 100, 150), ("join", 160, 170), ("deliver", 170, 171)]
    said = told(jobs, {"draw": 5.0, "mix": 60.0, "listen": 50.0, "join": 10.0, "deliver": 1.0}.__getitem__)
    assert all(words == pytest.approx(still, rel=0.1, abs=2) for still, words in said[3:]), said


def test_a_job_that_failed_is_not_waited_for():
    left = TimeLeft({"draw": 4}, lambda: lambda rule: 5.0)
    for number in range(4):
        left.began(number, "draw", 5.0 * number)
        left.ended(number, 5.0 * number + 5) if number else left.dropped(number, 5.0)
    assert left.left(20.0) == 0


def test_nothing_is_asked_before_something_is_said():
    def never():
        raise AssertionError

    left = TimeLeft({"draw": 9}, never)
    left.began(1, "draw", 0.0)
    left.ended(1, 1.0)
    assert left.left(1.0) is None


def test_what_was_built_here_before_is_expected_again(tmp_path):
    log = EventLog()
    log.begin("snakemake")
    log.into(str(tmp_path))
    log.say(event="job", id=1, rule="mix", about="", shot="", why="", log=None)
    (file,) = (tmp_path / "events").iterdir()
    lines = file.read_text().splitlines()
    job = json.loads(lines[-1])
    began = datetime.fromisoformat(job["at"]).timestamp()
    ended = datetime.fromtimestamp(began + 70).astimezone().isoformat()
    done = json.dumps({"at": ended, "event": "done", "id": 1})
    file.write_text("\n".join([*lines, done]) + "\n")
    (file.with_name("29991231-000000-1.jsonl")).write_text("")  # the one that goes on
    expected = expectation(str(tmp_path), 10, {"render": 321.0})
    assert expected("mix") == pytest.approx(70, abs=0.1)
    assert expected("render") == 321 and expected("draw") > 0 and expected("a_rule_of_tomorrow") > 0
