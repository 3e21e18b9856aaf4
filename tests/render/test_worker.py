"""The resident worker's life: loaded once, never two on a card, and nothing left behind by any death.

The renderer is a stub without torch, so that a life takes a tenth of a second; the jobs, the keeper, the
locks and the signals are real. Whatever is killed here is a process that the test itself caused.
"""

import os
import signal
import subprocess
import sys
from itertools import pairwise

import pytest
from waiting import PATIENCE, running, wait_for
from worker_life import all_free, diary, job, living
from worker_stub import STEPS, shot

from swav.errors import EngineError
from swav.render.cards import lease, try_lease
from swav.render.client import stop_workers
from swav.render.worker_register import make_room_gated


def test_weights_are_loaded_once_for_many_shots(folder):
    made = [shot(folder, name) for name in ("s1", "s2", "s3")]
    assert [each["warm"] for each in made] == [False, True, True]
    assert [each["cards"] for each in made] == [["0"]] * 3
    assert len(diary(folder, "load")) == 1 and diary(folder, "load")[0]["cards"] == "0"
    assert (folder / "s3.clip").read_text() == f"s3 {STEPS}"


def test_progress_reaches_the_job(folder):
    said = []
    shot(folder, "s1", progress=lambda *step: said.append(step))
    assert said == [("denoise", step, STEPS) for step in range(1, STEPS + 1)]


def test_the_log_lies_in_the_build_folder(folder):
    shot(folder, "s1")
    (log,) = (folder / "build/logs").iterdir()
    assert log.name.startswith("stub-")
    assert living(folder)[0].log == str(log)


def test_an_idle_worker_leaves(folder, monkeypatch):
    monkeypatch.setenv("SWAV_WORKER_IDLE", "0.3")
    shot(folder, "s1")
    wait_for(lambda: not living(folder) and all_free(folder), "the idle worker stayed")
    assert not shot(folder, "s2")["warm"]


def test_the_end_of_a_build_ends_its_workers_and_no_others(folder):
    shot(folder, "s1", build="build", cards=["0"])
    shot(folder, "s2", build="other", cards=["1"])
    assert stop_workers(folder / "build") == 1
    assert [worker.build for worker in living(folder)] == [str(folder / "other")]
    assert all_free(folder, ("0",)) and not all_free(folder, ("1",))
    assert stop_workers(folder / "nowhere") == 0


def test_another_placement_takes_the_cards_over(folder):
    shot(folder, "s1", setup={"placement": "a"})
    first = living(folder)[0]
    assert not shot(folder, "s2", setup={"placement": "b"})["warm"]
    (second,) = living(folder)
    assert second.folder != first.folder and not running(first.keeper)


def test_a_worker_at_work_is_waited_for_not_dismissed(folder):
    busy = job(folder, "s1", step_seconds=0.2)
    assert busy.stdout.readline()
    said = []
    shot(folder, "s2", setup={"placement": "b"}, note=said.append)
    assert said == ["waiting for free GPUs"]
    assert busy.wait(PATIENCE) == 0 and (folder / "s1.clip").exists()
    ended, began = diary(folder, "end")[0]["at"], diary(folder, "begin")[1]["at"]
    assert ended < began


def test_any_lease_may_ask_idle_workers_for_their_cards(folder):
    leases = folder / "leases"
    shot(folder, "s1", cards=["0"])
    shot(folder, "s2", cards=["1"])
    with lease(("0", "1"), 1, make_room=lambda: make_room_gated(leases, ("0", "1"), 1)) as held:
        assert len(living(folder)) == 1, "one card was asked for, so one worker left"
        assert living(folder)[0].cards != held


def test_more_cards_than_there_are_is_one_sentence(folder):
    with pytest.raises(EngineError, match="a render claims 2 GPUs, but this machine has 1"):
        shot(folder, "s1", processes=2)
    assert not living(folder)


def test_an_error_of_the_engine_keeps_the_weights(folder):
    with pytest.raises(EngineError, match=r"^the stub was told to fail; tell it otherwise$"):
        shot(folder, "s1", trouble="error", at=2)
    assert not (folder / "s1.clip").exists()
    assert shot(folder, "s2")["warm"]


@pytest.mark.parametrize(
    ("trouble", "kind", "sentence"),
    [
        (
            "memory",
            "memory",
            r"^memory ran out on GPU 0 \(21\.47 GB more were needed; 84\.8 of 85\.0 GB were in use, "
            r"13\.9 GB of them by other processes\)$",
        ),
        ("crash", "crash", r"^the render worker crashed \(ValueError: a bug\); its log is .*\.log$"),
        ("killed", "crash", r"^the render worker was killed, by somebody or because memory ran out"),
    ],
)
def test_a_crash_costs_one_shot(folder, trouble, kind, sentence):
    shot(folder, "s1")
    with pytest.raises(EngineError, match=sentence) as failure:
        shot(folder, "s2", trouble=trouble, at=3)
    assert failure.value.kind == kind and "\n" not in str(failure.value)
    assert not (folder / "s2.clip").exists()
    assert not living(folder) and all_free(folder), "the cards were free before the job said why"
    assert not shot(folder, "s3")["warm"]


