"""A farm of two allocations on a real Slurm: each loads once, no shot twice, and the reel after them."""

import json

import pytest
from places import TESTS
from project import Project
from slurm_cluster import SlurmCluster, why_not

BOARD = {
    "title": "A farm",
    "size": "128x72",
    "fps": 12,
    "engine": "stub",
    "music": {"engine": "none"},
    "shots": [{"id": f"s{n}", "prompt": f"a cat number {n}", "duration": 0.5} for n in range(4)],
}
ENGINE = '''
"""Renders with the tests' renderer, in a resident worker; its clips are of one colour."""
from pathlib import Path
import numpy as np
from swav.engines import Readiness
from swav.media.writer import ClipWriter
from swav.render.client import Order, render


class Stub:
    name, source, gpu, leases_itself, designed = "stub", "prompt", True, True, True

    def readiness(self, site):
        return Readiness(bool(site.cards), "cards are here" if site.cards else "no GPU here", "weights")

    def recipe(self, request, model):
        return {"engine": "stub", "prompt": request.prompt, "length": request.length.plain()}

    def shoot(self, job):
        order = Order("stub", "worker_stub:Renderer", {"diary": str(Path.cwd())}, job.gpus, job.build)
        task = {"clip": str(job.clip.resolve()), "shot": job.request.shot}
        made = render(order, task, cards=job.cards, progress=job.progress, note=job.note)
        with ClipWriter(job.clip, width=job.request.width, height=job.request.height, rate=job.request.rate,
                        metadata={}) as clip:
            for _ in range(job.frames):
                clip.write(np.full((job.request.height, job.request.width, 3), 90, np.uint8))
        return made


ENGINE = Stub()
'''


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_farm_of_two_allocations_loads_twice(tmp_path):
    made = Project(tmp_path / "reel", BOARD, {"gpus_per_render": 1, "cluster": {"cards": "4 x H100"}})
    (made.folder / "plugins/stub_engine.py").write_text(ENGINE)
    (made.folder / "plugins/worker_stub.py").write_text((TESTS / "worker_stub.py").read_text())
    with SlurmCluster(tmp_path / "slurm") as cluster:
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
    diary = [json.loads(line) for line in (made.folder / "diary.jsonl").read_text().splitlines()]
    by_worker = {entry["pid"]: [] for entry in diary if entry["event"] == "load"}
    for entry in diary:
        if entry["event"] == "begin":
            by_worker[entry["pid"]].append(entry["shot"])
    assert sorted(by_worker.values()) == [["s0", "s2"], ["s1", "s3"]]
    assert (made.folder / "final.mp4").exists()
    assert not list((made.folder / ".snakemake/locks").glob("*"))
