"""Run in ranks by test_pipelines: takes by two ranks, compared with those of one process.

Usage: ranks.py 2 pipelines_distributed.py MODELS OUT. OUT receives, as JSON, by engine and
way of dividing the largest difference of any pixel, how often rank 0 ran its denoiser alone and with the
other, and what part of the denoisers' numbers it kept.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus
from PIL import Image
from tiny_pipelines import SIDE, picture

from swav.diffusion import pipeline
from swav.diffusion.parallel import leave
from swav.diffusion.pipeline_folder import DENOISERS, recognise
from swav.diffusion.placement import Placement
from swav.engines import engines

GUIDANCE, ULYSSES = {"guidance": 2}, {"ulysses": 2}
SHARDED = {"fsdp": 2}
STEPS = 3


def ways(model):
    """Every way in which two cards may divide a model; with whole weights too, for one of each kind."""
    for way, said in ((GUIDANCE, "guidance"), (ULYSSES, "ulysses")):
        if model.divided if way is GUIDANCE else model.ulysses:
            yield f"{said}, sharded", way | SHARDED
            if model.name in ("cogvideox-5b", "wan2.2-ti2v"):
                yield said, way


class Session:
    """The session of a rank that nobody listens to."""

    def __init__(self):
        self.rank = int(os.environ["RANK"])

    def __getattr__(self, name):
        return lambda *given: None


def shoot(name, models, folder, way):
    """The frames of a take, how often this rank's denoisers ran, and how many of their numbers it keeps."""
    model, frames, passes = engines()[name].model, [], []
    pixels = pipeline._pixels
    found = recognise(models / name, model)
    placement = Placement(**way, residency="all", precision="float32").plain()
    setup = {"folder": str(found.root), "pipeline": found.found, "variant": None, "bytes": 0, "model": ""}
    setup |= {"device": "cpu", "placement": placement, "float32": [], "sound": model.sound}
    setup |= {name: getattr(model, name) for name in ("passes", "tiled", "first_sigma")}
    renderer = pipeline.Renderer(setup, Session())
    kept = 0
    for part in filter(None, (getattr(renderer.pipeline, each, None) for each in DENOISERS)):
        next(part.children()).register_forward_pre_hook(lambda *_: passes.append(1))
        for weight in part.parameters():  # not at the odd address that it has in its file: it decides how
            weight.data = weight.data.clone()  # a sum is made, and on a card there is none
        kept += sum(getattr(each, "_local_tensor", each).numel() for each in part.parameters())
    recipe = {"width": SIDE, "height": SIDE, "seed": 7, "steps": STEPS, "guidance": model.guidance}
    call = {**model.call, "width": SIDE, "height": SIDE, "num_inference_steps": STEPS}
    if model.frames:
        recipe["frames"] = call["num_frames"] = 9 if model.frames.step else model.frames.trained
    if "prompt" in model.reads:
        call["prompt"] = "a red fox"
        if model.negative is not None:
            call["negative_prompt"] = "bad"
    shown = {"image": str(models / "shown.png")} if model.needs else {}
    shown |= {"image": [shown["image"]] * 2} if "references" in model.needs else {}
    clip = folder / f"{name}.{'mp4' if model.frames else 'png'}"
    task = {"clip": str(clip), "state": str(folder / f"{name}.pt"), "recipe": recipe, "pictures": shown}
    task |= {"look_at": 0, "pipeline": model.pipeline, "guidance_name": model.guidance_name, "call": call}
    pipeline._pixels = lambda pictures: (frames.append(frame) or frame for frame in pixels(pictures))
    renderer.render({**task, "rate": 8, "metadata": {}}, Session())
    pipeline._pixels = pixels
    clip.unlink(missing_ok=True)
    (folder / f"{name}.pt").unlink(missing_ok=True)
    return frames, len(passes), kept


def alone(name, models, folder):
    """The same in this process alone, whatever others there are."""
    started = os.environ.pop("WORLD_SIZE")
    try:
        return shoot(name, models, folder, {})
    finally:
        os.environ["WORLD_SIZE"] = started


if __name__ == "__main__":
    models, out, said = Path(sys.argv[1]), Path(sys.argv[2]), {}
    torch.set_num_threads(1)
    first = os.environ["RANK"] == "0"
    if first:
        Image.fromarray(picture()).save(models / "shown.png")
    for area in ("CONDITION_IMAGE_SIZE", "VAE_IMAGE_SIZE"):  # a megapixel of each reference takes minutes
        setattr(pipeline_qwenimage_edit_plus, area, 64 * 64)
    for name in sorted(each.name for each in models.iterdir() if each.is_dir()):
        one = alone(name, models, out.parent) if first else None
        for words, way in ways(engines()[name].model):
            two = shoot(name, models, out.parent, way)
            if first:
                off = int(np.abs(np.int16(one[0]) - np.int16(two[0])).max())
                part = two[2] / one[2]
                said.setdefault(name, {})[words] = {"off": off, "passes": [one[1], two[1]], "kept": part}
    if first:
        out.write_text(json.dumps(said))
    leave()
