"""A small project in a folder of its own, built by real Snakemake runs of this repository's Snakefile."""

import copy
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import warm
import yaml
from places import REPOSITORY

STUB_ENGINE = '''
"""An engine that claims GPUs and paints its prompt as one colour. It writes down when it held which cards.

With faults.json its pictures count as generated: moving patterns, or the faults named by shot and seed.
"""
import json, os, time
from pathlib import Path
import numpy as np
from swav.engines import Readiness
from swav.errors import EngineError
from swav.keys import digest


FAULTS = Path("faults.json")


def pattern(number, height, width, seed):
    """A rough landscape of waves and edges past which a camera travels, with a little grain."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x += 2 * number
    rng = np.random.default_rng(seed % 1000)
    picture = np.full((height, width), 120, np.float32)
    for scale in (90, 41, 17, 9, 5):
        angle, phase = rng.uniform(0, 6.28, 2)
        wave = (x * np.cos(angle) + y * np.sin(angle)) / scale * 4
        picture += 1.6 * scale ** 0.6 * np.sign(np.sin(wave + phase)) + scale ** 0.5 * np.sin(wave)
    grain = np.random.default_rng(number).normal(0, 2, (height, width))
    return np.clip(picture + grain, 0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)


def faulty(fault, number, height, width, seed):
    if fault == "black":
        return np.zeros((height, width, 3), np.uint8)
    if fault == "frozen":
        number = 0
    return pattern(number, height, width, seed)


class Stub:
    name = "stub"
    source = "prompt"
    gpu = True
    designed = not FAULTS.exists()

    def readiness(self, site):
        weights = site.models / "stub.txt"
        if not weights.exists():
            return Readiness(False, "no weights in models/stub.txt")
        model = digest(weights.read_text())
        return Readiness(True, "weights are here", model) if site.cards else Readiness(False, "no GPU", model)

    def recipe(self, request, model):
        return {"engine": "stub", "model": model, "prompt": request.prompt, "seed": request.seed,
                "length": request.length.plain(), "width": request.width, "height": request.height,
                "rate": request.rate, "steps": request.steps}

    def steps(self, request):
        return request.steps

    def estimate(self, request, gpus, models, machine=None):
        """Seconds of a step, as estimate.txt says them, and six to decode."""
        said = Path("estimate.txt")
        return float(said.read_text()) * request.steps + 6 if said.exists() else None

    def _steps(self, job):
        """The steps that are made now: from where a look ended, to where the next one is, or the last."""
        state, until = job.state / "step", job.look_at or job.request.steps or 0
        begun = int(state.read_text()) if state.exists() else 0
        begun = 0 if job.look_at and begun > until else begun
        if until >= begun and job.request.steps:
            job.state.mkdir(parents=True, exist_ok=True)
            state.write_text(str(max(until, begun)))
        return until - begun

    def shoot(self, job):
        from swav.media.writer import ClipWriter
        fail = Path("fail.txt")
        if fail.exists() and job.request.shot in fail.read_text().split():
            raise EngineError("the stub was told to fail; remove fail.txt")
        began, steps = time.time(), self._steps(job)
        colour = [int(digest(job.request.prompt)[i:i + 2], 16) for i in (0, 2, 4)]
        frame = np.full((job.request.height, job.request.width, 3), colour, np.uint8)
        with ClipWriter(job.clip, width=job.request.width, height=job.request.height, rate=job.request.rate,
                        metadata=dict(job.metadata)) as clip:
            for number in range(job.frames):
                if FAULTS.exists():
                    of_shot = json.loads(FAULTS.read_text()).get(job.request.shot, {})
                    fault, seed = of_shot.get(str(job.request.seed)), job.request.seed
                    frame = faulty(fault, number, job.request.height, job.request.width, seed)
                clip.write(frame)
        time.sleep(float(os.environ.get("STUB_SECONDS", "0")))
        with open("renders.jsonl", "a") as log:
            log.write(json.dumps({"shot": job.request.shot, "seed": job.request.seed, "cards": job.cards,
                                  "steps": steps, "look_at": job.look_at,
                                  "began": began, "ended": time.time()}) + "\\n")
        return {}


ENGINE = Stub()
'''


