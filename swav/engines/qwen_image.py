"""Qwen-Image: stills of one and a half megapixels, with lettering that can be read (https://arxiv.org/abs/2508.02324)."""

from swav.diffusion.calibration import Measured
from swav.diffusion.recipe import Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine

MODEL = ModelRecipe(
    name="qwen-image",
    title="Qwen-Image",
    pipeline="QwenImagePipeline",
    repository="Qwen/Qwen-Image",
    gigabytes=58,
    licence=Licence("Apache 2.0", "yes"),
    sizes=(((1328, 1328), (1472, 1104), (1584, 1056), (1664, 928)),),
    multiple=16,
    published=sizes(20.43, 8.29, 0.13, hidden=3072, heads=24, layers=60, ffn=12288, vae_width=96),
    measured=Measured(
        "NVIDIA H200", "2026-11-27", step=0.59, decode=1.29, step_memory=0.51, decode_memory=1.27
    ),
    steps=50,
    guidance=4.0,
    guidance_name="true_cfg_scale",
    passes="calls",
    negative=" ",  # without one there is no guidance
    prompt_tokens=1024,
    work_gigabytes=8,
)

ENGINE = DiffusionEngine(MODEL)
