"""A project whose engine is the tests' own, in a resident worker, and the diary that the worker keeps."""

import json
from pathlib import Path

from places import TESTS
from project import Project

ENGINE = '''
"""An engine whose renderer is the tests' own, in a resident worker; its clips are of one colour."""
import json, os
from pathlib import Path
import numpy as np
from swav.engines import Readiness
from swav.media.writer import ClipWriter
from swav.render.client import Order, render


class Stub:
    name, source, gpu, leases_itself, designed = "stub", "prompt", True, True, True
    takes_loras = True

    def readiness(self, site):
        here = bool(site.cards)
        return Readiness(here, "weights are here" if here else "no GPU", "weights")

    def recipe(self, request, model):
        loras = {"loras": [lora.content for lora in request.loras]} if request.loras else {}
        return {"engine": "stub", "prompt": request.prompt, "length": request.length.plain()} | loras

    def shoot(self, job):
        here, trouble = Path.cwd(), Path("trouble.json")
        setup = {"diary": str(here), "loras": [lora.content for lora in job.request.loras]}
        order = Order("stub", "worker_stub:Renderer", setup, job.gpus, job.build)
        task = {"clip": str(job.clip.resolve()), "shot": job.request.shot}
        task["step_seconds"] = float(os.environ.get("STUB_SECONDS", "0.01"))
        task |= json.loads(trouble.read_text()).get(job.request.shot, {}) if trouble.exists() else {}
        made = render(order, task, cards=job.cards, progress=job.progress, note=job.note)
        with ClipWriter(job.clip, width=job.request.width, height=job.request.height, rate=job.request.rate,
                        metadata={}) as clip:
            for _ in range(job.frames):
                clip.write(np.full((job.request.height, job.request.width, 3), 90, np.uint8))
        return made


ENGINE = Stub()
'''


def resident_project(folder, board, config) -> Project:
    """Such a project: the storyboard's engine is called ``stub``."""
    made = Project(Path(folder), board, config)
    (made.folder / "plugins/stub_engine.py").write_text(ENGINE)
    (made.folder / "plugins/worker_stub.py").write_text((TESTS / "worker_stub.py").read_text())
    return made


def diary(project, event):
    """What workers wrote down of one kind of event."""
    file = project.folder / "diary.jsonl"
    lines = file.read_text().splitlines() if file.exists() else []
    return [entry for entry in map(json.loads, lines) if entry["event"] == event]
