"""Stable Video Diffusion XT: a still set in motion, three and a half seconds, without a word of text.

The picture carries all of it (https://arxiv.org/abs/2311.15127); how much moves is a number, which follows
the camera. Diffusers' defaults, but for that.
"""

from swav.diffusion.calibration import Measured
from swav.diffusion.facts import Grid
from swav.diffusion.recipe import Frames, Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine

MODEL = ModelRecipe(
    name="svd",
    title="Stable Video Diffusion XT",
    pipeline="StableVideoDiffusionPipeline",
    repository="stabilityai/stable-video-diffusion-img2vid-xt",
    download='--include "*.json" "*/*.fp16.safetensors"',
    gigabytes=5,
    licence=Licence(
        "Stability AI Community License",
        "conditions",
        "under a million dollars of revenue a year",
        gated=True,
    ),
    sizes=(((1024, 576),),),
    multiple=8,
    published=sizes(1.52, 1.26, 0.1, hidden=1280, layers=8, ffn=5120),
    measured=Measured(
        "NVIDIA H200", "2026-11-27", step=0.6, decode=1.44, step_memory=1.56, decode_memory=1.56
    ),
    grid=Grid(8, 1, 2),
    timed=False,
    frames=Frames(step=0, trained=25),
    rate=7,
    steps=25,
    guidance=3.0,
    guidance_name="max_guidance_scale",  # of the last frame; the first has 1
    passes="batch",
    reads=frozenset({"first_frame"}),
    needs=frozenset({"first_frame"}),
    negative=None,
    call={"fps": 7, "motion_bucket_id": 127, "noise_aug_strength": 0.02, "decode_chunk_size": 8},
    by_camera={"static": {"motion_bucket_id": 60}},
    loras=False,
    float32=("vae", "image_encoder"),
)

ENGINE = DiffusionEngine(MODEL)
