"""A resident worker under real Snakemake runs: what fails, what is killed, and what is left of it."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from places import REPOSITORY
from resident_project import diary, resident_project
from safetensors.numpy import save
from waiting import PATIENCE, wait_for

from swav.cut.takes import read_record
from swav.render.cards import free_cards, lease_lock
from swav.render.client import stop_workers
from swav.render.worker_register import workers

BOARD = {
    "title": "Workers",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [
        {"id": f"s{number}", "prompt": f"a cat number {number}", "duration": 0.5} for number in range(4)
    ],
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = resident_project(tmp_path / "reel", BOARD, {"cards": 1, "gpus_per_render": 1})
    monkeypatch.setenv("SWAV_LEASES", str(made.folder / "leases"))
    yield made
    stop_workers(made.folder / "build")


def nobody_is_left(project):
    leases = project.folder / "leases"
    with lease_lock(leases):
        return not list(workers(leases)) and free_cards(("0",), leases) == ("0",)


def takes(project):
    """Shots whose takes are kept; each take has a record."""
    return sorted(read_record(take)["shot"] for take in (project.folder / "build/takes").glob("[!.]*.mp4"))


def start(project, **environment):
    """Snakemake at work, the leader of a process group of its own, as a terminal starts it."""
    command = [sys.executable, "-m", "snakemake", "-s", str(REPOSITORY / "Snakefile"), "final.mp4"]
    return subprocess.Popen(
        [*command, "--resources", "gpu=1", "--cores", "2"],
        cwd=project.folder,
        env=project.environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_a_crash_costs_one_shot_and_one_load(project):
    trouble = project.folder / "trouble.json"
    trouble.write_text(json.dumps({"s1": {"trouble": "memory", "at": 3}}))
    done = project.snakemake("final.mp4", "--resources", "gpu=1", "--cores", "2")
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "s1: memory ran out on GPU 0 (21.47 GB more were needed; " in said
    assert "Traceback" not in said
    assert takes(project) == ["s0", "s2", "s3"]
    loads = len(diary(project, "load"))
    assert loads == (1 if diary(project, "begin")[-1]["shot"] == "s1" else 2)
    assert nobody_is_left(project), "the end of the build ended the worker"
    trouble.unlink()
    project.config["keep_warm"] = 0
    ran = project.build("--resources", "gpu=1", "--cores", "2")
    assert [job for job in ran if job.startswith("render")] == ["render s1"]
    assert nobody_is_left(project)


def test_between_builds_a_model_stays_on_its_cards_until_it_is_stopped(project):
    built = project.snakemake("final.mp4", "--resources", "gpu=1", "--cores", "2")
    assert built.returncode == 0, built.stderr
    line = r"^stub on card 0: ready for the next shot until \d\d:\d\d"
    assert re.search(rf"{line}; swav worker stop ends it$", built.stderr, re.MULTILINE)
    assert re.search(rf"{line}$", project.swav("worker").stdout, re.MULTILINE)
    (told,) = json.loads(project.swav("worker", "--json").stdout)
    assert 0 < told["leaves_at"] - time.time() <= 300
    project.shot("s1")["prompt"] = "a dog"
    ran = project.build("--resources", "gpu=1", "--cores", "2")
    assert [job for job in ran if job.startswith("render")] == ["render s1"]
    assert len(diary(project, "load")) == 1, "the edit paid for no second load"
    assert project.swav("worker", "stop").stdout == "1 worker ended.\n"
    assert nobody_is_left(project)
    assert project.swav("worker").stdout == "No model is on a card.\n"


def test_a_worker_at_work_is_not_stopped(project):
    build = start(project, STUB_SECONDS="0.5")
    wait_for(lambda: diary(project, "begin"), "no shot began")
    said = project.swav("worker", "stop").stdout
    assert (
        said == "No model waits on a card.\nstub on card 0: at work; it stays: stop its build with Ctrl-C\n"
    )
    os.killpg(build.pid, signal.SIGINT)
    build.wait(PATIENCE)
    wait_for(lambda: nobody_is_left(project), "who stops a build wants its cards")


def test_shots_that_share_a_load_follow_each_other(project):
    """Of four shots every other one has a LoRA: in the film's order each would put the other's worker out."""
    (project.folder / "ink.safetensors").write_bytes(
        save({f"ink.lora_{part}.weight": np.zeros((1, 1), np.float32) for part in ("up", "down")})
    )
    for shot in project.board["shots"][::2]:
        shot["loras"] = [{"file": "ink.safetensors"}]
    project.save()
    project.build("--resources", "gpu=1", "--cores", "2")
    assert [entry["shot"] for entry in diary(project, "begin")] == ["s0", "s2", "s1", "s3"]
    assert len(diary(project, "load")) == 2


def test_ctrl_c_ends_everything_and_keeps_what_was_whole(project):
    build = start(project, STUB_SECONDS="0.2")
    wait_for(lambda: len(diary(project, "begin")) == 2, "no second shot began")
    os.killpg(build.pid, signal.SIGINT)
    assert build.wait(PATIENCE) != 0
    wait_for(lambda: nobody_is_left(project), "a worker outlived its build")
    assert takes(project) == [diary(project, "end")[0]["shot"]]
    assert not list((project.folder / "build/takes").glob(".*"))
    ran = project.build("--resources", "gpu=1", "--cores", "2")
    assert len([job for job in ran if job.startswith("render")]) == 3


@pytest.mark.parametrize("killed", ["snakemake alone", "snakemake and its jobs"])
def test_a_killed_build_leaves_a_worker_that_leaves_by_itself(project, killed):
    build = start(project, STUB_SECONDS="0.2", SWAV_WORKER_IDLE="3")
    wait_for(lambda: len(diary(project, "begin")) == 2, "no second shot began")
    if killed == "snakemake alone":
        build.kill()
    else:
        os.killpg(build.pid, signal.SIGKILL)
    build.communicate()
    wait_for(lambda: nobody_is_left(project), "the worker stayed")
    whole = sorted(entry["shot"] for entry in diary(project, "end"))
    assert len(whole) == (2 if killed == "snakemake alone" else 1)
    wait_for(lambda: takes(project) == whole, "a shot that was rendered was not kept")
    before = len(diary(project, "load"))  # a busy machine may be longer between two shots than a worker waits
    assert project.snakemake("--unlock", "final.mp4").returncode == 0
    # Every file is written by rename, so what is there is whole, whatever Snakemake noted of it.
    ran = project.build("--resources", "gpu=1", "--cores", "2")
    assert len([job for job in ran if job.startswith("render")]) == 4 - len(whole)
    assert len(diary(project, "load")) == before + 1
