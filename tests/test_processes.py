"""What is read of the processes of a machine, whatever they are called and whenever they end."""

import os
import subprocess
import sys

import pytest

from swav.processes import facts, parents

NAMED = """
import ctypes, sys
ctypes.CDLL(None).prctl(15, sys.argv[1].encode())  # PR_SET_NAME keeps 15 bytes
print("named", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("name", ["a火狐浏览器", "a) R 1 (b", "नौसेना नवाचार", ""])
def test_a_name_of_any_bytes_hides_no_process(name):
    """Of the first and the third the kernel keeps half of a character."""
    words = [sys.executable, "-c", NAMED, name]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as named:
        assert named.stdout.readline() == b"named\n"
        assert dict(parents())[named.pid] == os.getpid()
        assert facts(named.pid)[0] in "RSD"


def test_the_dead_are_told_from_those_that_are_gone():
    dead = subprocess.Popen(["true"])
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
    assert facts(dead.pid)[0] == "Z" and dict(parents())[dead.pid] == os.getpid()
    dead.wait()
    assert facts(dead.pid) is None and dead.pid not in dict(parents())
