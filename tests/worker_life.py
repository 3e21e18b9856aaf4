"""A resident worker with a stub for its model: jobs to send to it, and what is left of it."""

import json
import os
import subprocess
import sys

import pytest
from places import REPOSITORY, TESTS

from swav.render.cards import free_cards, lease_lock
from swav.render.client import stop_workers
from swav.render.worker_register import workers


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SWAV_LEASES", str(tmp_path / "leases"))
    monkeypatch.setenv("SWAV_WORKER_IDLE", "60")
    monkeypatch.setenv("SWAV_DEVICE", "cpu")  # the stub computes nothing, however many cards are here
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(TESTS), str(REPOSITORY)]))
    yield tmp_path
    for build in ("build", "other"):
        stop_workers(tmp_path / build)


def job(folder, name, **arguments):
    """A render job in a process of its own, which prints its progress line by line."""
    said = json.dumps({"folder": str(folder), "name": name, **arguments})
    return subprocess.Popen(
        [sys.executable, str(TESTS / "worker_stub.py"), said], stdout=subprocess.PIPE, text=True
    )


def diary(folder, event):
    """What players wrote down of one kind of event."""
    file = folder / "diary.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    return [entry for entry in map(json.loads, lines) if entry["event"] == event]


def living(folder):
    with lease_lock(folder / "leases"):
        return list(workers(folder / "leases"))


def all_free(folder, cards=("0",)):
    with lease_lock(folder / "leases"):
        return free_cards(cards, folder / "leases") == tuple(cards)
