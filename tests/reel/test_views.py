"""Snakemake as its users know it: no target, its previews, its logs, a dry run that says why."""

import re
import shutil
import subprocess
import zipfile

import pytest
from chromium import PROGRAM, Chromium
from places import REPOSITORY
from project import Project, jobs

BOARD = {
    "title": "Views",
    "size": "128x72",
    "fps": 12,
    "music": {"engine": "none"},
    "shots": [
        {"id": "a", "card": {"title": "A"}, "duration": 0.5},
        {"id": "b", "prompt": "water, one lantern moving", "duration": 0.5},
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """A film that was built by the bare command."""
    made = Project(tmp_path_factory.mktemp("views") / "reel", BOARD)
    before = made.snakemake("-n")
    assert before.returncode == 0 and "deliver" in jobs(before) and len(jobs(before)) == 11, before.stderr
    done = made.snakemake()
    assert done.returncode == 0 and (made.folder / "final.mp4").exists(), done.stderr
    return made


@pytest.fixture
def edited(project):
    """The same with one prompt edited."""
    project.shot("b")["prompt"] = "water, two lanterns moving"
    project.save()
    yield project
    project.shot("b")["prompt"] = BOARD["shots"][1]["prompt"]
    project.save()


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("target", [(), ("final.mp4",), ("all",)])
def test_nothing_is_pending_after_a_build(project, target):
    assert "nothing is pending" in said(project.snakemake("-n", *target))


@pytest.mark.parametrize("target", [(), ("final.mp4",)], ids=["bare", "target"])
@pytest.mark.parametrize(
    ("options", "heard"),
    [
        (["--summary"], "final.mp4\t"),
        (["--detailed-summary"], "build/logs/segment/a-"),
        (["--list-untracked"], "config.yaml"),
        (["--list-changes", "code"], ""),
        (["--list-changes", "params"], ""),
        (["--dag"], "digraph"),
        (["--rulegraph"], "digraph"),
        (["--filegraph"], "digraph"),
        (["--delete-all-output", "-n"], "Would delete final.mp4"),
        (["--list-rules"], "segment"),
        (["--list-target-rules"], "deliver"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_preview_is_heard(project, options, heard, target):
    done = project.snakemake(*target, *options)
    assert done.returncode == 0 and heard in said(done), said(done)
    assert (project.folder / "final.mp4").exists()


COUNTS = """
import sys
from snakemake.cli import main
from snakemake.dag import DAG

seen, update = set(), DAG.update_

async def counting(dag, job, *given, **named):
    seen.add(str(job.output))
    await update(dag, job, *given, **named)

DAG.update_ = counting
sys.argv[0] = "snakemake"
try:
    main()
finally:
    print(len(seen), "jobs were looked at")
"""


@pytest.mark.parametrize(
    ("options", "looked_at"),
    [
        (["-n"], 1),
        ([], 1),
        (["-n", "all"], 2),
        (["-n", "-F"], 11),
        (["-n", "-f", "final.mp4"], 11),
        (["-n", "-R", "segment"], 11),
        (["-n", "--until", "join"], 11),
        (["-n", "--rerun-triggers", "mtime", "params"], 11),
        (["--touch"], 11),
        (["--summary"], 11),
        (["--dag"], 11),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_what_is_there_needs_no_job_where_only_what_is_missing_is_asked_for(project, options, looked_at):
    (project.folder / "count.py").write_text(COUNTS)
    words = ["count.py", "-s", str(REPOSITORY / "Snakefile"), *options]
    done = project._run(words)
    said(done)
    assert done.stdout.splitlines()[-1] == f"{looked_at} jobs were looked at"


@pytest.mark.parametrize("gone", ["final.srt", "build/segments/a-*.mp4", "build/admissions/*.jpg"])
def test_of_what_is_missing_nothing_is_left_out(project, tmp_path, gone):
    """Together with the delivered file it is pending as Snakemake would have it, who looks at every job."""
    robbed = project.copied(tmp_path / "reel")
    for file in [*robbed.folder.glob(gone), robbed.folder / "final.mp4"]:
        file.unlink()
    every = robbed.snakemake("-n", "--rerun-triggers", "mtime", "software-env")
    assert jobs(every) == robbed.pending() and len(jobs(every)) == (2 if "admissions" in gone else 1)


def test_another_cut_or_machine_changes_no_parameters(project):
    """What names say of content is all that counts: files of the other shot are told to be as they were."""
    project.shot("b")["prompt"] = "Something else"
    project.save()
    shown = said(project.snakemake("--summary", "--config", "cards=1", SWAV_HELPER="off"))
    project.shot("b")["prompt"] = BOARD["shots"][1]["prompt"]
    project.save()
    (segment,) = [line for line in shown.splitlines() if line.startswith("build/segments/a-")]
    assert "changed" not in segment


@pytest.mark.parametrize("options", [["--touch"], ["-t", "-F"]])
def test_touching_says_that_nothing_is_built(project, options):
    text = said(project.snakemake(*options))
    assert not re.search(r"^\[ *\d+/\d+\]", text, re.MULTILINE), text
    assert "nothing is built" in text
    assert "nothing is pending" in said(project.snakemake("-n"))


def test_lint_says_one_thing_and_why(project):
    done = project.snakemake("--lint")
    lines = [line for line in said(done).splitlines() if not line.startswith("Using")]
    assert len(lines) == 1 and "on purpose" in lines[0], lines
    without_ours = project.snakemake("--lint", "--workflow-profile", "none")
    titles = set(re.findall(r"^    \* (.*):$", said(without_ours), re.MULTILINE))
    assert titles == {"Specify a conda environment or container for each rule."}


def test_a_report_without_notes_says_so_once(project, tmp_path):
    robbed = project.copied(tmp_path / "reel")
    shutil.rmtree(robbed.folder / ".snakemake")
    text = said(robbed.snakemake("--report", "report.zip"))
    assert "Missing metadata" not in text and text.count("has no notes of them") == 1, text


@pytest.fixture(scope="module")
def report(project, tmp_path_factory):
    """The folder of the film's report, unpacked."""
    done = project.snakemake("--report", "report.zip")
    assert done.returncode == 0, said(done)
    folder = tmp_path_factory.mktemp("report")
    with zipfile.ZipFile(project.folder / "report.zip") as packed:
        packed.extractall(folder)
    return folder / "report"


def test_a_report_holds_the_film_a_contact_sheet_and_the_verdicts(project, report):
    files = {file.suffix: file for file in (report / "data").rglob("*.*")}
    assert files.keys() >= {".mp4", ".jpg", ".html"}
    assert files[".mp4"].read_bytes() == (project.folder / "final.mp4").read_bytes()


@pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine")
def test_the_page_of_a_report_shows_them(report, tmp_path):
    """As it is clicked through: the contact sheet is drawn, the film is linked, the verdicts are read."""
    browser = Chromium(tmp_path / "browser")
    try:
        browser.open((report / "report.html").as_uri())
        browser.click("Film")
        browser.until("document.body.innerText.includes('the film')")
        (film,) = report.rglob("final.mp4")
        assert browser.js("document.querySelector('a[download]').href") == film.as_uri()
        browser.js("document.querySelector('table a').click()")
        browser.until("document.querySelector('img[src$=jpg]').naturalWidth > 0")
        browser.click("Results")
        browser.click("Verdicts")
        browser.until("document.body.innerText.includes('every verdict')")
        browser.js("document.querySelector('table a').click()")
        browser.open(browser.until("document.querySelector('iframe').src"))
        browser.until("document.title === 'Views' && document.querySelector('table')")
        rows = browser.js("[...document.querySelectorAll('tr')].map((row) => row.innerText)")
        assert [shot for shot in ("a", "b") if not any(re.match(rf"{shot}\b", row) for row in rows)] == []
        assert browser.complaints() == []
    finally:
        browser.close()


@pytest.mark.parametrize(
    ("options", "heard"),
    [
        (
            ["--report", "report.zip"],
            "final.mp4 is not built yet; run snakemake, then ask for the report again",
        ),
        (["--delete-all-output", "-n"], "Nothing is built here: there is nothing to delete."),
    ],
    ids=["report", "delete"],
)
def test_a_preview_of_what_is_not_built_says_so_in_one_line(tmp_path, options, heard):
    done = Project(tmp_path / "reel", BOARD).snakemake(*options)
    lines = [line for line in said(done).splitlines() if not line.startswith(("Using", "Creating"))]
    assert len(lines) == 1 and lines[0].startswith(heard), lines


def test_a_dry_run_says_why_in_one_line_a_job_then_counts_and_gpu_time(edited):
    lines = said(edited.snakemake("-n")).splitlines()
    rows = [line for line in lines if line.startswith("  ")]
    assert len(rows) == 6 and all(len(row) <= 80 for row in rows), rows
    assert all(
        '"one lantern' in row or "lantern" in row for row in rows if "segment" in row or "draw" in row
    ), rows
    counts = {"1 draw", "1 judge", "1 segment", "1 join", "1 admit", "1 deliver"}
    assert counts in [set(line.split(", ")) for line in lines]
    assert "1 of 2 takes is pending; no GPU time." in lines and lines[-1].startswith("6 jobs are pending")


def test_quiet_leaves_the_jobs_out(edited):
    lines = said(edited.snakemake("-n", "--quiet", "rules")).splitlines()
    assert not [line for line in lines if line.startswith("  ")] and lines[-1].startswith(
        "6 jobs are pending"
    )


def test_any_other_logger_has_whole_sentences(edited):
    words = ("-n", "--workflow-profile", "none", "--rerun-triggers", "mtime")
    assert "Encode the segment of b." in said(edited.snakemake(*words))


def test_every_job_has_a_log_that_says_how_it_ended(project):
    logs = [*project.folder.glob("build/logs/*/*.log"), *project.folder.glob("build/logs/*/*/*.log")]
    assert len(logs) == 11
    assert all(log.read_text().splitlines()[-1].endswith("] done") for log in logs)


def test_lost_logs_and_benchmarks_make_nothing_stale(project, tmp_path):
    robbed = project.copied(tmp_path / "reel")
    for log in [*robbed.folder.glob("build/logs/*/*.log"), *robbed.folder.glob("build/benchmarks/*/*.tsv")]:
        log.unlink()
    assert robbed.pending() == []


@pytest.mark.parametrize("name", ["gpus", "GPU", "gup", "cards"])
def test_a_slip_in_the_name_of_the_gpus_is_named(project, name):
    done = project.snakemake("-n", "--resources", f"{name}=4")
    assert done.returncode == 1
    assert f"--resources {name}=...: no rule claims {name}; write --resources gpu=N" in said(done)


def test_a_failed_job_has_its_sentence_in_its_log(tmp_path):
    board = {**BOARD, "engine": "stub", "shots": [BOARD["shots"][1]]}
    project = Project(tmp_path / "reel", board, {"cards": ["0"]})
    project.give_weights()
    (project.folder / "fail.txt").write_text("b")
    done = project.snakemake()
    assert done.returncode == 1
    log = re.search(r"log: (build/logs/render/stub/b-\w+\.log)", said(done))[1]
    sentence = "b: the stub was told to fail; remove fail.txt"
    assert (
        sentence in done.stderr.splitlines() and sentence in (project.folder / log).read_text().splitlines()
    )
