"""What a build says while it runs: a line a finished job, with its shot, its time, and how long still.

Snakemake finds logger plugins as top-level packages with this prefix, so this one is installed beside
``swav``. Each job's own words stay in its log below ``logs`` in the build folder, Snakemake's in
``.snakemake/log``; ``snakemake --verbose`` shows the latter.
"""

import logging
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_swav.failure import last_words, memory_kills, was_stopped, what_it_said
from snakemake_logger_plugin_swav.lints import Lints
from snakemake_logger_plugin_swav.rows import Row, aligned, counted, row, rule_of, width
from snakemake_logger_plugin_swav.unbuilt import Unbuilt
from swav.faults import full, says_full
from swav.reel import again, lean_sources
from swav.reel.building import interrupted, why_locked
from swav.reel.events import EventLog, sentence_in
from swav.reel.time_left import TimeLeft, expectation
from swav.shown import harmless_lines
from swav.times import clock

SILENT = {
    LogEvent.RESOURCES_INFO,
    LogEvent.RULEGRAPH,
    LogEvent.JOB_STARTED,
    LogEvent.SHELLCMD,
}
UP_TO_DATE = "Nothing to be done"
LOCKED = "Directory cannot be locked"
SAID_ALREADY = ("RuleException:", "Exiting because a job", "WorkflowError:\nAt least one job")
"""Snakemake's words for a job that failed: the job itself has said why in one sentence."""
TOUCH = ("-t", "--touch")
NOT_TOUCHED = "Output files not touched"
ROUTINE = (
    "Assuming unrestricted shared",
    "Building DAG of jobs",
    "Complete log",
    "Config file",
    "Multiple includes",
)
"""What Snakemake says before every run and preview."""


