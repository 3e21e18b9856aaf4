"""What the tests of a run share: environments of engines, made once for all of its processes; their order."""

import gc
import os
import shutil
import tempfile

import order
import pytest
import reproducible
import surroundings

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
"""Threads that wait sleep: PyTorch's spin for others that get no core, here and in what tests start."""

surroundings.forget()
surroundings.hear()

if reproducible.PRODUCTS:
    os.environ.update(reproducible.PRODUCTS)
    import torch

    torch.ones(64, 64) @ torch.ones(64, 64)
    for name in reproducible.PRODUCTS:  # for this process alone, not for those that it starts
        del os.environ[name]

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


def pytest_addoption(parser):
    parser.addoption(
        "--shuffle",
        type=int,
        metavar="SEED",
        help="files in any order, and the tests of each: none depends on another",
    )


def pytest_configure(config):
    """Before any other process is started: a folder for environments, unless one was named that stays.

    pytest-xdist would let the files with most tests begin, which are not those that take longest.
    """
    config.option.loadscopereorder = False
    if KEPT not in os.environ:
        config.stash[MADE] = os.environ[KEPT] = tempfile.mkdtemp(prefix="swav-test-environments-")


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """Imports make a million things that stay: the collector would look through them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    seed = config.getoption("--shuffle")
    items[:] = order.dearest_first(items) if seed is None else order.shuffled(items, seed)


def pytest_terminal_summary(terminalreporter):
    """Say what would be quicker in another order."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    for sentence in order.late_and_long(reports):
        terminalreporter.write_line(sentence)


def pytest_unconfigure(config):
    """The folder goes with the process that made it."""
    if MADE in config.stash:
        shutil.rmtree(config.stash[MADE], ignore_errors=True)
