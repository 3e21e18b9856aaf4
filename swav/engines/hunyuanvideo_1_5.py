"""HunyuanVideo 1.5: text to video, five seconds of 848x480 at 24 frames a second, with 8 billion parameters.

What stands between quotation marks in a prompt is read letter by letter, and drawn.
"""

from swav.diffusion.calibration import Measured
from swav.diffusion.facts import Grid
from swav.diffusion.recipe import Frames, ModelRecipe, sizes
from swav.engines._diffusion import DiffusionEngine
from swav.engines.hunyuanvideo import LICENCE

MODEL = ModelRecipe(
    name="hunyuanvideo-1.5",
    title="HunyuanVideo 1.5",
    pipeline="HunyuanVideo15Pipeline",
    repository="hunyuanvideo-community/HunyuanVideo-1.5-480p_t2v",
    gigabytes=34,
    licence=LICENCE,
    sizes=(((848, 480),),),
    multiple=16,  # Diffusers cuts what is no multiple without a word
    published=sizes(8.33, 7.29, 1.26, hidden=2048, heads=16, layers=54, ffn=8192),
    measured=Measured(
        "NVIDIA H200", "2026-11-27", step=1.5, decode=0.67, step_memory=3.63, decode_memory=6.84
    ),
    grid=Grid(16, 4, 1),
    frames=Frames(step=4, trained=121),
    rate=24,
    steps=50,
    guidance=6.0,
    guidance_name="guider",
    passes="calls",
    prompt_tokens=1000,
    tiled=True,
    loras=False,
    float32=(),
    work_gigabytes=12,
)

ENGINE = DiffusionEngine(MODEL)
