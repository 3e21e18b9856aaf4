"""Of thousands of jobs that are ready the most urgent of each kind are looked at; no kind waits unseen."""

import random
from collections import Counter
from types import SimpleNamespace

import pytest

from swav.reel.lean_choice import OF_A_KIND, _open, _remaining, most_urgent

RULES = {name: SimpleNamespace(name=name) for name in ("render", "draw", "mix", "listen")}


class Job(SimpleNamespace):
    __hash__ = object.__hash__


def job(rule: str, priority: float = 0, **wildcards: str) -> Job:
    return Job(rule=RULES[rule], wildcards_dict=wildcards, priority=priority)


def scheduler(jobs, cores=2, dryrun=False):
    dag = SimpleNamespace(ready_jobs=jobs, priority=lambda job: job.priority)
    return SimpleNamespace(
        workflow=SimpleNamespace(dag=dag), dryrun=dryrun, global_resources={"_cores": cores, "gpu": 4}
    )


def kinds(jobs) -> Counter:
    return Counter((job.rule.name, job.wildcards_dict.get("engine")) for job in jobs)


@pytest.mark.parametrize("cores, most", [(2, OF_A_KIND), (128, 256), (10**18, 1000)])
def test_the_most_urgent_of_each_kind_are_looked_at(cores, most):
    """Renders that wait for cards are more urgent than all else, and keep none of it back."""
    renders = [job("render", number, engine="wan2.2") for number in range(1000)]
    drawn = [job("draw", 0, engine="animatic") for _ in range(1000)]
    others = [job("render", -1, engine="svd"), job("mix", 100), job("listen", 100)]
    jobs = [*renders, *drawn, *others]
    random.Random(1).shuffle(jobs)
    found = _open(scheduler(jobs, cores))
    counted = kinds(found)
    assert counted["render", "wan2.2"] == counted["draw", "animatic"] == most
    assert counted["render", "svd"] == counted["mix", None] == counted["listen", None] == 1
    urgent = sorted(job.priority for job in found if job.wildcards_dict.get("engine") == "wan2.2")
    assert urgent == list(range(1000 - most, 1000))


def test_few_jobs_and_all_of_a_dry_run_are_looked_at():
    few = [job("draw") for _ in range(OF_A_KIND)]
    assert _open(scheduler(few)) == few and _open(scheduler([])) == []
    many = [job("draw") for _ in range(1000)]
    assert len(_open(scheduler(many, dryrun=True))) == 1000


def test_groups_of_jobs_are_a_kind_of_their_own():
    group = Job(jobs=[], priority=0)
    assert group in most_urgent([group, *(job("draw") for _ in range(200))], lambda job: job.priority, 1)


def test_what_remains_is_found_where_somebody_asks():
    asked = []
    remaining = _remaining(lambda scheduler: asked.append(scheduler) or ["a", "b"])(None)
    assert not asked
    assert bool(remaining) and list(remaining) == ["a", "b"] and len(asked) == 1
    assert not _remaining(lambda scheduler: [])(None)
