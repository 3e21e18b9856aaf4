"""A farm of two allocations on a real Slurm: each loads once, no shot twice, and the reel after them."""

import json

import pytest
from resident_project import diary, resident_project

BOARD = {
    "title": "A farm",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [{"id": f"s{n}", "prompt": f"a cat number {n}", "duration": 0.5} for n in range(4)],
}


@pytest.mark.slow
def test_a_farm_of_two_allocations_loads_twice(cluster, tmp_path):
    made = resident_project(
        tmp_path / "reel", BOARD, {"gpus_per_render": 1, "cluster": {"cards": "4 x H100"}}
    )
    small = "--mem=1500M --cpus-per-task=2"
    words = ["-m", "swav", "farm", "--allocations", "2", "--gpus", "1", "--submit", "--sbatch", small]
    told = made._run(words, **cluster.environment(CUDA_VISIBLE_DEVICES=""))
    assert told.returncode == 0, told.stdout + told.stderr
    record = json.loads((made.folder / "build/farm/submitted.json").read_text())["jobs"]
    try:
        cluster.wait(*(int(job["job"]) for job in record))
    except AssertionError:
        print(*(file.read_text() for file in (made.folder / "build/farm").glob("*.log")), sep="\n")
        raise
    by_worker = {load["pid"]: [] for load in diary(made, "load")}
    for render in diary(made, "begin"):
        by_worker[render["pid"]].append(render["shot"])
    assert sorted(by_worker.values()) == [["s0", "s2"], ["s1", "s3"]]
    assert (made.folder / "final.mp4").exists()
    assert not list((made.folder / ".snakemake/locks").glob("*"))
