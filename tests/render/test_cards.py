"""Leases on GPUs: never two owners of a card, no deadlock, nothing kept by the dead."""

import os
import signal
import stat
import subprocess
import sys

import pytest
from waiting import PATIENCE

from swav.errors import EngineError
from swav.render.cards import cards_here, lease, lease_lock

CARDS = ("0", "1", "2", "3")

RACER = """
import sys, time
from pathlib import Path
from swav.render.cards import lease
folder, log, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
for turn in range(4):
    with lease(("0", "1", "2", "3"), count, folder=folder) as cards:
        for card in cards:
            (log / f"holding-{card}").open("x").close()   # FileExistsError if somebody else holds it
        time.sleep(0.02)
        for card in cards:
            (log / f"holding-{card}").unlink()
"""


def test_all_cards_at_once_or_none(tmp_path):
    with lease(CARDS, 3, folder=tmp_path) as first:
        assert first == ("0", "1", "2")
        with lease(CARDS, 1, folder=tmp_path) as second:
            assert second == ("3",)
    with lease(CARDS, 4, folder=tmp_path) as everything:
        assert everything == CARDS


def test_too_few_cards_is_one_sentence(tmp_path):
    with pytest.raises(EngineError, match=r"claims 5 GPUs, but this machine has 4 .*set gpus_per_render"):
        lease(CARDS, 5, folder=tmp_path).__enter__()


def test_eight_processes_never_share_a_card(tmp_path):
    locks, log = tmp_path / "locks", tmp_path / "log"
    log.mkdir()
    racers = [
        subprocess.Popen([sys.executable, "-c", RACER, locks, log, str(count)])
        for count in (1, 2, 3, 4, 1, 2, 3, 4)
    ]
    assert [racer.wait(PATIENCE) for racer in racers] == [0] * 8
    assert list(log.iterdir()) == []


def test_a_killed_owner_frees_its_cards(tmp_path):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from swav.render.cards import lease\n"
            "with lease(('0',), 1, folder=Path(sys.argv[1])): print('held', flush=True); time.sleep(600)",
            tmp_path,
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"held\n"
    waited = []

    def kill():
        waited.append(True)
        os.kill(holder.pid, signal.SIGKILL)

    with lease(("0",), 1, folder=tmp_path, waiting=kill) as cards:
        assert cards == ("0",)
    assert waited and holder.wait() == -signal.SIGKILL


def test_cards_come_from_the_configuration_or_the_environment(monkeypatch):
    assert cards_here(4) == CARDS
    assert cards_here(["0", "GPU-8f"]) == ("0", "GPU-8f")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2, 3")
    assert cards_here() == ("2", "3")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert cards_here() == ()
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    assert all(card.isdigit() for card in cards_here())


def test_a_lease_folder_is_made_for_its_user_alone(tmp_path):
    folder = tmp_path / "leases"
    with lease_lock(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o750, 0o710, 0o702, 0o701, 0o755])
def test_a_lease_folder_that_others_can_enter_is_refused(tmp_path, mode):
    folder = tmp_path / "leases"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(EngineError, match="others can enter"), lease_lock(folder):
        raise AssertionError("entered")
    assert not list(folder.iterdir())


@pytest.mark.parametrize("kind", ["link", "link to nowhere", "file"])
def test_a_lease_folder_that_is_none_is_refused(tmp_path, kind):
    """A link above all: another user may have made it, to a folder of ours."""
    folder, mine = tmp_path / "leases", tmp_path / "mine"
    mine.mkdir(mode=0o700)
    if kind == "file":
        folder.touch()
    else:
        folder.symlink_to(mine if kind == "link" else tmp_path / "nowhere")
    with pytest.raises(EngineError, match="set SWAV_LEASES to"), lease_lock(folder):
        raise AssertionError("entered")
    assert not list(mine.iterdir())