@dataclass
class Project:
    """A folder with a configuration and a storyboard."""

    folder: Path
    board: dict[str, Any]
    config: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        plugins = self.folder / "plugins"
        (plugins / "stub_engine-1.dist-info").mkdir(parents=True)
        (plugins / "stub_engine-1.dist-info" / "METADATA").write_text("Name: stub-engine\nVersion: 1\n")
        (plugins / "stub_engine-1.dist-info" / "entry_points.txt").write_text(
            "[swav.engines]\nstub = stub_engine:ENGINE\n"
        )
        (plugins / "stub_engine.py").write_text(STUB_ENGINE)
        (self.folder / "models").mkdir()
        self.board = copy.deepcopy(self.board)
        self.config = {"storyboard": "board.yaml", **self.config}
        self.save()

    def save(self) -> None:
        """Write storyboard and configuration as they are now."""
        (self.folder / "board.yaml").write_text(
            yaml.safe_dump(self.board, allow_unicode=True, sort_keys=False)
        )
        (self.folder / "config.yaml").write_text(yaml.safe_dump(self.config, sort_keys=False))

    def copied(self, folder: Path) -> "Project":
        """The same project elsewhere, as it was built, to be spoilt."""
        shutil.copytree(self.folder, folder, symlinks=True)
        clone = copy.copy(self)
        clone.folder, clone.board, clone.config = folder, copy.deepcopy(self.board), dict(self.config)
        return clone

    def shot(self, shot_id: str) -> dict[str, Any]:
        """A shot of the storyboard, to be edited in place."""
        return next(shot for shot in self.board["shots"] if shot["id"] == shot_id)

    def give_faults(self, **faults: dict[int, str]) -> None:
        """Let the stub engine's takes be judged: by shot and seed the fault of a take, if it has one."""
        (self.folder / "faults.json").write_text(json.dumps(faults))

    def give_weights(self, text: str = "weights") -> None:
        """Put the stub engine's weights where it looks for them."""
        (self.folder / "models" / "stub.txt").write_text(text)

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": os.pathsep.join(map(str, (self.folder / "plugins", warm.FORKED_RANKS))),
            "SWAV_LEASES": str(self.folder / "leases"),
            "OMP_NUM_THREADS": "1",
            **more,
        }

    def snakemake(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run snakemake in the folder."""
        command = ["-m", "snakemake", "-s", str(REPOSITORY / "Snakefile"), *arguments]
        return self._run(command, **environment)

    def swav(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the swav command in the folder."""
        return self._run(["-m", "swav", *arguments])

    def _run(self, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """A project's own ``sitecustomize`` is read by a Python that begins, and by no fork."""
        begins = (self.folder / "plugins/sitecustomize.py").exists()
        return warm.run(command, cwd=self.folder, env=self.environment(**environment), cold=begins)

    def build(self, *arguments: str, **environment: str) -> list[str]:
        """Save and build; the jobs that ran. Fails loudly if the build does."""
        self.save()
        done = self.snakemake("final.mp4", *arguments, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return jobs(done)

    def pending(self, *arguments: str) -> list[str]:
        """Save and ask for a dry run; the jobs that it lists."""
        self.save()
        done = self.snakemake("-n", "final.mp4", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return jobs(done)

    def plan(self) -> dict[str, Any]:
        """What ``swav plan --json`` says."""
        self.save()
        done = self.swav("plan", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def renders(self) -> list[dict[str, Any]]:
        """What the stub engine wrote down of its renders."""
        log = self.folder / "renders.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def jobs(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The jobs that a dry run lists or a run has done, as ``rule shot``, sorted."""
    said = done.stdout + done.stderr
    listed = re.findall(r"^(?:  |\[ *\d+/\d+\] )(\w+) +(\w+)", said, re.MULTILINE)
    of_the_reel = (
        "compose",
        "compose_in_environment",
        "lay_stems",
        "mix",
        "listen",
        "caption",
        "join",
        "admit",
        "deliver",
    )
    return sorted(rule if rule in of_the_reel else f"{rule} {shot}" for rule, shot in listed)
