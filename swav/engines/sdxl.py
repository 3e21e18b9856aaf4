"""Stable Diffusion XL: stills of a megapixel from a prompt (https://arxiv.org/abs/2307.01952).

Both of its text encoders read 75 tokens, about 50 words; what stands after them is not seen.
"""

from swav.diffusion.calibration import Measured
from swav.diffusion.recipe import Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine

ENGINE = DiffusionEngine(
    ModelRecipe(
        name="sdxl",
        title="Stable Diffusion XL",
        pipeline="StableDiffusionXLPipeline",
        repository="stabilityai/stable-diffusion-xl-base-1.0",
        download='--include "*.json" "*.txt" "*/*.fp16.safetensors"',
        gigabytes=7,
        licence=Licence("CreativeML Open RAIL++-M", "yes", "except for the uses that it lists"),
        # Appendix I of the paper lists forty; these are near the forms of films.
        sizes=(((1024, 1024), (1152, 896), (1216, 832), (1344, 768), (1536, 640)),),
        multiple=8,
        published=sizes(2.57, 0.82, 0.08, hidden=1280, layers=6, ffn=5120),
        measured=Measured(
            "NVIDIA H200", "2026-11-27", step=1.03, decode=0.92, step_memory=1.16, decode_memory=0.79
        ),
        steps=50,
        guidance=5.0,
        passes="batch",
        prompt_tokens=75,
        timed=False,
        shares=False,  # 0.11 s a step on two H200 cards, 0.06 s on one
    )
)
