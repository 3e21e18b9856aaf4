"""Children that do not outlive their parent: whatever ends us, nothing of ours goes on working alone."""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Looked up now: a forked child must not take the loader's lock.
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def die_with(parent: int) -> Callable[[], None]:
    """A ``preexec_fn`` by which the child asks the kernel to kill it when its parent, or the thread that
    started it, ends (prctl(2), PR_SET_PDEATHSIG)."""

    def hook() -> None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died in between
            os.kill(os.getpid(), signal.SIGKILL)

    return hook