class LogHandler(LogHandlerBase):
    """Writes to stderr, whole lines only, so that lines of jobs that run side by side never mix."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        lean_sources.read_here()
        self._colour = sys.stderr.isatty() and not self.common_settings.nocolor
        self._dry = self.common_settings.dryrun
        self._verbose = self.common_settings.verbose
        quiet = {str(getattr(item, "name", item)).lower() for item in self.common_settings.quiet or ()}
        self._lists_jobs = not quiet & {"all", "rules"}
        self._lists_progress = not quiet & {"all", "progress"}
        self._touches = any(word in TOUCH for word in sys.argv[1:])
        """Snakemake tells its loggers of every job that it touches as of one that it ran."""
        self._runs = False
        """Whether jobs are run or listed; otherwise Snakemake was asked for one of its previews."""
        self._running: dict[int, tuple[Row, float]] = {}
        self._failed: list[Row] = []
        self._stopped: list[Row] = []
        self._pending: list[Row] = []
        self._lints = Lints()
        self._unbuilt = Unbuilt(sys.argv[1:])
        self._began = time.monotonic()
        self._done, self._total = 0, 0
        self._time_left = TimeLeft({}, _expectation)
        self._finished: list[tuple[Row | str, float]] = []
        self._closed = False
        self._memory_kills = memory_kills()
        self._events = EventLog()

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == LogEvent.WORKFLOW_STARTED:
            self._runs = True
            if not self._dry and "--mode" not in sys.argv:  # Snakemake also starts itself for single jobs
                self._events.begin(" ".join(sys.argv))
            if self._touches:
                self._say("--touch gives files new dates, which mean nothing here: nothing is built.")
        elif self._touches and event in (LogEvent.JOB_INFO, LogEvent.JOB_FINISHED, LogEvent.PROGRESS):
            pass
        elif event == LogEvent.RUN_INFO:
            self._events.say(event="total", total=record.stats.get("total", 0))
            counts = {rule_of(name): count for name, count in record.stats.items() if name != "total"}
            self._time_left = TimeLeft(counts, _expectation)
        elif event == LogEvent.JOB_INFO:
            self._job(record)
        elif event == LogEvent.JOB_FINISHED:
            self._job_finished(record)
        elif event == LogEvent.PROGRESS:
            self._progress(record)
        elif event == LogEvent.JOB_ERROR:
            self._job_failed(record)
        elif event not in SILENT or self._verbose:
            self._other(record)

    # --- jobs

    def list_job(self, record: Any) -> None:
        """Take down a job that a dry run tells of. Not only for records: thousands of jobs are told as they
        are (``swav.reel.lean``), and none waits in the queue of Snakemake's loggers.
        """
        if record.output:  # a target that only names files of other jobs makes nothing
            self._pending.append(row(record))

    def _job(self, record: Any) -> None:
        if self._dry:
            self.list_job(record)
        else:
            found = row(record)
            self._running[record.jobid] = (found, time.monotonic())
            on_cards = bool(getattr(record.resources, "gpu", None))
            self._time_left.began(record.jobid, found.rule, time.monotonic(), on_cards=on_cards)
            self._write_down(found, record)

    def _write_down(self, job: Row, record: Any) -> None:
        """A job as an event, for those who look from elsewhere."""
        from swav.review.pending import told  # Snakemake makes its loggers before it reads a workflow

        if told.reel is not None:
            self._events.into(told.reel.cut.build)
        self._events.say(
            event="job",
            id=record.jobid,
            rule=job.rule,
            about=job.about,
            shot=(record.wildcards or {}).get("shot", ""),
            why=told.why(job.outputs),
            log=next(iter(record.log or ()), None),
        )

    def _job_finished(self, record: Any) -> None:
        said, began = self._running.pop(record.job_id, ("", self._began))
        self._finished.append((said, time.monotonic() - began))
        self._time_left.ended(record.job_id, time.monotonic())
        self._events.say(event="done", id=record.job_id)

    def _progress(self, record: Any) -> None:
        """Snakemake counts jobs after it has named the one that finished; both go into one line."""
        self._done, self._total = record.done, record.total
        count, left = len(str(self._total)), None
        if self._total > self._done and not self._touches:
            left = self._time_left.left(time.monotonic())
        self._events.say(event="progress", done=record.done, total=record.total, left=left)
        for said, seconds in self._finished if self._lists_progress else ():
            took = f"{seconds:.1f} s" if seconds < 60 else clock(seconds)
            still = "" if left is None else f"  {clock(left)} left"
            self._say(f"[{self._done:{count}}/{self._total}] {said}  {self._dim(took + still)}")
        self._finished.clear()

    def _job_failed(self, record: Any) -> None:
        failed, _ = self._running.pop(record.jobid, (Row(record.rule_name, "", ()), 0.0))
        self._time_left.dropped(record.jobid, time.monotonic())
        # A rule has one log; Snakemake appends what an executor names, the log of its scheduler.
        logs = [*(getattr(record, "log", None) or ()), *(getattr(record, "aux_logs", None) or ()), None, None]
        log, of_scheduler = logs[:2]
        if was_stopped(Path(log) if log else None, interrupted()):
            self._stopped.append(failed)
            self._events.say(event="stopped", id=record.jobid)
            return
        self._failed.append(failed)
        lines = what_it_said(Path(log), bool(of_scheduler), self._memory_kills) if log else []
        if of_scheduler and not lines:  # it ended before it was itself, or was ended
            lines = last_words(Path(of_scheduler))
            log = of_scheduler
        for line in lines:
            self._say(line)
        said = lines[-1] if lines else sentence_in(log)
        self._events.say(event="failed", id=record.jobid, said=said)
        self._say(self._red(f"failed: {failed}") + (f"  {self._dim(f'log: {log}')}" if log else ""))

    # --- all else

    def _other(self, record: logging.LogRecord) -> None:
        text = harmless_lines(record.getMessage())
        if ours := re.search(r"^\s*SwavError: (.*)$", text, re.MULTILINE):
            text = ours[1]
        if LOCKED in text:
            text = why_locked()
        if self._verbose:
            self._say(text)
        elif text.startswith(UP_TO_DATE):
            self._say("Everything is up to date; nothing is pending.")
        elif record.levelno >= logging.ERROR:
            if says_full(text):
                text = full(Path.cwd())
            if not text.startswith(SAID_ALREADY):
                self._say(self._unbuilt.sentence(text))
        elif record.levelno >= logging.WARNING:
            self._warning(text)
        elif not self._runs and not text.startswith(ROUTINE):
            self._unbuilt.heard()
            self._say(text)

    def _warning(self, text: str) -> None:
        if (self._touches and text.startswith(NOT_TOUCHED)) or self._unbuilt.takes(text):
            return
        for line in self._lints.take(text):
            self._say(line)

    def close(self) -> None:
        """Say what is pending after a dry run, and what failed after a build. Snakemake may call it twice."""
        if not self._closed:
            self._closed = True
            for line in (*self._lints.last_words(), *self._unbuilt.last_words()):
                self._say(line)
            if self._dry and self._pending:
                self._say_pending()
            if self._failed:
                self._say(
                    self._red(f"{_jobs(len(self._failed))} failed: {'; '.join(map(str, self._failed))}")
                )
            if self._stopped:
                self._say(f"{_jobs(len(self._stopped))} stopped: {'; '.join(map(str, self._stopped))}")
            if again.goes_on():
                self._say("What was damaged is put away: the build goes on by itself, and makes it again.")
            elif self._failed or self._stopped:
                self._say("What was finished is kept; the same command goes on from here.")
            if self._runs and not self._dry:
                ended = not (self._failed or self._stopped or self._running)
                whole = ended and self._done == self._total
                self._events.say(event="ended", ok=whole)
        super().close()

    def _say_pending(self) -> None:
        from swav.review.pending import told  # Snakemake makes its loggers before it reads a workflow

        columns = width()
        if self._lists_jobs:
            self._say("\n".join(aligned([(item, told.why(item.outputs)) for item in self._pending], columns)))
        for line in counted((item.rule for item in self._pending), columns):
            self._say(line)
        if takes := told.takes:
            self._say(takes)
        count = len(self._pending)
        self._say(f"{_jobs(count)} {'is' if count == 1 else 'are'} pending; nothing was run.")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def _dim(self, text: str) -> str:
        return f"\033[2m{text}\033[0m" if self._colour else text

    def _red(self, text: str) -> str:
        return f"\033[31m{text}\033[0m" if self._colour else text


def _expectation() -> Callable[[str], float]:
    """What jobs of each rule may take in the film that is built."""
    from swav.review.pending import told  # Snakemake makes its loggers before it reads a workflow

    if told.reel is None:
        return expectation("", 1, {})
    cut = told.reel.cut
    return expectation(cut.build, len(cut.shots), told.foretold)


def _jobs(count: int) -> str:
    return f"{count} job{'' if count == 1 else 's'}"
