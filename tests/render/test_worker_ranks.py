"""A resident worker of two ranks under torchrun: one life, one death, whichever process is hit."""

import os
import signal
from pathlib import Path

import pytest
from waiting import PATIENCE, running, wait_for
from worker_life import all_free, diary, job, living
from worker_stub import shot

from swav.errors import EngineError

CARDS = ("0", "1")


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@pytest.mark.parametrize("who", ["keeper", "torchrun", "rank 0", "rank 1"])
def test_ranks_cancel_together_and_die_together(folder, who):
    gone = job(folder, "s1", processes=2, cards=CARDS, step_seconds=0.3)
    assert gone.stdout.readline()
    gone.kill()
    gone.wait()
    wait_for(lambda: len(diary(folder, "cancelled")) == 2, "a rank went on")
    assert len({entry["step"] for entry in diary(folder, "cancelled")}) == 1, "at the same step"
    ranks = {entry["rank"]: entry["pid"] for entry in diary(folder, "load")}
    (worker,) = living(folder)
    processes = {
        "keeper": worker.keeper,
        "torchrun": parent(ranks[0]),
        **{f"rank {n}": ranks[n] for n in (0, 1)},
    }
    assert len(set(processes.values())) == 4

    at_work = job(folder, "s2", processes=2, cards=CARDS, step_seconds=0.3)
    assert at_work.stdout.readline()
    os.kill(processes[who], signal.SIGKILL)
    wait_for(lambda: not any(map(running, processes.values())), "a process was left behind")
    wait_for(lambda: all_free(folder, CARDS), "a card was left behind")
    assert at_work.wait(PATIENCE) == 1
    assert "the render worker" in at_work.stdout.read()
    assert not (folder / "s2.clip").exists()
    assert len(diary(folder, "load")) == 2, "what was cancelled left the weights warm"


@pytest.mark.slow
def test_an_error_in_one_rank_alone_does_not_hang_the_others(folder):
    """Rank 1 runs out of memory while rank 0 waits for it in a collective."""
    with pytest.raises(EngineError, match=r"^memory ran out on GPU 1 \(21\.47 GB more were needed"):
        shot(folder, "s1", processes=2, cards=CARDS, trouble="memory", at=2, rank=1)
    assert not living(folder) and all_free(folder, CARDS)
