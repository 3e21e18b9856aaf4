"""swav on a real Slurm: allocations side by side, nodes that die, jobs that an executor submits."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from places import REPOSITORY
from resident_project import diary, resident_project
from slurm_cluster import until

from swav.cut.model import read_cut
from swav.cut.takes import read_record

pytestmark = pytest.mark.slow

CONFIG = {"cluster": {"cards": "4 x H100"}, "gpus_per_render": 1}


def board(shots):
    return {
        "title": "Slurm",
        "size": "128x72",
        "fps": 12,
        "engine": "stub",
        "music": {"engine": "none"},
        "shots": [
            {"id": f"s{number}", "prompt": f"a cat number {number}", "duration": 0.5}
            for number in range(shots)
        ],
    }


@pytest.fixture(autouse=True)
def head(monkeypatch):
    """A machine without cards, outside of every allocation; leases where all of a user's builds have them."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


def project_of(folder, shots, **config):
    return resident_project(folder, board(shots), CONFIG | config)


def film(project):
    """The film as the head decides it."""
    project.save()
    done = project.snakemake("-n", "final.mp4")
    assert done.returncode == 0, done.stdout + done.stderr
    (cut,) = (project.folder / "build/cuts").glob("*.json")
    return read_cut(cut)


def snakemake(*words):
    """A line of shell that builds in an allocation, in the place of its script, so that it hears signals."""
    command = [sys.executable, "-m", "snakemake", "-s", REPOSITORY / "Snakefile", *words, "--cores", "2"]
    return f"exec {shlex.join(map(str, command))}"


def submit(cluster, project, words, *options, leases, **environment):
    given = project.environment(SWAV_LEASES=str(leases), **environment)
    given.pop("CUDA_VISIBLE_DEVICES")
    return cluster.submit(project.folder, words, "--cpus-per-task=2", "--export=ALL", *options, **given)


def clips(cut, *numbers):
    return [cut.shots[number].clip for number in numbers]


def shown(project, pattern="job-*.log"):
    return "\n".join(log.read_text() for log in project.folder.glob(pattern))


def test_two_allocations_on_a_node_load_once_each_side_by_side(cluster, tmp_path):
    """Their cards are both called 0, and their leases lie in one folder."""
    made = [project_of(tmp_path / name, 3) for name in ("left", "right")]
    for mine, other in zip(made, reversed(made), strict=True):
        meets = [str(project.folder / "here") for project in (mine, other)]
        (mine.folder / "trouble.json").write_text(json.dumps({"s1": {"meets": meets}}))
    jobs = [
        submit(
            cluster,
            project,
            snakemake(*clips(film(project), 0, 1, 2), "--resources", "gpu=1"),
            "--gpus=1",
            "--nodelist=n1",
            leases=tmp_path / "leases",
        )
        for project in made
    ]
    cluster.wait(*jobs)
    for project, job in zip(made, jobs, strict=True):
        (load,) = diary(project, "load")
        assert load["cards"] == "0" and load["job"] == str(job)
        assert [entry["job"] for entry in diary(project, "end")] == [str(job)] * 3
        assert "waiting for free GPUs" not in shown(project)
    used = {name for project in made for name in cards_of(project)}
    assert used == {"242-0", "242-1"}, "each take's record names the card that made it"


def cards_of(project):
    takes = (project.folder / "build/takes").glob("[!.]*.mp4")
    return {name for take in takes for name in read_record(take)["card_names"]}


def test_a_node_dies_in_mid_render_and_the_other_finishes_its_half(cluster, tmp_path):
    """Two nodes share a folder of takes; Slurm starts the dead node's script again elsewhere."""
    project = project_of(tmp_path / "reel", 4)
    cut = film(project)
    jobs = [
        submit(
            cluster,
            project,
            snakemake(*clips(cut, *half), "--resources", "gpu=1", "--nolock"),
            "--gpus=1",
            "--requeue",
            "--open-mode=append",
            f"--nodelist={node}",
            leases=tmp_path / "leases",
            STUB_SECONDS="0.6",
        )
        for node, half in (("n1", (0, 1)), ("n2", (2, 3)))
    ]
    until(lambda: [entry for entry in diary(project, "begin") if entry["node"] == "n2"], cluster)
    cluster.node_down("n2")
    until(lambda: cluster.state(jobs[1]) == "PENDING", cluster)
    cluster.control("update", f"JobId={jobs[1]}", "ReqNodeList=", "StartTime=now")
    try:
        cluster.wait(*jobs)
    finally:
        cluster.node_up("n2")
    ended = [entry["shot"] for entry in diary(project, "end")]
    assert sorted(ended) == ["s0", "s1", "s2", "s3"], "no shot was rendered twice"
    loads = [(entry["node"], entry["job"]) for entry in diary(project, "load")]
    assert sorted(loads) == [("n1", str(jobs[0])), ("n1", str(jobs[1])), ("n2", str(jobs[1]))]
    rest = submit(
        cluster, project, snakemake("final.mp4", "--resources", "gpu=1"), leases=tmp_path / "leases"
    )
    cluster.wait(rest)
    assert (project.folder / "final.mp4").exists() and len(diary(project, "load")) == 3


