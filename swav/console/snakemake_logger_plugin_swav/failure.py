"""What a failed job's log adds to what the terminal has shown."""

import re
from pathlib import Path

_NOTE = re.compile(r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] (\w+)")
_MOST = 20
"""Lines of a log that are shown: a sentence has one, a traceback of a fault of ours more."""


def what_it_said(log: Path, elsewhere: bool) -> list[str]:
    """Lines to show for a failed job.

    A job on this machine has said why already; one that ran ``elsewhere``, on a node of a cluster, has only
    written it into its log. A log without an end belongs to a job that was killed.
    """
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    notes = [found[1] for line in lines if (found := _NOTE.match(line))]
    said = [line for line in lines if not _NOTE.match(line)][-_MOST:] if elsewhere else []
    if notes and notes[-1] == "began":
        said.append("the job was killed before it could say why: by somebody, or because memory ran out")
    return said
