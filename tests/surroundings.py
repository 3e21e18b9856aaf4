"""What every process of a run finds, however that was started: its own variables, and the usual signals.

A shell without job control starts ``pytest &`` with Ctrl-C ignored, and ``nohup`` ignores the end of a
terminal; what is ignored stays so in all that is started, and a test that interrupts a build waits in vain.
"""

import os
import signal
import threading

HEARD = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGQUIT: signal.SIG_DFL,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
    signal.SIGCHLD: signal.SIG_DFL,
}
"""What each of them does in a Python that was started at a terminal."""
TOLD = ("SWAV_", "SNAKEMAKE_", "SLURM_", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONUNBUFFERED", "PYTHONHASHSEED")
"""How variables begin by which people tell swav, Snakemake and Python what to do; a shell hands them on."""
OF_THE_SUITE = ("SWAV_TEST_", "SWAV_HELPER")
"""But for these: folders that stay, and a suite without helpers."""


def forget() -> None:
    """Let no test obey what was told to something else. Before anything is started."""
    for name in [name for name in os.environ if name.startswith(TOLD) and not name.startswith(OF_THE_SUITE)]:
        del os.environ[name]


def hear() -> None:
    """Let no signal be ignored or held back that was, before this process began. Of the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number, usual in HEARD.items():
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
