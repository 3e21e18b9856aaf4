"""What a running job says: which shot, which step, how much is done, how long still."""

import sys
import time
from collections.abc import Callable

from swav.times import clock


class Progress:
    """Prints at most one line a second of interest: a new step, and then each tenth of it.

    Jobs run side by side and share one terminal, so a line is written whole and never redrawn.
    """

    def __init__(
        self, shot: str, engine: str, heard: Callable[[str, int, int], None] = lambda step, done, total: None
    ):
        """``heard`` is told of every step, how much of it is done, and of how much."""
        self._heard = heard
        self._name = f"{shot} {engine}"
        self._began = time.monotonic()
        self._step = ""
        self._step_began = 0.0
        self._told = 0.0

    def step(self, step: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` of a step is done, if there is news in it."""
        self._heard(step, done, total)
        now = time.monotonic()
        if step != self._step:
            self._step, self._step_began, self._told = step, now, now
            return
        spent = now - self._step_began
        if now - self._told < max(2.0, spent / 10) or not done:
            return
        self._told = now
        left = spent / done * (total - done)
        self.note(f"{step} {done}/{total}, {clock(left)} left")

    def note(self, text: str) -> None:
        """Say one thing."""
        print(f"{self._name}: {text}", file=sys.stderr, flush=True)

    def done(self) -> None:
        """Say that the take is there, if anybody had time to wonder."""
        spent = time.monotonic() - self._began
        if spent > 10:
            self.note(f"done in {clock(spent)}")
