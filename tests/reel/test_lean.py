"""What a dry run leaves undone for its jobs, because nobody sees it: it says the same in all its lines."""

import json
import subprocess
import sys
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import pytest
from places import REPOSITORY
from project import Project
from snakemake.scheduling.job_scheduler import JobRateLimiter, JobScheduler
from snakemake.settings.types import MaxJobsPerTimespan

from swav.cut.model import read_cut
from swav.reel import damage, lean
from swav.reel.damage import take_keys
from swav.reel.putting_away import aside_of

BOARD = {
    "title": "Lean",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "card": {"title": "A"}, "duration": 2, "transition": "fade"},
        {"id": "b", "prompt": "water, one lantern moving", "duration": 2, "engine": "stub"},
        {"id": "c", "prompt": "a harbour", "duration": 0.5, "overlay": [{"text": "Harbour"}]},
    ],
}

COUNTS = """
import gc, json, sys
from collections import Counter
from snakemake import api, cli, jobs, rules, scheduling
from snakemake.dag import DAG
from snakemake.io import _IOFile
from snakemake.jobs import Job
from snakemake.rules import Rule
from snakemake.scheduling.job_scheduler import JobScheduler
import snakemake.common

counts, longest = Counter(), 0

def counted(owner, name):
    whole = getattr(owner, name)
    def counting(*given, **named):
        counts[name] += 1
        return whole(*given, **named)
    counting.__signature__ = __import__("inspect").signature(whole)
    setattr(owner, name, counting)

for owner, name in [
    (Job, "__init__"), (Job, "format_wildcards"), (Rule, "expand_params"), (Rule, "expand_resources"),
    (snakemake.common.inspect, "signature"),
]:
    counted(owner, name)

build = DAG.init
async def measured(dag, *given, **named):
    global longest
    rules = dag.workflow.rules
    longest = max(len(str.__str__(file)) for rule in rules for file in [*rule.input, *rule.output]
                  if isinstance(file, str))
    counts["signatures before"] = counts["signature"]
    counts["collects"] = gc.isenabled()
    await build(dag, *given, **named)
DAG.init = measured
sys.argv[0] = "snakemake"
try:
    cli.main()
finally:
    print(json.dumps({**counts, "longest": longest}))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """A film of which nothing is built."""
    made = Project(tmp_path_factory.mktemp("lean") / "reel", BOARD, {"cards": ["0", "1"]})
    made.give_weights()
    made.save()
    (made.folder / "count.py").write_text(COUNTS)
    return made


def counts(project, *options: str) -> dict[str, int]:
    done = project._run(["count.py", "-s", str(REPOSITORY / "Snakefile"), *options])
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def counted(project) -> dict[str, int]:
    return counts(project, "-n")


def test_commands_that_nobody_sees_are_not_formatted(counted):
    """A message is, of jobs that have no other name: those of the reel."""
    of_shots = 3 + 3 + 3 + 1 + 1  # takes, verdicts, segments, lettering, a transition
    assert counted["format_wildcards"] == counted["__init__"] - of_shots


def test_nothing_is_claimed_where_nothing_runs(counted):
    """What jobs on cards would claim is worked out, which their lines say, and what messages may."""
    assert counted["expand_resources"] == counted["format_wildcards"] + 1
    assert counted["expand_params"] == counted["format_wildcards"]


def test_what_parameters_functions_have_is_looked_up_for_rules_and_not_for_jobs(counted):
    assert counted["signature"] - counted["signatures before"] < counted["__init__"]


def test_garbage_is_looked_for_where_a_build_goes_on_and_not_before(counted):
    assert not counted["collects"]
    code = (
        "import gc; from swav.reel import lean; lean.keep_all(); lean.collect_again(); "
        "assert gc.isenabled() and gc.get_freeze_count() > 1000"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    started = (REPOSITORY / "rules/reel.smk").read_text().partition("onstart:")[2].partition("onsuccess:")[0]
    assert "lean.collect_again()" in started


def test_no_rule_writes_out_the_film_that_its_functions_belong_to(counted):
    assert counted["longest"] < 500


def test_a_dry_run_says_what_it_would_with_all_worked_out(project):
    """``--printshellcmds`` asks for all; swav shows no command."""
    lean, whole = (project.snakemake("-n", *more).stderr.splitlines() for more in ((), ("-p",)))
    rows, rows_whole = (sorted(line for line in said if line.startswith("  ")) for said in (lean, whole))
    assert rows == rows_whole and any("GPUs: " in row for row in rows), rows
    assert lean[-2:] == whole[-2:]
    assert counts(project, "-n", "-p")["format_wildcards"] > counts(project, "-n")["format_wildcards"]


@pytest.mark.parametrize("running, again", [(0, False), (1, False), (2, True), (5, True)])
def test_a_build_looks_again_by_itself_only_where_its_limit_keeps_jobs_back(running, again):
    scheduler, asked = SimpleNamespace(job_rate_limiter=JobRateLimiter(MaxJobsPerTimespan(2, "1h"))), []
    scheduler.job_rate_limiter.register_jobs(running)
    lean._where_jobs_wait(lambda self, delay: asked.append(delay))(scheduler, 3600)
    assert bool(asked) == again


def test_what_is_waited_for_otherwise_is_looked_for_again():
    asked = []
    look = lean._where_jobs_wait(lambda self, delay: asked.append(delay))
    look(SimpleNamespace(job_rate_limiter=None), 1)
    look(SimpleNamespace(job_rate_limiter=JobRateLimiter(MaxJobsPerTimespan(2, "1h"))), 10)
    assert asked == [1, 10]


def test_snakemake_looks_again_as_it_did_when_that_was_replaced():
    assert tuple(signature(getattr(JobScheduler, lean._LOOK_AGAIN)).parameters) == ("self", "delay")


def test_takes_that_lie_aside_are_looked_for_once_a_film_and_not_once_a_shot(project, counted, monkeypatch):
    monkeypatch.chdir(project.folder)
    (file,) = Path("build/cuts").glob("*.json")
    cut, sought = read_cut(file), []
    monkeypatch.setattr(damage, "aside_of", lambda take: sought.append(take) or aside_of(take))
    assert damage.damaged_takes(cut) == {} and not sought
    (key,) = take_keys(cut, cut.shot("c"))[:1]
    aside = Path(f"build/takes/{key}.damaged.mp4")
    aside.parent.mkdir(exist_ok=True)
    aside.touch()
    found = damage.damaged_takes(cut)
    aside.unlink()
    assert found == {"c": f"its take was damaged, and lies aside as {aside}"} and len(sought) == 1
