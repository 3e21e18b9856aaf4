"""What a build says while it runs: a line a finished job, with its shot, its time, and how long still.

Snakemake finds logger plugins as top-level packages with this prefix, so this one is installed beside
``swav``. Its own full log stays where it always is, in ``.snakemake/log``; ``snakemake --verbose`` shows it.
"""

import logging
import re
import sys
import time
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from swav.times import clock

SILENT = {
    LogEvent.RUN_INFO,
    LogEvent.WORKFLOW_STARTED,
    LogEvent.RESOURCES_INFO,
    LogEvent.RULEGRAPH,
    LogEvent.JOB_STARTED,
    LogEvent.SHELLCMD,
}
UP_TO_DATE = "Nothing to be done"
SAID_ALREADY = ("RuleException:", "Exiting because a job", "WorkflowError:\nAt least one job")
"""Snakemake's words for a job that failed: the job itself has said why in one sentence."""


def _columns(record: Any) -> str:
    """A job as a row: its rule, what it is about, and with which engine on how many GPUs."""
    wildcards = record.wildcards or {}
    about = wildcards.get("shot") or wildcards.get("name") or _object(record.rule_msg or "")
    gpus = getattr(record.resources, "gpu", None)
    cells = [wildcards.get("engine", "") if "shot" in wildcards else "", f"GPUs: {gpus}" if gpus else ""]
    return f"{record.rule_name:<14} {'  '.join([about, ', '.join(filter(None, cells))])}".rstrip()


def _object(sentence: str) -> str:
    """A job's message without its verb and its full stop: the rule's name says what is done."""
    return sentence.partition(" ")[2].removesuffix(".")


class LogHandler(LogHandlerBase):
    """Writes to stderr, whole lines only, so that lines of jobs that run side by side never mix."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self._colour = sys.stderr.isatty() and not self.common_settings.nocolor
        self._dry = self.common_settings.dryrun
        self._verbose = self.common_settings.verbose
        self._running: dict[int, tuple[str, float]] = {}
        self._failed: list[str] = []
        self._pending: list[str] = []
        self._began = time.monotonic()
        self._done, self._total = 0, 0
        self._finished: list[tuple[str, float]] = []
        self._closed = False

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO:
            self._job(record)
        elif event == LogEvent.JOB_FINISHED:
            self._job_finished(record)
        elif event == LogEvent.PROGRESS:
            self._progress(record)
        elif event == LogEvent.JOB_ERROR:
            self._job_failed(record)
        elif event not in SILENT or self._verbose:
            self._other(record)

    def _job(self, record: Any) -> None:
        said = _columns(record)
        if self._dry:
            self._pending.append(said)
        else:
            self._running[record.jobid] = (said, time.monotonic())

    def _job_finished(self, record: Any) -> None:
        said, began = self._running.pop(record.job_id, ("", self._began))
        self._finished.append((said, time.monotonic() - began))

    def _progress(self, record: Any) -> None:
        """Snakemake counts jobs after it has named the one that finished; both go into one line."""
        self._done, self._total = record.done, record.total
        width = len(str(self._total))
        spent = time.monotonic() - self._began
        left = spent / self._done * (self._total - self._done) if self._done else 0
        for said, seconds in self._finished:
            took = f"{seconds:.1f} s" if seconds < 60 else clock(seconds)
            still = f"  {clock(left)} left" if self._total > self._done and self._done > 2 else ""
            self._say(f"[{self._done:{width}}/{self._total}] {said}  {self._dim(took + still)}")
        self._finished.clear()

    def _job_failed(self, record: Any) -> None:
        said, _ = self._running.pop(record.jobid, (record.rule_name, 0.0))
        self._failed.append(said)
        self._say(self._red(f"failed: {said}"))

    def _other(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if ours := re.search(r"^\s*SwavError: (.*)$", text, re.MULTILINE):
            text = ours[1]
        if text.startswith(UP_TO_DATE):
            self._say("Everything is up to date; nothing is pending.")
        elif self._verbose or (record.levelno >= logging.ERROR and not text.startswith(SAID_ALREADY)):
            self._say(text)

    def close(self) -> None:
        """Say what is pending after a dry run, and what failed after a build. Snakemake may call it twice."""
        if not self._closed:
            self._closed = True
            for said in sorted(self._pending, key=str.split):
                self._say(f"  {said}")
            if self._dry and self._pending:
                self._say(f"{len(self._pending)} jobs are pending; nothing was run.")
            if self._failed:
                self._say(self._red(f"{len(self._failed)} jobs failed: {'; '.join(self._failed)}"))
                self._say("What was finished is kept; the same command goes on from here.")
        super().close()

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def _dim(self, text: str) -> str:
        return f"\033[2m{text}\033[0m" if self._colour else text

    def _red(self, text: str) -> str:
        return f"\033[31m{text}\033[0m" if self._colour else text
