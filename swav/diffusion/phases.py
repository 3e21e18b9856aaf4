"""How long each phase of a render took, and how much memory it needed at most."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class Phases:
    """A stopwatch with one phase at a time. Phases that come again add up."""

    def __init__(self, device: torch.device):
        self.device = device
        self.seconds: dict[str, float] = {}
        self.peak_bytes: dict[str, int] = {}
        """On a GPU the most that the phase reserved; without one the process's peak until the phase's end."""
        self._phase: str | None = None
        self._began = 0.0

    def begin(self, phase: str | None) -> None:
        """End the phase that runs, if it is another, and begin this one."""
        if phase == self._phase:
            return
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        now = time.monotonic()
        if self._phase:
            self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._began
            before = self.peak_bytes.get(self._phase, 0)
            self.peak_bytes[self._phase] = max(before, peak_bytes(self.device))
        forget_peak(self.device)
        self._phase, self._began = phase, now

    @contextmanager
    def of(self, phase: str | None) -> Iterator[None]:
        """Time a block; with None, the phases that begin inside it."""
        self.begin(phase)
        try:
            yield
        finally:
            self.begin(None)


def peak_bytes(device: torch.device) -> int:
    """The most memory in use so far: of the card since ``forget_peak``, without a card of this process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def forget_peak(device: torch.device) -> None:
    """Begin a new measurement, with nothing held back from the phase before."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
