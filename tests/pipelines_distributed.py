"""Run under torchrun by test_pipelines: guidance over two ranks, compared with one process.

Usage: torchrun --nproc_per_node=2 pipelines_distributed.py MODELS OUT. OUT receives, as JSON, by engine the
largest difference of any pixel, and how often rank 0 ran its denoiser alone and with the other.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from tiny_pipelines import SIDE

from swav.diffusion import pipeline
from swav.diffusion.parallel import leave
from swav.diffusion.pipeline_folder import recognise
from swav.diffusion.placement import Placement
from swav.engines import engines


class Session:
    """The session of a rank that nobody listens to."""

    def __init__(self):
        self.rank = int(os.environ["RANK"])

    def __getattr__(self, name):
        return lambda *given: None


def shoot(name, models, folder, guidance):
    """The frames of a take, and how often this rank's denoiser ran."""
    model, frames, passes = engines()[name].model, [], []
    pixels = pipeline._pixels
    found = recognise(models / name, model)
    placement = Placement(guidance=guidance, precision="float32").plain()
    plain = {"passes": model.passes, "tiled": model.tiled, "sound": False}
    setup = {"folder": str(found.root), "pipeline": found.found, "variant": None, "bytes": 0, "model": ""}
    setup |= {
        "device": "cpu",
        "placement": placement,
        "float32": [],
        "first_sigma": model.first_sigma,
        **plain,
    }
    renderer = pipeline.Renderer(setup, Session())
    within = next(renderer.pipeline.transformer.children())
    within.register_forward_pre_hook(lambda *_: passes.append(1))
    recipe = {"width": SIDE, "height": SIDE, "frames": 9, "seed": 7, "steps": 3, "guidance": model.guidance}
    call = {**model.call, "prompt": "a red fox", "negative_prompt": "bad", "num_frames": 9}
    call |= {"width": SIDE, "height": SIDE, "num_inference_steps": 3}
    task = {"clip": str(folder / f"{name}-{guidance}.mp4"), "state": str(folder / f"{name}-{guidance}.pt")}
    task |= {
        "recipe": recipe,
        "look_at": 0,
        "pipeline": model.pipeline,
        "guidance_name": model.guidance_name,
        "call": call,
    }
    pipeline._pixels = lambda pictures: (frames.append(frame) or frame for frame in pixels(pictures))
    renderer.render({**task, "pictures": {}, "rate": 8, "metadata": {}}, Session())
    pipeline._pixels = pixels
    return frames, len(passes)


def alone(name, models, folder):
    """The same in this process alone, whatever others there are."""
    started = os.environ.pop("WORLD_SIZE")
    try:
        return shoot(name, models, folder, 1)
    finally:
        os.environ["WORLD_SIZE"] = started


if __name__ == "__main__":
    models, out, said = Path(sys.argv[1]), Path(sys.argv[2]), {}
    torch.set_num_threads(1)
    for name in ("cogvideox-5b", "wan2.2-ti2v"):
        one, whole = alone(name, models, out.parent / os.environ["RANK"])
        two, shared = shoot(name, models, out.parent, 2)
        if two:
            said[name] = {"off": int(np.abs(np.int16(one) - np.int16(two)).max()), "passes": [whole, shared]}
    if os.environ["RANK"] == "0":
        out.write_text(json.dumps(said))
    leave()
