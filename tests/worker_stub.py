"""A renderer without torch for the tests of the resident worker, and a job that has it render.

It counts its loads and writes down what it did, in the folder that its setup names. Whatever a task asks for
(an error, a crash, memory that runs out) it does in the middle of its steps.
"""

import errno
import json
import os
import signal
import sys
import time
from pathlib import Path

from swav.errors import EngineError
from swav.render.client import Order, render

STEPS = 6

OUT_OF_MEMORY = (
    "CUDA out of memory. Tried to allocate 20.00 GiB. GPU {card} has a total capacity of 79.18 GiB of which "
    "190.62 MiB is free. Process 818 has 12.93 GiB memory in use. Including non-PyTorch memory, this process "
    "has 66.05 GiB memory in use. Of the allocated memory 65.01 GiB is allocated by PyTorch, and 283.38 MiB "
    "is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting "
    "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation."
)


class OutOfMemoryError(RuntimeError):
    """Called like torch's."""


def refuse_others_cards():
    """As CUDA does: a job of a scheduler sees the cards that its control group lets it open, from 0 on."""
    if "SLURM_JOB_ID" not in os.environ:
        return
    seen = 0
    for device in sorted(Path("/dev").glob("nvidia[0-9]")):
        try:
            device.open().close()
        except OSError as error:
            seen += error.errno == errno.ENXIO
    visible = os.environ["CUDA_VISIBLE_DEVICES"]
    if any(int(card) >= seen for card in visible.split(",")):
        raise EngineError(
            f"No CUDA GPUs are available: CUDA_VISIBLE_DEVICES={visible}, this job may see {seen}"
        )


def meet(mine, other, patience=90):
    """Go on only once somebody else has come this far, too."""
    mine.touch()
    until = time.monotonic() + patience
    while not other.exists():
        if time.monotonic() > until:
            raise EngineError(f"nobody came who makes {other}")
        time.sleep(0.05)


class Renderer:
    """Writes the numbers of its steps as the clip."""

    def __init__(self, setup, session):
        self.diary = Path(setup["diary"])
        self.write("load", rank=session.rank, pid=os.getpid(), cards=os.environ["CUDA_VISIBLE_DEVICES"])
        refuse_others_cards()
        if setup.get("fails"):
            raise EngineError("the weights are damaged; download them again")
        time.sleep(setup.get("loading", 0))
        for card in os.environ["CUDA_VISIBLE_DEVICES"].split(",") if session.rank == 0 else ():
            (self.diary / f"card-{card}-{os.getpid()}").touch()

    def write(self, event, **facts):
        facts |= {"job": os.environ.get("SLURM_JOB_ID"), "node": os.environ.get("SLURMD_NODENAME")}
        with (self.diary / "diary.jsonl").open("a") as diary:
            diary.write(json.dumps({"event": event, **facts}) + "\n")

    def render(self, task, session):
        self.write("begin", shot=task["shot"], rank=session.rank, pid=os.getpid(), at=time.time())
        if "meets" in task:
            meet(*map(Path, task["meets"]))
        for step in range(1, STEPS + 1):
            time.sleep(task.get("step_seconds", 0.01))
            if task.get("at") == step and session.rank == task.get("rank", 0):
                self.trouble(task["trouble"], session.rank)
            session.tell("denoise", step, STEPS)
            try:
                session.go_on()
            except BaseException:
                self.write("cancelled", shot=task["shot"], step=step, rank=session.rank)
                raise
        if session.rank == 0:
            Path(task["clip"]).write_text(f"{task['shot']} {STEPS}")
            self.write("end", shot=task["shot"], cards=os.environ["CUDA_VISIBLE_DEVICES"], at=time.time())
        return {"frames": STEPS}

    def trouble(self, kind, rank):
        if kind == "error":
            raise EngineError("the stub was told to fail; tell it otherwise")
        if kind == "memory":
            raise OutOfMemoryError(OUT_OF_MEMORY.format(card=rank))
        if kind == "crash":
            raise ValueError("a bug")
        os.kill(os.getpid(), signal.SIGKILL)


def shot(
    folder, name, *, setup=None, processes=1, cards=("0",), build="build", note=None, progress=None, **task
):
    """Render one shot as a render job does; what the client returned."""
    folder = Path(folder)
    order = Order(
        engine="stub",
        renderer="worker_stub:Renderer",
        setup={"diary": str(folder), **(setup or {})},
        processes=processes,
        build=folder / build,
    )
    return render(
        order,
        {"shot": name, "clip": str(folder / f"{name}.clip"), **task},
        cards=cards,
        progress=progress or (lambda step, done, total: None),
        note=note or (lambda sentence: None),
    )


if __name__ == "__main__":
    arguments = json.loads(sys.argv[1])
    try:
        made = shot(
            progress=lambda step, done, total: print(json.dumps([step, done, total]), flush=True), **arguments
        )
        print(json.dumps(made), flush=True)
    except EngineError as error:
        print(json.dumps(str(error)), flush=True)
        sys.exit(1)
