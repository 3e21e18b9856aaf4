"""What the tests of a run share: environments of engines, made once for all of its processes."""

import os
import shutil
import tempfile

import pytest

KEPT = "SWAV_TEST_ENVIRONMENTS"
MADE = pytest.StashKey[str]()


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with a tiny Wan 2.2 in both published layouts, ``original`` and ``diffusers``."""
    from tiny_wan22 import write_diffusers, write_original

    folder = tmp_path_factory.mktemp("published")
    write_original(folder / "original")
    write_diffusers(folder / "diffusers")
    return folder


def pytest_xdist_auto_num_workers(config):
    """For ``-n auto`` one more than there are cores: many tests wait for processes of their own."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config):
    """Before any other process is started: a folder for environments, unless one was named that stays."""
    if KEPT not in os.environ:
        config.stash[MADE] = os.environ[KEPT] = tempfile.mkdtemp(prefix="swav-test-environments-")


def pytest_unconfigure(config):
    """The folder goes with the process that made it."""
    if MADE in config.stash:
        shutil.rmtree(config.stash[MADE], ignore_errors=True)
