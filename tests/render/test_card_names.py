"""Names of cards that hold on the whole machine, and whose workers are whose."""

import errno
import os

import pytest

from swav.render import card_names
from swav.render.card_names import allocation, names_of, openable_devices, place
from swav.render.cards import cards_here, free_cards, lease, lease_lock
from swav.render.worker_register import new_folder, workers

UUIDS = (("0", "GPU-5f2a-left"), ("1", "GPU-77e0-right"))
SCHEDULERS = ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    """Outside of every allocation, without a driver and without devices."""
    for name in (*SCHEDULERS, "SLURM_STEP_ID", "CUDA_VISIBLE_DEVICES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(card_names, "listed_cards", lambda: ())
    monkeypatch.setattr(card_names, "openable_devices", lambda folder: ())


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        (("0", "1"), ("GPU-5f2a-left", "GPU-77e0-right")),
        (("1",), ("GPU-77e0-right",)),
        (("GPU-77", "GPU-5f2a-left"), ("GPU-77e0-right", "GPU-5f2a-left")),
        (("MIG-9c-1",), ("MIG-9c-1",)),
    ],
)
def test_a_driver_tells_the_uuid(monkeypatch, ids, names):
    monkeypatch.setattr(card_names, "listed_cards", lambda: UUIDS)
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert names_of(ids) == names


def test_without_a_driver_the_device_that_may_be_opened_is_named(monkeypatch):
    monkeypatch.setattr(card_names, "openable_devices", lambda folder: ("195-2", "195-3"))
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert names_of(("0", "1", "2")) == ("195-2", "195-3", "7-2")


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_without_either_a_number_is_its_allocations(monkeypatch, scheduler):
    assert names_of(("0",)) == ("0",)
    monkeypatch.setenv(scheduler, "41")
    assert names_of(("0",)) == ("41-0",)


def test_devices_that_a_control_group_refuses_are_left_out(tmp_path, monkeypatch):
    for name in ("nvidia3", "nvidia10", "nvidia0", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    opened, facts = os.open, os.stat_result
    numbers = {"nvidia0": 0, "nvidia3": 3, "nvidia10": 10}

    def refuse(path, *flags, **more):
        if getattr(path, "name", "") == "nvidia0":
            raise PermissionError(errno.EPERM, "not permitted", str(path))
        if getattr(path, "name", "") == "nvidia3":
            raise OSError(errno.ENXIO, "no such device", str(path))
        return opened(path, *flags, **more)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(
        type(tmp_path), "stat", lambda self: _Device(os.makedev(195, numbers[self.name])), raising=True
    )
    assert facts and openable_devices.__wrapped__(tmp_path) == ("195-3", "195-10")


class _Device:
    def __init__(self, number):
        self.st_rdev = number


def test_cards_that_are_called_alike_in_two_allocations_are_two(tmp_path, monkeypatch):
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    with lease(("0",), 1, folder=tmp_path / "leases"):
        monkeypatch.setenv("SLURM_JOB_ID", "8")
        with lease_lock(tmp_path / "leases"):
            assert free_cards(("0",), tmp_path / "leases") == ("0",)


def test_one_card_under_two_ids_is_one(tmp_path, monkeypatch):
    monkeypatch.setattr(card_names, "listed_cards", lambda: (("0", "GPU-right"),))
    with lease(("0",), 1, folder=tmp_path / "leases"):
        monkeypatch.setattr(card_names, "listed_cards", lambda: (("0", "GPU-left"), ("1", "GPU-right")))
        with lease_lock(tmp_path / "leases"):
            assert free_cards(("0", "1", "GPU-right"), tmp_path / "leases") == ("0",)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_what_a_scheduler_gave_counts_before_what_was_configured(monkeypatch, scheduler):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    for configured in (4, 0, ("0", "1")):
        assert cards_here(configured) != ("2", "3")
    monkeypatch.setenv(scheduler, "41")
    for configured in ("auto", 4, 0, ("0", "1")):
        assert cards_here(configured) == ("2", "3")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    assert cards_here(2) == ("0", "1"), "a site whose scheduler does not deal the cards"


@pytest.mark.parametrize(
    ("visible", "cards"),
    [
        ("", ()),
        ("-1", ()),
        ("NoDevFiles", ()),
        ("0,-1,1", ("0",)),
        (" 1 ,0", ("1", "0")),
        ("GPU-5f2a,MIG-1/2/3", ("GPU-5f2a", "MIG-1/2/3")),
    ],
)
def test_visible_devices_are_read_as_cuda_reads_them(monkeypatch, visible, cards):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert cards_here() == cards


@pytest.mark.parametrize("variable", [*SCHEDULERS, "SLURM_STEP_ID"])
def test_workers_of_another_allocation_or_step_are_not_seen(tmp_path, monkeypatch, variable):
    here = place()
    folder = new_folder(tmp_path)
    with (folder / "alive").open("w"):
        monkeypatch.setenv(variable, "3")
        assert place() != here
        assert list(workers(tmp_path)) == [] and folder.exists()


def test_a_container_and_another_host_are_other_places(monkeypatch):
    here = place()
    monkeypatch.setattr(card_names, "_process_namespace", lambda: "pid:[1]")
    assert place() != here and place().partition("-")[0] == here.partition("-")[0]
    monkeypatch.setattr("platform.node", lambda: "another")
    assert place().partition("-")[0] != here.partition("-")[0]


def test_what_ended_allocations_left_is_cleared_away_and_the_living_stay(tmp_path, monkeypatch):
    from swav.locks import lock

    monkeypatch.setenv("SLURM_JOB_ID", "1")
    dead = new_folder(tmp_path)
    monkeypatch.setenv("SLURM_JOB_ID", "2")
    living = new_folder(tmp_path)
    with lock(living / "alive", wait=True):
        monkeypatch.setenv("SLURM_JOB_ID", "3")
        new_folder(tmp_path)
        assert living.exists() and not dead.parent.exists()
    monkeypatch.setattr("platform.node", lambda: "another")
    new_folder(tmp_path)
    assert living.exists(), "another host's: its locks may not be seen from here"
    assert allocation() == "3"