def test_weights_that_cannot_be_loaded_fail_each_shot_with_their_own_sentence(folder):
    for name in ("s1", "s2"):
        with pytest.raises(EngineError, match=r"^the weights are damaged; download them again$"):
            shot(folder, name, setup={"fails": True})
    assert not living(folder) and all_free(folder)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_job_that_vanishes_cancels_its_shot_and_nothing_else(folder, blow):
    gone = job(folder, "s1", step_seconds=0.2)
    assert gone.stdout.readline()
    gone.send_signal(blow)
    gone.wait(PATIENCE)
    assert shot(folder, "s2")["warm"], "the worker survived, and was free for the next"
    (cancelled,) = diary(folder, "cancelled")
    assert cancelled["shot"] == "s1" and cancelled["step"] < STEPS
    assert not (folder / "s1.clip").exists() and len(diary(folder, "load")) == 1


def test_a_job_that_vanishes_while_weights_load_leaves_them_warm(folder):
    gone = job(folder, "s1", setup={"loading": 0.5})
    wait_for(lambda: diary(folder, "load"), "nothing was loaded")
    gone.kill()
    gone.wait()
    assert shot(folder, "s2", setup={"loading": 0.5})["warm"]
    assert len(diary(folder, "load")) == 1


def test_a_job_that_reads_nothing_does_not_hold_up_the_worker(folder):
    stopped = job(folder, "s1", step_seconds=0.05)
    assert stopped.stdout.readline()
    stopped.send_signal(signal.SIGSTOP)
    wait_for(lambda: diary(folder, "end"), "the shot waited for its reader")
    stopped.send_signal(signal.SIGCONT)
    assert stopped.wait(PATIENCE) == 0


@pytest.mark.parametrize("who", ["keeper", "rank"])
@pytest.mark.parametrize("when", ["idle", "rendering"])
def test_no_process_outlives_another(folder, who, when):
    shot(folder, "s0")
    worker, rank = living(folder)[0], diary(folder, "load")[0]["pid"]
    at_work = job(folder, "s1", step_seconds=0.2) if when == "rendering" else None
    if at_work:
        assert at_work.stdout.readline()
    os.kill(worker.keeper if who == "keeper" else rank, signal.SIGKILL)
    wait_for(lambda: not running(worker.keeper) and not running(rank), "a process was left behind")
    wait_for(lambda: all_free(folder), "a card was left behind")
    if at_work:
        assert at_work.wait(PATIENCE) == 1
        assert "the render worker was killed" in at_work.stdout.read()
        assert not (folder / "s1.clip").exists()
    assert not shot(folder, "s2")["warm"]


def test_a_build_that_ends_during_a_shot_frees_the_cards(folder):
    at_work = job(folder, "s1", step_seconds=0.5)
    assert at_work.stdout.readline()
    assert stop_workers(folder / "build") == 1
    assert all_free(folder)
    assert at_work.wait(PATIENCE) == 1
    assert "the render worker was told to leave while it rendered" in at_work.stdout.read()


def test_code_that_was_edited_is_another_worker(folder, monkeypatch):
    shot(folder, "s1")
    monkeypatch.setattr("swav.render.client.code_version", lambda: "edited")
    assert not shot(folder, "s2")["warm"]
    assert len(living(folder)) == 1


@pytest.mark.parametrize("placements", [["a"], ["a", "b"]])
def test_a_race_of_eight_jobs(folder, placements):
    """Two cards, one a worker: whatever the order, all get their clips and no card has two owners."""
    jobs = [
        job(folder, f"s{number}", cards=["0", "1"], setup={"placement": placements[number % len(placements)]})
        for number in range(8)
    ]
    assert [each.wait(PATIENCE) for each in jobs] == [0] * 8
    assert all((folder / f"s{number}.clip").read_text() == f"s{number} {STEPS}" for number in range(8))
    begun = {entry["shot"]: entry["at"] for entry in diary(folder, "begin")}
    spans = [(entry["cards"], begun[entry["shot"]], entry["at"]) for entry in diary(folder, "end")]
    assert len(spans) == 8 and {card for card, _, _ in spans} <= {"0", "1"}
    for card in ("0", "1"):
        own = sorted((began, ended) for each, began, ended in spans if each == card)
        assert all(ended <= began for (_, ended), (began, _) in pairwise(own))
    if len(placements) == 1:
        assert len(diary(folder, "load")) <= 2


def test_a_worker_that_becomes_idle_while_cards_are_sought_is_not_dismissed(folder, monkeypatch):
    """Its weights took minutes to load, and are those that the job wants."""
    shot(folder, "s1")
    works = [living(folder)[0].engage()]

    def sought(*arguments):
        if works:
            works.pop().close()
        return try_lease(*arguments)

    monkeypatch.setattr("swav.render.client.try_lease", sought)
    assert shot(folder, "s2")["warm"]
    assert not works and len(diary(folder, "load")) == 1


def test_the_client_needs_no_framework():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, swav.render.client; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "swav.render.client" in loaded
    assert not {"torch", "numpy", "pydantic", "snakemake", "yaml"} & set(loaded)
