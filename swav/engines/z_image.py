"""Z-Image Turbo: stills of a megapixel in eight steps, without guidance. It reads long prompts."""

from swav.diffusion.calibration import Measured
from swav.diffusion.recipe import Licence, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine

ENGINE = DiffusionEngine(
    ModelRecipe(
        name="z-image",
        title="Z-Image Turbo",
        pipeline="ZImagePipeline",
        repository="Tongyi-MAI/Z-Image-Turbo",
        gigabytes=21,
        licence=Licence("Apache 2.0", "yes"),
        sizes=(((1024, 1024), (1152, 896), (1216, 832), (1344, 768), (1536, 640)),),
        multiple=16,
        published=sizes(6.15, 4.02, 0.08, hidden=3840, heads=30, layers=36, ffn=10240),
        measured=Measured(
            "NVIDIA H200", "2026-11-27", step=1.14, decode=0.93, step_memory=1.82, decode_memory=0.79
        ),
        steps=8,
        guidance=0.0,
        passes="one",
        negative=None,
        prompt_tokens=512,
    )
)
