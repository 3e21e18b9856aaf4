"""What pip is doing, said now and then in a few words: its own lines are many, the terminal is one."""

import re
import time
from collections.abc import Callable

_SECONDS_BETWEEN_PACKAGES = 3.0
_LARGE_MEGABYTES = 100  # from here on, a download is worth a line of its own
_COLLECTING = re.compile(r"Collecting ([\w.\-]+)(?:\[[^]]*\])?(?:==([^\s;]+))?")
_DOWNLOADING = re.compile(r"\s*Downloading \S*?([\w.]+)-[^/\s]+ \((\d+(?:\.\d+)?) MB\)")


class Announcer:
    """Hears the lines of ``pip install``, and says at which of ``total`` packages it is."""

    def __init__(self, say: Callable[[str], None], total: int):
        self._say = say
        self._total = total
        self._count = 0
        self._told = float("-inf")

    def hear(self, line: str) -> None:
        """Take in one line."""
        if match := _DOWNLOADING.match(line):
            if float(match[2]) >= _LARGE_MEGABYTES:
                self._say(f"fetching {match[1]} ({float(match[2]):.0f} MB)")
        elif match := _COLLECTING.match(line):
            self._count += 1
            if time.monotonic() - self._told >= _SECONDS_BETWEEN_PACKAGES:
                self._told = time.monotonic()
                self._say(f"{' '.join(filter(None, match.groups()))} ({self._count} of {self._total})")
        elif line.startswith("Installing collected packages:"):
            packages = line.count(",") + 1
            self._say(f"installing {packages} package{'s' * (packages > 1)}")