def test_an_interrupted_allocation_leaves_no_lock_and_is_taken_up(cluster, tmp_path):
    """What ``#SBATCH --signal=B:INT@120`` does before the time limit."""
    project = project_of(tmp_path / "reel", 3)
    words = snakemake(*clips(film(project), 0, 1, 2), "--resources", "gpu=1")
    asked = ("--gpus=1", "--nodelist=n1")
    job = submit(cluster, project, words, *asked, leases=tmp_path / "leases", STUB_SECONDS="0.5")
    until(lambda: len(diary(project, "begin")) == 2, cluster)
    cluster.signal(job, "INT")
    until(lambda: cluster.state(job) not in ("RUNNING", "COMPLETING"), cluster)
    before = {entry["shot"] for entry in diary(project, "end")}
    again = submit(cluster, project, words, *asked, leases=tmp_path / "leases")
    cluster.wait(again)
    assert "locked" not in shown(project)
    ended = [entry["shot"] for entry in diary(project, "end")]
    assert sorted(ended) == ["s0", "s1", "s2"] and before < set(ended)


def by_executor(cluster, project, *words, **environment):
    """``snakemake --profile profiles/slurm`` on the head, as a process of its own."""
    command = [sys.executable, "-m", "snakemake", "-s", REPOSITORY / "Snakefile", "final.mp4", *words]
    command += ["--profile", REPOSITORY / "profiles/slurm", "--slurm-status-command", "squeue"]
    command += ["--slurm-init-seconds-before-status-checks", "1", "--seconds-between-status-checks", "1"]
    command += ["--latency-wait", "5", "--retries", "0", "--cores", "2"]
    return subprocess.Popen(
        list(map(str, command)),
        cwd=project.folder,
        env=cluster.environment(**project.environment(**environment)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def ended(process, seconds=480):
    """All that a process said, which is ended if it takes too long."""
    try:
        return process.communicate(timeout=seconds)[0]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def test_jobs_of_an_executor_obey_the_head_whatever_is_edited_meanwhile(cluster, tmp_path):
    """A head without cards; each job is dealt one, called 0. Only renders are jobs of Slurm's."""
    project = project_of(tmp_path / "reel", 3)
    project.board["shots"].append({"id": "card", "card": {"title": "The end"}, "duration": 0.5})
    (project.folder / "trouble.json").write_text(json.dumps({"s1": {"trouble": "error", "at": 2}}))
    project.save()
    build = by_executor(cluster, project, "--resources", "gpu=2", STUB_SECONDS="0.3")
    until(lambda: diary(project, "begin"), cluster)
    project.shot("s2")["prompt"] = "a dog, edited while its render waits"
    project.save()
    said = ended(build)
    assert build.returncode != 0 and "the stub was told to fail; tell it otherwise" in said, said
    assert "failed: render         s1" in said and "log: build/logs/render/stub/s1-" in said
    assert sorted(entry["shot"] for entry in diary(project, "end")) == ["s0", "s2"], said
    loads = diary(project, "load")
    assert len({entry["job"] for entry in loads}) == 3 and {entry["cards"] for entry in loads} == {"0"}
    assert "No CUDA GPUs" not in said and "is not in the cut" not in said and "Traceback" not in said
    (project.folder / "trouble.json").unlink()
    project.shot("s2")["prompt"] = "a cat number 2"
    project.save()
    build = by_executor(cluster, project, "--resources", "gpu=2")
    said = ended(build)
    assert build.returncode == 0 and (project.folder / "final.mp4").exists(), said
    assert [entry["shot"] for entry in diary(project, "end")][2:] == ["s1"]
    assert len(diary(project, "load")) == 4, "one job of Slurm's a render, and none for all else"
    logs = list((project.folder / ".snakemake/slurm_logs").iterdir())
    assert [Path(log).name for log in logs] == ["rule_render"]
