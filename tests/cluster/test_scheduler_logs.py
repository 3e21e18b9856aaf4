"""What is said of a job that ended on a node before it could say anything itself."""

import pytest
from snakemake_logger_plugin_swav.failure import last_words, was_stopped

SNAKEMAKE = "Building DAG of jobs...\nrule render:\n    jobid: 1\n"


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (SNAKEMAKE + "slurmstepd: error: *** JOB 3 ON n1 CANCELLED DUE TO TIME LIMIT\n\n", "TIME LIMIT"),
        ("slurmstepd: error: Detected 1 oom_kill event\nExiting\n", "oom_kill"),
        ("not told what to make: SWAV_CALL_SHEET did not reach n1\nsrun: error: n1\n", "did not reach"),
        ("/shared/python: No module named snakemake\nsrun: error: n1: task 0: Exited\n", "No module named"),
        (SNAKEMAKE, "jobid: 1"),
        ("\x1b[31mbuild again\x1b[0m\n", "build again"),
    ],
)  # fmt: skip
def test_the_line_that_says_most_is_said(tmp_path, log, said):
    file = tmp_path / "3.log"
    file.write_text(log)
    (line,) = last_words(file)
    assert said in line and "\x1b" not in line


@pytest.mark.parametrize("log", [None, "", "\n \n"])
def test_a_log_without_words_says_nothing(tmp_path, log):
    file = tmp_path / "3.log"
    if log is not None:
        file.write_text(log)
    assert last_words(file) == []


BEGAN, FAILED = "[2026-01-01 10:00:00] began: x\n", "no such file\n[2026-01-01 10:00:01] failed\n"


@pytest.mark.parametrize(
    ("log", "interrupted", "stopped"),
    [
        (BEGAN + "[2026-01-01 10:00:01] interrupted\n", False, True),
        (BEGAN + "[2026-01-01 10:00:01] interrupted\n", True, True),
        (BEGAN, True, True),
        (None, True, True),
        (BEGAN + FAILED, True, False),
        (BEGAN + FAILED, False, False),
        (BEGAN, False, False),
        (None, False, False),
    ],
)  # fmt: skip
def test_a_job_that_was_asked_to_end_has_not_failed(tmp_path, log, interrupted, stopped):
    file = tmp_path / "3.log"
    if log is not None:
        file.write_text(log)
    assert was_stopped(file, interrupted) is stopped
