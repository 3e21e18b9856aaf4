"""Qwen-Image-Edit: a still drawn after one to three pictures, so that who is on them is on it.

A prompt speaks of them as picture 1, picture 2, picture 3 (https://arxiv.org/abs/2508.02324; the release of
September 2025, which reads several).
"""

from dataclasses import replace

from swav.diffusion.calibration import Measured
from swav.engines._diffusion import DiffusionEngine
from swav.engines.qwen_image import MODEL

ENGINE = DiffusionEngine(
    replace(
        MODEL,
        measured=Measured(  # with one picture
            "NVIDIA H200",
            "2026-11-27",
            step=0.607,
            decode=1.25,
            step_memory=0.76,
            decode_memory=1.23,
            text_gigabytes=5.4,
        ),
        name="qwen-image-edit",
        title="Qwen-Image-Edit 2509",
        pipeline="QwenImageEditPlusPipeline",
        repository="Qwen/Qwen-Image-Edit-2509",
        # A megapixel in the forms of films, as the pipeline itself rounds them.
        sizes=(((1024, 1024), (1184, 896), (1248, 832), (1376, 768)),),
        steps=40,
        reads=frozenset({"prompt", "references"}),
        needs=frozenset({"references"}),
        most_references=3,
        reference_pixels=1024 * 1024,  # Diffusers' VAE_IMAGE_SIZE
    )
)
