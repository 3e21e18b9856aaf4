"""On a processor with AVX-512, what computes pictures and sound leaves it out, for the bits of any other."""

import json
import os
import subprocess
import sys

import pytest
from places import REPOSITORY

from swav import arithmetic
from swav.arithmetic import LEFT_OUT, hold, processor

USED = """
import swav, ctypes, json, pathlib, re
import numpy
from numpy._core import _multiarray_umath as core
from swav.opencv import cv2
more = [name for name in core.__cpu_dispatch__ if name != "X86_V3" and core.__cpu_features__[name]]
opencv = [name for name in cv2.getCPUFeaturesLine().split() if re.fullmatch(r"[*]?AVX512[^?]*", name)]
cores = []
for file in sorted(set(re.findall(r"/\\S*openblas\\S*", pathlib.Path("/proc/self/maps").read_text()))):
    library = ctypes.CDLL(file)
    for name in ("scipy_openblas_get_corename64_", "scipy_openblas_get_corename"):
        if hasattr(library, name):
            (ask := getattr(library, name)).restype = ctypes.c_char_p
            cores.append(ask().decode())
print(json.dumps([more, opencv, cores]))
"""


def test_no_library_computes_with_more_than_avx2():
    """What each says of itself, once swav was imported first."""
    clean = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    told = {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", USED], env=clean | told, capture_output=True, text=True, check=True
    )
    numpy, opencv, cores = json.loads(done.stdout)
    assert (numpy, opencv) == ([], []) and cores
    assert not {"SkylakeX", "Cooperlake", "SapphireRapids", "Sapphirerapids"} & set(cores)


@pytest.mark.parametrize(("can", "told"), [("avx2 avx512f amx_tile", LEFT_OUT), ("avx2", {}), ("", {})])
def test_it_is_said_only_where_there_is_something_to_leave_out(monkeypatch, can, told):
    monkeypatch.setattr(arithmetic, "processor", lambda: frozenset(can.split()))
    hold(environment := {})
    assert environment == told


def test_what_somebody_has_said_stays(monkeypatch):
    monkeypatch.setattr(arithmetic, "processor", lambda: frozenset(["avx512f"]))
    hold(environment := {"OPENBLAS_CORETYPE": "Zen"})
    assert environment == LEFT_OUT | {"OPENBLAS_CORETYPE": "Zen"}


def test_a_job_is_told_too():
    """By whatever started it, since it imports numpy before swav."""
    assert "avx512f" not in processor() or all(name in os.environ for name in LEFT_OUT)
