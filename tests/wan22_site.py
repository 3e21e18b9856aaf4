"""A tiny Wan 2.2 and a machine of two cards that are none, for tests that shoot with it on the CPU."""

from fractions import Fraction

import pytest
import warm
from places import REPOSITORY, TESTS
from tiny_wan22 import write_original

from swav.engines import Request, Site
from swav.keys import Length
from swav.render.client import stop_workers

STEPS = 12


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny") / "models"
    write_original(folder / "wan22")
    return folder


@pytest.fixture
def site(models, tmp_path, monkeypatch):
    """A machine of two cards that are none: everything is computed on the CPU."""
    for name, value in {
        "SWAV_DEVICE": "cpu",
        "SWAV_LEASES": str(tmp_path / "leases"),
        "SWAV_WORKER_IDLE": "60",
        "OMP_NUM_THREADS": "1",
        **warm.forked_ranks(TESTS, REPOSITORY),
    }.items():
        monkeypatch.setenv(name, value)
    yield Site(models, ("0", "1"), 2)
    stop_workers(tmp_path / "build")


def request(**changes):
    values = {"shot": "s1", "width": 64, "height": 64, "rate": Fraction(24), "seed": 5, "prompt": "a red fox"}
    return Request(**{**values, "length": Length(frames=12), "steps": STEPS, **changes})
